"""Which clause wins, and why it comes before the next."""

from datetime import timedelta

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tongban.alliance import queries, services, winning
from tongban.alliance.tests.factories import TRUST, agreement, list_document, signed_agreement, signed_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def take_in(node, linyi, huimin, at):
    nodes = [node, linyi, huimin]
    services.import_member_list(raw=signed_list(list_document(nodes, at)), trust=TRUST, at=at)
    return lambda value: services.import_agreement(raw=signed_agreement(value, nodes), at=at)


def rank(at, receiving=JIYANG, item=ITEM):
    return winning.rank(item=item, mode="one-window", receiving=receiving, deciding=LINYI, at=at)


def test_the_most_specific_then_the_later(take_in, at):
    take_in(agreement(at))
    take_in(agreement(at, id="later", valid_from=at.date() - timedelta(days=1)))
    found = rank(at)
    assert [one.clause.agreement for one in found] == ["later", "jlh", "later", "jlh"]
    assert [one.reason for one in found] == [winning.LATER, winning.NAMES[0], winning.LATER, None]
    assert found[0].clause == queries.find_clause(item=ITEM, mode="one-window", receiving=JIYANG, deciding=LINYI, at=at)


def test_one_alone_and_none(take_in, at):
    first = take_in(agreement(at))
    assert [one.reason for one in rank(at, receiving=HUIMIN)] == [winning.ALONE]
    take_in(agreement(at, version=2, prev=first.hash, valid_until=at.date() - timedelta(days=1)))
    assert rank(at) == []
