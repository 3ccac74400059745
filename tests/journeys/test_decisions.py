"""What else can come of it: a pledge instead of a permit, a refusal with its reasons, one request to correct."""

from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests.journeys.letters import letter
from tests.journeys.test_citizen import sign_in
from tests.journeys.walking import DESK, PHONE, Walk, case_id_of, journey
from tests.processes import Alliance
from tongban.project.registers.people import DemoPerson

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(240)]


def test_a_pledge_in_english_without_javascript(alliance: Alliance, browser: Browser) -> None:
    person = alliance.newcomer()
    with journey(browser, "4-pledge-english", PHONE, also_wide=True, javascript=False) as walk:
        walk.open(alliance.sites["jiyang"].url)
        walk.follow("English")
        walk.look("home", heading="Away from home?")
        walk.follow("Start")
        walk.look("places", heading="Where are you insured")
        walk.select("Place where you are insured", "临邑县")
        walk.press("Continue")
        for name, choice in (
            ("care", "Hospital stay"),
            ("category", "for the long term"),
            ("proof", "I sign a personal pledge"),
        ):
            walk.look(name)
            walk.choose(choice)
            walk.press("Continue")
        walk.look("start", heading="Long-term living elsewhere (pledge)")
        walk.follow("Sign in and start")
        sign_in_in_english(walk, person)
        walk.look("form", heading="Please fill in")
        walk.press("Save and continue")
        walk.look("form-wrong")
        walk.type("Address in the place of treatment", "12 Taixing East Street")
        walk.choose("I have read this and I pledge it")
        walk.press("Save and continue")
        walk.look("materials")
        walk.press("Save and continue")
        walk.look("check", heading="Check everything")
        walk.press("Submit")
        walk.look("submitted", heading="Your application is received")
        walk.follow("Follow it")
        walk.wait_for("In effect from")
        walk.look("closed")
        assert no_chinese_sentence(walk)


def sign_in_in_english(walk: Walk, person: DemoPerson) -> None:
    walk.look("sign-in", heading="mobile number")
    walk.type("Mobile number", person.phone)
    walk.press("Send me a code")
    walk.look("code")
    walk.type("Code", walk.page.locator("#demo-code").inner_text().strip())
    walk.press("Sign in")
    walk.look("who", heading="What is your name")
    walk.type("Name", person.name)
    walk.type("Document number", person.id_number)
    walk.press("Save and continue")


def no_chinese_sentence(walk: Walk) -> bool:
    """Names of people, places and agreements stay as they are; sentences end with 。"""
    return "。" not in walk.page.locator("body").inner_text()


def test_a_refusal_says_why_on_what_and_what_can_be_done(alliance: Alliance, browser: Browser) -> None:
    person = alliance.newcomer()
    with journey(browser, "5a-refusal-citizen", PHONE, also_wide=True) as walk:
        case_id = hand_in_referral(walk, alliance, person)
        with at_the_desk(browser, alliance, "5b-refusal-examiner") as desk:
            desk.open(f"{alliance.sites['linyi'].url}/staff/cases/{case_id}")
            desk.wait_for("不予备案")
            desk.page.locator("summary", has_text="不予备案").click()
            desk.page.locator("#refuse-reason").fill("转诊证明不是参保地定点医院开具的。")
            desk.page.locator("#refuse-article").fill("医保发〔2022〕22号 第七条至第九条")
            desk.look("before-refusing")
            desk.press("不予备案")
            desk.wait_for("转诊证明不是参保地定点医院开具的。")
            desk.look("refused")
        walk.wait_for("决定：不予备案")
        walk.look("refused", heading="不予备案")
        for said in (
            "转诊证明不是参保地定点医院开具的。",
            "医保发〔2022〕22号",
            "六十日内申请行政复议",
            "六个月内向人民法院提起行政诉讼",
        ):
            walk.sees(said)


def test_one_request_to_correct_is_answered_on_the_phone_and_granted(alliance: Alliance, browser: Browser) -> None:
    person = alliance.newcomer()
    with journey(browser, "6a-correction-citizen", PHONE, also_wide=True) as walk:
        case_id = hand_in_referral(walk, alliance, person)
        with at_the_desk(browser, alliance, "6b-correction-examiner") as desk:
            ask_for_correction(desk, alliance, case_id)
            correct(walk)
            desk.page.reload()
            desk.wait_for("临邑县第二人民医院")
            desk.look("corrected")
            assert desk.page.locator("summary", has_text="一次性告知补正").count() == 0, "it is asked only once"
            desk.press("准予备案")
        walk.wait_for("已办结")
        walk.look("closed")
    kinds = alliance.sites["linyi"].kinds(case_id)
    assert (kinds.count("correction_requested"), kinds.count("supplemented")) == (1, 1)


def ask_for_correction(desk: Walk, alliance: Alliance, case_id: str) -> None:
    desk.open(f"{alliance.sites['linyi'].url}/staff/cases/{case_id}")
    desk.wait_for("一次性告知补正")
    desk.page.locator("summary", has_text="一次性告知补正").click()
    desk.choose("开具转诊证明的医院")
    desk.choose("转诊转院证明")
    desk.type("说明（告知申请人）", "证明上的医院名称看不清，请重新拍照。")
    desk.look("before-asking")
    desk.page.get_by_role("button", name="一次性告知").click()
    desk.wait_for("已一次性告知补正")
    desk.look("asked")


def correct(walk: Walk) -> None:
    walk.wait_for("现在补正")
    walk.look("asked-to-correct")
    walk.sees("证明上的医院名称看不清，请重新拍照。")
    walk.follow("现在补正")
    walk.look("correct", heading="请补正下面这些")
    walk.page.get_by_label("开具转诊证明的医院").fill("临邑县第二人民医院（演示）")
    bring(walk, "referral-letter")
    walk.press("确认补正")
    walk.look("corrected")
    assert "现在补正" not in walk.text, "it is not asked for again while it is on its way"


def hand_in_referral(walk: Walk, alliance: Alliance, person: DemoPerson) -> str:
    """By what is known already: the pages were looked at in other journeys."""
    walk.open(f"{alliance.sites['jiyang'].url}/apply/remote-medical-filing/places")
    walk.select("参保地", "临邑县")
    walk.press("继续")
    for choice in ("住院", "参保地的医院让我转到这里治疗", "有"):
        walk.choose(choice)
        walk.press("继续")
    walk.follow("登录并开始填写")
    sign_in(walk, person)
    walk.type("就医地居住地址", "济阳街道纬二路 8 号")
    walk.type("备案结束日期", (alliance.today + timedelta(days=60)).isoformat())
    walk.type("开具转诊证明的医院", "临邑县人民医院（演示）")
    walk.type("转诊证明日期", alliance.today.isoformat())
    walk.look("form")
    walk.press("保存并继续")
    bring(walk, "referral-letter")
    walk.look("materials")
    walk.press("保存并继续")
    walk.press("确认提交")
    walk.follow("看办理进度")
    walk.look("waiting")
    assert "暂时连不上" not in walk.text, "nobody is told of a fault while everything is just on its way"
    return case_id_of(walk.page.url)


def bring(walk: Walk, material: str) -> None:
    file = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": letter("Referral")}
    walk.page.locator(f"#file-{material}").set_input_files(file)


def at_the_desk(browser: Browser, alliance: Alliance, name: str) -> AbstractContextManager[Walk]:
    """The examiner of 临邑, signed in already; how that looks is another journey."""
    return journey(browser, name, DESK, signed_in=alliance.desk("linyi", "examiner"))
