"""A service of 临邑 is suspended, resumed, withdrawn and merged; every version stays and says who, why and from when."""

from datetime import date, timedelta

import pytest

from tongban.catalogue import queries
from tongban.catalogue.history.adjusting import (
    AdjustedTooEarly,
    AdjustmentNotPossible,
    AdjustmentUnexplained,
    NothingToMergeInto,
    adjust_item,
)
from tongban.catalogue.history.standing import ItemMerged, ItemSuspended, ItemWithdrawn
from tongban.catalogue.history.timeline import list_steps
from tongban.catalogue.layers import load_document
from tongban.catalogue.services import StandingNotKept, publish
from tongban.catalogue.tests.factories import AT, EDITOR, JIYANG, KEY, LINYI, document
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.text import Text

pytestmark = pytest.mark.usefixtures("scoped")

TODAY, LATER = date(2026, 11, 20), date(2027, 1, 1)
WHY = Text("系统升级", "The system is renewed")
OTHER = "disability-certificate"


@pytest.fixture
def published(linyi: Node) -> Node:
    publish_(linyi)
    return linyi


def publish_(node: Node, **changes):
    return publish(node=node, region=LINYI, document=document(**changes), by=EDITOR, at=AT)


def adjust(node: Node, act: str, **changes):
    return adjust_item(
        **{"node": node, "region": LINYI, "key": KEY, "act": act, "reason": WHY, "by": EDITOR, "at": AT} | changes
    )


def standing(on: date = TODAY) -> str:
    found = queries.find_in_force(KEY, LINYI, on).standing
    return found.act if found else "open"


def test_whoever_wants_to_apply_is_told_why_and_since_when(published: Node) -> None:
    adjust(published, "suspended")
    with pytest.raises(ItemSuspended) as refused:
        queries.find_in_force(KEY, LINYI, TODAY).require_open()
    assert "自2026年11月20日起暂停办理：系统升级" in refused.value.sentence("zh")
    assert "suspended since 20 November 2026: The system is renewed" in refused.value.sentence("en")


def test_it_holds_from_its_day_on(published: Node) -> None:
    adjust(published, "suspended", since=LATER)
    assert (standing(), standing(LATER)) == ("open", "suspended")


def test_the_version_before_stays_as_it_is(published: Node) -> None:
    before = queries.find_in_force(KEY, LINYI, TODAY)
    adjust(published, "suspended")
    assert queries.get_definition(before.hash).standing is None
    assert queries.find_in_force(KEY, LINYI, TODAY - timedelta(days=1)) == before


def test_resuming_opens_it_again_and_the_history_tells_both(published: Node) -> None:
    adjust(published, "suspended", since=TODAY)
    adjust(published, "resumed", since=LATER, reason=Text("升级完成", "Renewed"))
    assert (standing(), standing(LATER)) == ("suspended", "open")
    told = [
        (step.version, step.act, step.since, step.by, step.reason and step.reason.zh) for step in list_steps(KEY, LINYI)
    ]
    assert told == [
        (5, "resumed", LATER, "s-editor", "升级完成"),
        (4, "suspended", TODAY, "s-editor", "系统升级"),
        (3, "added", date(2026, 10, 1), "s-editor", None),
    ]


def test_a_change_that_was_planned_does_not_lift_the_suspension(published: Node) -> None:
    publish_(published, version=4, valid_from=LATER.isoformat())
    adjust(published, "suspended")
    assert (standing(), standing(LATER)) == ("suspended", "suspended")
    adjust(published, "resumed")
    assert (standing(), standing(LATER)) == ("open", "open")


def test_a_new_version_neither_resumes_nor_closes_by_the_way(published: Node) -> None:
    adjust(published, "suspended")
    with pytest.raises(StandingNotKept):
        publish_(published, version=9)
    kept = queries.keep_standing(document(version=9, valid_from=LATER.isoformat()))
    publish(node=published, region=LINYI, document=kept, by=EDITOR, at=AT)
    assert standing(LATER) == "suspended"


def test_what_is_withdrawn_is_no_longer_offered(published: Node) -> None:
    adjust(published, "withdrawn")
    assert queries.list_services(TODAY) == []
    with pytest.raises(ItemWithdrawn):
        queries.find_in_force(KEY, LINYI, TODAY).require_open()


def test_what_is_suspended_is_still_listed(published: Node) -> None:
    adjust(published, "suspended")
    assert [one.key for one in queries.list_services(TODAY)] == [KEY]


def test_a_merged_item_names_the_other(published: Node) -> None:
    publish(node=published, region=LINYI, document=load_document(OTHER, LINYI), by=EDITOR, at=AT)
    adjust(published, "merged", into=OTHER)
    with pytest.raises(ItemMerged) as refused:
        queries.find_in_force(KEY, LINYI, TODAY).require_open()
    assert OTHER in refused.value.next_step("zh")
    assert list_steps(KEY, LINYI)[0].into == OTHER


@pytest.mark.parametrize("into", ["", KEY, OTHER])
def test_there_must_be_another_to_merge_into(published: Node, into: str) -> None:
    with pytest.raises(NothingToMergeInto):
        adjust(published, "merged", into=into)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"since": date(2026, 11, 19)}, AdjustedTooEarly),
        ({"reason": Text(" ", "x")}, AdjustmentUnexplained),
        ({"reason": Text("长" * 501, "x")}, AdjustmentUnexplained),
        ({"act": "resumed"}, AdjustmentNotPossible),
        ({"key": "nothing"}, Missing),
        ({"by": Actor("staff", "s", LINYI, frozenset({"examiner"}))}, Forbidden),
        ({"by": Actor("staff", "s", JIYANG, frozenset({"catalogue_editor"}))}, Forbidden),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_changes_nothing(published: Node, changes: dict, refusal: type) -> None:
    with pytest.raises(refusal):
        adjust(published, **{"act": "suspended"} | changes)
    assert standing() == "open"


def test_nothing_is_suspended_twice(published: Node) -> None:
    adjust(published, "suspended")
    with pytest.raises(AdjustmentNotPossible):
        adjust(published, "suspended")
