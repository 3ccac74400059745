"""What the person is given in writing after the decision: the order to put something right, and the revocation."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import JIYANG, LINYI
from tongban.cases.tests.test_inspection import differing, ordered, revoke, supervised
from tongban.cases.tests.zone import Zone
from tongban.kernel.node import Node
from tongban.papers.tests.desk import issue, papers


@pytest.fixture
def zone(db: None, node: Node, linyi: Node, huimin: Node, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found(supervised())


def test_an_order_is_numbered_and_said_on_the_chain(zone: Zone) -> None:
    case_id = ordered(zone)
    assert any("责改〔2026〕1号" in number for number in issue(zone, case_id, LINYI))
    assert papers(zone, case_id, LINYI)["correction-order"].waits


def test_what_only_differs_makes_no_paper(zone: Zone) -> None:
    case_id = differing(zone)
    issue(zone, case_id, LINYI)
    assert not {"correction-order", "revocation"} & set(papers(zone, case_id, LINYI))


def test_the_applicant_has_the_revocation_to_receive_at_the_other_place(zone: Zone) -> None:
    case_id = ordered(zone)
    zone.at += timedelta(days=20)
    revoke(zone, case_id)
    issue(zone, case_id, LINYI)
    zone.settle()
    found = papers(zone, case_id, JIYANG)["revocation"]
    assert found.waits and "撤〔2026〕1号" in found.number
