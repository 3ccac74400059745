"""Saved filters: a person's own, under names that only their desk can read."""

from datetime import datetime

import pytest

from tests.cast import JIYANG, clerk
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people import models, preferences
from tongban.people.preferences import FilterUnusable

pytestmark = pytest.mark.django_db
LIWEI = Actor("staff", "s-liwei", JIYANG, frozenset({"reception"}))


def save(node: Node, at: datetime, name: str, by: Actor | None = None, **value: str) -> list[str]:
    with scope([JIYANG]):
        preferences.save_filter(node=node, name=name, value=value, by=by or clerk(), at=at)
        return [filter.name for filter in preferences.list_filters(node=node, by=by or clerk())]


def test_a_filter_is_its_owner_s(node: Node, at: datetime) -> None:
    save(node, at, " 临邑  到期 ", lamp="red")
    with scope([JIYANG]):
        (saved,) = preferences.list_filters(node=node, by=clerk())
        assert (saved.name, saved.value) == ("临邑 到期", {"lamp": "red"})
        assert preferences.list_filters(node=node, by=LIWEI) == []
        preferences.forget_filter(filter_id=saved.id, by=LIWEI)
        assert preferences.list_filters(node=node, by=clerk()) == [saved]
        preferences.forget_filter(filter_id=saved.id, by=clerk())
        assert preferences.list_filters(node=node, by=clerk()) == []


def test_the_same_name_replaces(node: Node, at: datetime) -> None:
    save(node, at, "急件", lamp="red")
    assert save(node, at, "急件", lamp="amber") == ["急件"]


def test_the_name_is_sealed(node: Node, at: datetime) -> None:
    save(node, at, "罗建国的事")
    with scope([JIYANG]):
        assert "罗建国".encode() not in bytes(models.StaffPreference.objects.get().name)


@pytest.mark.parametrize("name", ["", " ", "\x00", "长" * 21])
def test_a_name_is_short_and_there(node: Node, at: datetime, name: str) -> None:
    with pytest.raises(FilterUnusable):
        save(node, at, name)


def test_twenty_are_kept(node: Node, at: datetime) -> None:
    for number in range(20):
        save(node, at, str(number))
    with pytest.raises(FilterUnusable):
        save(node, at, "20")
    assert len(save(node, at, "7", lamp="red")) == 20
