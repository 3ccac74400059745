"""What has not come in its time is shown, level by level, and cleared by the evidence; the case itself is never touched (protocol §3.5)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import services as alliance
from tongban.alliance.tests.factories import TRUST
from tongban.alliance.tests.rotating import next_list
from tongban.exchange import ladder, outbox, queries, services
from tongban.exchange.ladder import Ladder
from tongban.exchange.models import Outbox
from tongban.exchange.tests.factories import accepted, declined, noted, offered, opened, write
from tongban.kernel.workdays import Calendar, Year

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped", "network")]

HOUR = timedelta(hours=1)


@pytest.fixture
def late(node, at):
    """What 济阳 is owed so many hours later."""

    def late(hours):
        services.climb(node, Ladder(), at=at + hours * HOUR)
        return [(row.rung, row.level, row.peer, row.seq) for row in queries.list_overdue([JIYANG])]

    return late


@pytest.fixture
def handed(node, case_id, at):
    return write(node, case_id, opened(), offered(), at=at)


def test_n5_no_confirmation(node, network, handed, late, at):
    """N5, I13: a day without a peer is said aloud, and neither the case nor its rows are dropped."""
    assert late(0.9) == []
    assert late(1) == [("stored", "warn", LINYI, 1)]
    assert [row for row in late(12) if row[0] == "stored"] == [("stored", "alarm", LINYI, 1)]
    assert Outbox.objects.filter(region=JIYANG, delivered_at=None, rejected_at=None).count() == 2
    network.settle(at + 13 * HOUR)
    assert [row for row in late(13) if row[0] == "stored"] == []


def test_what_a_peer_refuses_for_good_is_an_alarm_at_once(node, network, handed, late, at):
    (rows,) = [outbox.claim(link, limit=10, at=at) for link in outbox.list_links([JIYANG], at)]
    outbox.mark_rejected(rows[1:], code="wrong-writer", at=at)
    assert late(0) == [("stored", "alarm", LINYI, 1)]


def test_an_agreement_that_ended_shows(node, network, handed, late, at):
    """Answered `retry` for ever: tried again, and said."""
    (rows,) = [outbox.claim(link, limit=10, at=at) for link in outbox.list_links([JIYANG], at)]
    outbox.mark_failed(rows, reason="not-covered-by-agreement", at=at, jitter=lambda low, high: high)
    assert late(2) == [("stored", "warn", LINYI, 1)]
    assert queries.waiting(JIYANG, handed[0].case)[0].reason == "not-covered-by-agreement"


def test_nothing_is_expected_of_a_suspended_node(node, linyi, network, handed, late, at):
    assert late(13) != []
    raw = next_list(at, suspended=[linyi.id])
    alliance.import_member_list(raw=raw, trust=TRUST, at=at)
    assert late(14) == []
    assert late(40) == []


def test_an_offer_without_answer(node, linyi, network, handed, case_id, late, at):
    network.settle(at)
    assert late(11) == []
    assert late(12) == [("admitted", "warn", LINYI, 2)]
    assert ("admitted", "alarm", LINYI, 2) in late(24)
    write(linyi, case_id, accepted(), at=at + 24 * HOUR)
    network.settle(at + 24 * HOUR)
    assert [row for row in late(24) if row[0] == "admitted"] == []


def test_taken_over_and_seen_by_nobody(node, linyi, network, handed, case_id, late, at):
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    assert (late(23), late(24), late(36)) == (
        [],
        [("opened", "warn", LINYI, 2)],
        [("opened", "alarm", LINYI, 2)],
    )


@pytest.mark.parametrize("then", [[accepted(), noted()], [declined()]])
def test_whoever_wrote_after_the_answer_has_seen_it(node, linyi, network, handed, case_id, late, at, then):
    network.settle(at)
    for event in then:
        write(linyi, case_id, event, at=at)
    network.settle(at)
    assert late(48) == []


def test_an_offer_is_opened_once(node, linyi, network, handed, case_id, at):
    network.settle(at)
    assert services.mark_opened(node=linyi, region=LINYI, case_id=case_id, at=at)
    assert not services.mark_opened(node=linyi, region=LINYI, case_id=case_id, at=at + HOUR)
    (receipt,) = [one for one in queries.list_receipts(LINYI, case_id) if one.stage == "OPENED"]
    assert (receipt.seq, receipt.event) == (2, handed[1].hash)


def test_only_the_addressee_opens(node, huimin, network, handed, case_id, at):
    assert not services.mark_opened(node=node, region=JIYANG, case_id=case_id, at=at)
    assert not services.mark_opened(node=huimin, region=HUIMIN, case_id=case_id, at=at)


def test_what_comes_back_late_is_raised_again(node, network, handed, late, at):
    late(1)
    network.settle(at + HOUR)
    assert late(2) == []
    Outbox.objects.filter(region=JIYANG).update(delivered_at=None)
    assert late(3) == [("stored", "warn", LINYI, 1)]


def test_counts_for_operators(node, handed, late):
    late(12)
    assert services.count_overdue([JIYANG, LINYI]) == {("admitted", "warn"): 1, ("stored", "alarm"): 1}


def at_shanghai(day, hour):
    return datetime(2026, 11, day, hour - 8, tzinfo=UTC)


WEEK = Calendar(JIYANG, {2026: Year(days_off=frozenset({date(2026, 11, 23)}))})


@pytest.mark.parametrize(
    ("at", "hours", "found"),
    [
        (at_shanghai(20, 17), 3, at_shanghai(20, 14)),
        (at_shanghai(24, 9), 9, at_shanghai(24, 9) - 9 * HOUR),
        (at_shanghai(24, 10), 12, at_shanghai(20, 22)),
        (at_shanghai(21, 10), 1, at_shanghai(20, 23)),
    ],
)
def test_only_hours_of_working_days_count(at, hours, found):
    """A Friday, a weekend and a holiday on Monday; a Tuesday."""
    assert ladder.back(at, hours * HOUR, WEEK) == found
    assert ladder.back(at, hours * HOUR, None) == at - hours * HOUR
