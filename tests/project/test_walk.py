"""The person at a browser: pages as a browser without JavaScript reads them."""

import httpx
import pytest

from tongban.project import walk

PAGE = """<!doctype html><title>表单</title>
<form action="/other"><input name="q"></form>
<form method="post" action="?next=1" id="main">
  <input type="hidden" name="csrfmiddlewaretoken" value="t0ken">
  <label for="n">姓名</label><input id="n" name="name" value="罗">
  <input type="radio" name="way" value="a"><input type="radio" name="way" value="b" checked>
  <input type="checkbox" name="agree" value="yes">
  <select name="place"><option value="">-</option><option value="371424" selected>临邑</option></select>
  <textarea name="note">第一行
第二行</textarea>
  <input type="file" name="letter">
  <button name="step" value="save">保存</button><button name="step" value="send" formaction="/send">确认<b>提交</b></button>
</form>
<div class="error-summary"><a href="#n">请填写姓名</a></div><a href="/cases/1">查看 办件</a>"""


@pytest.fixture
def page() -> walk.Page:
    request = httpx.Request("GET", "http://jiyang.localhost:8101/form?secret=1")
    return walk._page(httpx.Response(200, html=PAGE, request=request))


def test_a_form_is_sent_as_the_page_filled_it(page: walk.Page) -> None:
    form = page.form(field="name")
    assert form.data({"agree": "yes", "name": "罗建国"}) == {
        "csrfmiddlewaretoken": "t0ken", "name": "罗建国", "way": "b", "agree": "yes", "place": "371424", "note": "第一行\n第二行",
    }  # fmt: skip
    assert form.action == "http://jiyang.localhost:8101/form?next=1"


def test_choices_are_known(page: walk.Page) -> None:
    fields = page.form(field="way").fields
    assert (fields["way"].options, fields["place"].options) == (["a", "b"], ["", "371424"])


def test_buttons_carry_their_value_and_address(page: walk.Page) -> None:
    save, send = page.form(button="确认 提交").buttons
    assert (save.name, save.value, save.action) == ("step", "save", "")
    assert (send.value, send.action) == ("send", "http://jiyang.localhost:8101/send")


def test_links_are_found_by_their_words(page: walk.Page) -> None:
    assert page.link("查看 办件") == "http://jiyang.localhost:8101/cases/1"


def test_what_differs_is_named_without_the_query(page: walk.Page) -> None:
    with pytest.raises(walk.PageDiffers, match="请填写姓名") as differs:
        page.form(field="phone")
    assert "secret" not in str(differs.value)
