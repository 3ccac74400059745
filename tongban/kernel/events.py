"""The shape of every event: the signed payload and the row it becomes. Plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

Json = dict[str, Any]


class BadEvent(ValueError):
    """A verified payload that is no event."""


@dataclass(frozen=True, slots=True)
class SealedRef:
    """Names a sealed part inside the signed bytes: its ciphertext by hash and a salted commitment of its plaintext."""

    name: str
    kid: str
    cipher: str
    commit: str
    size: int

    def as_json(self) -> Json:
        return {"name": self.name, "kid": self.kid, "cipher": self.cipher, "commit": self.commit, "size": self.size}


@dataclass(frozen=True, slots=True)
class Baton:
    """Who may write next. `op` is open, offer, accept, decline or reassign; `to` is a region for offer and reassign."""

    op: str
    to: str = ""

    def as_json(self) -> Json:
        return {"op": self.op, "to": self.to} if self.to else {"op": self.op}


@dataclass(frozen=True, slots=True)
class Clause:
    """The article of an agreement on which a hand-over rests (ADR: the clause stands in OPEN and OFFER)."""

    agreement: str
    version: int
    article: str
    item: str
    mode: str
    receiving: str
    deciding: str

    def as_json(self) -> Json:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Payload:
    """The signed content of an event. `region` wrote it, hosted on `node` in incarnation `inc`; `list` is the member list version it knew.

    `audience` are the regions that hold the chain after this event. `body` holds no personal data: that is in `sealed`.
    """

    alliance: str
    epoch: int
    list: int
    case: UUID
    seq: int
    prev: str
    region: str
    node: str
    inc: int
    audience: tuple[str, ...]
    kind: str
    critical: bool
    cmd: UUID
    actor: Mapping[str, str]
    at: datetime
    body: Json
    sealed: tuple[SealedRef, ...] = ()
    baton: Baton | None = None
    clause: Clause | None = None

    def as_json(self) -> Json:
        value: Json = {
            "alliance": self.alliance, "epoch": self.epoch, "list": self.list, "case": str(self.case), "seq": self.seq,
            "prev": self.prev, "region": self.region, "node": self.node, "inc": self.inc, "aud": list(self.audience),
            "kind": self.kind, "crit": self.critical, "cmd": str(self.cmd), "actor": dict(self.actor),
            "at": format_instant(self.at), "body": self.body, "sealed": [part.as_json() for part in self.sealed],
        }  # fmt: skip
        if self.baton:
            value["baton"] = self.baton.as_json()
        if self.clause:
            value["clause"] = self.clause.as_json()
        return value

    @classmethod
    def from_json(cls, value: Any) -> "Payload":
        """Read a verified payload. Unknown keys are left aside (newer minor versions add them); wrong types are `BadEvent`."""
        try:
            return cls(
                alliance=_text(value["alliance"]), epoch=_int(value["epoch"]), list=_int(value["list"]),
                case=_uuid(value["case"]), seq=_int(value["seq"]), prev=_text(value["prev"]),
                region=_text(value["region"]), node=_text(value["node"]), inc=_int(value["inc"]),
                audience=tuple(_text(region) for region in _list(value["aud"])),
                kind=_text(value["kind"]), critical=_bool(value["crit"]), cmd=_uuid(value["cmd"]),
                actor={key: _text(value["actor"][key]) for key in ("kind", "ref", "role")},
                at=parse_instant(_text(value["at"])), body=_dict(value["body"]),
                sealed=tuple(_sealed(part) for part in _list(value["sealed"])),
                baton=_baton(value.get("baton")), clause=_clause(value.get("clause")),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise BadEvent(str(error)) from None

    @property
    def kind_name(self) -> str:
        return self.kind.partition(";")[0]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as one region holds it: `holder` is the region whose copy this is, `received_at` when that copy was made."""

    holder: str
    payload: Payload
    hash: str
    envelope: bytes
    received_at: datetime

    @property
    def case(self) -> UUID:
        return self.payload.case

    @property
    def seq(self) -> int:
        return self.payload.seq

    @property
    def own(self) -> bool:
        return self.payload.region == self.holder


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What a service wants on the chain; `exchange` numbers, signs and stores it.

    `sealed` refers to parts already sealed under the case key; `audience` names the regions to be added.
    """

    kind: str
    body: Json
    sealed: tuple[SealedRef, ...] = ()
    baton: Baton | None = None
    clause: Clause | None = None
    audience: tuple[str, ...] = field(default=())


def format_instant(at: datetime) -> str:
    """UTC, milliseconds: 2026-11-20T08:15:30.000Z."""
    if at.tzinfo is None:
        raise ValueError("an instant carries its zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or format_instant(at) != text:
        raise ValueError("not an instant in UTC with milliseconds")
    return at


def _sealed(value: Any) -> SealedRef:
    return SealedRef(
        name=_text(value["name"]), kid=_text(value["kid"]), cipher=_text(value["cipher"]),
        commit=_text(value["commit"]), size=_int(value["size"]),
    )  # fmt: skip


def _baton(value: Any) -> Baton | None:
    if value is None:
        return None
    baton = Baton(op=_text(value["op"]), to=_text(value.get("to", "")))
    if baton.op not in {"open", "offer", "accept", "decline", "reassign"} or (
        baton.op in {"offer", "reassign"}
    ) != bool(baton.to):
        raise ValueError("unknown baton operation")
    return baton


def _clause(value: Any) -> Clause | None:
    if value is None:
        return None
    texts = {name: _text(value[name]) for name in Clause.__slots__ if name != "version"}
    return Clause(version=_int(value["version"]), **texts)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _uuid(value: Any) -> UUID:
    id = UUID(_text(value))
    if str(id) != value:
        raise ValueError("not the one form of a UUID")
    return id


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("list expected")
    return value


def _int(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("integer expected")
    return value


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("boolean expected")
    return value


def _dict(value: Any) -> Json:
    if not isinstance(value, dict):
        raise TypeError("object expected")
    return value
