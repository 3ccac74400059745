"""Pages of one story in a real browser, from files: axe finds nothing, and nothing is wider than a phone. `test_every_page.py` looks closer."""

import re
import shutil
from pathlib import Path
from typing import Any

from axe_core_python.sync_playwright import Axe
from django.http import HttpResponse
from playwright.sync_api import Page, sync_playwright

from tongban.project.settings import PACKAGE

WIDTHS = (360, 1280)


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
                found += [(name, width, *problem) for problem in _problems(page, width)]
        browser.close()
    return found


def _problems(page: Page, width: int) -> list[tuple[str, ...]]:
    wide = page.evaluate("document.documentElement.scrollWidth")
    violations = Axe().run(page)["violations"]
    axe = [(violation["id"], violation["nodes"][0]["html"]) for violation in violations]
    return axe + ([("too wide", str(wide))] if wide > width else [])
