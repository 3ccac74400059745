"""Items and guides."""

import pytest

from tests.cast import ITEM, LINYI
from tests.web.api.conftest import Systems, application
from tongban.catalogue.history.adjusting import adjust_item
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

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


def suspend(systems: Systems) -> None:
    with scope([LINYI]):
        adjust_item(
            node=systems.desks.linyi, region=LINYI, key=ITEM, act="suspended", reason=Text("升级", "Renewed"), by=system(LINYI), at=now()
        )  # fmt: skip


def test_an_item_that_is_suspended_says_so_and_takes_no_new_case(systems: Systems) -> None:
    partner = systems.partner()
    suspend(systems)
    standing = partner.get(f"items/{ITEM}", region=LINYI).json()["standing"]
    assert (standing["act"], standing["reason"]["en"]) == ("suspended", "Renewed")
    answer = partner.post("cases", application())
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "item-suspended")


def test_the_history_and_what_changed_between_two_versions(systems: Systems) -> None:
    partner = systems.partner()
    suspend(systems)
    newest, first = partner.get(f"items/{ITEM}/history", region=LINYI).json()["versions"]
    assert (newest["act"], first["act"], newest["reason"]["zh"]) == ("suspended", "added", "升级")
    versions = {"before": str(first["version"]), "after": str(newest["version"])}
    found = partner.get(f"items/{ITEM}/comparison", region=LINYI, **versions).json()
    assert (found["after"]["act"], found["changes"]) == ("suspended", [])
    assert partner.get(f"items/{ITEM}/comparison", region=LINYI, before="1", after="99").status_code == 404
