"""What a draft changes is said in sentences, point by point."""

from copy import deepcopy
from typing import Any

from tests.cast import ITEM, LINYI
from tongban.catalogue.definition import Definition
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.review.rule_changes import list_changes


def item(**changes: Any) -> Definition:
    """The item with one point otherwise."""
    document = deepcopy(load_document(ITEM, LINYI))
    point = next(one for one in document["points"] if one["id"] == "start")
    point.update(changes)
    return read_definition(document, suite=SUITES[1])


def test_the_same_rules_change_nothing() -> None:
    assert list_changes(item(), item()) == []


def test_a_condition_more_is_said_in_words() -> None:
    before = next(one for one in item().document["points"] if one["id"] == "start")["conditions"]
    [change] = list_changes(item(), item(conditions=[*before, "filing.start_on < '2027-01-01'"]))
    assert (change.id, change.removed) == ("start", ())
    assert [line.zh for line in change.added] == ["备案开始日期早于2027-01-01"]


def test_what_follows_is_a_change_too() -> None:
    [change] = list_changes(item(on_unknown="ask"), item(on_unknown="refer"))
    assert ([line.en for line in change.removed], [line.en for line in change.added]) == (
        ["if not known: to be asked"],
        ["if not known: to an examiner"],
    )


def test_a_first_version_adds_every_point() -> None:
    changes = list_changes(None, item())
    assert "start" in [change.id for change in changes]
    assert all(not change.removed for change in changes)
