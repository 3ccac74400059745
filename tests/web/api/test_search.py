"""Search over the API."""

import pytest

from tests.cast import ITEM, LINYI
from tests.web.api.conftest import Systems
from tongban.catalogue.search import asked

pytestmark = pytest.mark.django_db


def test_other_systems_find_the_same(systems: Systems) -> None:
    partner = systems.partner()
    first = partner.get("search", q="外地看病", region=LINYI).json()["items"][0]
    assert (first["key"], first["state"], first["meant"]) == (ITEM, "here", "异地就医备案")
    assert partner.get("search", q="低保").json()["items"][0]["key"] == ""
    assert partner.get("search", q="").status_code == 422


def test_words_of_other_systems_are_not_counted(systems: Systems) -> None:
    assert systems.partner().get("search", q="种地补贴").json() == {"items": []}
    assert asked.count_hidden() == 0
