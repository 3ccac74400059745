"""The receiving place asks its residence register, with consent, and passes the case on."""

import pytest

from tests.cast import JIYANG, LUO
from tongban.review.adapters.base import Silent
from tongban.review.services import RegisterSilent
from tongban.review.tests.factories import Road, Says, residence_says

SILENT = Silent("timeout")


def mute() -> Says:
    return Says(SILENT)


def test_the_answer_goes_onto_the_chain_and_the_case_goes_on(road: Road) -> None:
    case_id = road.received()
    road.collect(case_id)
    assert road.kinds(case_id, JIYANG) == ["submitted", "identity_checked", "received", "evidence_added", "offered"]
    evidence = {fact.element: fact for fact in road.opened(case_id, JIYANG).evidence}
    assert evidence["residence.registered"].value is True
    assert (evidence["residence.registered"].source, evidence["residence.registered"].evidence) == (
        "register:residence",
        "q-2",
    )


def test_only_what_the_situation_uses_is_asked_about_the_place_of_treatment(road: Road) -> None:
    register = residence_says()
    road.collect(road.received(), register)
    [(person, elements, about)] = register.asked
    assert person.id_number == LUO.id_number
    assert set(elements) == {"residence.registered", "filing.address"}
    assert about == {"region": JIYANG}


def test_without_consent_nobody_is_asked(road: Road) -> None:
    register = residence_says()
    case_id = road.received(situation="long_term_pledge", consent=False, **{"pledge.signed": True})
    road.collect(case_id, register)
    assert register.asked == []
    assert road.kinds(case_id, JIYANG) == ["submitted", "pledged", "identity_checked", "received", "offered"]


def test_a_silent_register_is_asked_again_before_the_case_goes_on(road: Road) -> None:
    case_id = road.received()
    with pytest.raises(RegisterSilent):
        road.collect(case_id, mute(), last_try=False)
    assert road.kinds(case_id, JIYANG) == ["submitted", "identity_checked", "received"]
    road.collect(case_id)
    assert road.kinds(case_id, JIYANG)[-1] == "offered"


def test_a_register_that_stays_silent_leaves_nothing_known_and_holds_nothing_up(road: Road) -> None:
    case_id = road.received()
    road.collect(case_id, mute())
    opened = road.opened(case_id, JIYANG)
    assert [entry["outcome"] for entry in opened.case.evidence] == ["silent"]
    assert opened.evidence == ()
    assert opened.case.offered_to


def test_a_second_run_asks_nobody_and_writes_nothing(road: Road) -> None:
    case_id, register = road.received(), residence_says()
    road.collect(case_id)
    before = road.kinds(case_id, JIYANG)
    road.collect(case_id, register)
    assert (register.asked, road.kinds(case_id, JIYANG)) == ([], before)
