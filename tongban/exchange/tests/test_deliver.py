"""From outbox to receipt: in order within a case, for ever, and nothing counts without a receipt that verifies."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance.tests.factories import found_alliance
from tongban.exchange import outbox, queries, receipts, services, shipping, wire
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.models import Outbox
from tongban.exchange.tests.factories import (
    Network,
    accepted,
    clause,
    link,
    members,
    noted,
    offered,
    opened,
    seal,
    write,
)
from tongban.kernel import envelopes, vault
from tongban.kernel.events import Payload
from tongban.kernel.ids import new_id
from tongban.kernel.node import create_node
from tongban.kernel.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


def stages(region, case_id):
    return [(receipt.seq, receipt.stage, receipt.issuer) for receipt in queries.list_receipts(region, case_id)]


def open_case(node, case_id, at, *more):
    return write(node, case_id, opened(), *more, offered(), at=at)


def test_a_case_travels_and_both_sides_hold_the_receipts(node, linyi, network, case_id, at):
    open_case(node, case_id, at)
    assert network.deliver(node, at) == 2
    assert stages(JIYANG, case_id) == stages(LINYI, case_id) == [(1, "STORED", LINYI), (2, "STORED", LINYI)]
    assert queries.waiting(JIYANG, case_id) == []
    assert network.deliver(node, at) == 0


def test_the_whole_hand_over(node, linyi, network, case_id, at):
    part = seal(node, case_id, {"name": "罗建国"})
    write(node, case_id, opened(sealed=(part.ref,)), offered(), at=at, parts=[part])
    network.settle(at)
    write(linyi, case_id, accepted(), noted(approved=True), at=at)
    network.settle(at)
    ours, theirs = queries.get_chain(JIYANG, case_id), queries.get_chain(LINYI, case_id)
    assert [event.envelope for event in ours] == [event.envelope for event in theirs]
    assert (queries.get_head(JIYANG, case_id).state, queries.get_head(LINYI, case_id).state) == ("foreign", "held")
    key = vault.get_key(node=linyi, region=LINYI, case_id=case_id)
    assert vault.read_part(part.ref, key=key, node=linyi, region=LINYI) == {"name": "罗建国"}


def test_admitted_travels_with_the_acceptance(node, linyi, network, case_id, at):
    _, offer = open_case(node, case_id, at)
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    admitted = [receipt for receipt in queries.list_receipts(JIYANG, case_id) if receipt.stage == "ADMITTED"]
    assert [(receipt.seq, receipt.event, receipt.issuer) for receipt in admitted] == [(2, offer.hash, LINYI)]
    receipts.verify(admitted[0].envelope, members=members(at), at=at)


def test_three_regions_hold_one_chain(node, linyi, huimin, network, case_id, at):
    write(node, case_id, opened(audience=(HUIMIN,)), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, accepted(), offered(HUIMIN, receiving=LINYI), at=at)
    network.settle(at)
    write(huimin, case_id, accepted(), at=at)
    network.settle(at)
    hashes = {queries.get_head(region, case_id).hash for region in (JIYANG, LINYI, HUIMIN)}
    assert len(hashes) == 1 and queries.get_head(HUIMIN, case_id).seq == 5


def test_whoever_joins_late_gets_everything(node, linyi, huimin, network, case_id, at):
    open_case(node, case_id, at)
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    write(linyi, case_id, offered(HUIMIN, receiving=LINYI), at=at)
    network.settle(at)
    assert [event.seq for event in queries.get_chain(HUIMIN, case_id)] == [1, 2, 3, 4]
    assert vault.has_key(region=HUIMIN, case_id=case_id) == vault.has_key(region=JIYANG, case_id=case_id)


def test_two_regions_of_one_node_exchange_like_any_others(db, tmp_path, at, case_id):
    """No shortcut inside a node: the same envelopes, receipts and agreement."""
    both = create_node(
        tmp_path / "both",
        id="both-1",
        alliance="demo",
        regions=(JIYANG, LINYI),
        url="http://both.localhost:1",
        demo=True,
    )
    huimin = create_node(
        tmp_path / "h", id="h-1", alliance="demo", regions=(HUIMIN,), url="http://h.localhost:1", demo=True
    )
    found_alliance([both, huimin], at)
    network = Network({both.id: both, huimin.id: huimin})
    write(both, case_id, opened(), offered(), at=at, region=JIYANG)
    network.settle(at)
    write(both, case_id, accepted(), at=at, region=LINYI)
    network.settle(at)
    assert stages(JIYANG, case_id) == [
        (1, "STORED", LINYI), (2, "STORED", LINYI), (2, "ADMITTED", LINYI), (3, "STORED", JIYANG),
    ]  # fmt: skip
    assert queries.get_head(JIYANG, case_id).hash == queries.get_head(LINYI, case_id).hash


def test_a_lost_reply_changes_nothing(node, linyi, network, case_id, at):
    open_case(node, case_id, at)
    network.lose = 1
    assert network.deliver(node, at) == 0
    first = stages(LINYI, case_id)
    network.settle(at + timedelta(minutes=1))
    assert network.answers[0].status == "duplicate"
    assert stages(LINYI, case_id) == first == stages(JIYANG, case_id)


def test_a_dead_peer_is_tried_for_ever_and_says_why(node, linyi, network, case_id, at):
    open_case(node, case_id, at)
    network.down.add(linyi.id)
    for hours in range(30):
        assert network.deliver(node, at + timedelta(hours=hours)) == 0
    (waiting,) = queries.waiting(JIYANG, case_id)
    assert (waiting.peer, waiting.reason, waiting.since) == (LINYI, "unreachable: ConnectError", at)
    assert waiting.next_try <= at + timedelta(hours=29, seconds=300)
    network.down.clear()
    assert network.deliver(node, at + timedelta(days=7)) == 2


def test_a_backlog_knocks_once(node, linyi, network, at):
    for _ in range(60):
        open_case(node, new_id(), at)
    network.down.add(linyi.id)
    with scope([JIYANG]):
        assert len(outbox.list_links([JIYANG], at)) == 1
        network.deliver(node, at)
        assert outbox.list_links([JIYANG], at) == []


def test_a_peer_that_answers_again_gets_everything_at_once(node, linyi, network, at):
    for _ in range(60):
        open_case(node, new_id(), at)
    network.down.add(linyi.id)
    network.deliver(node, at)
    network.down.clear()
    later = at + timedelta(seconds=2)
    assert network.deliver(node, later) == 100 and network.deliver(node, later) == 20


def test_a_new_event_ends_the_wait(node, linyi, network, case_id, at):
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    network.down.add(linyi.id)
    network.deliver(node, at, jitter=100)
    network.down.clear()
    soon = at + timedelta(seconds=1)
    assert network.deliver(node, soon) == 0
    write(node, case_id, noted(), at=soon)
    assert network.deliver(node, soon) == 2


def test_one_dead_peer_holds_up_no_other(node, linyi, huimin, network, case_id, at):
    write(node, case_id, opened(audience=(LINYI, HUIMIN)), at=at)
    network.down.add(linyi.id)
    assert network.deliver(node, at) == 1
    assert queries.get_head(HUIMIN, case_id).seq == 1


@pytest.mark.parametrize(
    "reply",
    [b"<html>Please log in</html>", b'{"answers":[]}', b"", b'{"answers":[{"status":"stored"},{"status":"stored"}]}'],
)
def test_w6_a_page_with_status_200_is_no_receipt(node, linyi, network, case_id, at, reply):
    open_case(node, case_id, at)
    network.reply = reply
    assert network.deliver(node, at) == 0
    assert len(queries.waiting(JIYANG, case_id)) == 1 and not queries.list_receipts(JIYANG, case_id)


def forge(network, node, at, make):
    """Deliver with the peer's receipts replaced by what `make` returns for each."""
    genuine = []

    class Forger:
        def post(self, base, path, body, *, at):
            answers = wire.read_answers(network.poster(node).post(base, path, body, at=at), expected=2)
            genuine.extend(answers)
            return wire.write_answers([make(answers, number) for number in range(2)])

    return services.deliver_once(node, at, poster=Forger(), jitter=lambda low, high: high)


def test_m2_a_receipt_for_another_event_does_not_count(node, linyi, network, case_id, at):
    open_case(node, case_id, at)
    assert forge(network, node, at, lambda answers, number: answers[1 - number]) == 0
    (waiting,) = queries.waiting(JIYANG, case_id)
    assert waiting.reason == "receipt: about another event"


def test_a_receipt_of_another_stage_does_not_count(node, linyi, network, case_id, at):
    open_case(node, case_id, at)
    made = forge(network, node, at, lambda answers, n: wire.Answer("rejected", answers[n].receipt, code="x"))
    assert made == 0 and Outbox.objects.filter(rejected_at=None).count() == 2


def test_a_receipt_by_another_node_does_not_count(node, linyi, huimin, network, case_id, at):
    events = open_case(node, case_id, at)
    statement = receipts.Statement(events[0].hash, case_id, 1, "STORED", at)
    (false,) = receipts.issue(node=huimin, region=HUIMIN, statements=[statement], members=members(at), at=at)
    assert forge(network, node, at, lambda answers, n: wire.Answer("stored", false)) == 0
    assert queries.list_receipts(JIYANG, case_id) == []


def test_a_rejected_event_stops_only_its_case(node, linyi, network, case_id, at):
    other = new_id()
    open_case(node, other, at)
    open_case(node, case_id, at)
    network.nodes = {node.id: node, linyi.id: linyi}
    suite = node.suite

    class Rejecting:
        def post(self, base, path, body, *, at):
            batch = wire.read_batch(body)
            answers = []
            for item in batch.items:
                envelope = envelopes.read(item.envelope, type=envelopes.EVENT)
                payload = Payload.from_json(envelope.claims())
                stage, code = ("REJECTED", "wrong-writer") if payload.case == case_id else ("STORED", "")
                statement = receipts.Statement(envelope.hash(suite), payload.case, payload.seq, stage, at, code)
                (raw,) = receipts.issue(node=linyi, region=LINYI, statements=[statement], members=members(at), at=at)
                answers.append(wire.Answer(stage.lower(), raw, code=code))
            return wire.write_answers(answers)

    assert services.deliver_once(node, at, poster=Rejecting()) == 2
    assert queries.waiting(JIYANG, other) == []
    assert queries.waiting(JIYANG, case_id)[0].reason == "rejected: wrong-writer"
    assert services.deliver_once(node, at + timedelta(days=1), poster=Rejecting()) == 0


def test_a_gap_rewinds_the_sender(node, linyi, network, case_id, at):
    """The receiver lost what it had confirmed: it says what it has and gets the rest again."""
    open_case(node, case_id, at, noted(), noted())
    Outbox.objects.filter(seq__lt=4).update(delivered_at=at)
    assert network.deliver(node, at) == 0
    assert network.answers[0].status == "gap"
    network.settle(at)
    assert queries.get_head(LINYI, case_id).seq == 4 and queries.waiting(JIYANG, case_id) == []


def test_a_rewind_sends_what_others_wrote(node, linyi, huimin, network, case_id, at):
    """临邑 never reached 惠民; 济阳 has the events and hands them on."""
    write(node, case_id, opened(audience=(HUIMIN,)), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, accepted(), offered(JIYANG, receiving=LINYI), at=at)
    Outbox.objects.filter(region=LINYI, peer_region=HUIMIN).delete()
    network.settle(at)
    write(node, case_id, accepted(), at=at)
    network.settle(at)
    assert queries.get_head(HUIMIN, case_id).seq == 5


def test_an_overtaken_sender_writes_nothing(node, linyi, network, case_id, at):
    """N4: stopped past its lease, another sender takes over, then the first wakes up."""
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    stale = outbox.claim(link(node, linyi), limit=10, at=at)
    assert outbox.claim(link(node, linyi), limit=10, at=at) == []
    later = at + timedelta(seconds=61)
    fresh = outbox.claim(link(node, linyi), limit=10, at=later)
    assert [row.claim for row in fresh] == [stale[0].claim + 1]
    outbox.mark_delivered(stale, at=later)
    assert Outbox.objects.get().delivered_at is None
    outbox.mark_delivered(fresh, at=later)
    assert Outbox.objects.get().delivered_at == later


def test_an_unreadable_case_holds_up_no_other(node, linyi, network, case_id, at, monkeypatch):
    bad, genuine = new_id(), shipping.list_events
    open_case(node, bad, at)
    open_case(node, case_id, at)

    def rotten(region, case, **values):
        if case == bad:
            raise ValueError
        return genuine(region, case, **values)

    monkeypatch.setattr(shipping, "list_events", rotten)
    assert network.deliver(node, at) == 2
    assert queries.waiting(JIYANG, bad)[0].reason == "unreadable here"


def test_batches_stay_within_their_size(node, linyi, network, at):
    cases = [new_id() for _ in range(6)]
    for case in cases:
        part = seal(node, case, "x" * 60_000)
        write(node, case, opened(audience=(LINYI,), sealed=(part.ref,)), noted(t="y" * 60_000), at=at, parts=[part])
    network.settle(at)
    assert all(len(batch.as_bytes()) <= wire.MAX_BYTES for batch in network.log) and len(network.log) > 1
    assert all(queries.get_head(LINYI, case).seq == 2 for case in cases)


@pytest.mark.parametrize("tries", [1, 2, 5, 9, 40, 4000])
def test_waits_are_bounded(tries):
    assert outbox.back_off(tries, lambda low, high: low) == 0
    assert outbox.back_off(tries, lambda low, high: high) == min(300, 2.0 ** min(tries, 16))
    assert 0 <= outbox.back_off(tries) <= 300


def test_unreachable_says_why():
    assert PeerUnreachable("ReadTimeout").reason == "ReadTimeout"
    assert clause().deciding == LINYI
