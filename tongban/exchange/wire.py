"""What travels in one POST and what comes back (docs/reference/peer-protocol.md). Plain Python.

Request: `{"to": region, "from": region, "items": [{"event": b64, "parts": {hash: b64}, "keys": [{"kid", "wrapped": b64}], "receipts": [b64],
"joining": b64?} | {"proposal": b64, "parts": {…}}]}`. Answer: `{"answers": [{"status", "receipt"?, "have"?, "code"?}]}`, one for each item in order.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tongban.kernel import strictjson
from tongban.kernel.events import Json

MAX_ITEMS = 100
MAX_BYTES = 1024 * 1024

Status = Literal["stored", "duplicate", "parked", "gap", "conflict", "rejected", "declined", "retry"]
STATUSES = frozenset({"stored", "duplicate", "parked", "gap", "conflict", "rejected", "declined", "retry"})


class BadMessage(ValueError):
    """These bytes are no batch, or no answers to one."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A case's data key for the receiving node; beside the events, never inside them."""

    kid: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """One envelope and what belongs to it.

    `joining`: for an event from before the receiver joined, the later event whose audience names it.
    """

    envelope: bytes
    proposal: bool = False
    parts: dict[str, bytes] = field(default_factory=dict)
    keys: tuple[WrappedKey, ...] = ()
    receipts: tuple[bytes, ...] = ()
    joining: bytes = b""

    def as_json(self) -> Json:
        value: Json = {"proposal" if self.proposal else "event": _text(self.envelope)}
        if self.parts:
            value["parts"] = {hash: _text(data) for hash, data in self.parts.items()}
        if self.keys:
            value["keys"] = [{"kid": key.kid, "wrapped": _text(key.wrapped)} for key in self.keys]
        if self.receipts:
            value["receipts"] = [_text(receipt) for receipt in self.receipts]
        if self.joining:
            value["joining"] = _text(self.joining)
        return value

    def as_bytes(self) -> bytes:
        return strictjson.canonical(self.as_json())

    @classmethod
    def from_json(cls, value: Any) -> "Item":
        proposal = "proposal" in value
        return cls(
            envelope=_bytes(value["proposal" if proposal else "event"]),
            proposal=proposal,
            parts={str(hash): _bytes(data) for hash, data in value.get("parts", {}).items()},
            keys=tuple(WrappedKey(str(key["kid"]), _bytes(key["wrapped"])) for key in value.get("keys", [])),
            receipts=tuple(map(_bytes, value.get("receipts", []))),
            joining=_bytes(value["joining"]) if "joining" in value else b"",
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> "Item":
        return cls.from_json(strictjson.parse(data, max_bytes=MAX_BYTES))


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of one region for one region."""

    to: str
    sender: str
    items: tuple[Item, ...]

    def as_bytes(self) -> bytes:
        items = [item.as_json() for item in self.items]
        return strictjson.canonical({"to": self.to, "from": self.sender, "items": items})


@dataclass(frozen=True, slots=True)
class Answer:
    """`receipt` is a signed envelope; `have` the last position the receiver holds; `code` says why."""

    status: Status
    receipt: bytes = b""
    have: int | None = None
    code: str = ""

    def as_json(self) -> Json:
        value: Json = {"status": self.status}
        if self.receipt:
            value["receipt"] = _text(self.receipt)
        if self.have is not None:
            value["have"] = self.have
        if self.code:
            value["code"] = self.code
        return value


def read_batch(data: bytes) -> Batch:
    """Raises `BadMessage`."""
    try:
        value = strictjson.parse(data, max_bytes=MAX_BYTES)
        items = tuple(Item.from_json(item) for item in value["items"])
        batch = Batch(to=str(value["to"]), sender=str(value["from"]), items=items)
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise BadMessage(type(error).__name__) from None
    if not 1 <= len(batch.items) <= MAX_ITEMS:
        raise BadMessage("number of items")
    return batch


def write_answers(answers: Sequence[Answer]) -> bytes:
    return strictjson.canonical({"answers": [answer.as_json() for answer in answers]})


def read_answers(data: bytes, *, expected: int) -> list[Answer]:
    """Raises `BadMessage`: whatever is not exactly one answer for each item is no answer at all."""
    try:
        value = strictjson.parse(data, max_bytes=MAX_BYTES)
        answers = [_answer(item) for item in value["answers"]]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise BadMessage(type(error).__name__) from None
    if len(answers) != expected:
        raise BadMessage("number of answers")
    return answers


def _answer(value: Any) -> Answer:
    have = value.get("have")
    if value["status"] not in STATUSES or not (have is None or (type(have) is int and have >= 0)):
        raise ValueError("unknown answer")
    receipt = _bytes(value["receipt"]) if "receipt" in value else b""
    return Answer(status=value["status"], receipt=receipt, have=have, code=str(value.get("code", ""))[:80])


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any) -> bytes:
    return base64.b64decode(text.encode("ascii"), validate=True)
