"""Items and guides."""

import pytest

from tests.cast import ITEM, LINYI
from tests.web.api.conftest import Systems

pytestmark = pytest.mark.django_db


def test_items_in_force_are_listed(systems: Systems) -> None:
    items = systems.partner().get("items").json()["items"]
    assert [(item["key"], item["region"]) for item in items] == [(ITEM, LINYI)]


def test_a_guide_says_what_it_takes_and_what_is_not_verified(systems: Systems) -> None:
    guide = systems.partner().get(f"guides/{ITEM}", region=LINYI).json()
    situations = {situation["id"]: situation for situation in guide["situations"]}
    assert situations["long_term_permit"]["fields"] and situations["long_term_permit"]["materials"]
    assert guide["first_question"] in {question["id"] for question in guide["questions"]}
    assert guide["limits"]["promise"]["days"] > 0


def test_an_item_that_nobody_published_is_missing(systems: Systems) -> None:
    assert systems.partner().get("items/nothing", region=LINYI).status_code == 404


def test_the_description_and_its_page_need_no_third_party(systems: Systems) -> None:
    client = systems.partner().client
    assert client.get("/api/v1/openapi.json").json()["openapi"].startswith("3.1")
    page = client.get("/api/v1/docs").content.decode()
    assert "/api/v1/cases" in page and "https://" not in page
