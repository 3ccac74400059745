"""What stands in somebody's way on a page, found in a real browser: by axe, and by the measures of 适老化 (GB/T 37668) and WCAG 2.2 AA."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_core_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.web.recorder import Shot
from tongban.project.settings import PACKAGE

STATIC = PACKAGE / "web" / "static"
ORIGIN = "https://portal.test"
WIDTHS = (360, 768, 1440)
NORMAL = {"text": 14, "target": 44, "lines": 1.3}
ELDER = {"text": 18, "target": 60, "lines": 1.3}
"""CSS pixels; `lines` is the distance of lines over the size of the text."""
AXE = """async () => {
  const folded = new CSSStyleSheet(), before = document.adoptedStyleSheets;
  folded.replaceSync("details:not([open]) > :not(summary) { display: none !important }");
  document.adoptedStyleSheets = [...before, folded];
  const found = (await axe.run(document, {resultTypes: ["violations"], runOnly: %s})).violations;
  document.adoptedStyleSheets = before;
  return found.flatMap(v => v.nodes.map(n => `axe ${v.id}: ${n.html.slice(0, 160)}`));
}"""
"""What is folded away lies, for axe, over whatever comes after it: while it looks, it is not there at all."""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MEASURE = (Path(__file__).parent / "measure.js").read_text()
FOCUS = """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter(e => e.checkVisibility() && !e.matches(":disabled"))
  .flatMap(e => {
    if (e.tabIndex > 0) return [`tab order is changed: ${e.outerHTML.slice(0, 160)}`];
    e.focus();
    if (document.activeElement !== e) return [`no focus: ${e.outerHTML.slice(0, 160)}`];
    const seen = [e, e.nextElementSibling].some(shown => shown && parseFloat(getComputedStyle(shown).outlineWidth) >= 2
      && getComputedStyle(shown).outlineStyle !== "none");
    return seen ? [] : [`focus is not seen: ${e.outerHTML.slice(0, 160)}`];
  })"""


@dataclass
class Eyes:
    """One browser that is shown recorded pages. `barriers` is what it found."""

    browser: Browser
    barriers: list[str] = field(default_factory=list)
    sheet: Path | None = None
    """A folder for photographs of every page, where somebody wants to look at them."""

    def barriers_of(self, shots: list[Shot], view: str, **how: Any) -> list[str]:
        """What this look found, no other."""
        self.barriers.clear()
        self.look(shots, view, **how)
        return self.barriers

    def look(
        self, shots: list[Shot], view: str, *, widths: tuple[int, ...], javascript: bool = True, axe: bool = False
    ) -> None:
        context = self.browser.new_context(java_script_enabled=javascript, viewport={"width": widths[0], "height": 800})
        if axe:
            context.add_init_script(AXE_SCRIPT)
        page, told = context.new_page(), f"{view}{'' if javascript else ' without JavaScript'}"
        shown: dict[str, Any] = {}
        page.route("**/*", lambda route: self._serve(route, shown))
        page.on("console", lambda line: self._hear(line, shown))
        for shot in shots:
            shown.update(shot=shot, view=view, told=f"{shot.name} ({told})")
            page.goto(f"{ORIGIN}{shot.path}")
            self._measure(page, shown["told"], view, widths)
            if axe:
                self._note(shown["told"], widths[0], page.evaluate(AXE % EVERYTHING))
                page.keyboard.press("Tab")
                self._note(shown["told"], widths[0], page.evaluate(FOCUS))
        context.close()

    def _measure(self, page: Page, told: str, view: str, widths: tuple[int, ...]) -> None:
        for width in widths:
            if page.viewport_size != {"width": width, "height": 800}:
                page.set_viewport_size({"width": width, "height": 800})
            if self.sheet and width != 768:
                page.screenshot(path=self.sheet / f"{told}-{width}.png", full_page=True)
            self._note(
                told,
                width,
                page.evaluate(
                    MEASURE,
                    {"least": ELDER if view == "elder" else NORMAL, "language": "en" if view == "en" else "zh-Hans"},
                ),
            )
        if len(widths) > 1:
            page.set_viewport_size({"width": widths[0], "height": 800})

    def _note(self, told: str, width: int, found: list[str]) -> None:
        self.barriers += [f"{told} at {width}: {barrier}" for barrier in found]

    def _serve(self, route: Route, shown: dict[str, Any]) -> None:
        address, shot = route.request.url, shown["shot"]
        path = address.removeprefix(ORIGIN).partition("?")[0]
        if not address.startswith(ORIGIN):
            self.barriers.append(f"{shown['told']}: asks a third party: {address}")
            route.abort()
        elif path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif route.request.is_navigation_request() and route.request.frame.parent_frame is None:
            route.fulfill(body=shot.views[shown["view"]], headers=shot.headers)
        else:
            route.fulfill(status=204)

    def _hear(self, line: Any, shown: dict[str, Any]) -> None:
        if line.type == "error":
            self.barriers.append(f"{shown['told']}: the browser says: {line.text[:200]}")


@contextmanager
def eyes(sheet: Path | None = None) -> Iterator[Eyes]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield Eyes(browser, sheet=sheet)
        browser.close()
