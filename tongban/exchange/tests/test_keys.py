"""Keys change, end, are stolen; nodes are suspended: nothing that was honestly signed is lost, nothing forged gets in (X3, T4, R2, R19)."""

from datetime import timedelta

import pytest
from django.db import transaction

from tests.cast import HUIMIN, JIYANG, LINYI, clerk
from tongban.alliance import queries as lists
from tongban.alliance.tests.factories import TRUST
from tongban.alliance.tests.rotating import fresh_node, next_list
from tongban.exchange import disputes, log, queries, receipts
from tongban.exchange.lists import take_list
from tongban.exchange.models import CaseHead, Outbox
from tongban.exchange.proposals import propose
from tongban.exchange.requests import BadRequestSignature, NodeSuspended, sign_request, verify_request
from tongban.exchange.tests.factories import SUPPLEMENT, noted, opened, send_raw, waiting_jobs, write
from tongban.exchange.wire import Item
from tongban.kernel import envelopes, registries, vault
from tongban.kernel.ids import new_id
from tongban.kernel.node import load_node, make_key
from tongban.kernel.scope import scope

EVERYONE = (JIYANG, LINYI, HUIMIN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def node(tmp_path):
    """济阳 with keys that a test may change."""
    registries.set_node(fresh_node(tmp_path, JIYANG))
    return registries.current_node()


@pytest.fixture
def linyi(tmp_path):
    return fresh_node(tmp_path, LINYI)


@pytest.fixture
def chain(node, linyi, huimin, alliance, case_id, at):
    """Two events of 济阳 for all three, under its first key."""
    return write(node, case_id, opened(audience=EVERYONE), noted(), at=at)


def signer(event):
    return envelopes.read(event.envelope, type=envelopes.EVENT).key_id


def take(node, at, **changes):
    return take_list(node=node, raw=next_list(at, **changes), trust=TRUST, at=at)


def rotate(node, at, **changes):
    """A second event key, in force at once; the first ends a day later."""
    make_key(node, "event")
    return take(node, at, shows=[node], **changes)


def send(to, events, *, at, peer, beside=()):
    """What became of each, with the reason."""
    items = [Item(event.envelope, receipts=tuple(beside)) for event in events]
    return [(answer.status, answer.code) for answer in send_raw(to, items, at=at, peer=peer)]


def receipt_of(witness, event, at, received_at):
    """That `witness` says it had the event at that time."""
    said = receipts.Statement(event.hash, event.case, event.seq, "STORED", received_at)
    members = lists.current_list(at)
    return receipts.issue(node=witness, region=witness.regions[0], statements=[said], members=members, at=at)[0]


# A new key beside the old one


def test_a_new_key_waits_for_the_list_and_its_hour(node, case_id, chain, at):
    """X3"""
    key = make_key(node, "event")
    assert signer(*write(node, case_id, noted(), at=at)) == signer(chain[0])
    take(node, at, shows=[node], lead=HOUR)
    assert signer(*write(node, case_id, noted(), at=at)) == signer(chain[0])
    assert signer(*write(node, case_id, noted(), at=at + HOUR)) == key.id


def test_a_running_process_finds_a_key_that_was_made_after_its_start(node, case_id, chain, at):
    """X3"""
    made_elsewhere = load_node(node.home)
    key = make_key(made_elsewhere, "event")
    take(made_elsewhere, at, shows=[made_elsewhere])
    assert signer(*write(node, case_id, noted(), at=at)) == key.id


def test_peers_take_events_of_both_keys(node, linyi, case_id, chain, at):
    """X3"""
    rotate(node, at)
    later = write(node, case_id, noted(), at=at)
    assert signer(later[0]) != signer(chain[0])
    assert send(linyi, [*chain, *later], at=at, peer=node) == [("stored", "")] * 3


def test_a_peer_with_the_older_list_asks_for_time_and_for_the_list(node, linyi, case_id, chain, at):
    """X3, R19: retry, never rejected."""
    before = transaction.savepoint()
    rotate(node, at)
    (later,) = write(node, case_id, noted(), at=at)
    transaction.savepoint_rollback(before)
    assert send(linyi, [later], at=at, peer=node) == [("retry", "unknown-key")]
    assert waiting_jobs("exchange.fetch_lists") == 1


def test_a_key_that_is_not_known_asks_only_once_for_the_list(node, linyi, huimin, case_id, chain, at):
    """R19"""
    before = transaction.savepoint()
    rotate(node, at)
    later = write(node, case_id, noted(), noted(), at=at)
    transaction.savepoint_rollback(before)
    for peer in (node, huimin):
        send(linyi, later, at=at, peer=peer)
    assert waiting_jobs("exchange.fetch_lists") == 1


def test_what_was_wrapped_for_the_old_key_still_opens(node, case_id, chain, at):
    """X3"""
    with scope([JIYANG]):
        key = vault.create_key(node=node, region=JIYANG, case_id=case_id)
        make_key(node, "encryption")
        take(node, at, shows=[node])
        assert vault.get_key(node=node, region=JIYANG, case_id=case_id) == key
        assert vault.get_key(node=load_node(node.home), region=JIYANG, case_id=case_id) == key


def test_a_request_may_be_signed_with_the_key_before(node, chain, at):
    """X3: a peer with the older list is asked again with it."""
    old = node.keys["request"]
    make_key(node, "request")
    take(node, at, shows=[node])
    asked = {"method": "GET", "url": "http://x/", "at": at}
    for key in (None, old):
        headers = sign_request(node=node, body=None, key=key, **asked)
        assert verify_request(headers=headers, body=b"", members=lists.current_list(at), **asked).id == node.id
    assert node.keys["request"] != old


# Whose key, and for what (R2)


def test_exactly_one_signature(node, linyi, chain, at):
    """R2"""
    first = envelopes.read(chain[0].envelope, type=envelopes.EVENT)
    other = envelopes.sign_bytes(first.payload, type=envelopes.EVENT, suite=linyi.suite, keys=[linyi.keys["event"]])
    doubled = envelopes.assemble(first.payload, type=envelopes.EVENT, signatures=[*first.signatures, *other.signatures])
    (answer,) = send_raw(linyi, [Item(doubled.raw)], at=at, peer=node)
    assert (answer.status, answer.code) == ("rejected", "malformed")


def test_a_key_of_another_purpose_signs_no_event(node, linyi, chain, at):
    """R2"""
    payload = envelopes.read(chain[0].envelope, type=envelopes.EVENT).payload
    signed = envelopes.sign_bytes(payload, type=envelopes.EVENT, suite=node.suite, keys=[node.keys["request"]])
    (answer,) = send_raw(linyi, [Item(signed.raw)], at=at, peer=node)
    assert (answer.status, answer.code) == ("retry", "unknown-key")


# A key that has ended


@pytest.fixture
def ended(node, chain, at):
    """Three days later: the first key has ended two days ago."""
    rotate(node, at + HOUR)
    return at + 3 * DAY


def test_an_ended_key_alone_proves_nothing(linyi, huimin, chain, ended):
    """T4: whoever stole it writes any date and names any old list."""
    assert send(linyi, chain, at=ended, peer=huimin) == [("retry", "unvouched"), ("gap", "")]


def test_a_receipt_from_before_the_end_vouches(linyi, huimin, chain, ended, at):
    """T4"""
    beside = [receipt_of(huimin, event, ended, at + HOUR) for event in chain]
    assert send(linyi, chain, at=ended, peer=huimin, beside=beside) == [("stored", "")] * 2


def test_a_receipt_from_after_the_end_does_not(linyi, huimin, chain, ended):
    """T4"""
    beside = [receipt_of(huimin, event, ended, ended - HOUR) for event in chain[:1]]
    assert send(linyi, chain[:1], at=ended, peer=huimin, beside=beside) == [("retry", "unvouched")]


def test_a_receipt_of_the_author_does_not(node, linyi, huimin, chain, ended, at):
    """T4"""
    beside = [receipt_of(node, event, ended, at + HOUR) for event in chain[:1]]
    assert send(linyi, chain[:1], at=ended, peer=huimin, beside=beside) == [("retry", "unvouched")]


def test_a_receipt_about_another_event_does_not(linyi, huimin, chain, ended, at):
    """T4"""
    beside = [receipt_of(huimin, chain[1], ended, at + HOUR)]
    assert send(linyi, chain[:1], at=ended, peer=huimin, beside=beside) == [("retry", "unvouched")]


def test_a_later_event_under_a_key_of_today_vouches(node, linyi, huimin, case_id, chain, ended):
    """T4, X3: catching up after a rotation."""
    later = write(node, case_id, noted(), at=ended)
    assert send(linyi, [*chain, *later], at=ended, peer=huimin) == [("stored", "")] * 3


def test_a_later_event_that_may_not_stand_there_does_not(linyi, huimin, case_id, chain, ended):
    """T4: 惠民 never held the case."""
    claims = envelopes.read(chain[1].envelope, type=envelopes.EVENT).claims()
    forged = claims | {"seq": 3, "prev": chain[1].hash, "region": HUIMIN, "node": huimin.id, "list": 2}
    signed = envelopes.sign(forged, type=envelopes.EVENT, suite=huimin.suite, keys=[huimin.keys["event"]])
    answers = send_raw(linyi, [*(Item(event.envelope) for event in chain), Item(signed.raw)], at=ended, peer=huimin)
    assert [answer.status for answer in answers] == ["retry", "gap", "gap"]


def test_its_own_node_may_hand_it_over(node, linyi, chain, ended):
    """X3: what could not be sent all the while."""
    assert send(linyi, chain, at=ended, peer=node) == [("stored", "")] * 2


def test_the_list_of_its_time_must_have_known_the_key(node, linyi, chain, ended, at):
    """T4: an event under the new key that names the list before it."""
    claims = envelopes.read(chain[0].envelope, type=envelopes.EVENT).claims()
    new = node.find_key("event", lists.current_list(ended).find_node(node.id).key_for("event", ended).id)
    signed = envelopes.sign(claims, type=envelopes.EVENT, suite=node.suite, keys=[new])
    (answer,) = send_raw(linyi, [Item(signed.raw)], at=at, peer=node)
    assert (answer.status, answer.code) == ("retry", "unknown-key")


def test_senders_put_beside_it_who_else_had_it(node, linyi, huimin, network, chain, at):
    """T4: what 惠民 gets from 临邑, three days later."""
    network.down.add(huimin.id)
    network.settle(at)
    rotate(node, at + HOUR)
    later = at + 3 * DAY
    with scope([LINYI]):
        log.requeue_events(region=LINYI, case_id=chain[0].case, peer=HUIMIN, positions=range(1, 3), at=later)
    network.down = {node.id}
    network.deliver(linyi, later)
    assert head(HUIMIN, chain[0].case).seq == 2
    assert all(item.receipts for item in network.log[-1].items)


def test_receipts_of_an_ended_key_still_stand(node, linyi, network, chain, at):
    """R10, T4: the original bytes, whatever has become of the key."""
    network.settle(at)
    rotate(linyi, at + HOUR)
    items = [Item(event.envelope) for event in chain]
    answers = send_raw(linyi, items, at=at + 3 * DAY, peer=node)
    members = lists.current_list(at + 3 * DAY)
    assert [answer.status for answer in answers] == ["duplicate"] * 2
    assert receipts.verify(answers[0].receipt, members=members, at=at + 3 * DAY).region == LINYI


# A key that was stolen


def test_what_nobody_had_before_the_theft_is_disputed(node, linyi, network, case_id, chain, at):
    """X3: cases wait where the event is held, at its author too."""
    network.settle(at)
    write(node, case_id, noted(), at=at + 2 * HOUR)
    network.settle(at + 2 * HOUR)
    accuse(node, linyi, at=at + 3 * HOUR, since=at + HOUR)
    for region in (JIYANG, LINYI):
        assert head(region, case_id).parked == "disputed-key"


def test_what_was_witnessed_before_stays(node, linyi, network, case_id, chain, at):
    """X3"""
    network.settle(at)
    accuse(node, linyi, at=at + 3 * HOUR, since=at + HOUR)
    assert [head(region, case_id).parked for region in EVERYONE] == [""] * 3


def test_a_case_that_was_looked_at_does_not_wait_again(node, linyi, network, case_id, chain, at):
    """X3: a later list repeats the accusation."""
    network.settle(at + 2 * HOUR)
    accuse(node, linyi, at=at + 3 * HOUR, since=at + HOUR)
    with scope(EVERYONE):
        CaseHead.objects.filter(case_id=case_id).update(parked="")
    take(node, at + 4 * HOUR)
    assert head(JIYANG, case_id).parked == ""


def test_a_stolen_key_brings_nothing_new(node, linyi, huimin, chain, at):
    """X3: not even by its own node, and not because something follows it."""
    accuse(node, linyi, at=at + 3 * HOUR, since=at - HOUR)
    assert send(linyi, chain[:1], at=at + 3 * HOUR, peer=node) == [("retry", "disputed-key")]


def test_a_receipt_from_before_the_theft_vouches(node, linyi, huimin, chain, at):
    """X3"""
    beside = [receipt_of(huimin, event, at, at) for event in chain]
    accuse(node, linyi, at=at + 3 * HOUR, since=at + HOUR)
    assert send(linyi, chain, at=at + 3 * HOUR, peer=huimin, beside=beside) == [("stored", "")] * 2


def accuse(node, other, *, at, since):
    """The list says since when somebody else may have the first key of `node`, which has a second one."""
    stolen = {node.keys["event"].id: since}
    make_key(node, "event")
    raw = next_list(at, shows=[node], stolen=stolen)
    take_list(node=node, raw=raw, trust=TRUST, at=at)
    # The list is in the tables of all nodes here; each does this for itself.
    disputes.park_disputed(other, lists.current_list(at))


# A node that is suspended


def test_a_suspended_node_is_shown_the_door(node, chain, at):
    """P4: the next request after the list."""
    take(node, at + HOUR, suspended=[node.id])
    asked = {"method": "GET", "url": "http://x/", "at": at + HOUR}
    headers = sign_request(node=node, body=None, **asked)
    with pytest.raises(NodeSuspended):
        verify_request(headers=headers, body=b"", members=lists.current_list(at + HOUR), **asked)
    with pytest.raises(BadRequestSignature):
        verify_request(headers=headers | {"Signature": "txp=:AAAA:"}, body=b"",
                       members=lists.current_list(at + HOUR), **asked)  # fmt: skip


def test_nothing_new_of_it_is_taken_and_what_is_held_stays(node, linyi, huimin, network, case_id, chain, at):
    """P4, R17"""
    network.settle(at)
    late = write(node, case_id, noted(), at=at + HOUR)
    take(linyi, at + 2 * HOUR, suspended=[node.id])
    assert send(linyi, late, at=at + 2 * HOUR, peer=huimin) == [("retry", "unvouched")]
    assert head(LINYI, case_id).seq == 2


def test_its_events_wait_without_noise_and_go_when_it_is_back(node, linyi, network, case_id, chain, at):
    """P4"""
    take(node, at + HOUR, suspended=[LINYI + "-1"])
    network.settle(at + HOUR)
    with scope([JIYANG]):
        rows = Outbox.objects.filter(case_id=case_id, peer_region=LINYI)
        assert {(row.tries, row.last_error, row.claimed_until) for row in rows} == {(0, "", None)}
    take(node, at + 2 * HOUR, reinstated=[LINYI + "-1"])
    network.settle(at + 2 * HOUR)
    assert head(LINYI, case_id).seq == 2


def test_a_request_under_an_ended_key_comes_from_its_own_node_only(node, linyi, huimin, network, case_id, chain, at):
    """T4"""
    network.settle(at)
    with scope([LINYI]):
        said = propose(
            node=linyi, region=LINYI, case_id=case_id, kind=SUPPLEMENT, body={}, cmd=new_id(), request=b"r",
            by=clerk(LINYI), role="reception", at=at,
        )  # fmt: skip
    rotate(linyi, at + HOUR)
    for peer, code in ((huimin, "unvouched"), (linyi, "unknown-kind")):
        (answer,) = send_raw(node, [Item(said.envelope, proposal=True)], at=at + 3 * DAY, peer=peer)
        assert answer.code == code


def head(region, case_id):
    with scope([region]):
        return queries.get_head(region, case_id)


# A list that ends


def test_exchange_stops_after_the_grace_and_local_work_goes_on(node, network, case_id, chain, at):
    """T4: and exchange goes on with the next list."""
    stopped = lists.newest_list().valid_until + lists.GRACE + HOUR
    network.settle(stopped)
    write(node, case_id, noted(), at=stopped)
    with scope([JIYANG]):
        assert {waiting.reason for waiting in queries.waiting(JIYANG, case_id)} <= {"list-expired", ""}
        assert len(queries.waiting(JIYANG, case_id)) == 2
    take(node, stopped)
    network.settle(stopped + DAY)
    assert head(LINYI, case_id).seq == 3


def test_within_the_grace_exchange_goes_on(node, network, case_id, chain, at):
    """T4"""
    network.settle(lists.newest_list().valid_until + lists.GRACE - HOUR)
    assert head(LINYI, case_id).seq == 2
