"""The pages of notices, ratings, complaints and the reading log in a real browser."""

from pathlib import Path

import pytest
from django.test import override_settings

from tests.web.citizens import Phone, hidden_fields
from tests.web.desks import Desks
from tests.web.saved_pages import barriers, save
from tests.web.test_feedback import rated_badly
from tests.web.test_notices import told
from tests.web.test_watching import look_there

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@override_settings(READING_ALARM=1, READING_LIMIT=9)
def test_no_page_has_a_barrier(phone: Phone, tmp_path: Path) -> None:
    address = told(phone)
    case_id = address.rpartition("/")[2]
    rate_page = phone.get(f"{address}/rate/window")
    rate_pages = {"rate": rate_page, "rate-wrong": phone.post(f"{address}/rate/window", **hidden_fields(rate_page))}
    rated_badly(phone, address)
    phone.post("/complaints", case=case_id, kind="complaint", text="x" * 300)
    look_there(phone, address)
    pages = {
        "case": phone.get(address),
        "notices": phone.get("/notices"),
        "wishes": phone.post("/notices/wishes", sms="all", mail="all", address="x"),
        "readers": phone.get(f"{address}/readers"),
        "complaints": phone.post("/complaints", case=case_id, kind="complaint", text=""),
        **rate_pages,
    }
    supervisor = Desks(phone.node, phone.node, phone.node).sign_in(phone.node, "weiqing", "supervisor")
    pages |= {f"desk-{name}": supervisor.get(f"/staff/{name}") for name in ("feedback", "readings")}
    supervisor.get(f"/staff{address}")
    pages["desk-case"] = supervisor.get(f"/staff{address}")
    pages["desk-readings"] = supervisor.get("/staff/readings")
    assert barriers({name: save(tmp_path / f"{name}.html", response) for name, response in pages.items()}) == []
