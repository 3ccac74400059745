"""What is known, from which source, and what a name never decides."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.text import Text
from tongban.review import facts as known
from tongban.review.adapters.base import Answered, NameMatch
from tongban.review.places import filed_for
from tongban.rules.expression import compile_condition
from tongban.rules.facts import Fact, Value, Vocabulary
from tongban.rules.points import Point, RuleSet, evaluate, facts_from_json

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def fact(value: Value, source: str, element: str = "residence.since") -> Fact:
    return Fact(element, value, source, AT)


def checked(identity_check: str, name: str, found: NameMatch | None) -> Value | None:
    answer = Answered(found=True, name=found) if found else Answered(found=False)
    identity = known.identity_fact(identity_check, [answer], name=name, at=AT)
    return identity.value if identity else None


@pytest.mark.parametrize("means", sorted(known.WITNESSED))
def test_a_witnessed_identity_needs_no_register(means: str) -> None:
    identity = known.identity_fact(means, [], name="罗建国", at=AT)
    assert identity == Fact("applicant.identity_checked", True, "verified", AT, means)


def test_a_phone_alone_proves_nobody() -> None:
    assert known.identity_fact("sms", [], name="罗建国", at=AT) is None
    assert checked("sms", "罗建国", None) is None


def test_name_and_number_that_agree_in_a_register_are_an_identity_check() -> None:
    assert checked("sms", "罗建国", "same") is True
    assert checked("sms", "罗建国", "other") is False


@pytest.mark.parametrize("name", ["艾力·买买提", "王䶮", "王\ue863", "𠮷田", "Anna Müller", "〇一"])
def test_a_name_that_registers_write_in_another_way_is_never_a_mismatch(name: str) -> None:
    assert checked("sms", name, "other") is None
    assert checked("sms", name, "unclear") is None
    assert checked("sms", name, "same") is True


def test_the_answer_of_a_register_becomes_facts_with_its_number_as_evidence() -> None:
    answer = Answered(True, "same", {"insured.status": "normal"}, "q-1")
    assert known.register_facts(answer, source="register:insured", at=AT) == [
        Fact("insured.status", "normal", "register:insured", AT, "q-1")
    ]


def test_sources_that_differ_are_named_and_none_is_lost() -> None:
    facts = [
        fact("2024-01-01", "declared"),
        fact("2025-01-01", "register:residence"),
        fact("x", "declared", "filing.address"),
    ]
    assert known.conflicts(facts, elements=["residence.since", "filing.address"]) == ("residence.since",)


def test_what_no_point_reads_is_no_conflict() -> None:
    facts = [
        fact("纬二路 8 号", "declared", "filing.address"),
        fact("纬二路8号", "register:residence", "filing.address"),
    ]
    assert known.conflicts(facts, elements=["residence.since"]) == ()


def test_true_is_not_one() -> None:
    assert known.conflicts([fact(True, "declared"), fact(1, "document")], elements=["residence.since"])


@given(st.lists(st.sampled_from(["a", "b"])), st.booleans())
def test_sources_that_say_the_same_do_not_differ(sources: list[str], value: bool) -> None:
    facts = [fact(value, source) for source in sources]
    assert known.conflicts(facts, elements=["residence.since"]) == ()


def test_what_the_system_itself_knows_leaves_out_the_unknown() -> None:
    facts = known.system_facts(
        submitted_on=date(2026, 11, 19), deciding="371424", places=known.Places(), at=AT, today=date(2026, 11, 20)
    )
    assert {fact.element: fact.value for fact in facts} == {
        "today": "2026-11-20", "case.submitted_on": "2026-11-19", "case.deciding_region": "371424",
    }  # fmt: skip
    assert {fact.source for fact in facts} == {"system"}


@pytest.mark.parametrize(
    ("place", "city"),
    [("370115", "370100"), ("370100", "370100"), ("110101", "110000"), ("110000", "110000"), ("429004", "429004")],
)
def test_a_filing_is_made_for_a_city_or_a_municipality(place: str, city: str) -> None:
    assert filed_for(place) == city


def test_a_disputed_assessment_goes_to_a_person_and_says_so_on_record() -> None:
    since = compile_condition('residence.since < "2026-01-01"', elements={"residence.since": "date"})
    point = Point("residence", Text("居住", "Residence"), (since,), (), Vocabulary())
    facts = {"residence.since": fact("2025-01-01", "register:residence")}
    assessment = known.disputed(evaluate(RuleSet((point,)), facts), ["residence.since"], at=AT)
    assert (assessment.outcome, assessment.points) == ("refer", {"residence": True})
    recorded = facts_from_json(assessment.as_json())
    assert recorded["residence.since"].source == "register:residence"
    assert recorded[known.SOURCES_AGREE].value is False


def test_verdicts_stand_in_an_event_as_words() -> None:
    points = {"insured": True, "elsewhere": False, "residence": None}
    assert known.points_as_text(points) == {"insured": "true", "elsewhere": "false", "residence": "unknown"}


def test_registers_that_differ_about_a_name_leave_it_to_a_person() -> None:
    answers = [Answered(found=True, name="same"), Answered(found=True, name="other")]
    assert known.identity_fact("sms", answers, name="罗建国", at=AT) is None


def test_a_register_that_compares_no_names_says_nothing_of_identity() -> None:
    answers = [Answered(found=True, name="unclear"), Answered(found=True, name="same")]
    identity = known.identity_fact("sms", answers, name="罗建国", at=AT)
    assert identity is not None and identity.value is True
