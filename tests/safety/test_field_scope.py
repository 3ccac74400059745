"""Who sees which field of a person (V2, SR-14, SR-40): the whole table, so that a page that shows more to anybody fails here."""

from itertools import product
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO
from tests.safety.world import World
from tests.web.api.conftest import application
from tests.web.citizens import PERMIT, Phone
from tongban.cases import queries as cases
from tongban.cases.drafts import Draft
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.people import queries as people
from tongban.people.services import ROLES

FIELDS = {"name": LUO.name, "number": LUO.id_number, "phone": LUO.phone, "address": "演示路"}
ALL = frozenset(FIELDS)

IN_FULL = {
    ("received", "jiyang"): {"reception"},
    ("taken over", "jiyang"): set[str](),
    ("taken over", "linyi"): {"acceptance", "examiner", "chief"},
}
"""(case, place) → the roles for whom it waits there; every other role, and the other place, sees masks."""
LISTS = ("/staff/", "/staff/?desk=all", "/staff/today", "/staff/feedback", "/staff/node/", "/staff/readings")


def shown(text: str) -> frozenset[str]:
    return frozenset(name for name, value in FIELDS.items() if value in text)


def guessable(text: str) -> bool:
    """Six digits of the number in a row, or the street, would be found again by trying."""
    return any(LUO.id_number[i : i + 6] in text for i in range(13)) or "演示路" in text


@pytest.fixture
def world(db: None, node: Node, linyi: Node, huimin: Node) -> World:
    return World(node, linyi, huimin).found()


def test_each_role_sees_the_fields_of_its_desk_and_no_other(world: World) -> None:
    for (object, place), full in IN_FULL.items():
        case_id = world.objects[object]["case_id"]
        for role in ROLES:
            text = world.who[f"{role}@{place}"].knock("GET", f"/staff/cases/{case_id}", {}).content.decode()
            assert shown(text) == (ALL if role in full else frozenset()), f"{object} {role}@{place}"
            assert role in full or not guessable(text), f"{object} {role}@{place}"


def test_lists_and_searches_show_nobody_in_full(world: World) -> None:
    for role, path in product(ROLES, LISTS):
        answer = world.who[f"{role}@jiyang"].knock("GET", path, {})
        assert shown(answer.content.decode()) == frozenset(), f"{role} {path}"
    for role in ROLES:
        found = world.who[f"{role}@jiyang"].knock("POST", "/staff/find", {"words": LUO.id_number})
        assert shown(found.content.decode()) == frozenset(), role


def test_a_system_is_told_nothing_about_the_person(world: World) -> None:
    """The API names cases and their states; the record, which proves them, opens no sealed part but to who handed it in."""
    for end in ("", "/timeline", "/papers", "/notices"):
        for who, object in (("client", "own case"), ("office client", "taken over")):
            path = f"/api/v1/cases/{world.objects[object]['case_id']}{end}"
            answer = world.who[who].knock("GET", path, {})
            assert answer.status_code == 200, f"{who} {end}"
            assert shown(answer.content.decode()) == frozenset() and not guessable(answer.content.decode())


@pytest.mark.django_db
def test_a_field_that_no_form_asks_is_not_taken(phone: Phone) -> None:
    """SR-14: what is not asked is not read, so that nobody writes into a case what its form does not offer."""
    draft = phone.begin(PERMIT)
    more = {
        "state": "approved",
        "decision": "approve",
        "filing.number": "X-1",
        "owner": "c-other",
        "applicant.verified": "yes",
    }
    phone.fill(draft, **more)
    with scope(phone.node.regions):
        kept = stored_draft(phone, draft)
    assert not set(more) & set(kept.elements) and kept.owner != "c-other" and "verified" not in kept.applicant


def stored_draft(phone: Phone, address: str) -> Draft:
    citizen = people.find_citizen(node=phone.node, citizen_id=phone.client.session["citizen"])
    assert citizen
    by = people.actor_of(citizen, region=JIYANG)
    return cases.get_draft(node=phone.node, region=JIYANG, case_id=UUID(address.rpartition("/")[2]), by=by)


def test_the_api_refuses_a_field_that_it_does_not_know(world: World) -> None:
    body = application() | {"state": "approved"}
    answer = world.who["client"].knock("POST", "/api/v1/cases", body)
    assert answer.status_code == 422 and b"state" in answer.content
