"""A person in front of a browser. Every page they come to is photographed and looked at for barriers; what they type is remembered."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.architecture.walking import ROOT
from tongban.project.walk import Visitor

PHONE, DESK = (360, 780), (1280, 900)
PHOTOGRAPHS = ROOT / "build" / "screenshots"
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}
PATIENCE_MS = 30_000
MANY_TABS = 80
SMALLEST_TARGET = 24
"""Pixels, WCAG 2.2 AA 2.5.8, which this axe does not know yet; a link inside a sentence may be smaller."""
SMALL_TARGETS = """smallest => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(e => e.checkVisibility() && !e.closest("p, li, td, dd")?.textContent.replace(e.textContent, "").trim())
  .map(e => [e.closest(".choice") || e, e])
  .filter(([box]) => { const r = box.getBoundingClientRect(); return r.width && r.bottom > 0 && Math.min(r.width, r.height) < smallest })
  .map(([, e]) => e.outerHTML.slice(0, 200))"""
_AXE = Axe()


class Walk:
    """`screens` are the pages seen so far, `typed` what was typed, `barriers` what stands in somebody's way."""

    def __init__(self, page: Page, journey: str, *, also_wide: bool = False, javascript: bool = True) -> None:
        self.page, self.journey, self.also_wide, self.javascript = page, journey, also_wide, javascript
        self.screens: list[str] = []
        self.typed: dict[str, str] = {}
        self.barriers: list[str] = []
        self.size = page.viewport_size or {"width": DESK[0], "height": DESK[1]}

    # Looking

    def look(self, name: str, *, heading: str = "") -> None:
        """At a page that has come: photograph, barriers, and nothing wider than the screen."""
        if heading:
            expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.page.wait_for_load_state("load")
        self.screens.append(name)
        self._photograph(name)
        self._search_for_barriers(name)
        if self.also_wide:
            self.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
            self._photograph(name)
            self._search_for_width(name)
            self.page.set_viewport_size(self.size)

    def sees(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def wait_for(self, text: str, *, seconds: float = 90) -> None:
        """Reloads as an impatient person would."""
        for _ in range(int(seconds / 0.5)):
            if text in self.text:
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        raise AssertionError(f"no “{text}” on {self.page.url}: {self.text[:500]}")

    # Acting

    def open(self, address: str) -> None:
        self.page.goto(address)

    def type(self, label: str, value: str) -> None:
        """Fails when the same thing was asked or typed before."""
        self._remember(label, value)
        self.page.get_by_label(label, exact=True).fill(value)

    def choose(self, label: str) -> None:
        """A radio button or a box to tick, by its words."""
        self.page.locator(".choice label").filter(has_text=label).first.click()

    def select(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button).first.click()

    def follow(self, link: str) -> None:
        self.page.get_by_role("link", name=link).first.click()

    def _remember(self, label: str, value: str) -> None:
        assert label not in self.typed, f"“{label}” is asked a second time on {self.page.url}"
        assert value not in self.typed.values(), f"the value of “{label}” is typed a second time on {self.page.url}"
        self.typed[label] = value

    # Searching

    def _photograph(self, name: str) -> None:
        width = (self.page.viewport_size or self.size)["width"]
        number = f"{len(self.screens):02d}"
        file = PHOTOGRAPHS / self.journey / f"{number}-{name}-{width}.png"
        self.page.screenshot(path=file, full_page=True)

    def _search_for_barriers(self, name: str) -> None:
        with self._with_javascript() as page:
            violations = _AXE.run(page, options=RULES)["violations"]
        for violation in violations:
            for node in violation["nodes"]:
                self.barriers.append(f"{name}: {violation['id']} ({violation['help']}): {node['html'][:300]}")
        small = self.page.evaluate(SMALL_TARGETS, SMALLEST_TARGET)
        self.barriers += [f"{name}: target-size: {html}" for html in small]
        self._search_for_width(name)

    @contextmanager
    def _with_javascript(self) -> Iterator[Page]:
        """This page, or a copy of it where the search can run."""
        if self.javascript or not self.page.context.browser:
            yield self.page
            return
        html, url = self.page.content(), self.page.url
        copy = self.page.context.browser.new_page(viewport=self.page.viewport_size)
        copy.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        copy.goto(url)
        yield copy
        copy.close()

    def _search_for_width(self, name: str) -> None:
        wide, there = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        if wide > there:
            self.barriers.append(f"{name}: {wide} pixels wide on a screen of {there}")


class Keyboard(Walk):
    """The same without a mouse: Tab, Enter, Space, arrows and typing."""

    def __init__(self, page: Page, journey: str, **more: bool) -> None:
        super().__init__(page, journey, **more)
        # Asked for when the key is pressed, it comes too late now and then.
        page.on("filechooser", lambda _: None)

    def tab_to(self, target: Locator) -> None:
        """Until the focus is there."""
        wanted = target.element_handle(timeout=PATIENCE_MS)
        for _ in range(MANY_TABS):
            if self.page.evaluate("e => document.activeElement === e", wanted):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {target}")

    def type(self, label: str, value: str) -> None:
        self._remember(label, value)
        self.tab_to(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(value)

    def choose(self, label: str) -> None:
        """A group of radio buttons is entered once and walked with arrows."""
        box = self.page.locator(".choice").filter(has_text=label).first.locator("input")
        if box.get_attribute("type") == "radio":
            self.tab_to(self._entrance_of(box))
            for _ in range(10):
                if self.page.evaluate("e => document.activeElement === e", box.element_handle()):
                    break
                self.page.keyboard.press("ArrowDown")
        else:
            self.tab_to(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")
        assert box.is_checked(), label

    def select(self, label: str, option: str) -> None:
        box = self.page.get_by_label(label, exact=True)
        self.tab_to(box)
        for _ in range(40):
            if box.evaluate("e => e.selectedOptions[0].label") == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {option}")

    def press(self, button: str) -> None:
        self.tab_to(self.page.get_by_role("button", name=button).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def follow(self, link: str) -> None:
        self.tab_to(self.page.get_by_role("link", name=link).first)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def bring(self, label: str, file: Path) -> None:
        self.tab_to(self.page.get_by_label(label))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Enter")
        chooser.value.set_files(file)

    def _entrance_of(self, radio: Locator) -> Locator:
        name = radio.get_attribute("name")
        group = self.page.locator(f'input[name="{name}"]')
        checked = self.page.locator(f'input[name="{name}"]:checked')
        return checked.first if checked.count() else group.first


@contextmanager
def journey(
    browser: Browser,
    name: str,
    size: tuple[int, int],
    *,
    keyboard: bool = False,
    also_wide: bool = False,
    javascript: bool = True,
    signed_in: Visitor | None = None,
) -> Iterator[Walk]:
    """A new browser of a new person, or of `signed_in`. Ends with the barriers that were found, if any."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, java_script_enabled=javascript, locale="zh-CN",
        has_touch=size == PHONE, accept_downloads=True,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE_MS)
    if signed_in:
        url = str(signed_in.client.base_url)
        context.add_cookies(
            [{"name": c.name, "value": c.value or "", "url": url} for c in signed_in.client.cookies.jar]
        )
    try:
        walk = (Keyboard if keyboard else Walk)(context.new_page(), name, also_wide=also_wide, javascript=javascript)
        yield walk
        assert walk.barriers == [], "\n".join(walk.barriers)
    finally:
        context.close()


def case_id_of(url: str) -> str:
    found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", url)
    assert found, url
    return found[0]
