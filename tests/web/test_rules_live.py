"""While an editor types, the page says what the rule says now, what is wrong in it, and what comes of an example."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.web.desks import Desks
from tests.web.looking import ORIGIN, STATIC, eyes
from tests.web.test_staff_rules import RESIDENCE, RULES, change_a_rule
from tongban.kernel.node import Node

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db,
    pytest.mark.urls("tests.web.desk_urls"),
    pytest.mark.timeout(300),
]

TURNED, BROKEN = "!residence.registered", "residence.registered && nope"


@pytest.fixture
def answers(node: Node, linyi: Node, huimin: Node) -> dict[str, str]:
    """The form, and what the portal answers to each text that is typed below."""
    desks = Desks(node, linyi, huimin).found()
    editor = desks.sign_in(desks.linyi, "editor", "catalogue_editor")
    editor.post(f"{RULES}/draft")
    tried = {text: change_a_rule(editor, act="try", condition=[text]).content.decode() for text in (TURNED, BROKEN)}
    return {"": editor.get(RESIDENCE).content.decode(), **tried}


@pytest.fixture
def page(answers: dict[str, str]) -> Iterator[Page]:
    def serve(route: Route) -> None:
        request = route.request
        path = request.url.removeprefix(ORIGIN).partition("?")[0]
        if path.startswith("/static/"):
            route.fulfill(path=STATIC / path.removeprefix("/static/"))
        elif request.method == "POST":
            typed = request.post_data or ""
            assert path == f"{RESIDENCE}/write" and re.search(r'name="act"\s+try', typed)
            route.fulfill(body=answers[TURNED if TURNED in typed else BROKEN], content_type="text/html")
        else:
            route.fulfill(body=answers[""], content_type="text/html")

    with eyes() as looking:
        page = looking.browser.new_page()
        page.route("**/*", serve)
        page.goto(f"{ORIGIN}{RESIDENCE}")
        yield page


def test_the_page_answers_while_one_types(page: Page) -> None:
    condition = page.locator("#condition-0")
    condition.fill(TURNED)
    page.locator("#trial .tag.warn").wait_for()
    assert "不符合" in page.inner_text("#trial") and "例与预期不同" in page.inner_text("#deviations")
    condition.fill(BROKEN)
    page.locator("#said-0 .at-fault").wait_for()
    assert page.inner_text("#said-0 .at-fault") == "n" and "第 25 个字符" in page.inner_text("#said-0")
    assert condition.input_value() == BROKEN and page.evaluate("document.activeElement.id") == "condition-0"
