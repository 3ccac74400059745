"""What an examiner of 临邑 does with what rules leave to a person: one list of corrections, a second look, a refusal with its remedies."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.steps import (
    applicant,
    at_the_desk,
    bring,
    hand_in_referral,
    on_the_phone,
    open_case,
    save_download,
    unfold,
)
from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

REASON = "转诊证明不是参保地定点医院开具的。"
ARTICLE = "医保发〔2022〕22号 第七条至第九条"
REMEDIES = ("六十日内申请行政复议", "六个月内向人民法院提起行政诉讼")


def test_scenario_07_one_list_names_everything_and_a_second_needs_a_supervisor(
    alliance: Alliance, browser: Browser
) -> None:
    """The letter is blurred, and its date is not the one that was typed."""
    person = alliance.newcomer()
    with journey(browser, "scenario-07-applicant", PHONE, also_wide=True) as walk:
        case_id = hand_in_referral(walk, alliance, person)
        with at_the_desk(browser, alliance, "scenario-07-examiner") as desk:
            ask_for_correction(desk, alliance, case_id)
            correct(walk, alliance)
            wait_for_a_second_look(desk)
            allow_another_list(browser, alliance, case_id)
            desk.page.reload()
            expect(desk.page.locator("summary", has_text="一次性告知补正")).to_have_count(1)
            desk.press("准予备案")
        walk.wait_for("已办结")
        walk.look("closed")
    kinds = alliance.sites["linyi"].kinds(case_id)
    told = ("correction_requested", "supplemented", "correction_allowed", "approved")
    assert [kind for kind in kinds if kind in told] == list(told)


def ask_for_correction(desk: Walk, alliance: Alliance, case_id: str) -> None:
    open_case(desk, alliance, case_id)
    desk.wait_for("一次性告知补正")
    unfold(desk, "一次性告知补正")
    desk.choose("转诊证明日期")
    desk.choose("转诊转院证明")
    desk.type("说明（告知申请人）", "证明照片模糊，请重新拍照；证明上的日期与填写的不一致，请改正。")
    desk.look("before-asking")
    desk.page.get_by_role("button", name="一次性告知").click()
    desk.wait_for("已一次性告知补正")
    desk.look("asked")


def correct(walk: Walk, alliance: Alliance) -> None:
    walk.wait_for("现在补正")
    walk.look("asked")
    asked = walk.page.locator("section", has=walk.page.locator("#todo"))
    for named in ("转诊证明日期", "转诊转院证明", "证明照片模糊"):
        expect(asked).to_contain_text(named)
    walk.follow("现在补正")
    walk.look("correct", heading="请补正下面这些")
    walk.page.get_by_label("转诊证明日期").fill((alliance.today - timedelta(days=3)).isoformat())
    bring(walk, "referral-letter")
    walk.press("确认补正")
    walk.look("corrected")
    assert "现在补正" not in walk.text, "it is not asked for again while it is on its way"


def wait_for_a_second_look(desk: Walk) -> None:
    desk.wait_for("须由督查员写明理由准许")
    desk.look("corrected")
    expect(desk.page.locator("summary", has_text="一次性告知补正")).to_have_count(0)


def allow_another_list(browser: Browser, alliance: Alliance, case_id: str) -> None:
    """Counted, with a reason on the record."""
    with at_the_desk(browser, alliance, "scenario-07-supervisor", role="supervisor") as desk:
        open_case(desk, alliance, case_id)
        unfold(desk, "准许再次告知补正")
        desk.page.locator("#allow-correction-note").fill("医院出具了更正后的证明，允许申请人再交一次。")
        desk.look("before-allowing")
        desk.page.get_by_role("button", name="准许", exact=True).click()
        desk.look("allowed")
        desk.sees("一次性告知已发 1 次，督查准许 1 次")


def test_scenario_08_what_the_register_doubts_goes_to_an_examiner(alliance: Alliance, browser: Browser) -> None:
    """Insurance suspended, and 䶮 that old systems write otherwise: looked at by a person, refused by nobody."""
    for name, doubt in (("赵桂英", "参保状态正常"), ("王䶮", "申请人身份已核验")):
        with applicant(alliance, alliance.person(name)) as visitor:
            case_id = alliance.apply(visitor)
            with at_the_desk(browser, alliance, f"scenario-08-examiner-{name}") as desk:
                open_case(desk, alliance, case_id)
                desk.wait_for("准予备案")
                desk.look("doubt")
                desk.sees(name)
                verdict = desk.page.locator(".points details", has_text=doubt).locator(".verdict")
                expect(verdict).to_contain_text(re.compile("不符合|未知"))
            with on_the_phone(browser, f"scenario-08-phone-{name}", visitor) as walk:
                walk.open(f"{alliance.sites['jiyang'].url}/cases/{case_id}")
                walk.wait_for("临邑县正在核对")
                walk.look("examined")
                assert "不予" not in walk.text
        assert "refused" not in alliance.sites["linyi"].kinds(case_id)


def test_scenario_10_a_refusal_says_why_is_served_and_its_record_verifies_offline(
    alliance: Alliance, browser: Browser, tmp_path: Path
) -> None:
    person = alliance.newcomer()
    with journey(browser, "scenario-10-applicant", PHONE, also_wide=True) as walk:
        case_id = hand_in_referral(walk, alliance, person)
        with at_the_desk(browser, alliance, "scenario-10-examiner") as desk:
            refuse(desk, alliance, case_id)
            read_the_refusal(walk)
            receive_the_paper(walk, tmp_path)
            desk.wait_for("网上已读")
            desk.look("served")
            expect(desk.page.locator(".timeline")).to_contain_text(examiner(alliance))
    with at_the_desk(browser, alliance, "scenario-10-supervisor", place="jiyang", role="supervisor") as desk:
        open_case(desk, alliance, case_id, place="jiyang")
        desk.look("seen-from-here")
        desk.sees(REASON)
        assert examiner(alliance) not in desk.text, "officers of another place have no name here"
        record = save_download(desk, desk.page.get_by_role("link", name="下载记录文件"), tmp_path / "refused.tbrec")
        assert examiner(alliance).encode() not in record.read_bytes()
        verify_offline(desk, alliance, record)


def examiner(alliance: Alliance) -> str:
    return alliance.account("linyi", "examiner")["name"]


def refuse(desk: Walk, alliance: Alliance, case_id: str) -> None:
    open_case(desk, alliance, case_id)
    desk.wait_for("不予备案")
    unfold(desk, "不予备案")
    desk.page.locator("#refuse-reason").fill(REASON)
    desk.page.locator("#refuse-article").fill(ARTICLE)
    desk.look("before-refusing")
    desk.press("不予备案")
    desk.wait_for(REASON)
    desk.look("refused")


def read_the_refusal(walk: Walk) -> None:
    walk.wait_for("决定：不予备案")
    walk.look("refused", heading="不予备案")
    for said in (REASON, ARTICLE, *REMEDIES):
        walk.sees(said)


def receive_the_paper(walk: Walk, directory: Path) -> None:
    """Reading it online is its service (电子送达)."""
    walk.follow("看文书")
    walk.wait_for("不予备案告知书")
    walk.look("papers", heading="文书")
    notice = walk.page.locator("li", has_text="不予备案告知书")
    paper = save_download(walk, notice.get_by_role("button"), directory / "refusal.pdf")
    assert paper.read_bytes().startswith(b"%PDF-")
    walk.wait_for("已送达")
    walk.look("served")
    assert "许可" not in walk.text, "a filing is no licence"


def verify_offline(desk: Walk, alliance: Alliance, record: Path) -> None:
    """With the member lists of the alliance, not those of the site."""
    desk.open(f"{alliance.sites['jiyang'].url}/verify")
    desk.look("verify", heading="验证办件档案")
    desk.page.context.set_offline(True)
    desk.page.get_by_label("办件档案文件").set_input_files(record)
    desk.page.get_by_label("成员名单").set_input_files(alliance.papers.record_trust)
    desk.press("验证")
    expect(desk.page.locator("[data-verdict]")).to_contain_text("验证通过")
    desk.look("verified")
