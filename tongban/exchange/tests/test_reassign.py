"""The case of a suspended node goes on elsewhere: only by order of the alliance, and only when every surviving place is fenced (R17)."""

import base64
from datetime import timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import documents
from tongban.alliance.fences import Order
from tongban.alliance.tests.factories import ROOTS, TRUST
from tongban.alliance.tests.rotating import next_list
from tongban.exchange import fencing, queries
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.lists import take_list
from tongban.exchange.models import CaseHead
from tongban.exchange.orders import BadOrder
from tongban.exchange.services import FencesMissing, collect_fences
from tongban.exchange.tests.factories import accepted, noted, offered, opened, send_raw, write
from tongban.exchange.wire import Item
from tongban.kernel import envelopes, registries
from tongban.kernel.events import Baton, NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.registries import EventKind
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

REASSIGNED = registries.register_kind(EventKind("test.reassigned", 1, Text("r", "r"))).kind
HOUR = timedelta(hours=1)


class Line:
    """Carries the question for fences to whoever is asked."""

    def __init__(self, network, node):
        self.network, self.node = network, node

    def post(self, base, path, body, *, at):
        other = next(node for node in self.network.nodes.values() if node.url == base)
        if path != fencing.PATH or other.id in self.network.down:
            raise PeerUnreachable("ConnectError")
        case_id, fenced, asking, have = fencing.read_question(body)
        values = {"case_id": case_id, "fenced": fenced, "asking": asking, "have": have}
        try:
            return fencing.write_answer(fencing.fence_for(node=other, peer=self.node.id, at=at, **values))
        except Refused as refused:
            raise PeerUnreachable(f"status {refused.status}") from None


@pytest.fixture
def chain(node, linyi, network, case_id, at):
    """临邑 has taken it over and written on; all three hold it."""
    write(node, case_id, opened(audience=(JIYANG, LINYI, HUIMIN)), offered(), at=at)
    network.settle(at)
    written = write(linyi, case_id, accepted(), noted(), at=at)
    network.settle(at)
    return written


@pytest.fixture
def later(node, chain, at):
    """The list that suspends 临邑 is in force."""
    take_list(node=node, raw=next_list(at + HOUR, suspended=[f"{LINYI}-1"]), trust=TRUST, at=at + HOUR)
    return at + HOUR


def collect(network, node, case_id, at):
    return collect_fences(node, region=node.regions[0], case_id=case_id, at=at, client=Line(network, node))


def order_of(found, at, *, to=JIYANG, roots=2, **changes):
    values = {
        "alliance": "demo", "epoch": 1, "list": 2, "case": found.case_id, "seq": found.seq, "head": found.head,
        "taken_from": found.taken_from, "to": to, "fences": found.raws,
    }  # fmt: skip
    order = Order(**(values | changes))
    return documents.sign_order(order.as_json(), keys=ROOTS[:roots]).raw


def go_on(node, case_id, order, at):
    body = {"order": base64.b64encode(order).decode()}
    return write(node, case_id, NewEvent(REASSIGNED, body, baton=Baton("reassign", node.regions[0])), at=at)


def head(region, case_id):
    with scope([region]):
        return queries.get_head(region, case_id)


def test_the_case_goes_on_at_the_new_place_and_everywhere(node, huimin, network, case_id, later):
    """R17"""
    fences = collect(network, node, case_id, later)
    assert (fences.seq, len(fences.raws)) == (4, 2)
    go_on(node, case_id, order_of(fences, later), later)
    write(node, case_id, noted(), at=later)
    network.settle(later)
    for region in (JIYANG, HUIMIN):
        assert (head(region, case_id).seq, head(region, case_id).writer) == (6, JIYANG)


def test_nothing_is_fenced_that_is_not_suspended(node, network, case_id, chain, at):
    """R17"""
    with pytest.raises(fencing.NotSuspended):
        collect(network, node, case_id, at)


def test_one_silent_place_and_the_case_waits(node, huimin, network, case_id, later):
    """R17"""
    network.down.add(huimin.id)
    with pytest.raises(FencesMissing, match=HUIMIN):
        collect(network, node, case_id, later)


def test_a_place_that_is_recovering_states_nothing(node, huimin, network, case_id, later):
    """R17, R15"""
    with scope([HUIMIN]):
        CaseHead.objects.filter(case_id=case_id, region=HUIMIN).update(recovering=True)
    with pytest.raises(FencesMissing, match=HUIMIN):
        collect(network, node, case_id, later)


def test_a_fence_is_stated_once(node, network, case_id, later):
    """R17"""
    assert collect(network, node, case_id, later).raws == collect(network, node, case_id, later + HOUR).raws


def test_who_does_not_share_the_case_gets_no_statement(node, linyi, huimin, later, case_id):
    """R17: it looks like what is not there."""
    values = {"peer": huimin.id, "fenced": linyi.id, "have": 0, "at": later}
    with pytest.raises(Refused):
        fencing.fence_for(node=node, case_id=case_id, asking=JIYANG, **values)
    with pytest.raises(Missing):
        fencing.fence_for(node=node, case_id=new_id(), asking=HUIMIN, **values)


@pytest.mark.parametrize(
    "change",
    [
        {"roots": 1},
        {"fences": ()},
        {"seq": 3},
        {"head": "0" * 64},
        {"taken_from": HUIMIN},
        {"list": 1},
        {"to": HUIMIN},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_order_that_does_not_hold_is_refused_by_all(node, huimin, network, case_id, later, change):
    """R17: by the place that would go on, and by every receiver."""
    fences = collect(network, node, case_id, later)
    with pytest.raises(BadOrder):
        go_on(node, case_id, order_of(fences, later, **change), later)


def test_a_receiver_checks_the_order_itself(node, huimin, network, case_id, later):
    """R17: one fence is missing, and the place that goes on has not looked."""
    fences = collect(network, node, case_id, later)
    (event,) = go_on(node, case_id, order_of(fences, later), later)
    claims = envelopes.read(event.envelope, type=envelopes.EVENT).claims()
    claims["body"]["order"] = base64.b64encode(order_of(fences, later, fences=fences.raws[:1])).decode()
    careless = envelopes.sign(claims, type=envelopes.EVENT, suite=node.suite, keys=[node.keys["event"]])
    (answer,) = send_raw(huimin, [Item(careless.raw)], at=later, peer=node)
    assert (answer.status, answer.code) == ("rejected", "order-invalid")


def test_a_place_that_lacks_the_end_gets_it_first(node, linyi, huimin, network, case_id, chain, at):
    """R17: 惠民 has one more event of 临邑 than 济阳, which is to go on."""
    network.down.add(node.id)
    write(linyi, case_id, noted(), at=at)
    network.settle(at)
    network.down.clear()
    later = at + HOUR
    take_list(node=node, raw=next_list(later, suspended=[linyi.id]), trust=TRUST, at=later)
    fences = collect(network, node, case_id, later)
    assert (fences.seq, fences.have) == (5, 4)
    with pytest.raises(BadOrder):
        go_on(node, case_id, order_of(fences, later), later)
    network.settle(later)
    go_on(node, case_id, order_of(fences, later), later)
    assert head(JIYANG, case_id).seq == 6


def test_a_fenced_place_takes_nothing_more_even_after_reinstatement(node, linyi, huimin, network, case_id, later):
    """R17: the fence stands until the alliance's order."""
    collect(network, node, case_id, later)
    (tail,) = write(linyi, case_id, noted(), at=later)
    back = later + HOUR
    take_list(node=node, raw=next_list(back, reinstated=[linyi.id]), trust=TRUST, at=back)
    (answer,) = send_raw(huimin, [Item(tail.envelope)], at=back, peer=linyi)
    assert (answer.status, answer.code) == ("retry", "fenced")


def test_the_private_tail_of_the_returned_node_goes_nowhere(node, linyi, huimin, network, case_id, later):
    """R17: it is refused for good, no case is parked over it, and its own place sees that it was overtaken."""
    (tail,) = write(linyi, case_id, noted(), at=later)
    go_on(node, case_id, order_of(collect(network, node, case_id, later), later), later)
    network.settle(later)
    back = later + HOUR
    take_list(node=node, raw=next_list(back, reinstated=[linyi.id]), trust=TRUST, at=back)
    (answer,) = send_raw(huimin, [Item(tail.envelope)], at=back, peer=linyi)
    assert (answer.status, answer.code) == ("rejected", "reassigned")
    network.settle(back)
    assert [head(region, case_id).parked for region in (JIYANG, HUIMIN, LINYI)] == ["", "", "reassigned"]


def test_a_returned_node_without_a_tail_follows(node, linyi, network, case_id, later):
    """R17"""
    go_on(node, case_id, order_of(collect(network, node, case_id, later), later), later)
    back = later + HOUR
    take_list(node=node, raw=next_list(back, reinstated=[linyi.id]), trust=TRUST, at=back)
    network.settle(back)
    assert (head(LINYI, case_id).seq, head(LINYI, case_id).writer, head(LINYI, case_id).state) == (5, JIYANG, "foreign")


def test_the_case_may_come_back_to_it_by_an_offer(node, linyi, huimin, network, case_id, later):
    """R17: the fence ends with the order that it was stated for."""
    go_on(node, case_id, order_of(collect(network, node, case_id, later), later), later)
    back = later + HOUR
    take_list(node=node, raw=next_list(back, reinstated=[linyi.id]), trust=TRUST, at=back)
    write(node, case_id, offered(), at=back)
    network.settle(back)
    write(linyi, case_id, accepted(), at=back)
    network.settle(back)
    assert [head(region, case_id).seq for region in (JIYANG, LINYI, HUIMIN)] == [7, 7, 7]
