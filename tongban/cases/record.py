"""The record of a case (办件档案): one file that proves itself against a member list the reader already trusts. Plain Python, no database.

The file is an envelope signed by the node that made it. Its payload:
`{"format", "alliance", "case", "region", "events": [base64 envelope], "receipts": [base64 envelope],
  "openings": [{"cipher", "name", "plaintext": base64}], "definitions": [base64 canonical document]}`.
A definition needs no signature here: the events name it by the hash of its content. Files without `definitions` were made before.
Keys inside the file are never trusted; every signature is checked with the member list that was in force when it was made.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.alliance.members import BadDocument, MemberList
from tongban.alliance.trust import Root, Trust
from tongban.alliance.verification import read_member_list
from tongban.cases import projection
from tongban.cases.events import EVENTS
from tongban.cases.licence_proof import list_contents, prove_licence
from tongban.exchange import chain
from tongban.exchange.orders import require_order
from tongban.exchange.proofs import prove_event, prove_receipt
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import BadSignature, Suite
from tongban.kernel.envelopes import BadEnvelope, Envelope
from tongban.kernel.events import BadEvent, Json, Payload, SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import commitment, content
from tongban.kernel.text import Text

FORMAT = "tongban-record;v=1"
EXPECTED = {"format", "alliance", "case", "region", "events", "receipts", "openings"}
MAX_RECORD_BYTES = 64 * 1024 * 1024


class RecordFaulty(Refused):
    """The record does not prove what it says. `where` names the first fault."""

    status = 422
    text = Text("记录未通过验证：{where}（{why}）。", "The record does not verify: {where} ({why}).")
    advice = Text(
        "请向出具地重新取得记录，并核对成员名单。",
        "Ask the issuing place for the record again and check the member list.",
    )


@dataclass(frozen=True)
class Members:
    """Every version of the member list that the reader trusts, checked against the roots."""

    trust: Trust
    lists: dict[int, MemberList]

    def at(self, version: int) -> MemberList:
        if version not in self.lists:
            raise LookupError(f"member list version {version} is not among the trusted ones")
        return self.lists[version]

    def public_key(self, key_id: str) -> bytes:
        """Of any trusted list; whether the key was valid at the time is asked once the time is known."""
        keys = (key for list_ in self.lists.values() for node in list_.nodes for key in node.keys)
        found = next((key.public for key in keys if key.id == key_id), None)
        if found is None:
            raise LookupError(key_id)
        return found


@dataclass(frozen=True)
class Verified:
    """What a verified record says."""

    case: str
    region: str
    state: str
    events: int
    receipts: int
    openings: int
    places: tuple[str, ...]


def write_record(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    events: Sequence[bytes],
    receipts: Sequence[bytes],
    openings: Sequence[Json],
    definitions: Sequence[bytes] = (),
) -> bytes:
    """Events and receipts as they were stored, with opened parts (`cipher`, `name`, `plaintext` bytes) and the definitions that the events
    name (canonical documents), sealed by this node's signature."""
    value = {
        "format": FORMAT, "alliance": node.alliance, "case": str(case_id), "region": region,
        "events": [_text(raw) for raw in events], "receipts": [_text(raw) for raw in receipts],
        "openings": [{**opening, "plaintext": _text(opening["plaintext"])} for opening in openings],
        "definitions": [_text(document) for document in definitions],
    }  # fmt: skip
    return envelopes.sign(value, type=envelopes.RECORD, suite=node.suite, keys=[node.keys["event"]]).raw


def write_members(trust: Trust, lists: Sequence[bytes]) -> bytes:
    """The trust file: root keys and the signed lists. The reader must have got it from somebody they trust, never with a record."""
    roots = [{"id": root.id, "public": _text(root.public)} for root in trust.roots]
    value = {
        "alliance": trust.alliance, "epoch": trust.epoch, "threshold": trust.threshold, "roots": roots,
        "lists": [_text(raw) for raw in lists],
    }  # fmt: skip
    return strictjson.canonical(value)


def read_members(data: bytes) -> Members:
    """Read a trust file and check each list against the roots. Refuses `BadDocument`, `NotEnoughSignatures`, `UntrustedKey`."""
    try:
        value = strictjson.parse(data, max_bytes=MAX_RECORD_BYTES)
        roots = tuple(Root(str(root["id"]), _bytes(root["public"])) for root in value["roots"])
        trust = Trust(str(value["alliance"]), roots, int(value["threshold"]), int(value["epoch"]))
        raws = [_bytes(raw) for raw in value["lists"]]
    except (ValueError, KeyError, TypeError) as error:
        raise BadDocument(reason=type(error).__name__) from None
    lists = [read_member_list(raw, trust) for raw in raws]
    return Members(trust, {members.version: members for members in lists})


def verify_record(data: bytes, *, members: Members) -> Verified:
    """Refuses `RecordFaulty`, naming the first fault: the file, then events in order, with the licences that they issue, receipts, openings,
    definitions, the seal of the file."""
    envelope, value = _file(data, members)
    events = _events(value, members)
    case = _folded(events, members)
    receipts = _receipts(value, events, members)
    openings = _openings(value, events, members)
    _definitions(value, events, members)
    _seal(envelope, value, events, members)
    return Verified(
        case=value["case"], region=value["region"], state=case.state, events=len(events), receipts=receipts,
        openings=openings, places=tuple(dict.fromkeys(event.payload.region for event in events)),
    )  # fmt: skip


def _file(data: bytes, members: Members) -> tuple[Envelope, Json]:
    try:
        envelope = envelopes.read(data, type=envelopes.RECORD, max_bytes=MAX_RECORD_BYTES)
        value = strictjson.parse_canonical(envelope.payload, max_bytes=MAX_RECORD_BYTES)
        if set(value) - {"definitions"} != EXPECTED or value["format"] != FORMAT:
            raise ValueError("not a record of this format")
    except (BadEnvelope, ValueError, TypeError) as error:
        raise RecordFaulty(where="file", why=error) from None
    if value["alliance"] != members.trust.alliance:
        raise RecordFaulty(where="file", why="made in another alliance than the trusted one")
    return envelope, value


def _events(value: Json, members: Members) -> list[StoredEvent]:
    head, events = chain.EMPTY, list[StoredEvent]()
    for number, text in enumerate(value["events"], start=1):
        where = f"event {number}"
        try:
            envelope = envelopes.read(_bytes(text), type=envelopes.EVENT)
            payload = _payload(envelope, value, members)
            hash = envelope.hash(members.trust.suite)
            if chain.operation(payload) == chain.REASSIGN:
                require_order(payload, head, find_list=members.lists.get)
            head = chain.advance(head, payload, hash=hash)
        except (BadEnvelope, BadSignature, BadEvent, LookupError, Refused, ValueError, TypeError) as error:
            raise RecordFaulty(where=where, why=_reason(error)) from None
        events.append(StoredEvent(value["region"], payload, hash, envelope.raw, payload.at))
    return events


def _folded(events: Sequence[StoredEvent], members: Members) -> projection.Case:
    """The chain is in order and signed; now whether each step was allowed, and to that place, and whether its licences are proved."""
    case: projection.Case | None = None
    for number, event in enumerate(events):
        try:
            if event.payload.critical and event.payload.kind_name not in EVENTS:
                raise TypeError("a step that this version does not know")
            case = projection.apply(case, event)
            prove_licence(event, events[:number], members=members.at(event.payload.list))
        except (BadSignature, LookupError, Refused, AttributeError, TypeError, ValueError) as error:
            raise RecordFaulty(where=f"event {event.seq}", why=_reason(error)) from None
    if case is None:
        raise RecordFaulty(where="file", why="holds no event")
    return case


def _payload(envelope: Envelope, value: Json, members: Members) -> Payload:
    payload = prove_event(envelope, lists=members, suite=members.trust.suite)
    if (payload.alliance, str(payload.case)) != (value["alliance"], value["case"]):
        raise ValueError("belongs to another case or alliance")
    return payload


def _receipts(value: Json, events: Sequence[StoredEvent], members: Members) -> int:
    known = {event.hash: event for event in events}
    for number, text in enumerate(value["receipts"], start=1):
        try:
            envelope = envelopes.read(_bytes(text), type=envelopes.RECEIPT)
            claims = prove_receipt(envelope, lists=members, suite=members.trust.suite)
            if claims["event"] in known and claims["seq"] != known[claims["event"]].seq:
                raise ValueError("names another position than its event has")
            if claims["case"] != value["case"]:
                raise ValueError("belongs to another case")
        except (BadEnvelope, BadSignature, LookupError, ValueError, TypeError) as error:
            raise RecordFaulty(where=f"receipt {number}", why=_reason(error)) from None
    return len(value["receipts"])


def _openings(value: Json, events: Sequence[StoredEvent], members: Members) -> int:
    refs = {ref.cipher: ref for event in events for ref in event.payload.sealed}
    licences = list_contents(events)
    for number, opening in enumerate(value["openings"], start=1):
        try:
            _opening(opening, refs, licences, members)
        except (ValueError, KeyError, TypeError) as error:
            raise RecordFaulty(where=f"opening {number}", why=_reason(error)) from None
    return len(value["openings"])


def _opening(opening: Json, refs: dict[str, SealedRef], licences: dict[str, str], members: Members) -> None:
    """`licences`: what the faces of licences say of parts."""
    ref, suite = refs[opening["cipher"]], members.trust.suite
    if set(opening) != {"cipher", "name", "plaintext"} or opening["name"] != ref.name:
        raise ValueError("does not name its part")
    plaintext = _bytes(opening["plaintext"])
    if commitment(plaintext, suite=suite) != ref.commit:
        raise ValueError("is not what was sealed and signed")
    if ref.cipher in licences and suite.hash(content(plaintext)) != licences[ref.cipher]:
        raise ValueError("is not what the licence was signed for")


def read_definitions(value: Json, *, suite: Suite) -> dict[str, Json]:
    """The documents that a record (its payload) carries, by the hashes of their content. ValueError for what is none."""
    raws = [_bytes(text) for text in value.get("definitions", [])]
    return {suite.hash(raw): strictjson.parse_canonical(raw, max_bytes=MAX_RECORD_BYTES) for raw in raws}


def _definitions(value: Json, events: Sequence[StoredEvent], members: Members) -> None:
    named = {event.payload.body.get("definition") for event in events}
    try:
        if not named.issuperset(read_definitions(value, suite=members.trust.suite)):
            raise ValueError("no event names it")
    except (ValueError, TypeError) as error:
        raise RecordFaulty(where="definitions", why=error) from None


def _seal(envelope: Envelope, value: Json, events: Sequence[StoredEvent], members: Members) -> None:
    """The file as a whole, signed by the node of the region whose copy it is."""
    newest = members.lists[max(members.lists)]
    last: datetime = events[-1].payload.at
    try:
        owner = newest.owner_of(envelope.key_id, "event", last)
        if not newest.hosts(owner.id, value["region"], last) or value["region"] not in events[-1].payload.audience:
            raise ValueError("made by a node that does not hold this case")
        public = newest.public_key(envelope.key_id, "event", last)
        envelopes.verify(envelope, suite=members.trust.suite, public_key_of=lambda _: public)
    except (BadEnvelope, BadSignature, LookupError, ValueError) as error:
        raise RecordFaulty(where="seal of the file", why=_reason(error)) from None


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _bytes(text: Any) -> bytes:
    data = base64.b64decode(str(text).encode("ascii"), validate=True)
    if base64.b64encode(data).decode() != text:
        raise binascii.Error("base64 is not canonical")
    return data


def _reason(error: Exception) -> str:
    if isinstance(error, LookupError):
        return "signed with a key that the trusted member list does not know"
    return str(error)
