"""Delivering to a peer that is away and comes back: asked rarely, served at once, and nobody else waits."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.exchange import outbox, peers, queries
from tongban.exchange.models import Outbox
from tongban.exchange.tests.factories import noted, offered, opened, write
from tongban.kernel.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]

SECOND = timedelta(seconds=1)


@pytest.fixture
def cases(node, at):
    """Thirty cases for 临邑."""
    return [write(node, new_id(), opened(), offered(), at=at)[0].case for _ in range(30)]


@pytest.fixture
def knocks(network, monkeypatch):
    """When 临邑 was asked while it was away."""
    noted_at = []
    silence = peers.note_silence

    def note(node_id, *, reason, at):
        noted_at.append(at)
        silence(node_id, reason=reason, at=at)

    monkeypatch.setattr(peers, "note_silence", note)
    return noted_at


def be_away(node, linyi, network, at, *, minutes):
    network.down.add(linyi.id)
    for seconds in range(0, minutes * 60, 5):
        network.deliver(node, at + seconds * SECOND)
    network.down.clear()
    return at + minutes * 60 * SECOND


def test_w1_a_peer_that_is_away_is_asked_every_15_seconds(node, linyi, network, cases, knocks, at):
    """W1, N5: however large the backlog."""
    be_away(node, linyi, network, at, minutes=10)
    assert 36 <= len(knocks) <= 46


def test_w1_it_gets_everything_when_it_is_back(node, linyi, network, cases, at):
    """W1: within a probe, a small batch first."""
    back = be_away(node, linyi, network, at, minutes=10)
    sent = [network.deliver(node, back + seconds * SECOND) for seconds in (0, 5, 10, 15)]
    assert sum(sent) == 60 and next(filter(None, sent)) <= peers.PROBE_ITEMS
    assert queries.waiting(JIYANG, cases[0]) == []


def test_n5_a_backlog_of_days_is_not_written_again_and_again(
    node, linyi, network, cases, at, django_assert_max_num_queries
):
    """N5: what says already that the peer is away stays as it is."""
    be_away(node, linyi, network, at, minutes=1)
    before = dict(Outbox.objects.values_list("id", "tries"))
    be_away(node, linyi, network, at + 60 * SECOND, minutes=1)
    changed = [id for id, tries in Outbox.objects.values_list("id", "tries") if before[id] != tries]
    assert len(changed) <= peers.PROBE_ITEMS
    assert not Outbox.objects.filter(last_error="").exists()


def test_i13_the_breaker_of_one_peer_is_not_another_s(node, linyi, huimin, network, cases, at):
    """I13."""
    later = be_away(node, linyi, network, at, minutes=5)
    network.down.add(linyi.id)
    case = new_id()
    write(node, case, opened(audience=(HUIMIN,)), at=later)
    assert network.deliver(node, later) == 1
    assert [wait.peer for wait in queries.waiting(JIYANG, case)] == []


def test_r9_a_success_ends_the_waits_of_the_link(node, linyi, network, cases, at):
    """R9, first half."""
    network.down.add(linyi.id)
    network.deliver(node, at, jitter=1)
    network.down.clear()
    Outbox.objects.filter(case_id=cases[0]).update(next_try=at)
    assert network.deliver(node, at + SECOND) == 2
    assert not Outbox.objects.filter(delivered_at=None, next_try__gt=at + SECOND).exists()


def test_r9_a_new_event_ends_the_wait_of_its_case(node, linyi, network, case_id, at):
    """R9, second half: whatever it waited for."""
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    (link,) = outbox.list_links([JIYANG], at)
    rows = outbox.claim(link, limit=10, at=at)
    outbox.mark_failed(rows, reason="not-covered-by-agreement", at=at, jitter=lambda low, high: 300.0)
    assert network.deliver(node, at + SECOND) == 0
    write(node, case_id, noted(), at=at + SECOND)
    assert network.deliver(node, at + SECOND) == 2
