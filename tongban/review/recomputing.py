"""A past decision computed once more from its signed record: the same verdicts, or where they differ. Plain Python, no database.

The record holds the signed verdicts, the hash of the definition that governed the case, the definition itself, and the values that were
read. An assessment whose values were not opened in this record, or whose definition is not at hand, is named as such.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from tongban.cases import record
from tongban.cases.record import MAX_RECORD_BYTES, Members, RecordFaulty
from tongban.catalogue.definition import Definition
from tongban.catalogue.reading import build_definition
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import SUITES, Suite
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import BadEvent, Json, Payload, SealedRef
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import commitment, content
from tongban.kernel.text import Text
from tongban.review.replay import Difference, compare, compute, read_facts

FindDefinition = Callable[[str], Definition | None]
Why = Literal["", "not-opened", "no-definition"]
BY_RULES = "rules"


class NothingAssessed(Refused):
    """The record holds no assessment by rules."""

    status = 422
    text = Text("该记录中没有规则审查。", "This record holds no assessment by rules.")
    advice = Text("请核对办件和记录文件。", "Check the case and the file.")


@dataclass(frozen=True, slots=True)
class Recomputed:
    """One assessment of a case. `why`: why nothing could be computed; then `difference` is None.

    `decided`: the rules granted the case in the same act, so that every point must have been true.
    """

    seq: int
    at: datetime
    definition: str
    situation: str
    decided: bool
    difference: Difference | None
    why: Why = ""

    @property
    def agrees(self) -> bool:
        """Computed, the same, and a grant by rules rests on nothing but true points."""
        if self.difference is None or not self.difference.same:
            return False
        return not self.decided or self.difference.after == "approve"


def recompute(
    definition: Definition, situation: str, *, outcome: str, points: Mapping[str, str], values: Json
) -> Difference:
    """The signed `outcome` and `points` beside what the same rules say today of the same values. Refuses `FactsUnreadable`."""
    return compare(outcome, points, compute(definition.rule_set(situation), read_facts(values)))


def recompute_record(
    data: bytes, *, find_definition: FindDefinition = lambda hash: None, members: Members | None = None
) -> list[Recomputed]:
    """Every assessment of a record file (办件档案), in order. `find_definition` is asked for what the record does not carry.

    With `members` every signature is checked first; without, only that the events fit together and the values are those whose commitments
    they carry. Refuses `RecordFaulty`, `NothingAssessed`, `FactsUnreadable`.
    """
    if members is not None:
        record.verify_record(data, members=members)
    events, openings, carried = _read(data)

    def find(hash: str) -> Definition | None:
        return build_definition(carried[hash], hash=hash) if hash in carried else find_definition(hash)

    found = [
        _recomputed(event, _situation(events, event), openings, find, decided=_decided(events, event))
        for event in events
        if event.kind_name == "cases.assessed"
    ]
    if not found:
        raise NothingAssessed
    return found


def _recomputed(
    event: Payload, situation: str, openings: Mapping[str, bytes], find_definition: FindDefinition, *, decided: bool
) -> Recomputed:
    hash = str(event.body["definition"])
    known: dict[str, Any] = {
        "seq": event.seq, "at": event.at, "definition": hash, "situation": situation, "decided": decided, "difference": None,
    }  # fmt: skip
    values = _values(event, openings, SUITES[event.epoch])
    if values is None:
        return Recomputed(**known, why="not-opened")
    definition = find_definition(hash)
    if definition is None:
        return Recomputed(**known, why="no-definition")
    difference = recompute(
        definition, situation, outcome=event.body["outcome"], points=event.body["points"], values=values
    )
    return Recomputed(**known | {"difference": difference})


def _situation(events: list[Payload], assessed: Payload) -> str:
    """The one it was handed in for, or the ordinary way that it came to before it was assessed (撤回承诺、不适用告知承诺)."""
    before = [event.body for event in events if event.seq < assessed.seq]
    return str(next((body["instead"] for body in reversed(before) if "instead" in body), events[0].body["situation"]))


def _decided(events: list[Payload], assessed: Payload) -> bool:
    """Granted by the rules in the command that assessed it."""
    return any(
        event.kind_name == "cases.approved" and event.cmd == assessed.cmd and event.body.get("decided_by") == BY_RULES
        for event in events
    )


def _values(event: Payload, openings: Mapping[str, bytes], suite: Suite) -> Json | None:
    """The values that were sealed with the assessment; None where the record does not open them."""
    ref = next((ref for ref in event.sealed if ref.name == "assessment"), None)
    if ref is None or ref.cipher not in openings:
        return None
    return _opened(openings[ref.cipher], ref, suite, seq=event.seq)


def _opened(plaintext: bytes, ref: SealedRef, suite: Suite, *, seq: int) -> Json:
    if commitment(plaintext, suite=suite) != ref.commit:
        raise RecordFaulty(where=f"event {seq}", why="the opened values are not what was sealed and signed")
    try:
        value: Json = strictjson.parse(content(plaintext))
    except strictjson.NotStrict as error:
        raise RecordFaulty(where=f"event {seq}", why=error) from None
    return value


def _read(data: bytes) -> tuple[list[Payload], dict[str, bytes], dict[str, Json]]:
    """The events in order, the opened parts by their ciphertext, the definitions by their hashes."""
    try:
        envelope = envelopes.read(data, type=envelopes.RECORD, max_bytes=MAX_RECORD_BYTES)
        value = strictjson.parse_canonical(envelope.payload, max_bytes=MAX_RECORD_BYTES)
        events = list(_events(value["events"]))
        openings = {str(opening["cipher"]): _bytes(opening["plaintext"]) for opening in value["openings"]}
        carried = record.read_definitions(value, suite=SUITES[events[0].epoch]) if events else {}
    except (BadEnvelope, BadEvent, ValueError, KeyError, TypeError) as error:
        raise RecordFaulty(where="file", why=type(error).__name__) from None
    return events, openings, carried


def _events(raws: list[str]) -> Iterator[Payload]:
    """Each names the one before it by its hash, or this is not one history."""
    before = ""
    for text in raws:
        envelope = envelopes.read(_bytes(text), type=envelopes.EVENT)
        payload = Payload.from_json(envelope.claims())
        if before and payload.prev != before:
            raise ValueError("not in order")
        before = envelope.hash(SUITES[payload.epoch])
        yield payload


def _bytes(text: Any) -> bytes:
    return base64.b64decode(str(text).encode("ascii"), validate=True)
