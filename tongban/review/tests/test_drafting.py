"""A draft of rules: begun from what is published, changed point by point, rehearsed, and done once it is published."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import ITEM, LINYI
from tongban.catalogue import services as catalogue
from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.editing import find_point, list_situations
from tongban.catalogue.queries import find_in_force
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.review import drafting, rehearsal
from tongban.review.drafting import DraftMovedOn, DraftView, NoDraft, NothingChanged, PublishedSince
from tongban.review.rehearsals import get_rehearsal
from tongban.review.tests.factories import Road

EDITOR = Actor("staff", "s-editor", LINYI, frozenset({"catalogue_editor"}))
CHIEF = Actor("staff", "s-chief", LINYI, frozenset({"chief"}))
BOTH = Actor("staff", "s-both", LINYI, frozenset({"catalogue_editor", "chief"}))
SENSELESS = ["residence.registered && !residence.registered"]


@pytest.fixture
def desk(road: Road) -> Any:
    """The editor of 临邑, with a draft open."""
    with scope([LINYI]):
        drafting.begin_draft(**whose(road))
        yield road


def whose(road: Road, by: Actor = EDITOR) -> dict[str, Any]:
    return {"node": road.linyi, "region": LINYI, "key": ITEM, "by": by, "at": road.at}


def draft_of(road: Road) -> DraftView:
    found = drafting.find_draft(node=road.linyi, region=LINYI, key=ITEM)
    assert found
    return found


def write(road: Road, *, seen: int = 0, by: Actor = EDITOR, **values: Any) -> None:
    document = draft_of(road).document
    point = {**(find_point(document, "residence") or {}), **values}
    drafting.save_point(**whose(road, by), point=point, situations=list_situations(document, "residence"), seen=seen)


def rehearsed(road: Road) -> dict[str, Any]:
    """The draft tried on past cases; what names the rehearsal."""
    id = drafting.rehearse_draft(**whose(road))
    given: dict[str, Any] = {"node": road.linyi, "region": LINYI, "rehearsal_id": id, "at": road.at}
    rehearsal.run_rehearsal(**given)
    return given


def test_a_draft_begins_as_what_is_published_and_changes_nothing_of_it(desk: Road) -> None:
    assert draft_of(desk).changes == {}
    write(desk, conditions=["!residence.registered"])
    assert draft_of(desk).changes == {"residence": "changed"}
    in_force = find_in_force(ITEM, LINYI, legal_day(desk.at))
    assert in_force and find_point(in_force.document, "residence")["conditions"] == ["residence.registered"]  # type: ignore[index]


def test_beginning_again_keeps_what_is_written(desk: Road) -> None:
    write(desk, on_unknown="ask")
    drafting.begin_draft(**whose(desk))
    assert draft_of(desk).changes == {"residence": "changed"}


def test_nobody_overwrites_what_somebody_else_has_just_written(desk: Road) -> None:
    write(desk, on_unknown="ask")
    with pytest.raises(DraftMovedOn):
        write(desk, seen=0, on_unknown="refer")
    write(desk, seen=1, on_unknown="refer")


def test_what_is_no_definition_is_not_kept(desk: Road) -> None:
    with pytest.raises(BadDefinition):
        write(desk, conditions=["residence.registered &&"])
    assert draft_of(desk).edits == 0


def test_a_point_is_taken_out_of_the_draft_only(desk: Road) -> None:
    drafting.remove_point(**whose(desk), point="residence", seen=0)
    assert draft_of(desk).changes == {"residence": "gone"}


def test_what_is_senseless_may_be_kept_and_is_not_rehearsed(desk: Road) -> None:
    write(desk, conditions=SENSELESS)
    with pytest.raises(BadDefinition):
        drafting.rehearse_draft(**whose(desk))


def test_a_draft_without_a_change_is_not_rehearsed(desk: Road) -> None:
    with pytest.raises(NothingChanged):
        drafting.rehearse_draft(**whose(desk))


def test_a_draft_is_done_once_it_is_published(desk: Road) -> None:
    write(desk, on_unknown="ask")
    given = rehearsed(desk)
    with scope([LINYI]):
        digest = get_rehearsal(node=desk.linyi, region=LINYI, rehearsal_id=given["rehearsal_id"]).digest
        rehearsal.sign_off_rehearsal(**given, digest=digest, note="", by=CHIEF)
        rehearsal.publish_rehearsed(**given, valid_from=legal_day(desk.at) + timedelta(days=9), by=EDITOR)
        assert drafting.find_draft(node=desk.linyi, region=LINYI, key=ITEM) is None
        with pytest.raises(NoDraft):
            drafting.remove_point(**whose(desk), point="residence", seen=1)
        drafting.begin_draft(**whose(desk))
        assert find_point(draft_of(desk).document, "residence")["on_unknown"] == "ask"  # type: ignore[index]


def publish_meanwhile(road: Road) -> None:
    """Somebody publishes the next version past the draft."""
    document = draft_of(road).document
    newer = {**document, "version": document["version"] + 1, "points": document["points"][::-1]}
    catalogue.publish(node=road.linyi, region=LINYI, document=newer, by=system(LINYI), at=road.at)


def test_a_draft_of_an_older_version_does_not_undo_the_newer_one(desk: Road) -> None:
    write(desk, on_unknown="ask")
    publish_meanwhile(desk)
    for act in (
        lambda: write(desk, seen=1, on_unknown="refer"),
        lambda: drafting.remove_point(**whose(desk), point="residence", seen=1),
        lambda: drafting.rehearse_draft(**whose(desk)),
    ):
        with pytest.raises(PublishedSince):
            act()
    assert draft_of(desk).changes == {"residence": "changed"}


def test_nobody_signs_for_rules_they_wrote(desk: Road) -> None:
    for seen, by in enumerate((BOTH, EDITOR)):
        write(desk, seen=seen, by=by, on_unknown="ask", cited=by.ref)
    given = rehearsed(desk)
    with scope([LINYI]):
        digest = get_rehearsal(node=desk.linyi, region=LINYI, rehearsal_id=given["rehearsal_id"]).digest
        with pytest.raises(rehearsal.SignYourOwn):
            rehearsal.sign_off_rehearsal(**given, digest=digest, note="", by=BOTH)
        rehearsal.sign_off_rehearsal(**given, digest=digest, note="", by=CHIEF)


def test_a_draft_given_up_leaves_nothing(desk: Road) -> None:
    drafting.discard_draft(region=LINYI, key=ITEM, by=EDITOR)
    assert drafting.find_draft(node=desk.linyi, region=LINYI, key=ITEM) is None


def test_only_an_editor_of_the_place_writes(desk: Road) -> None:
    for by in (CHIEF, replace(EDITOR, region="370115")):
        with pytest.raises(Forbidden):
            drafting.begin_draft(**whose(desk, by))
        with pytest.raises(Forbidden):
            drafting.discard_draft(region=LINYI, key=ITEM, by=by)


def test_there_is_no_draft_of_what_was_never_published(desk: Road) -> None:
    with pytest.raises(Missing):
        drafting.begin_draft(**whose(desk) | {"key": "no-such-item"})
