"""A draft of the rules is tried on past cases: exactly the cases that come out otherwise are named, and somebody else answers for them."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import ITEM, LINYI, examiner
from tongban.cases.tests.past import seed_past
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import find_in_force, get_definition
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import rehearsal, rehearsals
from tongban.review.facts import SOURCES_AGREE
from tongban.review.tests.factories import RESIDENT, Road, insured_says, residence_says

EDITOR = Actor("staff", "s-editor", LINYI, frozenset({"catalogue_editor"}))
CHIEF = Actor("staff", "s-chief", LINYI, frozenset({"chief", "catalogue_editor"}))


def draft(point: str, condition: str, **changes: Any) -> dict[str, Any]:
    """The item as it is, with one point tightened by one more condition."""
    document = deepcopy({**load_document(ITEM, LINYI), "valid_from": "2020-01-01"})
    for each in document["points"]:
        if each["id"] == point:
            each["conditions"] = [*each["conditions"], condition]
    return {**document, **changes}


SOON = draft("start", "filing.start_on <= months_after(case.submitted_on, 3)")
"""Flips who wanted the filing to start more than three months later."""


def rehearse(road: Road, document: dict[str, Any], by: Actor = EDITOR) -> rehearsals.RehearsalView:
    with scope([LINYI]):
        id = rehearsal.start_rehearsal(node=road.linyi, region=LINYI, document=document, by=by, at=road.at)
    rehearsal.run_rehearsal(node=road.linyi, region=LINYI, rehearsal_id=id, at=road.at)
    return shown(road, id)


def shown(road: Road, id: UUID) -> rehearsals.RehearsalView:
    with scope([LINYI]):
        return rehearsals.get_rehearsal(node=road.linyi, region=LINYI, rehearsal_id=id)


def sign(
    road: Road, view: rehearsals.RehearsalView, *, by: Actor = CHIEF, note: str = "新规要求", **changes: Any
) -> None:
    given = {"digest": view.digest, **changes}
    with scope([LINYI]):
        rehearsal.sign_off_rehearsal(
            node=road.linyi, region=LINYI, rehearsal_id=view.id, note=note, by=by, at=road.at, **given
        )


def publish(road: Road, view: rehearsals.RehearsalView, *, days: int = 10, by: Actor = EDITOR) -> str:
    with scope([LINYI]):
        return rehearsal.publish_rehearsed(
            node=road.linyi, region=LINYI, rehearsal_id=view.id, valid_from=legal_day(road.at) + timedelta(days), by=by, at=road.at
        )  # fmt: skip


def starting(road: Road, day: str) -> UUID:
    """A case approved by the rules, to start on that day."""
    case_id = road.taken_over(**{"filing.start_on": day})
    road.consider(case_id)
    return case_id


@pytest.fixture
def thousand(road: Road) -> Iterator[list[UUID]]:
    """A thousand cases approved by the rules; seven of them, in the middle, are to start in May."""
    pattern = starting(road, "2026-11-20")
    values = road.opened(pattern).parts["assessment"]
    late = deepcopy(values)
    for fact in late["facts"]:
        if fact["element"] == "filing.start_on":
            fact["value"] = "2027-05-01"
    numbered = [late if 100 <= n < 107 else values for n in range(999)]
    with scope([LINYI]):
        ids = seed_past(node=road.linyi, region=LINYI, pattern=pattern, assessments=numbered)
    yield ids[100:107]


def test_a_draft_that_flips_seven_of_a_thousand_names_these_seven(road: Road, thousand: list[UUID]) -> None:
    found = rehearse(road, SOON)
    assert (found.cases, found.flipped, found.unread) == (1000, 7, 0)
    assert {flip.case_id for flip in found.flips} == set(thousand)
    assert found.tally == {"start": 7}
    assert {(flip.before, flip.after) for flip in found.flips} == {("approve", "correct")}
    assert {flip.points["start"] for flip in found.flips} == {("true", "false")}


def test_the_rules_as_they_are_flip_nothing(road: Road) -> None:
    starting(road, "2026-11-20")
    found = rehearse(road, draft("residence", "true"))
    assert (found.cases, found.flipped, found.moved, found.flips) == (1, 0, 0, ())


def test_a_point_that_moves_without_another_outcome_is_counted(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(
        case_id, insured_says({"insured.status": "suspended", "insured.region": LINYI, "filing.duplicate": False})
    )
    found = rehearse(road, draft("residence", "!residence.registered"))
    assert (found.cases, found.flipped, found.moved) == (1, 0, 1)


def test_what_was_never_read_is_unknown_and_said_so(road: Road) -> None:
    road.approved()
    [flip] = rehearse(road, draft("insured", "!filing.proof_overdue")).flips
    assert (flip.before, flip.after) == ("approve", "refer")
    assert flip.unrecorded == ("filing.proof_overdue",)
    assert (flip.decision, flip.decided_by) == ("approved", "rules")


def test_what_the_applicant_stated_is_read_where_the_draft_asks_for_it(road: Road) -> None:
    road.approved()
    assert rehearse(road, draft("residence", "consent.residence_register")).flipped == 0


def test_a_draft_that_reads_what_sources_differ_about_says_so(road: Road) -> None:
    """Mr Luo's address is another one in the register than he stated; no rule has looked at it so far."""
    road.approved()
    found = rehearse(road, draft("insured", 'filing.address != ""'))
    assert (found.flips[0].after, found.flips[0].disputed) == ("refer", ("filing.address",))
    assert found.tally == {SOURCES_AGREE: 1}


def test_what_a_register_answered_is_read_where_the_draft_asks_for_it(road: Road) -> None:
    road.approved()
    [flip] = rehearse(road, draft("residence", 'residence.since <= "2020-01-01"')).flips
    assert (flip.points, flip.unrecorded) == ({"residence": ("true", "false")}, ())


def test_sources_that_did_not_agree_still_go_to_a_person(road: Road) -> None:
    case_id = road.received()
    road.collect(case_id, residence_says({**RESIDENT, "insured.status": "ended"}))
    road.take_over(case_id)
    road.consider(case_id)
    assert rehearse(road, draft("residence", "true")).flipped == 0


def test_a_situation_that_is_gone_is_a_flip(road: Road) -> None:
    case_id = road.approved()
    replay = rehearsal.Replay(
        rehearsal.Draft(replace(get_definition(road.opened(case_id).case.definition), situations={}))
    )
    with scope([LINYI]):
        [case], _ = rehearsal.assessed.list_assessed(
            node=road.linyi, region=LINYI, item=road.opened(case_id).case.item, since=None
        )
    replay.take(case, get_definition(case.definition))
    assert [found.after for _, found in replay.flips] == ["none"]


def test_a_verdict_from_which_something_else_follows_is_named(road: Road) -> None:
    case_id = road.taken_over()
    road.consider(case_id, insured_says({}))
    document = draft("residence", "true")
    document["points"] = [point | {"on_unknown": "ask"} for point in document["points"]]
    [flip] = rehearse(road, document).flips
    assert (flip.before, flip.after) == ("refer", "ask")
    assert flip.points["insured"] == ("unknown/refer", "unknown/ask")


def test_an_erased_case_is_counted_as_unread(road: Road) -> None:
    case_id = road.approved()
    with scope([LINYI]):
        vault.erase(region=LINYI, case_id=case_id)
    found = rehearse(road, SOON)
    assert (found.cases, found.unread) == (0, 1)


def test_running_again_changes_nothing(road: Road) -> None:
    starting(road, "2027-05-01")
    first = rehearse(road, SOON)
    rehearsal.run_rehearsal(node=road.linyi, region=LINYI, rehearsal_id=first.id, at=road.at + timedelta(days=1))
    assert shown(road, first.id) == first
    assert first.flipped == 1


def test_only_cases_since_a_day(road: Road) -> None:
    starting(road, "2027-05-01")
    with scope([LINYI]):
        id = rehearsal.start_rehearsal(
            node=road.linyi, region=LINYI, document=SOON, since=date(2026, 11, 21), by=EDITOR, at=road.at
        )
    rehearsal.run_rehearsal(node=road.linyi, region=LINYI, rehearsal_id=id, at=road.at)
    assert shown(road, id).cases == 0


def test_signed_by_somebody_else_and_published_from_a_day_on(road: Road) -> None:
    starting(road, "2027-05-01")
    view = rehearse(road, SOON)
    sign(road, view)
    hash = publish(road, view)
    today = legal_day(road.at)
    assert find_in_force(ITEM, LINYI, today).hash != hash  # type: ignore[union-attr]
    assert find_in_force(ITEM, LINYI, today + timedelta(10)).hash == hash  # type: ignore[union-attr]
    assert (shown(road, view.id).note, shown(road, view.id).published) == ("新规要求", hash)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"by": EDITOR}, Forbidden),
        ({"by": examiner()}, Forbidden),
        ({"digest": "0" * 64}, rehearsal.ListChanged),
        ({"note": " "}, rehearsal.ReasonForSigning),
    ],
)
def test_who_signs_is_somebody_who_may_for_this_list_with_a_reason(
    road: Road, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    starting(road, "2027-05-01")
    with pytest.raises(refusal):
        sign(road, rehearse(road, SOON), **changes)


def test_nobody_signs_their_own(road: Road) -> None:
    with pytest.raises(rehearsal.SignYourOwn):
        sign(road, rehearse(road, SOON, by=CHIEF))


def test_nothing_is_published_unsigned_or_for_today(road: Road) -> None:
    view = rehearse(road, SOON)
    with pytest.raises(rehearsal.NotSigned):
        publish(road, view)
    sign(road, view)
    with pytest.raises(rehearsal.SignedAlready):
        sign(road, view)
    with pytest.raises(rehearsal.TooEarly):
        publish(road, view, days=0)
    publish(road, view)
    with pytest.raises(rehearsal.PublishedAlready):
        publish(road, view)


def test_a_signed_rehearsal_does_not_undo_what_was_published_since(road: Road) -> None:
    older = rehearse(road, SOON)
    road.at += timedelta(hours=1)
    newer = rehearse(road, draft("residence", "consent.residence_register"))
    for view in (older, newer):
        sign(road, view)
    publish(road, newer)
    with pytest.raises(rehearsal.Outdated):
        publish(road, older)


def test_a_draft_of_another_region_is_not_tried_here(road: Road) -> None:
    with scope([LINYI]), pytest.raises(rehearsal.NotForThisRegion):
        rehearsal.start_rehearsal(
            node=road.linyi, region=LINYI, document=SOON | {"region": "370115"}, by=EDITOR, at=road.at
        )
