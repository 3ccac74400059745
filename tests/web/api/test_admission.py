"""Who is let in, and with what: token, scope, share, form."""

import pytest

from tests.cast import JIYANG
from tests.web.api.conftest import Caller, Systems, application
from tongban.clients import queries, services
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people import queries as people
from tongban.people import services as accounts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("token", ["", "tb_nothing", "x" * 500, "tb_\u00e4"])
def test_without_a_good_token_every_door_is_shut(systems: Systems, token: str) -> None:
    answer = Caller(systems.desks.jiyang, token).get("items")
    assert answer.status_code == 401 and "Bearer" in answer.headers["WWW-Authenticate"]
    problem = answer.json()
    assert problem["type"] == "urn:tongban:refusal:token-invalid" and problem["zh"]["title"] and problem["detail"]


def test_a_cookie_opens_nothing(systems: Systems) -> None:
    clerk = systems.desks.clerk()
    assert clerk.get("/api/v1/items").status_code == 401


def test_a_scope_that_is_not_held_is_named(systems: Systems) -> None:
    reader = systems.partner(scopes=("items:read",))
    answer = reader.post("cases", application())
    assert answer.status_code == 403 and "cases:write" in answer.json()["title"]


def test_a_revoked_token_ends_at_once(systems: Systems) -> None:
    partner = systems.partner()
    assert partner.get("items").status_code == 200
    with scope([JIYANG]):
        services.revoke_token(token_id=queries.list_tokens()[0].id, by=system(JIYANG), at=now())
    assert partner.get("items").status_code == 401


def test_a_client_that_calls_too_often_waits(systems: Systems) -> None:
    partner = systems.partner(per_minute=3)
    statuses = [partner.get("items").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert int(partner.get("items").headers["Retry-After"]) > 0


def test_a_token_is_worth_what_its_member_of_staff_may_do_now(systems: Systems) -> None:
    office = systems.office()
    assert office.get("worklists/all").status_code == 200
    ref = queries.list_tokens()[-1].staff
    with scope(office.node.regions):
        region = people.get_staff(node=office.node, ref=ref).region
        accounts.end_account(ref=ref, by=system(region), at=now())
    assert office.get("worklists/all").status_code == 401


@pytest.mark.parametrize("body", [{"surplus": 1}, {"item": 7}, {"applicant": {"name": "x", "more": ""}}])
def test_what_the_form_does_not_know_is_refused(systems: Systems, body: dict[str, object]) -> None:
    answer = systems.partner().post("cases", application(**body))
    assert answer.status_code == 422 and answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"]


def test_an_unknown_parameter_is_refused(systems: Systems) -> None:
    assert systems.partner().get("items", colour="red").status_code == 422


def test_a_body_that_is_not_strict_json_is_refused(systems: Systems) -> None:
    partner = systems.partner()
    headers = {"Authorization": f"Bearer {partner.token}", "Idempotency-Key": "a-key-of-its-own"}
    answer = partner.client.post(
        "/api/v1/cases", b'{"item": "a", "item": "b"}', content_type="application/json", headers=headers
    )
    assert answer.status_code == 400


def test_another_method_is_told_which_there_are(systems: Systems) -> None:
    partner = systems.partner()
    answer = partner.client.put("/api/v1/items", headers={"Authorization": f"Bearer {partner.token}"})
    assert answer.status_code == 405 and answer.headers["Allow"] == "GET"


def test_a_token_of_one_region_sees_nothing_of_another_in_the_same_database(systems: Systems) -> None:
    case = str(systems.desks.taken_over())
    reception = systems.reception()
    assert reception.get(f"cases/{case}").json()["region"] == JIYANG
    assert {row["id"] for row in reception.get("worklists/all").json()["items"]} == {case}
    assert reception.get("worklists/examination").json()["items"] == [], "it lies on a desk of 临邑"
