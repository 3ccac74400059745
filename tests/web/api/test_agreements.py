"""Agreements for other systems: as published, by member and by item."""

import pytest

from tests.cast import HUIMIN, ITEM
from tests.web.api.conftest import Systems

pytestmark = pytest.mark.django_db


def test_those_in_force_are_listed_and_shown(systems: Systems) -> None:
    partner = systems.partner()
    (one,) = partner.get("agreements", region=HUIMIN, item=ITEM).json()["items"]
    assert (one["id"], one["state"], one["articles"][0]["response_days"]) == ("jlh", "in-force", 2)
    assert partner.get("agreements/jlh").json() == one


def test_what_is_not_there_is_missing(systems: Systems) -> None:
    partner = systems.partner()
    assert partner.get("agreements", region="110000").json()["items"] == []
    assert partner.get("agreements/none").status_code == 404
