"""What a source says of an item (事项记录), in our own words and types. Read by `importing`, looked at by `lint`, kept by versions.

None is what the source does not say or what could not be read; `unread` holds the latter as it stood there, so that nothing is lost.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tongban.rules.facts import NOTHING


@dataclass(frozen=True, slots=True)
class Limit:
    """`unit` is `working_days` or `calendar_days`; `note` what the source says about it."""

    days: int | None
    unit: str = "working_days"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Special:
    """Special procedures (特别程序) whose days the limits do not count."""

    days: int | None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeeLine:
    """`standard` as published, such as 120元/证; `reducible` whether it may be lowered or waived."""

    name: str
    standard: str
    basis: str = ""
    reducible: bool | None = None


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """`need`: required, optional, later (容缺后补) or credit (信用免交、信用后补)."""

    code: str
    name: str
    need: str | None = None
    kind: str | None = None
    form: str | None = None
    medium: str | None = None
    copies: int | None = None
    source: str | None = None
    waived_by: str | None = None
    handed_in: str | None = None
    standard: str = ""
    basis: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """One item of a source. `code` is the basic one, of an office's item that of its implementation; `business` the two digits behind it.
    `depth` of online handling 1–4, 4 without any visit; `visits` at least so many; `marks` what is not verified."""

    layer: str
    code: str
    business: str
    name: str
    source_id: str = ""
    type: str | None = None
    department: str = ""
    office: str = ""
    levels: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    scope: str | None = None
    legal: Limit | None = None
    promise: Limit | None = None
    special: Special | None = None
    conditions: str = ""
    basis: str = ""
    charged: bool | None = None
    fees: tuple[FeeLine, ...] = ()
    online: bool | None = None
    depth: int | None = None
    ways: tuple[str, ...] = ()
    visits: int | None = None
    visits_note: str = ""
    visits_reason: str = ""
    quota: str = ""
    steps: str = ""
    result: str = ""
    materials: tuple[MaterialLine, ...] = ()
    marks: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    unread: Mapping[str, Any] = field(default_factory=lambda: NOTHING)

    @property
    def key(self) -> str:
        """Names the item in its layer: by code where the source gives a whole one, else by name."""
        if self.business:
            return f"{self.code}-{self.business}"
        return self.code if self.layer == "implementation" else f"{self.code or '-'}:{self.name}"

    def as_json(self) -> dict[str, Any]:
        marks, unread = dict(self.marks), dict(self.unread)
        bare = {name: getattr(self, name) for name in self.__slots__ if name not in ("marks", "unread")}
        return {
            "key": self.key,
            **{name: _plain(value) for name, value in bare.items()},
            "marks": marks,
            "unread": unread,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "ItemRecord":
        """Of what `as_json` gave. What a later release wrote beside it is left aside."""
        known = {name: value[name] for name in cls.__slots__ if name in value}
        lines = {name: tuple(_part(kind, one) for one in known.get(name, ())) for name, kind in LINES.items()}
        parts = {name: _part(kind, known[name]) for name, kind in PARTS.items() if known.get(name)}
        words = {name: tuple(known.get(name, ())) for name in ("levels", "audience", "ways")}
        return cls(**{**known, **lines, **parts, **words})


PARTS: dict[str, type] = {"legal": Limit, "promise": Limit, "special": Special}
LINES: dict[str, type] = {"fees": FeeLine, "materials": MaterialLine}


def _part(kind: type, value: Mapping[str, Any]) -> Any:
    known = {name: value[name] for name in kind.__dataclass_fields__ if name in value}  # type: ignore[attr-defined]
    return kind(**{name: tuple(one) if isinstance(one, list) else one for name, one in known.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return asdict(value) if hasattr(value, "__dataclass_fields__") else value
