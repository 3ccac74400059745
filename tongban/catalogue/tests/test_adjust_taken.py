"""Items taken in from files are adjusted too, and taking the file in again does not undo it."""

from datetime import date

import pytest

from tongban.catalogue.history.adjusting import AdjustmentNotPossible, NothingToMergeInto
from tongban.catalogue.history.taken import adjust_taken, find_taken, lint_taken, list_taken, list_taken_steps
from tongban.catalogue.importing.storing import store_items
from tongban.catalogue.tests.factories import AT, EDITOR
from tongban.catalogue.tests.guides import guide, read
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db

KEY = "002099001001-01"
TODAY, LATER = date(2026, 11, 20), date(2027, 1, 1)
WHY = Text("法律修改", "The law has changed")


@pytest.fixture(autouse=True)
def stored() -> None:
    store()


def store(**changes: str) -> str:
    return store_items(entries=[read(guide(**changes))], by=EDITOR, at=AT)[0].act


def adjust(act: str, **changes):
    return adjust_taken(
        **{"layer": "template", "key": KEY, "act": act, "reason": WHY, "by": EDITOR, "at": AT} | changes
    )


def state(on: date = TODAY) -> str:
    found = find_taken(KEY, on=on).standing
    return found.act if found else "open"


def test_the_history_tells_who_why_and_from_when() -> None:
    adjust("suspended", since=LATER)
    step = list_taken_steps("template", KEY)[0]
    assert (step.version, step.act, step.since, step.by, step.reason) == (2, "suspended", LATER, "s-editor", WHY)
    assert (state(), state(LATER)) == ("open", "suspended")
    assert find_taken(KEY, on=TODAY).planned.act == "suspended"


def test_the_same_file_again_does_not_resume_it() -> None:
    adjust("withdrawn")
    assert store() == "unchanged"
    assert store(commitmentLimit="3", commitmentLimitExplain="3个工作日") == "changed"
    assert state() == "withdrawn"
    adjust("resumed")
    assert state() == "open"


def test_a_later_word_takes_back_what_was_planned() -> None:
    adjust("suspended", since=LATER)
    adjust("withdrawn", since=TODAY)
    assert (state(), state(LATER)) == ("withdrawn", "withdrawn")


def test_only_what_is_possible() -> None:
    with pytest.raises(AdjustmentNotPossible):
        adjust("resumed")
    with pytest.raises(NothingToMergeInto):
        adjust("merged", into="another")
    with pytest.raises(Forbidden):
        adjust("suspended", by=Actor("staff", "s", "370115"))


def test_they_are_listed_by_portions_and_found_by_name() -> None:
    listed, after = list_taken(on=TODAY)
    assert ([one.key for one in listed], after) == ([KEY], 0)
    assert list_taken(on=TODAY, text="没有这个") == ([], 0)
    assert list_taken(on=TODAY, text=KEY[:6])[0] == listed


def test_what_was_stored_is_looked_at_as_when_it_was_read() -> None:
    record = read(guide()).record
    item = find_taken(KEY, on=TODAY)
    assert type(record).from_json(item.content).as_json() == record.as_json()
    assert {finding.severity for finding in lint_taken(item)} <= {"info", "warning", "error"}
