"""Cases through the API: handed in once, seen by whoever may, supplemented, withdrawn."""

from base64 import b64encode
from uuid import uuid4

import pytest

from tests.cast import HUIMIN, LUO
from tests.web.api.conftest import Systems, application

pytestmark = pytest.mark.django_db


def test_a_system_hands_a_case_in(systems: Systems) -> None:
    answer = systems.partner().post("cases", application())
    assert answer.status_code == 201, answer.content
    case = answer.json()
    assert case["state"] == "received" and case["number"]
    assert LUO.name not in answer.content.decode() and LUO.id_number not in answer.content.decode()


def test_the_same_key_and_body_give_the_same_answer(systems: Systems) -> None:
    partner = systems.partner()
    first, second = (partner.post("cases", application(), key="order-4711-a") for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(partner.get("cases").json()["items"]) == 1


def test_another_body_under_the_same_key_is_refused(systems: Systems) -> None:
    partner = systems.partner()
    partner.post("cases", application(), key="order-4711-a")
    answer = partner.post("cases", application(mode="collect"), key="order-4711-a")
    assert answer.status_code == 409 and answer.json()["type"].endswith("key-used-for-other")


def test_without_a_key_nothing_is_written(systems: Systems) -> None:
    answer = systems.partner().post("cases", application(), key="short")
    assert answer.status_code == 422 and answer.json()["type"].endswith("key-missing")


def test_what_was_refused_leaves_nothing_and_may_be_tried_again(systems: Systems) -> None:
    partner = systems.partner()
    broken = application(elements={})
    assert partner.post("cases", broken, key="order-4711-b").status_code == 422
    assert partner.get("cases").json()["items"] == []
    assert partner.post("cases", application(), key="order-4711-b").status_code == 201


def test_a_case_of_somebody_else_looks_missing(systems: Systems) -> None:
    case = systems.partner().post("cases", application()).json()["id"]
    stranger = systems.partner("别的系统")
    for path in ("", "/timeline", "/papers", "/record", "/notices"):
        assert stranger.get(f"cases/{case}{path}").status_code == 404
    for act in ("supplement", "withdraw"):
        assert stranger.post(f"cases/{case}/{act}").status_code == 404
    assert stranger.get(f"cases/{uuid4()}").json() == stranger.get(f"cases/{case}").json()


def test_a_place_outside_the_token_is_forbidden(systems: Systems) -> None:
    assert systems.partner().post("cases", application(receiving=HUIMIN)).status_code == 403


def test_its_timeline_papers_and_record_can_be_read(systems: Systems) -> None:
    partner = systems.partner()
    case = partner.post("cases", application()).json()["id"]
    timeline = partner.get(f"cases/{case}/timeline").json()["items"]
    assert [entry["seq"] for entry in timeline] == list(range(1, len(timeline) + 1))
    assert partner.get(f"cases/{case}/papers").json() == {"items": [], "next": None}
    record = partner.get(f"cases/{case}/record")
    assert record.headers["Content-Type"] == "application/octet-stream" and record.content


def test_a_case_is_withdrawn(systems: Systems) -> None:
    partner = systems.partner()
    case = partner.post("cases", application()).json()["id"]
    assert partner.post(f"cases/{case}/withdraw").json()["state"] == "withdrawn"


def test_the_list_goes_on_where_the_page_before_ended(systems: Systems) -> None:
    partner = systems.partner()
    made = [partner.post("cases", application()).json()["id"] for _ in range(3)]
    first = partner.get("cases", limit="2").json()
    second = partner.get("cases", limit="2", cursor=first["next"]).json()
    assert [row["id"] for row in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None
    assert partner.get("cases", cursor="forged").status_code == 422


def test_nothing_is_brought_that_nobody_asked_for(systems: Systems) -> None:
    partner = systems.partner()
    case = partner.post("cases", application()).json()["id"]
    answer = partner.post(f"cases/{case}/supplement", {"elements": {"filing.address": "新地址"}})
    assert answer.status_code == 409 and answer.json()["type"].endswith("nothing-asked")


def test_the_partner_brings_what_was_asked_for(systems: Systems) -> None:
    partner, office = systems.partner(), systems.office()
    case = systems.corrected(partner.post("cases", application()).json()["id"], office)
    assert partner.get(f"cases/{case}").json()["correction"]["fields"] == ["filing.address"]
    assert (
        partner.post(f"cases/{case}/supplement", {"elements": {"filing.address": "济北街道演示路1号"}}).status_code
        == 200
    )
    systems.desks.deliver()
    assert office.get(f"cases/{case}").json()["state"] == "received"


def test_a_file_comes_with_the_case(systems: Systems) -> None:
    letter = {"id": "referral-letter", "filename": "a.txt", "content": b64encode(b"no picture").decode()}
    answer = systems.partner().post("cases", application(materials=[letter]))
    assert answer.status_code in {415, 422}, "it is inspected like any upload"
    broken = systems.partner().post("cases", application(materials=[{**letter, "content": "AAA"}]))
    assert broken.status_code == 422 and broken.json()["type"].endswith("content-not-base64")
