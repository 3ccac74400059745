"""What a form asks: only what can still matter, and nothing that is needed is lost."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.catalogue.asking import Asked, check_form, find_answers, list_asked, list_others, list_wanted
from tongban.catalogue.definition import Definition, Field
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import build_definition
from tongban.rules.expression import fitting
from tongban.rules.facts import Value

LINYI = "371424"
HOTEL = build_definition(load_document("public-place-hygiene-licence", LINYI), hash="hotel")
CERTIFICATE = build_definition(load_document("disability-certificate", LINYI), hash="certificate")
FILING = build_definition(load_document("remote-medical-filing", LINYI), hash="filing")
KNOWN = {"today": "2026-11-20", "case.submitted_on": "2026-11-20", "case.deciding_region": LINYI}


def asked(definition: Definition, situation: str, **answers: Any) -> dict[str, Asked]:
    given = {name.replace("__", "."): value for name, value in answers.items()}
    return {one.field.id: one for one in list_asked(definition, situation, given, known=KNOWN)}


def test_a_question_waits_for_the_one_that_may_make_it_superfluous() -> None:
    assert "water.kind" in asked(HOTEL, "new_ordinary") and "water.result" not in asked(HOTEL, "new_ordinary")


@pytest.mark.parametrize(
    ("name", "answer", "follows"),
    [("water.kind", "own", "water.result"), ("air.kind", "central", "air.report_on"), ("cups.kind", "reused", "disinfection.room")],
)  # fmt: skip
def test_an_answer_brings_up_the_question_that_now_matters(name: str, answer: str, follows: str) -> None:
    found = asked(HOTEL, "new_ordinary", **{name: answer})
    assert found[follows].required, "where a point would otherwise ask for it later"
    assert [point.id for point in found[follows].points]


@pytest.mark.parametrize(
    ("name", "answer", "other"),
    [("water.kind", "municipal", "water.result"), ("cups.kind", "disposable", "disinfection.room")],
)
def test_an_answer_makes_the_question_superfluous_whatever_was_typed_there(name: str, answer: str, other: str) -> None:
    assert other not in asked(HOTEL, "new_ordinary", **{name: answer, other: "separate"})


def test_an_answer_that_is_none_of_the_choices_settles_nothing() -> None:
    assert "disinfection.room" not in asked(HOTEL, "new_pledge", cups__kind="nonsense")


def test_what_stands_on_the_licence_is_asked_although_no_point_reads_it() -> None:
    found = asked(HOTEL, "new_pledge")
    assert not found["business.name"].points and found["business.name"].required


def test_what_a_register_needs_to_find_anything_is_asked() -> None:
    assert asked(HOTEL, "reissue")["business.code"].required


def test_what_a_register_knows_better_may_stay_empty() -> None:
    spared = asked(HOTEL, "new_pledge")["staff.certified"]
    assert not spared.required and spared.spared and spared.spared.register == "hygiene"


def test_a_consent_is_asked_only_where_its_register_would_be() -> None:
    assert "consent.residence_register" not in asked(CERTIFICATE, "adult", person__where="home")
    assert "consent.residence_register" in asked(CERTIFICATE, "adult", person__where="away")


def test_a_point_that_fails_silences_no_question() -> None:
    elsewhere = asked(HOTEL, "new_pledge", premises__region="371621", hygiene__system=False)
    assert {"staff.serving", "hygiene.manager", "cups.kind"} <= set(elsewhere)


@pytest.mark.parametrize("situation", list(FILING.situations))
def test_the_filing_asks_everything_it_asked_before(situation: str) -> None:
    assert list(asked(FILING, situation)) == [field.id for field in FILING.fields(situation)]


def test_only_what_is_asked_is_judged_and_handed_in() -> None:
    answers: dict[str, Value] = {
        "cups.kind": "disposable",
        "disinfection.room": "nonsense",
        "staff.serving": 2,
        "staff.certified": "",
    }
    wrong = [error.field for error in check_form(HOTEL, "new_pledge", answers, known=KNOWN)]
    assert "business.name" in wrong and not {"disinfection.room", "staff.certified"} & set(wrong)
    assert set(find_answers(HOTEL, "new_pledge", answers, known=KNOWN)) == {"cups.kind", "staff.serving"}


def test_materials_that_do_not_apply_any_more_and_one_that_a_register_decides_about() -> None:
    answers = {"water.kind": "municipal", "air.kind": "central"}
    wanted = {one.material.id: one.state for one in list_wanted(HOTEL, "new_ordinary", answers, known=KNOWN)}
    assert (wanted["water-report"], wanted["air-report"], wanted["mandate"]) == ("waived", "needed", "perhaps")


def test_a_page_knows_which_answers_turn_others() -> None:
    assert list_others(HOTEL, "new_ordinary", "water.kind") == ("water.result",)
    assert list_others(HOTEL, "new_ordinary", "place.area") == ()


def values_of(field: Field) -> st.SearchStrategy[Any]:
    if field.element.values:
        return st.sampled_from(sorted(field.element.values))
    if field.element.type == "boolean":
        return st.booleans()
    if field.element.type == "integer":
        return st.integers(0, 3)
    if field.element.type == "date":
        return st.dates(date(2025, 6, 1), date(2026, 11, 20)).map(date.isoformat)
    return st.sampled_from([LINYI, "371621", "一"])


FORMS = [(HOTEL, situation) for situation in HOTEL.situations] + [(CERTIFICATE, s) for s in CERTIFICATE.situations]


@settings(max_examples=60)
@given(st.data())
def test_what_is_not_asked_changes_no_point_and_no_material(data: st.DataObject) -> None:
    definition, situation = data.draw(st.sampled_from(FORMS))
    answers = {field.id: data.draw(values_of(field), field.id) for field in definition.fields(situation)}
    kept = find_answers(definition, situation, answers, known=KNOWN)
    rules = definition.rule_set(situation)
    decided = [
        [point.decide(fitting({**KNOWN, **some}, rules.types)) for point in rules.points] for some in (answers, kept)
    ]
    assert decided[0] == decided[1]
    states = [
        {
            material.id: material.waived_when.evaluate({**KNOWN, **some})
            for material in definition.situation(situation).materials
            if material.waived_when
        }
        for some in (answers, kept)
    ]
    assert states[0] == states[1]
