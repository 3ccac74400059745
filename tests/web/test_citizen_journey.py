"""From the first question to the confirmation, as Mr Luo walks it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tests.web.citizens import PERMIT, PLEDGE, REFERRAL, Phone, hidden_fields, text
from tongban.documents.tests.files import picture
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day

pytestmark = pytest.mark.django_db


def test_the_first_page_offers_the_service(phone: Phone) -> None:
    page = text(phone.get("/"))
    assert "异地就医备案" in page and f"/apply/{ITEM}/places" in page


def test_places_must_be_chosen(phone: Phone) -> None:
    page = phone.places(insured="", here=JIYANG)
    assert page.status_code == 422
    assert text(page).count("请选择您在哪里参保。") == 2


def test_a_place_that_offers_nothing_cannot_be_chosen(phone: Phone) -> None:
    assert phone.places(insured="130684").status_code == 422


def test_the_same_pooling_area_needs_no_filing(phone: Phone) -> None:
    page = text(phone.places(insured=JIYANG, here=JIYANG))
    assert "无需备案" in page and "医保发〔2022〕22号" in page


def test_a_place_that_exempts_its_province_needs_no_filing(phone: Phone) -> None:
    page = phone.places(insured=HUIMIN, here=JIYANG)
    assert page.request["PATH_INFO"].endswith("/answer")
    assert "无需备案" in text(page) and "惠民参保人在山东省内住院" in text(page) and "待当地核实" in text(page)


def test_who_paid_the_bill_already_is_told_how_to_claim_it_back(phone: Phone) -> None:
    page = text(phone.answer({"care": "discharged"}))
    assert "手工报销" in page and "住院收费票据原件" in page and "没有产生办件" in page


def test_a_filing_that_is_there_can_be_cancelled(phone: Phone) -> None:
    draft = phone.begin({"care": "existing", "existing": "cancel"})
    today = legal_day(now()).isoformat()
    assert f'value="{today}"' in text(phone.get(f"{draft}/form"))
    filled = phone.post(f"{draft}/form", **{"existing.region": JIYANG, "cancel.on": today})
    assert filled.request["PATH_INFO"] == f"{draft}/check"
    assert phone.submit(draft).request["PATH_INFO"].endswith("/submitted")


def test_the_two_ways_stand_side_by_side_for_who_has_no_letter(phone: Phone) -> None:
    page = text(phone.answer({"care": "inpatient", "category": "referral"}))
    assert '<th scope="col">异地转诊</th>' in page and "不需要医院证明" in page


def test_emergency_rescue_counts_as_filed(phone: Phone) -> None:
    assert "视同已备案" in text(phone.answer({"care": "emergency"}))


def test_one_question_per_page(phone: Phone) -> None:
    page = text(phone.answer({"care": "inpatient"}))
    assert "<h1>您为什么在参保地以外就医？</h1>" in page and page.count("<h1") == 1


def test_a_question_wants_an_answer(phone: Phone) -> None:
    phone.places()
    page = phone.post(f"/apply/{ITEM}/questions?q=care")
    assert page.status_code == 422 and 'role="alert"' in text(page)


def test_going_back_shows_what_was_chosen(phone: Phone) -> None:
    phone.answer({"care": "inpatient", "category": "long_term"})
    assert 'value="long_term" id="answer-long_term" checked' in text(phone.get(f"/apply/{ITEM}/questions?q=category"))


def test_without_a_letter_the_questions_lead_to_long_term_living(phone: Phone) -> None:
    page = phone.answer({"care": "inpatient", "category": "referral", "letter": "lives_here", "proof": "pledge"})
    assert "异地长期居住人员备案（个人承诺）" in text(page)


def test_the_start_page_names_the_clause_before_anything_is_typed(phone: Phone) -> None:
    page = text(phone.answer(PLEDGE))
    assert "跨市通办协议" in page and "免提交" in page and "登录并开始填写" in page


def test_signing_in_leads_on_to_who_you_are_and_then_to_the_form(phone: Phone) -> None:
    phone.answer(PLEDGE)
    phone.get(f"/apply/{ITEM}/begin")
    assert "您叫什么名字" in text(phone.sign_in())
    page = phone.client.get(f"/apply/{ITEM}/begin", follow=True)
    assert page.request["PATH_INFO"] == "/me"
    phone.say_who()
    assert phone.get(f"/apply/{ITEM}/begin").request["PATH_INFO"].endswith("/form")


def test_beginning_twice_leads_to_the_same_draft(phone: Phone) -> None:
    draft = phone.begin()
    assert phone.get(f"/apply/{ITEM}/begin").request["PATH_INFO"] == f"{draft}/form"


def test_what_was_typed_stays_when_something_is_wrong(phone: Phone) -> None:
    draft = phone.begin()
    page = phone.fill(draft, **{"filing.start_on": "2001-01-01", "filing.address": "演示路九号"})
    assert page.status_code == 422
    assert "开始日期不能早于今天。" in text(page) and 'value="演示路九号"' in text(page)
    assert 'value="演示路九号"' in text(phone.get(f"{draft}/form"))


def test_nothing_to_bring_is_said_with_the_reason(phone: Phone) -> None:
    draft = phone.begin(PERMIT)
    page = text(phone.fill(draft, **{"consent.residence_register": "yes"}))
    assert "请核对" in page and "免提交" in page and "经您同意，由就医地居住登记查验" in page


def test_without_consent_the_permit_is_wanted(phone: Phone) -> None:
    draft = phone.begin(PERMIT)
    assert "请提供下面的材料" in text(phone.fill(draft))
    page = phone.post(f"{draft}/materials")
    assert page.status_code == 422 and "请提供“居住证”。" in text(page)


def test_changing_the_situation_keeps_the_draft(phone: Phone) -> None:
    draft = phone.begin(REFERRAL)
    assert "转诊证明日期" in text(phone.get(f"{draft}/form"))
    phone.get(f"{draft}/situation")
    phone.answer(PLEDGE)
    page = phone.get(f"/apply/{ITEM}/begin")
    assert page.request["PATH_INFO"] == f"{draft}/form" and "承诺" in text(page)


def test_the_check_page_names_what_is_missing_with_the_way_there(phone: Phone) -> None:
    draft = phone.begin()
    page = text(phone.get(f"{draft}/check"))
    assert f"{draft}/form?then=check#filing.address" in page and "确认提交</button>" not in page


def test_submitting_gives_a_number_and_says_what_happens_next(phone: Phone) -> None:
    draft = phone.begin()
    phone.fill(draft)
    page = phone.submit(draft)
    assert page.request["PATH_INFO"].endswith("/submitted")
    assert "办件编号" in text(page) and "临邑县作出决定" in text(page) and "收件凭证" in text(page)


def test_submitting_twice_is_one_case(phone: Phone) -> None:
    draft = phone.begin()
    phone.fill(draft)
    typed = hidden_fields(phone.get(f"{draft}/check"))
    first, again = (phone.client.post(f"{draft}/check", typed, follow=True) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert text(phone.get("/cases")).count("/cases/") == 1


def test_a_draft_changed_meanwhile_is_checked_again(phone: Phone) -> None:
    draft = phone.begin()
    phone.fill(draft)
    typed = hidden_fields(phone.get(f"{draft}/check"))
    phone.fill(draft, **{"filing.address": "别处"})
    page = phone.client.post(f"{draft}/check", typed)
    assert page.status_code == 409 and "草稿已在别处修改" in text(page)


def test_the_service_of_another_region_is_not_offered_by_guessing(phone: Phone) -> None:
    assert phone.get("/apply/no-such-service/start").status_code == 200
    assert phone.post("/apply/no-such-service/places", insured=LINYI, here=JIYANG).status_code == 422


def test_an_uploaded_permit_is_named_with_its_size_and_can_be_removed(phone: Phone) -> None:
    draft = phone.begin(PERMIT)
    phone.fill(draft)
    permit = SimpleUploadedFile("居住证.jpg", picture("JPEG"), content_type="image/jpeg")
    assert (
        phone.post(f"{draft}/materials", **{"file-residence-permit": permit}).request["PATH_INFO"] == f"{draft}/check"
    )
    assert "居住证.jpg" in text(phone.get(f"{draft}/materials"))
    assert "居住证.jpg" not in text(phone.post(f"{draft}/materials", remove="residence-permit"))


def test_a_file_of_another_kind_is_refused_with_the_reason_at_its_line(phone: Phone) -> None:
    draft = phone.begin(PERMIT)
    phone.fill(draft)
    page = phone.post(f"{draft}/materials", **{"file-residence-permit": SimpleUploadedFile("a.exe", b"MZ" * 40)})
    assert page.status_code == 422 and 'href="#material.residence-permit"' in text(page)
