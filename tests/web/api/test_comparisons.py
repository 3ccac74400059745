"""The difference finder for other systems: one item, an agreement, what is to be settled."""

import pytest

from tests.cast import JIYANG, LINYI
from tests.web.api.conftest import Systems
from tests.web.test_staff_compare import publish_both
from tongban.alliance.comparing import keep_to_do_lists
from tongban.alliance.tests.test_comparing import KEY, THREE
from tongban.kernel.clock import now

pytestmark = pytest.mark.django_db


def test_exactly_these_three_for_an_item_and_in_its_agreement(systems: Systems) -> None:
    publish_both(systems.desks)
    partner = systems.partner()
    one = partner.get(f"comparisons/items/{KEY}", places=f"{JIYANG},{LINYI}").json()
    assert {found["path"]: found["grade"] for found in one["differences"]} == THREE
    assert one == partner.get(f"comparisons/items/{KEY}").json()
    assert partner.get("comparisons/agreements/jlh").json()["items"] == [one]


def test_what_is_to_be_settled_is_listed_with_its_hour(systems: Systems) -> None:
    publish_both(systems.desks)
    keep_to_do_lists(regions=[JIYANG], at=now())
    tasks = systems.partner().get("comparisons/tasks").json()["items"]
    assert [(task["place"], task["path"]) for task in tasks] == [
        (LINYI, "points[severe]"),
        (LINYI, "materials[household]"),
    ]
    first = systems.partner().get("comparisons/tasks", limit="1").json()
    rest = systems.partner().get("comparisons/tasks", limit="1", cursor=first["next"]).json()
    assert [*first["items"], *rest["items"]] == tasks and rest["next"] is None


@pytest.mark.parametrize("path", [f"items/{KEY}", "items/nothing", "agreements/other"])
def test_what_cannot_be_compared_is_missing(systems: Systems, path: str) -> None:
    assert systems.partner().get(f"comparisons/{path}").status_code == 404
