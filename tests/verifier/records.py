"""Records, valid and broken, each with a name that says what was done to it. Signed by those who are entitled to, unless the name says other."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from tests.cast import JIYANG, LINYI
from tongban.alliance.documents import draft_member_list, node_entry, region_entries, sign_member_list
from tongban.alliance.members import KeyEntry, NodeEntry, Period
from tongban.alliance.trust import Root, Trust
from tongban.cases import events as kinds
from tongban.cases import record
from tongban.cases.tests.factories import APPLICATION, BOTH, CASE, CLAUSE, SUBMITTED, sign_chain, whole_case
from tongban.cases.writing import Step
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import SUITES, PrivateKey
from tongban.kernel.events import Baton, Json, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.sealing import SALT_BYTES

SUITE = SUITES[1]
Change = Callable[["Making"], bytes]
VALID: dict[str, Change] = {}
BROKEN: dict[str, Change] = {}


@dataclass(frozen=True)
class Making:
    """Who may write (济阳, 临邑), somebody whom no list knows, the time, and with which key each of them signs licences."""

    jiyang: Node
    linyi: Node
    stranger: Node
    at: datetime
    licence_keys: dict[str, PrivateKey] = field(default_factory=dict)

    def licence_key(self, node: Node) -> PrivateKey:
        return self.licence_keys.setdefault(node.id, SUITE.new_signing_key(owner=f"{node.id}.licence"))

    def chain(self) -> list[StoredEvent]:
        return whole_case(self.jiyang, self.linyi, self.at)

    def file(self, events: Sequence[StoredEvent], *, by: Node | None = None, **more: Any) -> bytes:
        given: Json = {"receipts": [], "openings": [], "region": JIYANG, "case_id": CASE} | more
        return record.write_record(node=by or self.jiyang, events=[event.envelope for event in events], **given)

    def receipt(self, event: StoredEvent, **changes: Any) -> bytes:
        claims = {
            "alliance": "demo", "case": str(CASE), "seq": event.seq, "event": event.hash, "stage": "STORED", "region": LINYI,
            "node": self.linyi.id, "inc": 1, "list": 1, "received_at": "2026-11-20T10:00:00.000Z",
        } | changes  # fmt: skip
        keys = [self.linyi.keys["event"]]
        return envelopes.sign(claims, type=envelopes.RECEIPT, suite=SUITE, keys=keys).raw

    def opening(self, event: StoredEvent) -> Json:
        """Of the application, as the chain seals it: the key is all zeroes, the salt is found by opening it anew."""
        ref = event.payload.sealed[0]
        return {
            "cipher": ref.cipher,
            "name": ref.name,
            "plaintext": bytes(SALT_BYTES) + strictjson.canonical(APPLICATION),
        }

    def trust_file(self) -> bytes:
        roots = [SUITE.new_signing_key(owner=f"root.{number}") for number in range(2)]
        trust = Trust("demo", tuple(Root(key.id, key.public) for key in roots), threshold=2)
        since, nodes = self.at - timedelta(days=1), [self.jiyang, self.linyi]
        document = draft_member_list(
            trust=trust, valid_from=since, nodes=[self._entry(node, since) for node in nodes],
            regions=[entry for node in nodes for entry in region_entries(node, since=since)],
        )  # fmt: skip
        return record.write_members(trust, [sign_member_list(document, keys=roots).raw])

    def _entry(self, node: Node, since: datetime) -> NodeEntry:
        entry, key = node_entry(node, since=since), self.licence_key(node)
        return replace(entry, keys=(*entry.keys, KeyEntry(key.id, "licence", key.public, Period(since))))


def valid(change: Change) -> Change:
    VALID[change.__name__] = change
    return change


def broken(change: Change) -> Change:
    BROKEN[change.__name__] = change
    return change


# Valid


@valid
def a_whole_case(making: Making) -> bytes:
    return making.file(making.chain())


@valid
def the_copy_of_the_other_place(making: Making) -> bytes:
    return making.file(making.chain(), by=making.linyi, region=LINYI)


@valid
def a_case_that_has_just_begun(making: Making) -> bytes:
    return making.file(making.chain()[:1])


@valid
def a_case_with_receipts(making: Making) -> bytes:
    chain = making.chain()
    return making.file(chain, receipts=[making.receipt(event) for event in chain[:3]])


@valid
def a_step_of_a_later_version(making: Making) -> bytes:
    """Not critical: whoever does not know it goes on."""
    chain = making.chain()[:2]
    later = replace(chain[1].payload, seq=3, prev=chain[1].hash, kind="cases.waved_at;v=1", critical=False, body={})
    return making.file([*chain, sign_event(later, chain[1], making.jiyang)])


# Broken: the file


@broken
def nothing_at_all(making: Making) -> bytes:
    return b""


@broken
def a_page_instead(making: Making) -> bytes:
    return b"<!doctype html><title>Sign in</title>"


@broken
def a_space_more(making: Making) -> bytes:
    return a_whole_case(making) + b"\n"


@broken
def cut_off(making: Making) -> bytes:
    return a_whole_case(making)[:-40]


@broken
def another_type(making: Making) -> bytes:
    return a_whole_case(making).replace(b"txp.record+json", b"txp.backup+json")


@broken
def another_alliance(making: Making) -> bytes:
    return _rewritten(making, lambda value: value | {"alliance": "other"})


@broken
def another_format(making: Making) -> bytes:
    return _rewritten(making, lambda value: value | {"format": "tongban-record;v=2"})


@broken
def a_key_more(making: Making) -> bytes:
    return _rewritten(making, lambda value: value | {"note": ""})


@broken
def no_events(making: Making) -> bytes:
    return making.file([])


@broken
def a_key_named_twice(making: Making) -> bytes:
    envelope = envelopes.read(a_whole_case(making), type=envelopes.RECORD, max_bytes=record.MAX_RECORD_BYTES)
    doubled = envelope.payload.replace(b'{"alliance":"demo"', b'{"alliance":"demo","alliance":"demo"', 1)
    return _wrapped(making, doubled)


@broken
def a_fraction(making: Making) -> bytes:
    envelope = envelopes.read(a_whole_case(making), type=envelopes.RECORD, max_bytes=record.MAX_RECORD_BYTES)
    return _wrapped(making, envelope.payload.replace(b'"receipts":[]', b'"receipts":[1.5]'))


# Broken: the seal


@broken
def sealed_by_a_stranger(making: Making) -> bytes:
    return making.file(making.chain(), by=making.stranger)


@broken
def sealed_by_the_other_node(making: Making) -> bytes:
    return making.file(making.chain(), by=making.linyi)


@broken
def the_copy_of_a_place_that_has_none(making: Making) -> bytes:
    return making.file(making.chain()[:2], by=making.linyi, region=LINYI)


@broken
def changed_after_it_was_sealed(making: Making) -> bytes:
    chain = making.chain()
    wire = json.loads(making.file(chain))
    value = strictjson.parse(base64.b64decode(wire["p"]), max_bytes=record.MAX_RECORD_BYTES)
    value["receipts"] = [base64.b64encode(making.receipt(chain[0])).decode()]
    return strictjson.canonical(wire | {"p": base64.b64encode(strictjson.canonical(value)).decode()})


# Broken: the chain


@broken
def an_event_is_missing(making: Making) -> bytes:
    return making.file([event for event in making.chain() if event.seq != 5])


@broken
def the_first_event_is_missing(making: Making) -> bytes:
    return making.file(making.chain()[1:])


@broken
def two_events_change_places(making: Making) -> bytes:
    chain = making.chain()
    return making.file([*chain[:4], chain[5], chain[4], *chain[6:]])


@broken
def an_event_stands_twice(making: Making) -> bytes:
    chain = making.chain()
    return making.file([*chain[:4], chain[3], *chain[4:]])


@broken
def an_event_by_a_stranger(making: Making) -> bytes:
    return _with_last(making, lambda payload: payload, by=making.stranger)


@broken
def an_event_signed_by_the_other_place(making: Making) -> bytes:
    return _with_last(making, lambda payload: payload, by=making.jiyang)


@broken
def an_event_of_another_case(making: Making) -> bytes:
    other = "01934567-89ab-7def-8123-000000000000"
    return _with_last(making, lambda payload: replace(payload, case=type(CASE)(other)))


@broken
def an_event_under_a_list_nobody_knows(making: Making) -> bytes:
    return _with_last(making, lambda payload: replace(payload, list=9))


@broken
def an_event_before_the_key_was_valid(making: Making) -> bytes:
    return _with_last(making, lambda payload: replace(payload, at=making.at - timedelta(days=30)))


@broken
def somebody_is_left_out_of_the_audience(making: Making) -> bytes:
    return _with_last(making, lambda payload: replace(payload, audience=(LINYI,)))


@broken
def the_wrong_place_writes(making: Making) -> bytes:
    return _with_last(making, lambda payload: replace(payload, region=JIYANG, node=making.jiyang.id), by=making.jiyang)


@broken
def handed_over_to_oneself(making: Making) -> bytes:
    steps = [
        (making.jiyang, Step(SUBMITTED, baton=Baton("open"), clause=CLAUSE, audience=(JIYANG,))),
        (
            making.jiyang,
            Step(kinds.CaseOffered(JIYANG, "x"), baton=Baton("offer", JIYANG), clause=CLAUSE, audience=BOTH),
        ),
    ]
    return making.file(sign_chain(steps, making.at))


@broken
def decided_before_it_was_received(making: Making) -> bytes:
    steps = [
        (making.jiyang, Step(SUBMITTED, baton=Baton("open"), clause=CLAUSE, audience=BOTH)),
        (making.jiyang, Step(kinds.CaseApproved("rules"), audience=BOTH)),
    ]
    return making.file(sign_chain(steps, making.at))


@broken
def decided_by_the_receiving_place(making: Making) -> bytes:
    steps = [
        (making.jiyang, Step(SUBMITTED, baton=Baton("open"), clause=CLAUSE, audience=BOTH)),
        (making.jiyang, Step(kinds.CaseReceived("sms", "2026-11-27", False, {}), audience=BOTH)),
        (making.jiyang, Step(kinds.CaseAccepted("2026-11-24", False, {}), audience=BOTH)),
    ]
    return making.file(sign_chain(steps, making.at))


@broken
def a_critical_step_of_a_later_version(making: Making) -> bytes:
    return _with_last(making, lambda payload: replace(payload, kind="cases.turned_over;v=1", critical=True))


# Broken: receipts, openings, definitions


@broken
def a_receipt_for_another_case(making: Making) -> bytes:
    chain = making.chain()
    return making.file(chain, receipts=[making.receipt(chain[0], case="01934567-89ab-7def-8123-000000000000")])


@broken
def a_receipt_for_another_position(making: Making) -> bytes:
    chain = making.chain()
    return making.file(chain, receipts=[making.receipt(chain[0], seq=7)])


@broken
def a_receipt_by_somebody_else(making: Making) -> bytes:
    chain = making.chain()
    return making.file(chain, receipts=[making.receipt(chain[0], region=JIYANG)])


@broken
def something_else_than_was_sealed(making: Making) -> bytes:
    chain = making.chain()
    return making.file(chain, openings=[making.opening(chain[0])])


@broken
def an_opening_of_nothing(making: Making) -> bytes:
    return making.file(making.chain(), openings=[{"cipher": "0" * 64, "name": "application", "plaintext": bytes(20)}])


@broken
def a_definition_that_no_event_names(making: Making) -> bytes:
    return making.file(making.chain(), definitions=[strictjson.canonical({"key": "x"})])


def _rewritten(making: Making, change: Callable[[Json], Json]) -> bytes:
    envelope = envelopes.read(a_whole_case(making), type=envelopes.RECORD, max_bytes=record.MAX_RECORD_BYTES)
    value = strictjson.parse(envelope.payload, max_bytes=record.MAX_RECORD_BYTES)
    return _wrapped(making, strictjson.canonical(change(value)))


def _wrapped(making: Making, payload: bytes) -> bytes:
    return envelopes.sign_bytes(payload, type=envelopes.RECORD, suite=SUITE, keys=[making.jiyang.keys["event"]]).raw


def _with_last(making: Making, change: Callable[[Any], Any], *, by: Node | None = None) -> bytes:
    """The last event says something else, and is signed."""
    chain = making.chain()
    return making.file([*chain[:-1], sign_event(change(chain[-1].payload), chain[-1], by or making.linyi)])


def sign_event(payload: Any, like: StoredEvent, by: Node) -> StoredEvent:
    """An event that says something else than `like`."""
    envelope = envelopes.sign(payload.as_json(), type=envelopes.EVENT, suite=SUITE, keys=[by.keys["event"]])
    return replace(like, payload=payload, hash=envelope.hash(SUITE), envelope=envelope.raw)
