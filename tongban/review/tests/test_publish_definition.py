"""Publishing from the command line: rules that decide otherwise need a signed rehearsal, or a reason where there is nothing to rehearse on."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import ITEM, LINYI
from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import Publication
from tongban.kernel.actors import Actor, system
from tongban.kernel.scope import scope
from tongban.review import rehearsal
from tongban.review.publications import CasesToRehearse, NotRehearsed, ReasonTooLong, list_versions, publish_definition
from tongban.review.rehearsals import get_rehearsal
from tongban.review.tests.factories import Road

EDITOR = Actor("staff", "s-editor", LINYI, frozenset({"catalogue_editor"}))
CHIEF = Actor("staff", "s-chief", LINYI, frozenset({"chief"}))
WHY = "第一次上线，还没有办件"


def draft(version: int = 12, **values: Any) -> dict[str, Any]:
    document: Any = load_document(ITEM, LINYI)
    points = [point | values if point["id"] == "residence" else point for point in document["points"]]
    return {**document, "points": points, "version": version, "valid_from": "2020-01-01"}


def publish(road: Road, document: dict[str, Any], reason: str = "") -> Publication:
    with scope([LINYI]):
        return publish_definition(
            node=road.linyi, region=LINYI, document=document, by=system(LINYI), at=road.at, without_rehearsal=reason
        )


def sign(road: Road, id: UUID) -> None:
    given: dict[str, Any] = {"node": road.linyi, "region": LINYI, "rehearsal_id": id}
    with scope([LINYI]):
        digest = get_rehearsal(**given).digest
        rehearsal.sign_off_rehearsal(**given, digest=digest, note="", by=CHIEF, at=road.at)


def versions(road: Road) -> list[Any]:
    with scope([LINYI]):
        return list_versions(node=road.linyi, region=LINYI, key=ITEM)


def test_changed_rules_need_a_rehearsal(road: Road) -> None:
    with pytest.raises(NotRehearsed):
        publish(road, draft(on_unknown="ask"))


def test_where_nothing_was_ever_assessed_a_reason_stands_in_and_stays(road: Road) -> None:
    published = publish(road, draft(on_unknown="ask"), WHY)
    newest, first = versions(road)
    assert (newest.hash, newest.reason, newest.published_by) == (published.hash, WHY, "system")
    assert (first.reason, first.rehearsal) == ("", None)


def test_a_reason_does_not_stand_in_for_past_cases(road: Road) -> None:
    road.consider(road.taken_over())
    with pytest.raises(CasesToRehearse):
        publish(road, draft(on_unknown="ask"), WHY)


def test_a_signed_rehearsal_of_the_same_rules_is_enough(road: Road) -> None:
    given: dict[str, Any] = {"node": road.linyi, "region": LINYI, "at": road.at}
    with scope([LINYI]):
        id = rehearsal.start_rehearsal(**given, document=draft(on_unknown="ask"), by=EDITOR)
    rehearsal.run_rehearsal(**given, rehearsal_id=id)
    with pytest.raises(NotRehearsed):
        publish(road, draft(on_unknown="ask"))
    sign(road, id)
    assert publish(road, draft(version=15, on_unknown="ask", cited="核对过")).version == 15
    with pytest.raises(NotRehearsed):
        publish(road, draft(version=16, on_unknown="ask", mode="not"))


def test_a_rehearsal_from_before_the_newest_version_counts_no_more(road: Road) -> None:
    with scope([LINYI]):
        id = rehearsal.start_rehearsal(
            node=road.linyi, region=LINYI, document=draft(on_unknown="ask"), by=EDITOR, at=road.at
        )
    rehearsal.run_rehearsal(node=road.linyi, region=LINYI, rehearsal_id=id, at=road.at)
    sign(road, id)
    road.at += timedelta(hours=1)
    publish(road, draft(on_unknown="ask", conditions=["!residence.registered"]), WHY)
    with pytest.raises(NotRehearsed):
        publish(road, draft(version=13, on_unknown="ask"))


def test_automatic_acceptance_is_not_switched_on_without_a_rehearsal(road: Road) -> None:
    document = draft()
    other = {"person": "automatic", "automatic": "person"}[document["policy"]["acceptance"]]
    with pytest.raises(NotRehearsed):
        publish(road, document | {"policy": document["policy"] | {"acceptance": other}})


def test_other_words_and_the_same_again_need_none(road: Road) -> None:
    worded = draft(label={"zh": "居住在就医地", "en": "Lives there"})
    assert publish(road, worded) == publish(road, worded, WHY)
    assert [version.reason for version in versions(road)] == ["", ""]


def test_a_reason_is_no_essay(road: Road) -> None:
    with pytest.raises(ReasonTooLong):
        publish(road, draft(on_unknown="ask"), "长" * 2001)


def test_the_first_of_its_item_changes_nothing(road: Road) -> None:
    document: Any = load_document("disability-certificate", LINYI)
    assert publish(road, document).key == "disability-certificate"
