"""Mr Luo stands at the counter of 济阳 without account and phone, and leaves with a receipt."""

import base64
import io
import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from tests.cast import ITEM, JIYANG, LINYI, LUO, SUN
from tests.web.desks import Desks
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.slips.models import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

PLACES = {"key": ITEM, "insured": LINYI, "here": JIYANG}
MR_LUO = {
    "name": LUO.name,
    "id_kind": LUO.id_kind,
    "id_number": LUO.id_number,
    "phone": "",
    "seen": "yes",
}


@pytest.fixture
def clerk(node: Node, linyi: Node, huimin: Node) -> Client:
    return Desks(node, linyi, huimin).found().clerk()


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "PNG")
    return data.getvalue()


def answer(clerk: Client, *options: str) -> None:
    clerk.post("/staff/reception", PLACES)
    for option in options:
        clerk.post("/staff/reception/questions", {"answer": option})


def begin(clerk: Client, **changes: str) -> str:
    """Places, questions and person; the address of the draft."""
    answer(clerk, "inpatient", "long_term", "permit")
    address = clerk.post("/staff/reception/who", {**MR_LUO, **changes}).headers["Location"]
    return address.removesuffix("/form")


def fill(clerk: Client, draft: str) -> None:
    start = legal_day(now()).isoformat()
    typed = {"treat.region": JIYANG, "filing.start_on": start, "filing.address": "济阳街道演示路 1 号"}
    clerk.post(f"{draft}/form", {**typed, "consent.residence_register": "yes"})
    clerk.post(f"{draft}/materials")


def hand_in(clerk: Client, draft: str) -> str:
    """Signed on the paper form, then received; the receipt."""
    clerk.post(f"{draft}/sign", {"paper": "1"})
    page = clerk.get(f"{draft}/check").content.decode()
    hidden = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("cmd", "version")}  # type: ignore[index]
    return clerk.post(f"{draft}/check", {**hidden, "consent": ["truth", "share"]}, follow=True).content.decode()


def test_from_the_first_question_to_the_receipt(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    receipt = hand_in(clerk, draft)
    for words in ("收件凭证", "济阳区", "临邑县", "不代表受理", "清屏换人", "查询码", "data:image/svg+xml"):
        assert words in receipt


def test_a_situation_without_a_case_writes_nobody_down(clerk: Client) -> None:
    answer(clerk, "outpatient")
    page = clerk.get("/staff/reception/questions").content.decode()
    assert "无需备案" in page and "没有登记个人信息" in page
    assert clerk.get("/staff/reception/who").headers["Location"] == "/staff/reception/questions"


def test_without_a_look_at_the_original_nothing_begins(clerk: Client) -> None:
    answer(clerk, "inpatient", "long_term", "permit")
    page = clerk.post("/staff/reception/who", {**MR_LUO, "seen": ""})
    assert page.status_code == 422 and LUO.name in page.content.decode()


def test_every_fault_of_the_person_is_told_at_once(clerk: Client) -> None:
    answer(clerk, "inpatient", "long_term", "permit")
    page = clerk.post("/staff/reception/who", {**MR_LUO, "name": "", "id_number": "123", "phone": "12"})
    anchors = re.findall(r'href="#(\w+)"', page.content.decode())
    assert [name for name in anchors if name != "main"] == ["name", "id_number", "phone"]


def test_a_card_fills_the_lines_and_says_where_they_are_from(clerk: Client) -> None:
    answer(clerk, "inpatient", "long_term", "permit")
    page = clerk.post("/staff/reception/who", {"read": "card", "demo_card": "demo-1"}).content.decode()
    assert 'value="孙丽"' in page and page.count("来自：读卡器") == 3
    assert "演示读卡器" in page and "人脸比对一致" in page


def test_a_card_and_a_face_that_agree_need_no_further_word(clerk: Client) -> None:
    assert lay_card(clerk).headers["Location"].endswith("/form")


def test_a_line_changed_after_the_reading_was_typed(clerk: Client) -> None:
    """Then the clerk has to look at the document."""
    page = lay_card(clerk, name="孙莉")
    assert page.status_code == 422 and 'href="#seen"' in page.content.decode()


def test_a_reading_is_good_for_one_visit(clerk: Client) -> None:
    answer(clerk, "inpatient", "long_term", "permit")
    card = read_card(clerk)
    answer(clerk, "inpatient", "long_term", "permit")
    assert clerk.post("/staff/reception/who", card).status_code == 422


def test_without_a_signature_nothing_is_received(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    page = clerk.post(f"{draft}/check", {"cmd": str(UUID(int=1)), "version": "x"}, follow=True)
    assert page.redirect_chain[-1][0] == f"{draft}/check" and 'name="version"' not in page.content.decode()


def test_a_drawn_signature_is_kept_with_the_draft_and_shown(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    drawing = "data:image/png;base64," + base64.b64encode(png()).decode()
    page = clerk.post(f"{draft}/sign", {"drawing": drawing}, follow=True).content.decode()
    assert f'src="{draft}/signature"' in page
    assert clerk.get(f"{draft}/signature").content == png()


@pytest.mark.parametrize("drawing", ["", "data:image/png;base64,%%%", "data:text/html;base64,PHA+", "x"])
def test_what_is_no_drawing_is_refused(clerk: Client, drawing: str) -> None:
    draft = begin(clerk)
    assert clerk.post(f"{draft}/sign", {"drawing": drawing}).status_code == 422


def test_whom_to_call_stands_on_every_page(clerk: Client) -> None:
    draft = begin(clerk)
    for step in ("who", "form", "materials"):
        assert "0534-00000002" in clerk.get(f"{draft}/{step}").content.decode(), step


def test_a_visit_keeps_the_number_called_and_how_long_it_took(clerk: Client) -> None:
    clerk.post("/staff/reception", {**PLACES, "ticket": "A012"})
    clerk.post("/staff/reception/clear")
    with scope([JIYANG]):
        visit = Visit.objects.get()
    assert visit.ticket == "A012" and visit.closed_at and visit.closed_at >= visit.opened_at


def test_several_files_of_one_material_each_with_the_clerks_word(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    scans = [SimpleUploadedFile(f"第{number}页.png", png(), content_type="image/png") for number in (1, 2)]
    clerk.post(f"{draft}/materials", {"file-residence-permit": scans})
    page = clerk.get(f"{draft}/materials").content.decode()
    ciphers = re.findall(r'name="seen" value="(\w+)"', page)
    clerk.post(f"{draft}/materials", {"seen": ciphers[0]})
    check = clerk.get(f"{draft}/check").content.decode()
    assert "第1页.png（已核对原件）、第2页.png" in check and "第2页.png（" not in check


def read_card(clerk: Client) -> dict[str, str]:
    """What the form holds after 孙丽 laid her card down."""
    page = clerk.post("/staff/reception/who", {"read": "card", "demo_card": "demo-1"}).content.decode()
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in ("face", "seal", "id_number")}  # type: ignore[index]
    return {**hidden, "name": "孙丽", "id_kind": "111", "phone": ""}


def lay_card(clerk: Client, **changes: str) -> HttpResponse:
    answer(clerk, "inpatient", "long_term", "permit")
    return clerk.post("/staff/reception/who", {**read_card(clerk), **changes})


def test_the_session_never_holds_who_it_is(clerk: Client) -> None:
    begin(clerk)
    kept = str(dict(clerk.session.items()))
    assert LUO.name not in kept and LUO.id_number not in kept


def test_clearing_the_screen_leaves_nothing_of_the_person(clerk: Client) -> None:
    begin(clerk)
    clerk.post("/staff/reception/clear")
    assert set(clerk.session.keys()) <= {
        "staff",
        "staff_region",
        "staff_place",
        "staff_since",
        "staff_desk",
        "staff_proved",
        "_session_expiry",
    }
    assert LUO.name not in clerk.get("/staff/reception").content.decode()


def test_who_comes_back_is_looked_at_again(clerk: Client) -> None:
    draft = begin(clerk)
    fill(clerk, draft)
    clerk.post("/staff/reception/clear")
    assert clerk.get(f"{draft}/check").headers["Location"] == f"{draft}/who"
    assert clerk.post(f"{draft}/who", MR_LUO).headers["Location"] == f"{draft}/check"


def test_a_wrong_name_is_corrected(clerk: Client) -> None:
    draft = begin(clerk, name=SUN.name)
    clerk.post(f"{draft}/who", MR_LUO)
    assert LUO.name in clerk.get(f"{draft}/check").content.decode()


def test_another_situation_is_chosen_for_the_same_draft(clerk: Client) -> None:
    draft = begin(clerk)
    again = clerk.post("/staff/reception/questions?q=proof", {"answer": "pledge"}, follow=True)
    assert again.redirect_chain[-1][0] == f"{draft}/form" and "个人承诺" in again.content.decode()


def test_a_draft_is_deleted_with_its_key(clerk: Client) -> None:
    draft = begin(clerk)
    clerk.post(f"{draft}/discard")
    assert clerk.get(f"{draft}/form").status_code == 404


def test_the_draft_of_one_clerk_is_not_another_ones(clerk: Client, node: Node, linyi: Node, huimin: Node) -> None:
    draft = begin(clerk)
    other = Desks(node, linyi, huimin).clerk("liwei")
    assert other.get(f"{draft}/form").status_code == 404


def test_an_examiner_does_not_receive(node: Node, linyi: Node, huimin: Node) -> None:
    examiner = Desks(node, linyi, huimin).found().examiner()
    assert examiner.get("/staff/reception").status_code == 403


def test_addresses_say_nothing_about_a_person(clerk: Client) -> None:
    draft = begin(clerk)
    assert UUID(draft.rsplit("/", 1)[-1]).version == 7


def test_places_must_be_chosen(clerk: Client) -> None:
    page = clerk.post("/staff/reception", {**PLACES, "insured": "110101"})
    assert page.status_code == 422 and 'href="#insured"' in page.content.decode()


def test_a_scan_whose_original_was_seen_reaches_the_case(clerk: Client) -> None:
    draft = begin(clerk)
    typed = {"treat.region": JIYANG, "filing.start_on": legal_day(now()).isoformat(), "filing.address": "演示路 1 号"}
    clerk.post(f"{draft}/form", typed)
    scan = SimpleUploadedFile("居住证.png", png(), content_type="image/png")
    clerk.post(f"{draft}/materials", {"file-residence-permit": scan, "original": "residence-permit"})
    hand_in(clerk, draft)
    page = clerk.get(draft.replace("reception", "cases")).content.decode()
    assert "已核对原件" in page
    file = clerk.get(re.search(r'href="(/staff/cases/[^"]+/files/\w+)"', page)[1])  # type: ignore[index]
    assert file.content == png() and file.headers["Content-Disposition"].startswith("attachment")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
