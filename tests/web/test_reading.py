"""How a page is read: larger, remembered by the browser without a word about the person; and aloud, by a voice of the device only."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect, sync_playwright

from tests.processes import wait_until
from tests.web.citizens import Phone, text
from tests.web.looking import ORIGIN, STATIC

pytestmark = pytest.mark.django_db
VOICES = """voices => {
  const said = [];
  class Utterance { constructor(words) { this.words = words; } }
  const speech = {
    speaking: false, getVoices: () => voices, cancel() { speech.speaking = false; },
    pause() { said.push("pause"); }, resume() { said.push("resume"); },
    speak(piece) { speech.speaking = true; said.push(piece.words); if (said.length < 4) setTimeout(piece.onend); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  window.SpeechSynthesisUtterance = Utterance;
  window.said = said;
}"""
LOCAL = [{"lang": "zh-CN", "localService": True}]


@pytest.mark.parametrize("size", ["large", "larger", "largest"])
def test_the_elder_view_stays_and_leads_back(phone: Phone, size: str) -> None:
    assert "长辈版" in text(phone.get("/"))
    assert f'data-size="{size}"' in text(phone.get(f"/language?size={size}&next=/progress"))
    page = text(phone.get("/verify"))
    assert f'data-size="{size}"' in page and "标准版" in page
    assert "data-size" not in text(phone.get("/language?size=normal&next=/"))


def test_only_the_size_is_kept(phone: Phone) -> None:
    phone.get("/language?size=large")
    assert phone.client.cookies["size"].value == "large" and phone.client.cookies["size"]["max-age"]


@pytest.fixture
def first_page(phone: Phone) -> Any:
    return Client().get("/")


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def show(page: Page, answer: Any, voices: list[dict[str, Any]]) -> None:
    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        else:
            route.fulfill(body=answer.content, headers=dict(answer.headers))

    page.route("**/*", serve)
    page.add_init_script(f"({VOICES})({str(voices).replace('True', 'true').replace('False', 'false')})")
    page.goto(ORIGIN)


@pytest.mark.browser
@pytest.mark.parametrize(
    "voices", [[], [{"lang": "zh-CN", "localService": False}], [{"lang": "en-US", "localService": True}]]
)
def test_without_a_voice_of_the_device_there_is_no_button(
    first_page: Any, page: Page, voices: list[dict[str, Any]]
) -> None:
    show(page, first_page, voices)
    expect(page.locator("[data-aloud]")).to_be_hidden()


@pytest.mark.browser
def test_read_aloud_in_order_by_keyboard(first_page: Any, page: Page) -> None:
    show(page, first_page, LOCAL)
    page.get_by_role("button", name="朗读").focus()
    page.keyboard.press("Enter")
    # Asked from outside: what a page evaluates for itself its policy forbids.
    wait_until(lambda: page.evaluate("said.length") == 4, what="four pieces")
    assert page.evaluate("said[0]") == "人在外地， 家乡的事在这里办"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="继续")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("said.slice(4)") == ["pause", "resume"]
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="朗读")).to_be_visible()
