"""A record proves itself, names its first fault, and never brings its own trust."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import JIYANG, LINYI
from tongban.alliance.documents import draft_member_list, node_entry, region_entries, sign_member_list
from tongban.alliance.trust import Root, Trust
from tongban.alliance.verification import NotEnoughSignatures
from tongban.cases.record import RecordFaulty, read_members, verify_record, write_members, write_record
from tongban.cases.tests.factories import APPLICATION, CASE, whole_case
from tongban.kernel import strictjson
from tongban.kernel.crypto import SUITES
from tongban.kernel.node import Node

SUITE = SUITES[1]


@pytest.fixture
def trust_file(node: Node, linyi: Node, at: datetime) -> bytes:
    return make_trust_file([node, linyi], at)


def make_trust_file(
    nodes: list[Node], at: datetime, *, alliance: str = "demo", signed_by_stranger: bool = False
) -> bytes:
    roots = [SUITE.new_signing_key(owner=f"root.{n}") for n in range(2)]
    trust = Trust(alliance, tuple(Root(key.id, key.public) for key in roots), threshold=2)
    since = at - timedelta(days=1)
    document = draft_member_list(
        trust=trust, valid_from=since, nodes=[node_entry(node, since=since) for node in nodes],
        regions=[entry for node in nodes for entry in region_entries(node, since=since)],
    )  # fmt: skip
    keys = [SUITE.new_signing_key(owner="stranger")] if signed_by_stranger else roots
    return write_members(trust, [sign_member_list(document, keys=keys).raw])


@pytest.fixture
def record(node: Node, linyi: Node, at: datetime) -> bytes:
    chain = whole_case(node, linyi, at)
    return write_record(
        node=node, region=JIYANG, case_id=CASE, events=[event.envelope for event in chain], receipts=[], openings=[]
    )


def verify(record: bytes, trust_file: bytes):
    return verify_record(record, members=read_members(trust_file))


def test_a_whole_case_verifies_and_says_how_it_ended(record: bytes, trust_file: bytes) -> None:
    verified = verify(record, trust_file)
    assert (verified.state, verified.events, verified.places) == ("closed", 9, (JIYANG, LINYI))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_flipped_byte_is_refused(record: bytes, trust_file: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(record) - 1))
    bit = data.draw(st.integers(0, 7))
    flipped = record[:position] + bytes([record[position] ^ (1 << bit)]) + record[position + 1 :]
    with pytest.raises(RecordFaulty):
        verify(flipped, trust_file)


def test_a_record_of_another_alliance_is_refused(record: bytes, huimin: Node, at: datetime) -> None:
    with pytest.raises(RecordFaulty, match="file"):
        verify(record, make_trust_file([huimin], at, alliance="other"))


def test_keys_that_the_trusted_list_does_not_know_are_refused(record: bytes, huimin: Node, at: datetime) -> None:
    with pytest.raises(RecordFaulty, match="event 1 "):
        verify(record, make_trust_file([huimin], at))


def test_a_member_list_that_the_roots_did_not_sign_is_refused(
    record: bytes, node: Node, linyi: Node, at: datetime
) -> None:
    with pytest.raises(NotEnoughSignatures):
        verify(record, make_trust_file([node, linyi], at, signed_by_stranger=True))


def test_a_missing_event_is_named_by_its_place(node: Node, linyi: Node, at: datetime, trust_file: bytes) -> None:
    chain = whole_case(node, linyi, at)
    events = [event.envelope for event in chain if event.seq != 5]
    cut = write_record(node=node, region=JIYANG, case_id=CASE, events=events, receipts=[], openings=[])
    with pytest.raises(RecordFaulty, match="event 5 "):
        verify(cut, trust_file)


def test_an_event_by_the_wrong_place_is_refused(node: Node, linyi: Node, huimin: Node, at: datetime) -> None:
    trust_file = make_trust_file([node, linyi, huimin], at)
    events = [event.envelope for event in whole_case(huimin, linyi, at)]
    record = write_record(node=node, region=JIYANG, case_id=CASE, events=events, receipts=[], openings=[])
    with pytest.raises(RecordFaulty, match="event 1 "):
        verify(record, trust_file)


def test_an_opening_must_be_what_was_sealed(node: Node, linyi: Node, at: datetime, trust_file: bytes) -> None:
    chain = whole_case(node, linyi, at)
    ref = chain[0].payload.sealed[0]
    other = {"cipher": ref.cipher, "name": "application", "plaintext": bytes(16) + strictjson.canonical(APPLICATION)}
    record = write_record(
        node=node, region=JIYANG, case_id=CASE, events=[e.envelope for e in chain], receipts=[], openings=[other]
    )
    with pytest.raises(RecordFaulty, match="opening 1 "):
        verify(record, trust_file)


def test_what_is_no_record_is_refused(trust_file: bytes) -> None:
    for data in (b"", b"{}", json.dumps({"t": "x"}).encode(), b"\x00" * 100):
        with pytest.raises(RecordFaulty, match="file"):
            verify(data, trust_file)
