"""Every page of the desks in a real browser: axe finds nothing, and nothing is wider than a phone."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page, sync_playwright

from tests.web.desks import Desks
from tests.web.test_staff_case import seen
from tests.web.test_staff_reception import MR_LUO, PLACES, begin
from tongban.kernel import registries
from tongban.kernel.node import Node
from tongban.project.settings import PACKAGE

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls"), pytest.mark.browser]
WIDTHS = (360, 1280)


def test_no_page_has_a_barrier(node: Node, linyi: Node, huimin: Node, tmp_path: Path) -> None:
    desks = Desks(node, linyi, huimin).found()
    pages = {**pages_of_reception(desks.clerk()), **pages_of_a_case(desks), "sign-in": Client().get("/staff/sign-in")}
    addresses = {name: save(tmp_path / f"{name}.html", response) for name, response in pages.items()}
    assert barriers(addresses) == []


def pages_of_reception(clerk: Client) -> dict[str, HttpResponse]:
    pages = {"start": clerk.get("/staff/reception"), "wrong": clerk.post("/staff/reception", {**PLACES, "insured": ""})}
    draft = begin(clerk)
    pages |= {step: clerk.get(f"{draft}/{step}") for step in ("who", "form", "materials", "check")}
    pages["who-wrong"] = clerk.post(f"{draft}/who", {**MR_LUO, "name": "", "seen": ""})
    clerk.post("/staff/reception", PLACES)
    pages["question"] = clerk.get("/staff/reception/questions")
    return pages


def pages_of_a_case(desks: Desks) -> dict[str, HttpResponse]:
    case_id = desks.taken_over()
    address = f"/staff/cases/{case_id}"
    examiner = desks.examiner()
    pages = {"worklist": examiner.get("/staff/"), "case": examiner.get(address)}
    pages["refused"] = examiner.post(f"{address}/refuse", seen(pages["case"]))
    registries.set_node(desks.jiyang)
    clerk = desks.clerk("liwei")
    return pages | {"receiving": clerk.get(address), "receipt": clerk.get(f"{address}/receipt")}


def save(file: Path, response: HttpResponse) -> str:
    static = (PACKAGE / "web" / "static").as_uri()
    file.write_text(re.sub(r'(href|src)="/static/', rf'\1="{static}/', response.content.decode()), encoding="utf-8")
    return file.as_uri()


def barriers(addresses: dict[str, str]) -> list[Any]:
    found: list[Any] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 800})
            for name, address in addresses.items():
                page.goto(address)
                found += [(name, width, *problem) for problem in problems(page, width)]
        browser.close()
    return found


def problems(page: Page, width: int) -> list[tuple[str, ...]]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    violations = Axe().run(page)["violations"]
    axe = [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]
    return axe + ([("too wide", str(wide))] if wide > width else [])
