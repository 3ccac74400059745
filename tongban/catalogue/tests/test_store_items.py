"""What was taken in is kept as versions; the same again changes nothing."""

import pytest

from tongban.catalogue.importing.storing import list_item_versions, store_items
from tongban.catalogue.models import ItemVersion
from tongban.catalogue.tests.factories import AT, EDITOR
from tongban.catalogue.tests.guides import guide, read
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden

pytestmark = pytest.mark.django_db

KEY = "002099001001-01"


def store(*guides: dict) -> list[str]:
    return [one.act for one in store_items(entries=[read(each) for each in guides], by=EDITOR, at=AT)]


def test_the_same_again_changes_nothing():
    assert store(guide()) == ["added"]
    assert store(guide(), guide()) == ["unchanged", "unchanged"]
    assert ItemVersion.objects.count() == 1


def test_a_change_is_a_version_and_the_one_before_stays():
    store(guide())
    assert store(guide(commitmentLimit="3", commitmentLimitExplain="3个工作日")) == ["changed"]
    before, after = list_item_versions("template", KEY)
    assert (before.version, before.act, before.content["promise"]["days"]) == (1, "added", 5)
    assert (after.version, after.act, after.content["promise"]["days"]) == (2, "changed", 3)


def test_what_was_refused_is_not_kept():
    assert store(guide(rightsCode="x"), guide()) == ["refused", "added"]
    assert ItemVersion.objects.count() == 1


def test_the_first_of_two_that_disagree_counts_every_time():
    batch = guide(), guide(orgName="别的厅")
    assert store(*batch) == ["added", "behind"]
    assert store(*batch) == ["unchanged", "behind"]
    assert ItemVersion.objects.count() == 1


def test_odd_characters_are_kept_as_far_as_they_can_be():
    assert store(guide(unifyName="名\x00字\ud800", extra="\x00")) == ["added"]


def test_only_an_editor_stores():
    with pytest.raises(Forbidden):
        store_items(entries=[], by=Actor("staff", "s", "370115"), at=AT)
