"""Who may take an item in for a deciding place (谁可以收件)."""

from datetime import datetime

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import services
from tongban.alliance.agreements import Article
from tongban.alliance.queries import find_clause, get_agreement
from tongban.alliance.receiving import list_receiving
from tongban.alliance.tests.factories import agreement, found_alliance, signed_agreement
from tongban.kernel.node import Node

pytestmark = pytest.mark.django_db


@pytest.fixture
def nodes(node: Node, linyi: Node, huimin: Node, at: datetime) -> tuple[Node, ...]:
    found_alliance((node, linyi, huimin), at)
    return node, linyi, huimin


def test_every_member_that_a_clause_names_with_the_clause_that_wins(nodes: tuple[Node, ...], at: datetime) -> None:
    found = list_receiving(item=ITEM, mode="one-window", deciding=LINYI, at=at)
    assert {clause.receiving: clause.article for clause in found} == {JIYANG: "1", LINYI: "1", HUIMIN: "2"}
    for clause in found:
        asked = {"item": ITEM, "mode": "one-window", "receiving": clause.receiving, "deciding": LINYI}
        assert clause == find_clause(**asked, at=at)


def test_nobody_for_what_no_article_names(nodes: tuple[Node, ...], at: datetime) -> None:
    only = Article("1", (ITEM,), ("online",), (JIYANG,), (LINYI,))
    narrow = agreement(at, version=2, prev=get_agreement("jlh", 1).hash, articles=(only,))
    services.import_agreement(raw=signed_agreement(narrow, nodes), at=at)
    asked = {"item": ITEM, "mode": "online", "deciding": LINYI, "at": at}
    assert [clause.receiving for clause in list_receiving(**asked)] == [JIYANG]
    assert list_receiving(**{**asked, "item": "another"}) == []
    assert list_receiving(**{**asked, "deciding": JIYANG}) == []
