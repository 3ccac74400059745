"""Elements (要素) and the facts known about them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal, get_args

from tongban.kernel.events import format_instant, parse_instant
from tongban.kernel.strictjson import MAX_INTEGER
from tongban.kernel.text import Text

Value = bool | int | str
ElementType = Literal["text", "date", "boolean", "integer"]
"""`date` is ISO text, YYYY-MM-DD; `integer` also holds money in fen."""
ELEMENT_TYPES: tuple[ElementType, ...] = get_args(ElementType)

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fact:
    """One known value: of which element, from which source, since when, and where the evidence lies.

    `source` is an id such as `declared`, `register:insured`, `examiner`; `evidence` names an event or a material, never a person.
    """

    element: str
    value: Value
    source: str
    at: datetime
    evidence: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "element": self.element,
            "value": self.value,
            "source": self.source,
            "at": format_instant(self.at),
            "evidence": self.evidence,
        }

    @classmethod
    def from_json(cls, value: Any) -> "Fact":
        """Read what `as_json` wrote; KeyError, TypeError or ValueError for anything else."""
        return cls(value["element"], value["value"], value["source"], parse_instant(value["at"]), value["evidence"])


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one definition: what its elements, their values and their sources are called."""

    elements: Mapping[str, Text] = field(default_factory=lambda: NOTHING)
    values: Mapping[str, Mapping[str, Text]] = field(default_factory=lambda: NOTHING)
    sources: Mapping[str, Text] = field(default_factory=lambda: NOTHING)

    def element(self, name: str) -> Text:
        return self.elements.get(name, Text(name, name))

    def source(self, id: str) -> Text:
        return self.sources.get(id, Text(id, id))

    def value(self, element: str, value: Value) -> Text:
        if isinstance(value, bool):
            return YES if value else NO
        words: Mapping[str, Text] = self.values.get(element, NOTHING)
        return words.get(str(value), Text(str(value), str(value)))


YES = Text("是", "yes")
NO = Text("否", "no")


def fits(value: object, type: ElementType) -> bool:
    """Is this a value of the type? A value that does not fit is not known at all, for a rule must not guess."""
    if type == "boolean":
        return isinstance(value, bool)
    if type == "integer":
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INTEGER
    return isinstance(value, str) and (_is_date(value) if type == "date" else _is_text(value))


def _is_date(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_text(value: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in value)
