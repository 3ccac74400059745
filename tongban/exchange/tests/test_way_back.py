"""An offer against the direction of its clause gives a case back: it needs the article, not its being in force."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance.queries import ClauseMismatch, NotCoveredByAgreement
from tongban.exchange import queries
from tongban.exchange.clauses import ClauseMissing
from tongban.exchange.tests.factories import OFFERED, accepted, clause, offered, opened, write
from tongban.kernel.events import Baton, NewEvent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]
MUCH_LATER = timedelta(days=5000)


def back(to=JIYANG, **changes):
    return NewEvent(OFFERED, {}, baton=Baton("offer", to), clause=replace(clause(), **changes))


@pytest.fixture
def taken(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    return case_id


def test_it_is_taken_in_by_the_place_that_gave_it(node, linyi, network, taken, at):
    write(linyi, taken, back(), at=at)
    network.settle(at)
    write(node, taken, accepted(), at=at)
    network.settle(at)
    assert {queries.get_head(region, taken).writer for region in (JIYANG, LINYI)} == {JIYANG}


def test_it_outlives_the_agreement(linyi, taken, at):
    write(linyi, taken, back(), at=at + MUCH_LATER)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"agreement": "nobody-signed-it"}, NotCoveredByAgreement),
        ({"article": "99"}, ClauseMismatch),
        ({"item": "another"}, ClauseMismatch),
        ({"receiving": HUIMIN}, ClauseMissing),
    ],
)
def test_it_is_no_way_round_an_agreement(linyi, taken, at, changes, refusal):
    with pytest.raises(refusal):
        write(linyi, taken, back(**changes), at=at)
    with pytest.raises((NotCoveredByAgreement, ClauseMismatch, ClauseMissing)):
        write(linyi, taken, back(HUIMIN, **changes), at=at)
