"""A seal's life: asked for by one, confirmed by another, made by the signer, stopped by anybody who may."""

from datetime import timedelta

import pytest

from tests.cast import JIYANG, clerk
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.seals import queries
from tongban.seals.services import SameHands, SealStateOver, SealUnusable
from tongban.seals.tests.workshop import Workshop, supervisor


def test_two_people_and_the_signer_make_a_seal(workshop: Workshop) -> None:
    seal_id = workshop.ask()
    assert workshop.show(seal_id).state == "asked"
    workshop.confirm(seal_id)
    assert workshop.show(seal_id).suites == ()
    workshop.step()
    made = workshop.show(seal_id)
    assert (made.state, made.suites, made.number) == ("active", ("P256", "SM2"), "3701150000001")


def test_who_asked_does_not_confirm(workshop: Workshop) -> None:
    both = Actor("staff", "s-both", JIYANG, frozenset({"chief", "supervisor"}))
    seal_id = workshop.ask(by=both)
    with pytest.raises(SameHands):
        workshop.confirm(seal_id, by=both)


def test_a_clerk_neither_asks_nor_confirms(workshop: Workshop) -> None:
    with pytest.raises(Forbidden):
        workshop.ask(by=clerk())
    with pytest.raises(Forbidden):
        workshop.confirm(workshop.ask(), by=clerk())


@pytest.mark.parametrize(
    ("changed", "what"),
    [({"owner": "局"}, "owner"), ({"title": "长" * 15}, "title"), ({"uses": []}, "uses"), ({"uses": ["gift"]}, "uses")],
)
def test_what_is_wrong_is_named(workshop: Workshop, changed: dict[str, object], what: str) -> None:
    with pytest.raises(SealUnusable, match=what):
        workshop.ask(**changed)


def test_it_is_valid_for_five_years_at_most(workshop: Workshop) -> None:
    with pytest.raises(SealUnusable, match="validity"):
        workshop.ask(valid_until=legal_day(workshop.at) + timedelta(days=366 * 6))


def test_a_stopped_seal_stays_stopped(workshop: Workshop) -> None:
    seal_id = workshop.made()
    workshop.stop(seal_id)
    assert workshop.show(seal_id).state == "stopped"
    with pytest.raises(SealStateOver):
        workshop.confirm(seal_id, by=supervisor())


def test_other_places_do_not_see_it(workshop: Workshop) -> None:
    seal_id = workshop.made()
    with scope(["371424"]), pytest.raises(Missing):
        queries.get_seal(region=JIYANG, seal_id=seal_id, on=legal_day(workshop.at))
