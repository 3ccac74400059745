"""What happened, a question, where to go, and a person who answers: without signing in."""

import re
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.test import Client

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tongban.guidance import services
from tongban.guidance.models import Conversation, ConversationLine
from tongban.guidance.topics import list_topics
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.web.citizen import chat

pytestmark = pytest.mark.django_db
QUESTION = "异地就医备案要什么材料"


@pytest.fixture(autouse=True)
def unhurried() -> None:
    chat._begun.cache_clear()
    chat._lines.cache_clear()


def test_the_first_page_leads_to_topics_questions_and_places(phone: Phone) -> None:
    page = text(phone.get("/"))
    assert all(f'href="{address}"' in page for address in ("/topics/ill-away", "/ask", "/points", "/chat"))


def test_two_choices_lead_to_what_can_be_begun(phone: Phone) -> None:
    assert "要住院" in text(phone.get("/topics/ill-away"))
    page = text(phone.get("/topics/ill-away?at=0.0"))
    assert f"/apply/{ITEM}/places" in page and "居住证申领" in page


@pytest.mark.parametrize("address", ["/topics/none", "/topics/child?at=99", "/topics/child?at=x", "/topics/child?at=0.0.0.0.0.0"])  # fmt: skip
def test_a_choice_that_is_not_there_is_not_found(phone: Phone, address: str) -> None:
    assert phone.get(address).status_code == 404


def test_every_end_of_every_topic_shows_its_items(phone: Phone) -> None:
    for topic in list_topics():
        for path, branch in topic.root.walk():
            page = phone.get(f"/topics/{topic.id}?at={'.'.join(map(str, path))}")
            assert len(page.context["results"]) == len({one.entry.name for one in page.context["results"]})
            assert page.status_code == 200 and bool(page.context["results"]) == bool(branch.items)


def test_an_answer_is_the_guides_own_words_with_a_link_to_them(phone: Phone) -> None:
    page = text(phone.post("/ask", q=QUESTION, place=LINYI))
    anchor = re.search(rf"/guides/{ITEM}/{LINYI}/online#(s-[a-z_]+)", page)
    assert anchor and f'id="{anchor[1]}"' in text(phone.get(f"/guides/{ITEM}/{LINYI}/online"))


def test_what_is_not_known_is_said_and_a_person_is_offered(phone: Phone) -> None:
    assert "不知道您问的是哪件事" in text(phone.post("/ask", q="今天天气怎么样"))
    page = text(phone.post("/ask", q="低保要什么材料"))
    assert "这里还没有指南" in page and 'action="/chat"' in page and "最低生活保障对象认定" in page


def test_a_number_is_not_answered_and_not_shown(phone: Phone) -> None:
    page = text(phone.post("/ask", q="我的身份证 370115198001011234 要换"))
    assert "370115198001011234" not in page and "请删掉再问" in page


def test_the_nearest_place_comes_first(phone: Phone) -> None:
    page = phone.get("/points?near=370115104")
    assert [one.point.town for one in page.context["shown"]][:2] == ["370115104", "370115104"]
    assert page.headers["Permissions-Policy"].count("geolocation=(self)") == 1 and "<svg" in text(page)


def test_only_places_that_take_it_in_for_that_home_are_listed(phone: Phone) -> None:
    page = phone.get(f"/points?home={HUIMIN}&kind=kiosk")
    assert {one.point.region for one in page.context["shown"]} >= {JIYANG}
    assert {one.point.kind for one in page.context["shown"]} == {"kiosk"}
    assert phone.get("/points?home=990000").context["shown"] == []


def test_a_place_says_what_it_takes_in_for_whom(phone: Phone) -> None:
    first = phone.get("/points").context["shown"][0].point
    page = phone.get(f"/points/{first.id}")
    assert LINYI in [one.home for one, _ in page.context["taken"]]
    assert f"/guides/{ITEM}/{LINYI}?here={JIYANG}" in text(page)
    assert phone.get("/points/999999").status_code == 404


@pytest.fixture
def clerk(phone: Phone, node: Node, linyi: Node, huimin: Node) -> Client:
    return Desks(node, linyi, huimin).clerk()


def talk_of(clerk: Client) -> str:
    page = clerk.get("/staff/guidance").content.decode()
    found = re.search(r"/staff/guidance/[0-9a-f-]{36}", page)
    assert found, page
    return found[0]


def test_a_question_is_answered_by_a_clerk(phone: Phone, clerk: Client) -> None:
    phone.post("/chat", text="停车位有没有", about=ITEM)
    address = talk_of(clerk)
    assert "停车位有没有" in clerk.get(address).content.decode()
    clerk.post(f"{address}/answer", {"text": "大厅北门有。"})
    assert "大厅北门有。" in text(phone.get("/chat"))
    phone.post("/chat", text="谢谢")
    phone.post("/chat", end="yes")
    assert "对话已经结束" in text(phone.get("/chat")) and "没有人在问" in clerk.get("/staff/guidance").content.decode()


def test_a_sign_that_no_table_holds_is_left_out(phone: Phone) -> None:
    phone.post("/chat", text="停车位有没有", about="\0")
    with scope([JIYANG]):
        assert Conversation.objects.get().about == ""


def test_another_browser_sees_nothing_of_it(phone: Phone) -> None:
    phone.post("/chat", text="停车位有没有")
    assert "停车位" not in text(Phone(phone.node).get("/chat"))


def test_what_was_said_is_sealed_and_deleted_after_a_month(phone: Phone) -> None:
    phone.post("/chat", text="停车位有没有")
    with scope([JIYANG]):
        assert "停车".encode() not in bytes(ConversationLine.objects.get().text)
        assert services.forget_old(region=JIYANG, at=now() + timedelta(days=29)) == 0
        assert Conversation.objects.get().closed_at
        assert services.forget_old(region=JIYANG, at=now() + timedelta(days=31)) == 1
        assert not ConversationLine.objects.exists()


def test_a_number_is_not_sent(phone: Phone) -> None:
    page = phone.post("/chat", text="我的电话 199 0000 0008")
    assert page.status_code == 422 and "没有发送" in text(page)
    with scope([JIYANG]):
        assert not Conversation.objects.exists()


def test_too_many_beginnings_are_refused(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "BEGUN_AT_ONCE", 2)
    monkeypatch.setattr(chat, "BEGUN_PER_SECOND", 0)
    pages = [Phone(phone.node).post("/chat", text="请问") for _ in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 429]


def test_a_full_queue_takes_the_place_of_talks_that_were_left(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_OPEN", 1)
    begin = partial(services.begin_conversation, node=phone.node, region=JIYANG, text="请问", about="")
    with scope([JIYANG]):
        left, at = begin(at=now()), now()
        with pytest.raises(services.ConversationsFull):
            begin(at=at + timedelta(minutes=50))
        taken = begin(at=at + timedelta(minutes=61))
        assert [one.id for one in Conversation.objects.filter(closed_at=None)] == [taken] != [left]


def test_one_browser_begins_so_many_talks_a_day(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "MOST_BEGUN", 2)
    for _ in range(2):
        assert phone.post("/chat", text="请问").status_code == 200
        phone.post("/chat", again="yes")
    assert phone.post("/chat", text="请问").status_code == 429
    with scope([JIYANG]):
        assert not Conversation.objects.filter(closed_at=None).exists()


def test_a_talk_goes_on_after_signing_in(phone: Phone) -> None:
    phone.post("/chat", text="停车位有没有")
    phone.sign_in()
    assert "停车位有没有" in text(phone.get("/chat"))


def test_who_is_no_clerk_of_the_hall_reads_no_talk(phone: Phone, node: Node, linyi: Node, huimin: Node) -> None:
    phone.post("/chat", text="停车位有没有")
    desks = Desks(node, linyi, huimin)
    assert desks.sign_in(node, "bianji", "catalogue_editor").get("/staff/guidance").status_code == 403
    assert b"/staff/guidance/" not in desks.sign_in(linyi, "shouli", "reception").get("/staff/guidance").content


def form_of(page: Any) -> dict[str, str]:
    """Every field of the editor's form as a browser would send it."""
    body = text(page)
    fields = dict(re.findall(r'<input [^>]*name="([^"]+)"[^>]*value="([^"]*)"', body))
    areas = dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', body))
    return {**fields, **areas}


@pytest.fixture
def editor(phone: Phone, node: Node, linyi: Node, huimin: Node) -> Client:
    return Desks(node, linyi, huimin).sign_in(node, "bianji", "catalogue_editor")


def test_an_editor_changes_a_topic_and_it_shows(phone: Phone, editor: Client) -> None:
    form = form_of(editor.get("/staff/topics/marriage"))
    form = form_of(editor.post("/staff/topics/marriage", {**form, "add": "top"}))
    new = {"zh:top.3": "要开证明", "en:top.3": "A certificate", "items:top.3": "开具户籍类证明\n"}
    editor.post("/staff/topics/marriage", {**form, **new, "save": "yes"})
    registries.set_node(phone.node)
    assert "要开证明" in text(phone.get("/topics/marriage")) and "开具户籍类证明" in text(
        phone.get("/topics/marriage?at=3")
    )


def test_an_item_that_is_not_there_is_said_in_its_place(editor: Client) -> None:
    form = form_of(editor.get("/staff/topics/marriage"))
    page = editor.post("/staff/topics/marriage", {**form, "items:top.0": "没有的事项", "save": "yes"})
    assert page.status_code == 422 and "目录中没有叫“没有的事项”的事项" in page.content.decode()


def test_two_editors_do_not_overwrite_each_other(editor: Client) -> None:
    form = {**form_of(editor.get("/staff/topics/marriage")), "save": "yes"}
    assert editor.post("/staff/topics/marriage", form).status_code == 302
    assert editor.post("/staff/topics/marriage", form).status_code == 409


def test_a_topic_is_added_and_taken_away(phone: Phone, editor: Client) -> None:
    assert editor.post("/staff/topics", {"id": "Army!"}).status_code == 422
    assert editor.post("/staff/topics", {"id": "army"}).headers["Location"] == "/staff/topics/army"
    form = form_of(editor.get("/staff/topics/army"))
    said = {
        "zh:top": "退伍",
        "en:top": "Leaving the army",
        "zh:top.0": "领补助",
        "en:top.0": "A grant",
        "items:top.0": "自主就业退役士兵一次性经济补助金",
    }
    editor.post("/staff/topics/army", {**form, **said, "save": "yes"})
    assert [topic.id for topic in list_topics()][-1] == "army"
    editor.post("/staff/topics/army", {**form_of(editor.get("/staff/topics/army")), "remove": "yes"})
    assert "army" not in [topic.id for topic in list_topics()]
