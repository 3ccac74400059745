"""Two nodes compare what both subscribe to and repair what differs, within one round (protocol §3.8)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.exchange import heads, peers, queries, services
from tongban.exchange.tests.factories import accepted, noted, offered, opened, seal, send_raw, write
from tongban.exchange.wire import Item
from tongban.kernel import envelopes, vault
from tongban.kernel.events import format_instant
from tongban.kernel.ids import new_id
from tongban.web.node.tests.factories import Caller, knock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


@pytest.fixture
def shared(network, node, case_id, now):
    """With all three regions."""
    write(node, case_id, opened(audience=(HUIMIN,)), offered(), at=now)
    network.settle(now)
    return case_id


@pytest.fixture
def sweep(node, linyi, huimin):
    """As soon as everything has had its time to arrive."""

    def run(own, peer, *, full=False, down=()):
        caller = Caller(own, [node, linyi, huimin], set(down))
        return services.sweep_peer(own, peer.id, client=caller, at=datetime.now(UTC), full=full)

    return run


def forget_outbox(region, peer):
    """As if it had been confirmed and lost there, or never been queued."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox SET delivered_at = created_at WHERE region = %s AND peer_region = %s",
            [region, peer],
        )


def waiting(region):
    """Positions and tries in the outbox, whoever they are for."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, tries FROM exchange_outbox WHERE region = %s AND delivered_at IS NULL ORDER BY seq", [region]
        )
        return cursor.fetchall()


def positions(case_id, *regions):
    return [queries.get_head(region, case_id).seq for region in regions]


def test_equal_copies_cost_one_question(node, linyi, shared, sweep):
    swept = sweep(node, linyi)
    assert (swept.found.total(), swept.fetched) == (0, 0)
    assert peers.swept_at(linyi.id) is not None


def test_what_we_lack_is_fetched(node, linyi, shared, sweep, now):
    """N5: what was confirmed once and lost since comes back, parts and keys with it."""
    write(linyi, shared, accepted(), noted(), at=now)
    forget_outbox(LINYI, JIYANG)
    swept = sweep(node, linyi)
    assert (swept.found["behind"], swept.fetched, swept.left) == (1, 2, 0)
    assert positions(shared, JIYANG, LINYI) == [4, 4]


def test_a_whole_case_that_never_came_is_fetched(node, linyi, network, case_id, sweep, now):
    part = seal(node, case_id, {"name": "罗建国"})
    write(node, case_id, opened(sealed=(part.ref,)), offered(), at=now, parts=[part])
    forget_outbox(JIYANG, LINYI)
    assert sweep(linyi, node).fetched == 2
    key = vault.get_key(node=linyi, region=LINYI, case_id=case_id)
    assert vault.read_part(part.ref, key=key, node=linyi, region=LINYI) == {"name": "罗建国"}


def test_catch_up_comes_from_any_subscriber(node, linyi, huimin, network, shared, sweep, now):
    """The author is away; a third region relays what it wrote."""
    write(linyi, shared, accepted(), at=now)
    forget_outbox(LINYI, JIYANG)
    network.settle(now)
    assert sweep(node, linyi, down=[linyi.id]) is None
    peers.forget()
    assert sweep(node, huimin).fetched == 1
    assert positions(shared, JIYANG, HUIMIN) == [3, 3]


def test_what_the_peer_lacks_is_sent_again(node, linyi, network, shared, sweep, now):
    write(linyi, shared, accepted(), at=now)
    forget_outbox(LINYI, JIYANG)
    assert sweep(linyi, node).found["ahead"] == 1
    network.settle(datetime.now(UTC))
    assert positions(shared, JIYANG, LINYI) == [3, 3]


def test_a_case_that_the_peer_does_not_list_is_offered_by_its_last_event(node, linyi, network, case_id, sweep, now):
    write(node, case_id, opened(), offered(), at=now)
    forget_outbox(JIYANG, LINYI)
    assert sweep(node, linyi).found["unlisted"] == 1
    assert waiting(JIYANG) == [(2, 0)]
    for seconds in (0, 10):
        network.settle(datetime.now(UTC) + timedelta(seconds=seconds))
    assert positions(case_id, JIYANG, LINYI) == [2, 2]


def test_what_is_being_delivered_is_left_alone(node, linyi, shared, sweep, now):
    write(linyi, shared, accepted(), at=now)
    swept = sweep(linyi, node)
    assert swept.found["ahead"] == 1 and waiting(LINYI) == [(3, 0), (3, 0)]


def test_what_is_on_its_way_is_no_difference(node, linyi, shared, sweep):
    write(linyi, shared, accepted(), at=datetime.now(UTC))
    assert sweep(node, linyi).found.total() == 0


def test_m5_a_fork_is_found_in_one_round_between_those_who_were_told_different_things(
    node, linyi, huimin, network, shared, sweep, now
):
    """M5: 临邑 wrote two events at one position and showed one to each; the two others compare. Both keep both and stop."""
    write(linyi, shared, accepted(), at=now)
    network.down.add(huimin.id)
    network.deliver(linyi, now)
    _rewrite_history(linyi, huimin, shared, now)
    found = sweep(node, huimin)
    assert found.found["forked"] == 1
    network.down.clear()
    network.deliver(node, datetime.now(UTC))
    for region in (JIYANG, HUIMIN):
        assert queries.get_head(region, shared).parked == "fork"
        assert len(queries.list_forks(region, shared)) == 1


def _rewrite_history(author, victim, case_id, now):
    """Another third event, signed by the same key, for `victim` alone."""
    event = queries.list_events(LINYI, case_id, first=3)[0]
    claims = event.payload.as_json() | {"at": format_instant(now + timedelta(seconds=1))}
    other = envelopes.sign(claims, type=envelopes.EVENT, suite=author.suite, keys=[author.keys["event"]])
    (answer,) = send_raw(victim, [Item(other.raw)], at=now, peer=author)
    assert answer.status == "stored"


def test_a2_unshared_cases_leave_no_trace(node, linyi, huimin, case, sweep, now):
    """A2: 惠民 has nothing to do with the case; digests and heads for it are as if there were none."""
    with_linyi = heads.digests(JIYANG, LINYI)
    assert with_linyi and heads.digests(JIYANG, HUIMIN) == {}
    asked = f"region={JIYANG}&with={HUIMIN}&bucket={bytes(range(256)).hex()}"
    assert knock(huimin, node, "GET", f"/txp/1/heads?{asked}").content == b'{"heads":[],"more":false}'


@pytest.mark.parametrize("path", ["buckets?", "heads?bucket=00&"])
def test_a2_a_node_asks_for_its_own_regions_only(node, huimin, case, path):
    """A2: in the name of 临邑, or about a region that is not here, there is nothing to see."""
    for pair in (f"region={JIYANG}&with={LINYI}", f"region={LINYI}&with={HUIMIN}"):
        assert knock(huimin, node, "GET", f"/txp/1/{path}{pair}").status_code == 404


@pytest.mark.parametrize("query", ["bucket=0&", "bucket=zz&", "after=x&bucket=00&", "since=yesterday&bucket=00&"])
def test_a_question_that_cannot_be_read(node, linyi, alliance, query):
    path = f"/txp/1/heads?{query}region={JIYANG}&with={LINYI}"
    assert knock(linyi, node, "GET", path).status_code == 400


@pytest.mark.parametrize("reply", [b"<html>", b"{}", b'{"buckets":[]}', b'{"buckets":{"zz":"x"}}'])
def test_a_page_that_is_no_answer_repairs_nothing(node, linyi, shared, reply):
    """W6: and the peer counts as silent."""

    class Captive:
        def get(self, base, path, *, max_bytes, at):
            return reply

    assert services.sweep_peer(node, linyi.id, client=Captive(), at=datetime.now(UTC)) is None


def test_a_sweep_looks_back_to_the_last_one_that_left_nothing(node, linyi, shared, sweep, now):
    sweep(node, linyi)
    assert heads.digests(JIYANG, LINYI, since=now + timedelta(seconds=1)) == {}
    assert len(heads.digests(JIYANG, LINYI, since=now - timedelta(seconds=1))) == 1
    other = new_id()
    write(node, other, opened(), offered(), at=now + timedelta(minutes=30))
    forget_outbox(JIYANG, LINYI)
    caller = Caller(linyi, [node, linyi])
    peers.note_sweep(node.id, differences=0, complete_at=datetime.now(UTC))
    assert services.sweep_peer(linyi, node.id, client=caller, at=datetime.now(UTC)).fetched == 2
    assert "since=" in caller.asked[0]
