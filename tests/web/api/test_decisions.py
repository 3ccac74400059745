"""Worklists and decisions in the name of a member of staff."""

from typing import Any

import pytest

from tests.web.api.conftest import Caller, Systems

pytestmark = pytest.mark.django_db


def taken(office: Caller, systems: Systems) -> dict[str, Any]:
    case = systems.desks.taken_over()
    answer: dict[str, Any] = office.get(f"cases/{case}").json()
    return answer


def test_the_worklist_shows_what_waits_and_no_name(systems: Systems) -> None:
    office = systems.office()
    case = taken(office, systems)
    rows = office.get("worklists/acceptance").json()["items"]
    assert [row["id"] for row in rows] == [case["id"]] and rows[0]["head"] == case["head"]
    assert "罗建国" not in str(rows)


def test_a_case_is_accepted_and_approved(systems: Systems) -> None:
    office = systems.office()
    case = taken(office, systems)
    accepted = office.post(f"decisions/{case['id']}/accept", {"seen": case["head"]}).json()
    assert accepted["state"] == "accepted"
    approved = office.post(f"decisions/{case['id']}/approve", {"seen": accepted["head"], "note": "已核对"}).json()
    assert approved["decision"]["outcome"] == "approved"


def test_what_changed_since_is_not_decided(systems: Systems) -> None:
    office = systems.office()
    case = taken(office, systems)
    answer = office.post(f"decisions/{case['id']}/accept", {"seen": case["head"] - 1})
    assert answer.status_code == 409


def test_everything_missing_is_asked_for_once(systems: Systems) -> None:
    office = systems.office()
    case = taken(office, systems)
    body = {"seen": case["head"], "fields": ["filing.address"], "materials": [], "note": "请写明门牌号"}
    asked = office.post(f"decisions/{case['id']}/request-correction", body).json()
    assert asked["state"] == "awaiting_correction" and asked["correction"]["fields"] == ["filing.address"]


def test_a_refusal_needs_its_grounds(systems: Systems) -> None:
    office = systems.office()
    case = taken(office, systems)
    answer = office.post(f"decisions/{case['id']}/refuse", {"seen": case["head"], "reason": " ", "article": ""})
    assert answer.status_code == 422
    grounds = {"seen": case["head"], "reason": "不在保", "article": "医保发〔2022〕22号 第五条"}
    assert office.post(f"decisions/{case['id']}/refuse", grounds).json()["state"] == "refused"


def test_a_role_that_may_not_decide_does_not(systems: Systems) -> None:
    office = systems.office("reception", username="zhoujie")
    case = taken(office, systems)
    assert office.post(f"decisions/{case['id']}/approve", {"seen": case["head"]}).status_code == 403


def test_a_system_without_a_person_never_decides(systems: Systems) -> None:
    partner = systems.partner()
    assert partner.post("decisions/0192f0c8-0000-7000-8000-000000000000/accept", {"seen": 1}).status_code == 403
