"""The deciding place evaluates the points. What is not clear goes to a person; nothing is refused by rule."""

from dataclasses import replace

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI, LUO
from tongban.kernel import strictjson
from tongban.review.adapters.base import Silent
from tongban.review.facts import SOURCES_AGREE
from tongban.review.services import RegisterSilent
from tongban.review.tests.factories import CANCEL, HELD, INSURED, Road, Says, insured_says, residence_says
from tongban.rules.facts import Value
from tongban.rules.points import facts_from_json

REFERRED = ["taken_over", "assessed"]


def outcome(road: Road, case_id: object) -> tuple[str, dict[str, str]]:
    assessment = road.opened(case_id).case.assessment  # type: ignore[arg-type]
    return assessment["outcome"], assessment["points"]


def test_a_clear_case_is_approved_without_a_person(road: Road) -> None:
    case_id = road.approved()
    assert road.kinds(case_id)[5:] == ["taken_over", "accepted", "assessed", "approved"]
    assert set(outcome(road, case_id)[1].values()) == {"true"}
    assert road.opened(case_id).case.decision == {"outcome": "approved", "decided_by": "rules"}


def test_every_value_read_is_on_record_with_its_source(road: Road) -> None:
    facts = facts_from_json(road.opened(road.approved()).parts["assessment"])
    assert {fact.source for fact in facts.values()} == {
        "verified", "system", "declared", "register:insured", "register:residence",
    }  # fmt: skip
    assert facts["insured.status"].evidence == "q-1"


def test_nothing_personal_stands_in_the_clear_part(road: Road) -> None:
    for event in road.chain(road.approved()):
        clear = strictjson.canonical(event.payload.as_json()).decode()
        assert LUO.name not in clear
        assert LUO.id_number not in clear
        assert "normal" not in clear


def test_suspended_insurance_goes_to_an_examiner_and_is_not_refused(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says({**INSURED, "insured.status": "suspended"}))
    assert road.kinds(case_id)[5:] == REFERRED
    assert outcome(road, case_id)[0] == "refer"
    assert outcome(road, case_id)[1]["insured"] == "false"


def test_insurance_at_another_place_goes_to_an_examiner(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says({**INSURED, "insured.region": HUIMIN}))
    assert outcome(road, case_id)[1]["insured-place"] == "false"
    assert road.kinds(case_id)[5:] == REFERRED


@pytest.mark.parametrize(
    "changes",
    [
        {"found": False, "name": "unclear", "values": {}},
        {"name": "other", "values": {}},
        {"values": {"insured.status": 7, "insured.region": ""}},
    ],
)
def test_what_the_register_does_not_say_is_unknown_and_never_false(road: Road, changes: dict[str, object]) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says(**changes))
    result, points = outcome(road, case_id)
    assert (result, points["insured"], points["no-duplicate"]) == ("refer", "unknown", "unknown")


def test_a_silent_register_is_asked_again_first(road: Road) -> None:
    case_id, mute = road.taken_over(), Says(Silent("timeout"))
    with pytest.raises(RegisterSilent):
        road.consider(case_id, mute, last_try=False)
    assert road.kinds(case_id)[-1] == "taken_over"
    road.consider(case_id, mute)
    assert outcome(road, case_id)[1]["insured"] == "unknown"
    assert road.kinds(case_id)[5:] == REFERRED


def test_a_silent_residence_register_is_unknown_at_the_deciding_place_too(road: Road) -> None:
    case_id = road.received()
    road.collect(case_id, Says(Silent("timeout")))
    road.take_over(case_id)
    road.consider(case_id)
    assert outcome(road, case_id)[1]["residence"] == "unknown"
    assert road.kinds(case_id)[5:] == REFERRED


def test_sources_that_differ_are_shown_to_a_person_and_the_register_counts(road: Road) -> None:
    case_id = road.received()
    road.collect(case_id, residence_says({"residence.registered": True, "insured.status": "ended"}))
    road.take_over(case_id)
    road.consider(case_id)
    result, points = outcome(road, case_id)
    facts = facts_from_json(road.opened(case_id).parts["assessment"])
    assert (result, points["insured"]) == ("refer", "true")
    assert (facts["insured.status"].value, facts["insured.status"].source) == ("normal", "register:insured")
    assert facts[SOURCES_AGREE].value is False


@pytest.mark.parametrize("name", ["艾力·买买提", "王䶮", "Anna Müller"])
def test_a_name_that_registers_write_otherwise_goes_to_a_person(road: Road, name: str) -> None:
    case_id = road.taken_over(person=replace(LUO, name=name))
    road.consider(case_id, insured_says({}, name="other"))
    result, points = outcome(road, case_id)
    assert (result, points["insured"]) == ("refer", "unknown")
    assert points["identity"] != "false"


def test_only_what_the_situation_uses_is_asked(road: Road) -> None:
    register = insured_says()
    road.consider(road.taken_over(), register)
    [(_, elements, about)] = register.asked
    assert set(elements) == set(INSURED)
    assert about == {"region": JIYANG}


def test_a_filing_that_is_meant_is_named_to_the_register(road: Road) -> None:
    case_id = road.taken_over(situation="cancel", stated=CANCEL)
    register = insured_says({"insured.region": LINYI, **HELD})
    road.consider(case_id, register)
    [(_, elements, about)] = register.asked
    assert set(elements) == {"insured.region", *HELD}
    assert about == {"region": JIYANG, "existing": JIYANG}
    assert outcome(road, case_id)[0] == "approve"


@pytest.mark.parametrize(
    ("held", "point", "verdict"),
    [
        ({**HELD, "filing.active_since": "2026-10-01"}, "lock", "false"),
        ({"filing.active": True}, "lock", "unknown"),
        ({}, "existing", "unknown"),
    ],
)
def test_a_locked_or_unknown_filing_goes_to_an_examiner_and_is_not_refused(
    road: Road, held: dict[str, Value], point: str, verdict: str
) -> None:
    case_id = road.taken_over(situation="cancel", stated=CANCEL)
    road.consider(case_id, insured_says({"insured.region": LINYI, **held}))
    assert (outcome(road, case_id)[0], outcome(road, case_id)[1][point]) == ("refer", verdict)
    assert road.kinds(case_id)[-2:] == REFERRED


def test_a_filing_for_the_same_place_goes_to_an_examiner(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says({**INSURED, "filing.duplicate": True}))
    assert outcome(road, case_id) == ("refer", outcome(road, case_id)[1] | {"no-duplicate": "false"})


def test_a_second_run_asks_nobody_and_writes_nothing(road: Road) -> None:
    case_id, register = road.approved(), insured_says()
    before = road.kinds(case_id)
    road.consider(case_id, register)
    assert (register.asked, road.kinds(case_id)) == ([], before)


def test_an_assessed_case_is_not_assessed_again(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says({}))
    road.consider(case_id, insured_says())
    assert road.kinds(case_id)[5:] == REFERRED
