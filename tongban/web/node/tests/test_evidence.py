"""Receipts that did not come are asked for before anybody is alarmed; only those of shared cases are given."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import JIYANG, LINYI
from tongban.exchange import ladder, queries, services
from tongban.exchange.ladder import Ladder
from tongban.exchange.tests.factories import accepted, offered, opened, write
from tongban.web.node.tests.factories import Caller, knock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]

DAY = timedelta(hours=24)


@pytest.fixture
def taken_over(network, node, linyi, case_id):
    """A day ago; and opened there an hour later."""
    then = datetime.now(UTC) - DAY
    write(node, case_id, opened(), offered(), at=then)
    network.settle(then)
    write(linyi, case_id, accepted(), at=then)
    network.settle(then)
    services.mark_opened(node=linyi, region=LINYI, case_id=case_id, at=then + timedelta(hours=1))
    return case_id


@pytest.fixture
def now():
    return datetime.now(UTC) - timedelta(days=2)


def test_what_is_nearly_overdue_is_asked_for(node, linyi, taken_over):
    at = datetime.now(UTC)
    caller = Caller(node, [node, linyi])
    assert ladder.pull_missing(node, linyi.id, Ladder(), client=caller, at=at) > 0
    services.climb(node, Ladder(), at=at + DAY)
    assert queries.list_overdue([JIYANG]) == []
    assert "OPENED" in {receipt.stage for receipt in queries.list_receipts(JIYANG, taken_over)}
    asked = len(caller.asked)
    assert ladder.pull_missing(node, linyi.id, Ladder(), client=caller, at=at) == 0 and len(caller.asked) == asked


def test_a_peer_that_is_away_is_asked_again_later(node, linyi, taken_over):
    caller = Caller(node, [node, linyi], {linyi.id})
    assert ladder.pull_missing(node, linyi.id, Ladder(), client=caller, at=datetime.now(UTC)) == 0


def test_a2_receipts_of_shared_cases_only(node, linyi, huimin, taken_over):
    """A2."""
    path = f"/txp/1/cases/{taken_over}/receipts?region={LINYI}"
    assert knock(node, linyi, "GET", path).status_code == 200
    assert knock(huimin, linyi, "GET", path).status_code == 404
    assert knock(node, linyi, "GET", f"/txp/1/cases/{taken_over}/receipts?region={JIYANG}").status_code == 404


@pytest.mark.parametrize("reply", [b"<html>", b"{}", b'{"receipts":7}', b'{"receipts":["?"]}'])
def test_w6_a_page_that_is_no_answer_clears_nothing(node, linyi, taken_over, reply):
    """W6."""

    class Captive:
        def get(self, base, path, *, max_bytes, at):
            return reply

    assert ladder.pull_missing(node, linyi.id, Ladder(), client=Captive(), at=datetime.now(UTC)) == 0
