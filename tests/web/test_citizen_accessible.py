"""Every page of the citizen portal in a real browser: axe finds nothing, nothing is wider than a phone, in both languages."""

from pathlib import Path
from typing import Any

import pytest

from tests.cast import ITEM
from tests.web.citizens import PERMIT, PLEDGE, Phone
from tests.web.test_staff_accessible import barriers, save

pytestmark = [pytest.mark.django_db, pytest.mark.browser]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_has_a_barrier(phone: Phone, tmp_path: Path, language: str) -> None:
    phone.get(f"/language?to={language}")
    pages = {**before_signing_in(phone), **application(phone), **case(phone)}
    addresses = {name: save(tmp_path / f"{name}.html", response) for name, response in pages.items()}
    assert barriers(addresses) == []


def test_the_largest_text_fits_a_phone(phone: Phone, tmp_path: Path) -> None:
    phone.get("/language?size=largest")
    pages = before_signing_in(phone)
    assert barriers({name: save(tmp_path / f"{name}.html", response) for name, response in pages.items()}) == []


def before_signing_in(phone: Phone) -> dict[str, Any]:
    pages = {"home": phone.get("/"), "places-wrong": phone.places(insured=""), "missing": phone.get("/no/such/page")}
    pages["answer"] = phone.answer({"care": "emergency"})
    pages["question"] = phone.answer({"care": "inpatient"})
    pages["question-wrong"] = phone.post(f"/apply/{ITEM}/questions?q=category")
    pages["start"] = phone.answer(PLEDGE)
    pages["sign-in-wrong"] = phone.post("/sign-in", phone="1")
    return pages


def application(phone: Phone) -> dict[str, Any]:
    draft = phone.begin(PERMIT)
    pages = {"form-wrong": phone.fill(draft, **{"filing.address": ""}), "me-wrong": phone.say_who(name="")}
    phone.fill(draft)
    pages |= {step: phone.get(f"{draft}/{step}") for step in ("form", "materials", "check")}
    pages["materials-wrong"] = phone.post(f"{draft}/materials")
    return pages | {"draft": phone.get(draft), "drafts": phone.get("/cases")}


def case(phone: Phone) -> dict[str, Any]:
    draft = next(page for page in phone.get("/cases").context["drafts"])[0].case_id
    phone.fill(f"/drafts/{draft}", **{"consent.residence_register": "yes"})
    done = phone.submit(f"/drafts/{draft}")
    address = str(done.request["PATH_INFO"]).removesuffix("/submitted")
    return {"submitted": done, "case": phone.get(address), "withdraw": phone.get(f"{address}/withdraw")}
