"""A past decision computed again from its signed record gives the signed verdict, or says where it differs."""

import base64
from copy import deepcopy
from typing import Any
from uuid import UUID

import pytest

from tests.cast import LINYI
from tongban.cases import queries as cases
from tongban.cases.record import RecordFaulty
from tongban.catalogue.queries import get_definition
from tongban.kernel import envelopes, strictjson
from tongban.kernel.actors import system
from tongban.kernel.scope import scope
from tongban.review.facts import points_as_text
from tongban.review.recomputing import NothingAssessed, Recomputed, recompute, recompute_record
from tongban.review.replay import Change, FactsUnreadable
from tongban.review.tests.factories import RESIDENT, Road, insured_says, residence_says
from tongban.rules.points import evaluate, facts_from_json


def exported(road: Road, case_id: UUID, *, opened: bool = True) -> bytes:
    with scope([LINYI]):
        return cases.export_record(
            node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at, opened=opened
        )


def again(road: Road, case_id: UUID) -> Recomputed:
    [found] = recompute_record(exported(road, case_id), find_definition=get_definition)
    return found


def altered(road: Road, record: bytes, **changes: Any) -> bytes:
    """The same record with something else in it, signed anew."""
    value = strictjson.parse(envelopes.read(record, type=envelopes.RECORD, max_bytes=10**6).payload, max_bytes=10**6)
    return envelopes.sign(
        value | changes, type=envelopes.RECORD, suite=road.linyi.suite, keys=[road.linyi.keys["event"]]
    ).raw


def test_a_decision_by_rules_gives_the_signed_verdict(road: Road) -> None:
    found = again(road, road.approved())
    assert found.agrees and found.decided
    assert found.difference is not None
    assert (found.difference.before, found.difference.after, found.difference.changes) == ("approve", "approve", ())


def test_a_case_left_to_a_person_does_too(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says({"insured.status": "suspended"}))
    found = again(road, case_id)
    assert found.agrees and not found.decided


def test_sources_that_differed_still_refer(road: Road) -> None:
    case_id = road.received()
    road.collect(case_id, residence_says({**RESIDENT, "insured.status": "ended"}))
    road.take_over(case_id)
    road.consider(case_id)
    found = again(road, case_id)
    assert found.agrees and found.difference is not None and found.difference.after == "refer"


def test_values_that_do_not_carry_the_verdict_are_shown(road: Road) -> None:
    opened = road.opened(road.approved())
    values, body = deepcopy(opened.parts["assessment"]), opened.case.assessment
    next(fact for fact in values["facts"] if fact["element"] == "insured.status")["value"] = "ended"
    found = recompute(
        opened.definition, opened.case.situation, outcome=body["outcome"], points=body["points"], values=values
    )
    assert (found.before, found.after, found.changes) == ("approve", "refer", (Change("insured", "true", "false"),))


def test_it_agrees_with_the_evaluation_itself(road: Road) -> None:
    opened = road.opened(road.approved())
    facts = facts_from_json(opened.parts["assessment"])
    assessed = evaluate(opened.definition.rule_set(opened.case.situation), facts)
    assert points_as_text(assessed.points) == opened.case.assessment["points"]


def test_a_record_that_opens_nothing_or_a_definition_that_is_not_at_hand_is_named(road: Road) -> None:
    case_id = road.approved()
    [closed] = recompute_record(exported(road, case_id, opened=False), find_definition=get_definition)
    [unknown] = recompute_record(altered(road, exported(road, case_id), definitions=[]))
    assert (closed.why, unknown.why) == ("not-opened", "no-definition")
    assert not closed.agrees and not unknown.agrees


def test_a_record_carries_what_it_needs(road: Road) -> None:
    [found] = recompute_record(exported(road, road.approved()))
    assert found.agrees


def test_another_definition_does_not_pass_for_it(road: Road) -> None:
    record = exported(road, road.approved())
    [carried] = strictjson.parse(
        envelopes.read(record, type=envelopes.RECORD, max_bytes=10**6).payload, max_bytes=10**6
    )["definitions"]
    other = base64.b64encode(base64.b64decode(carried).replace(b'"version":', b'"version":9')).decode()
    [found] = recompute_record(altered(road, record, definitions=[other]))
    assert found.why == "no-definition"


def test_other_values_than_were_sealed_are_refused(road: Road) -> None:
    record = exported(road, road.approved())
    openings = strictjson.parse(
        envelopes.read(record, type=envelopes.RECORD, max_bytes=10**6).payload, max_bytes=10**6
    )["openings"]
    assessment = next(each for each in openings if each["name"] == "assessment")
    assessment["plaintext"] = base64.b64encode(b"0" * 16 + b"{}").decode()
    with pytest.raises(RecordFaulty):
        recompute_record(altered(road, record, openings=openings), find_definition=get_definition)


def test_a_history_with_a_hole_is_refused(road: Road) -> None:
    record = exported(road, road.approved())
    events = strictjson.parse(envelopes.read(record, type=envelopes.RECORD, max_bytes=10**6).payload, max_bytes=10**6)[
        "events"
    ]
    with pytest.raises(RecordFaulty):
        recompute_record(altered(road, record, events=events[:2] + events[3:]), find_definition=get_definition)


def test_a_record_without_an_assessment_is_refused(road: Road) -> None:
    with pytest.raises(NothingAssessed):
        recompute_record(exported(road, road.taken_over()), find_definition=get_definition)


@pytest.mark.parametrize("values", [{}, {"facts": 1}, {"facts": [{"element": "x"}]}])
def test_values_of_another_form_are_refused(road: Road, values: dict[str, Any]) -> None:
    opened = road.opened(road.approved())
    with pytest.raises(FactsUnreadable):
        recompute(opened.definition, opened.case.situation, outcome="approve", points={}, values=values)
