"""The examples that an official reads are what the rules do; those of one service together show all that it can come to."""

from collections import defaultdict
from functools import cache

import pytest

from tongban.catalogue.checks import find_faults
from tongban.catalogue.definition import Definition
from tongban.catalogue.examples import AT, load_examples, run_example
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.rules.checks import find_rule_faults
from tongban.rules.facts import Fact
from tongban.rules.questions import can_matter

HYGIENE, COMPANY = "public-place-hygiene-licence", "company-setup"
CERTIFICATE, SUBSIDIES = "disability-certificate", "disability-subsidies"
KEYS = list_items()
LINYI = "371424"
EXAMPLES = [(key, example) for key in KEYS for example in load_examples(key)]


@cache
def defined(key: str, region: str = LINYI) -> Definition:
    return read_definition(load_document(key, region), suite=SUITES[1])


@cache
def results(key):
    return [run_example(example, defined(key, example.region)) for example in load_examples(key)]


def readings(key):
    """The service as every region of its examples reads it."""
    return [defined(key, region) for region in sorted({example.region for example in load_examples(key)})]


@pytest.mark.parametrize(("key", "example"), EXAMPLES, ids=lambda value: getattr(value, "title", value))
def test_the_example_comes_out_as_written(key, example):
    assert run_example(example, defined(key, example.region)).differs == ()


@pytest.mark.parametrize("key", KEYS)
class TestAService:
    def test_has_enough_examples_to_judge_by(self, key):
        assert len(load_examples(key)) >= 30

    def test_shows_every_point_true_false_and_unknown(self, key):
        seen = defaultdict(set)
        for result in results(key):
            for id, verdict in result.points.items():
                seen[id].add(verdict)
        points = {
            point.id
            for reading in readings(key)
            for one in reading.situations.values()
            for point in one.rule_set.points
        }
        assert {id: seen[id] for id in points if seen[id] != {True, False, None}} == {}

    def test_has_no_point_that_no_situation_uses(self, key):
        used = {point.id for one in defined(key).situations.values() for point in one.rule_set.points}
        assert {point["id"] for point in defined(key).document["points"]} == used

    def test_has_no_field_or_material_that_no_situation_uses(self, key):
        situations = defined(key).situations.values()
        assert {one["element"] for one in defined(key).document["fields"]} == {
            f.id for s in situations for f in s.fields
        }
        named = {m.id for s in situations for m in s.materials} | {
            s.follow_up.material for s in situations if s.follow_up
        }
        assert {one["id"] for one in defined(key).document["materials"]} == named

    def test_reaches_every_situation_and_every_answer_by_its_questions(self, key):
        reached = {example.situation or example.answer for example in load_examples(key) if example.answers}
        assert {id for reading in readings(key) for id in (*reading.situations, *reading.answers)} == reached

    def test_shows_an_approval_in_every_situation_and_no_refusal(self, key):
        outcomes = defaultdict(set)
        for result in results(key):
            outcomes[result.example.situation].add(result.outcome)
        assert all("approve" in outcomes[id] for id in defined(key).situations)
        cases = {outcome for situation, found in outcomes.items() if situation for outcome in found}
        assert cases == {"approve", "correct", "ask", "refer"}

    def test_tells_no_example_twice(self, key):
        titles = [example.title for example in load_examples(key)]
        assert sorted(set(titles)) == sorted(titles)

    def test_shows_both_sides_of_a_boundary(self, key):
        edges = [result for result in results(key) if "边界" in result.example.title]
        assert {result.outcome == "approve" for result in edges} == {True, False}

    def test_presents_nothing_unread_as_law(self, key):
        """What is from memory is not marked as read, and a point marked as read rests on a law that was."""
        document = defined(key).document
        unread = [law["id"] for law in document["basis"] if law["verified"] and "凭记忆" in law.get("cited", "")]
        known = {law["id"] for law in document["basis"] if law["verified"]}
        baseless = [p["id"] for p in document["points"] if p["verified"] and not known & set(p["basis"])]
        assert (unread, baseless) == ([], [])

    def test_has_no_point_that_is_constant_told_twice_or_without_a_source(self, key):
        for reading in readings(key):
            sources = {element.id: element.sources for element in reading.elements.values()}
            for situation in reading.situations.values():
                assert find_rule_faults(situation.rule_set, sources=sources) == []


def test_the_six_variants_of_the_hygiene_licence():
    assert list(defined(HYGIENE).situations) == ["new_pledge", "new_ordinary", "change", "renew", "reissue", "cancel"]


def test_a_pledge_is_promised_sooner_and_checked_afterwards():
    hygiene = defined(HYGIENE)
    assert (hygiene.promise("new_pledge").days, hygiene.promise("new_ordinary").days) == (3, 7)
    assert hygiene.situation("new_pledge").post_check.days == 30
    assert hygiene.situation("new_ordinary").post_check is None


def test_only_central_air_is_asked_for_its_report():
    demands = {d.material.id: d.demanded for d in defined(HYGIENE).materials("new_ordinary", {"air.kind": "separate"})}
    assert (demands["air-report"], demands["test-report"]) == (False, True)


def test_residence_is_only_asked_of_who_applies_away_from_home():
    demanded = {
        where: next(
            d.demanded
            for d in defined(CERTIFICATE).materials("adult", {"person.where": where})
            if d.material.id == "residence-permit"
        )
        for where in ("home", "away")
    }
    assert demanded == {"home": False, "away": True}


def test_nothing_is_made_public_of_a_minor():
    points = {id: {point.id for point in one.rule_set.points} for id, one in defined(CERTIFICATE).situations.items()}
    assert {id for id in points if "publicity" in points[id]} == {"adult", "ward"}


def test_both_subsidies_ask_what_each_asks():
    points = {id: {point.id for point in one.rule_set.points} for id, one in defined(SUBSIDIES).situations.items()}
    assert points["both"] == points["living"] | points["nursing"]


def test_a_certificate_and_a_benefit_are_no_licences():
    kinds = {key: (defined(key).kind, defined(key).item_type) for key in (CERTIFICATE, SUBSIDIES, COMPANY)}
    assert kinds == {
        CERTIFICATE: ("service", "confirmation"),
        SUBSIDIES: ("service", "benefit"),
        COMPANY: ("licence", "licence"),
    }


def test_a_promise_of_one_situation_is_never_longer_than_the_legal_limit():
    document = load_document(HYGIENE, LINYI)
    document["situations"][0]["promise"]["days"] = 21
    assert [fault.path for fault in find_faults(document)] == ["situations[new_pledge].promise"]


def test_a_check_after_a_pledge_rests_on_a_law_that_is_there():
    document = load_document(HYGIENE, LINYI)
    document["situations"][0]["post_check"]["basis"] = ["nowhere"]
    assert [fault.path for fault in find_faults(document)] == ["situations[new_pledge].post_check.basis"]


def test_who_has_only_disposable_cups_is_not_asked_for_a_disinfection_room():
    rule_set = defined(HYGIENE).rule_set("new_pledge")
    answered = {"cups.kind": Fact("cups.kind", "disposable", "declared", AT)}
    assert "disinfection.room" in can_matter(rule_set, {})
    assert "disinfection.room" not in can_matter(rule_set, answered)
