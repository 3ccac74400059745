"""What `tongban node status` says of the member list and the node's keys before something ends (T4)."""

from datetime import datetime, timedelta

import pytest

from tests.cast import JIYANG, LINYI, clerk
from tongban.alliance import queries, services
from tongban.alliance.tests.factories import TRUST, found_alliance
from tongban.alliance.tests.rotating import next_list
from tongban.exchange import operations
from tongban.exchange.witnessed import keep_evidence
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.project.status import as_lines, get_status

DAY = timedelta(days=1)


@pytest.fixture
def ends(db: None, node: Node, linyi: Node, huimin: Node, at: datetime) -> datetime:
    return found_alliance([node, linyi, huimin], at).valid_until


@pytest.mark.parametrize(("days", "warning"), [(6, 7), (2, 3), (0.5, 1)])
def test_an_ending_list_is_told(node: Node, ends: datetime, days: float, warning: int) -> None:
    """T4"""
    now = get_status(node, at=ends - days * DAY)
    assert any(f"ends within {warning} days" in sentence for sentence in now["attention"])
    assert now["ok"]


def test_the_grace_is_an_alarm_and_the_end_another(node: Node, ends: datetime) -> None:
    """T4"""
    grace, stopped = get_status(node, at=ends + DAY), get_status(node, at=ends + 4 * DAY)
    assert "exchange stops at" in " ".join(grace["wrong"])
    assert "exchange has stopped" in " ".join(stopped["wrong"])
    assert as_lines(stopped)[-1].endswith("no")


def test_a_suspended_node_and_rival_lists_are_shown(node: Node, ends: datetime, at: datetime) -> None:
    """R17, M7"""
    services.note_rival_list(raw=next_list(at), at=at)
    services.import_member_list(raw=next_list(at, suspended=[node.id]), trust=TRUST, at=at)
    assert queries.list_rivals() == [2]
    wrong = " ".join(get_status(node, at=at)["wrong"])
    assert "suspended this node" in wrong
    assert "two different signed member lists of version 2" in wrong


def test_what_waits_for_people_is_shown(node: Node, ends: datetime, at: datetime) -> None:
    """Evidence against a log, and what a second person must confirm."""
    keep_evidence(node, LINYI, "rollback", b"first", b"second", at)
    with scope([JIYANG]):
        operations.record(
            node=node, region=JIYANG, what=operations.RELEASE, by=clerk(JIYANG), role="operator", at=at,
            step=operations.REQUESTED,
        )  # fmt: skip
    told = " ".join(get_status(node, at=at)["attention"])
    assert f"log of {LINYI} contradicts itself (rollback)" in told
    assert "1 requests of operators wait for a second person" in told
