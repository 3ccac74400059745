"""Mr Luo on his phone: from the first question to the filing in effect, with a record that anybody can verify; and who needs no filing at all."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.steps import save_download, sign_in, verified
from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

MOST_SCREENS = 12
"""From the first page to the confirmation, with signing in and the detour about the letter."""


def test_scenario_01_a_resident_who_says_referral_is_led_to_long_term_residence(
    alliance: Alliance, browser: Browser, tmp_path: Path
) -> None:
    luo = alliance.person("罗建国")
    with journey(browser, "scenario-01-residence", PHONE, also_wide=True) as walk:
        say_where(walk, alliance.sites["jiyang"].url, "临邑县")
        say_transfer_without_a_letter(walk)
        choose_permit(walk)
        sign_in(walk, luo)
        fill_in_and_submit(walk)
        print(f"\n{len(walk.screens)} screens until submitted, typed: {', '.join(walk.typed)}")
        assert len(walk.screens) <= MOST_SCREENS
        record = follow_until_closed(walk, tmp_path)
    assert list(walk.typed) == ["手机号码", "验证码", "姓名", "证件号码", "就医地居住地址"]
    assert verified(record, alliance) == {"state": "closed", "places": ["370115", "371424"]}


def say_where(walk: Walk, url: str, insured: str) -> None:
    walk.open(url)
    walk.look("home", heading="家乡的事在这里办")
    walk.follow("开始办理")
    walk.look("places", heading="您在哪里参保")
    walk.select("参保地", insured)
    walk.press("继续")


def say_transfer_without_a_letter(walk: Walk) -> None:
    """He says “转诊”, as people do, and is led to what fits him, with the difference in front of him."""
    walk.look("care", heading="哪一种医疗服务")
    walk.choose("住院")
    walk.press("继续")
    walk.look("category", heading="为什么在参保地以外就医")
    walk.choose("参保地的医院让我转到这里治疗")
    walk.press("继续")
    walk.look("letter", heading="转诊转院证明")
    walk.sees("参保地医院的转诊证明")
    walk.sees("居住证，或者个人承诺书，不需要医院证明")
    walk.choose("没有，我长期住在这里")
    walk.press("继续")


def choose_permit(walk: Walk) -> None:
    walk.look("proof", heading="怎样证明长期住在这里")
    walk.choose("我在这里登记了居住证")
    walk.press("继续")
    walk.look("start", heading="异地长期居住人员备案（居住证）")
    walk.sees("不收费")


def fill_in_and_submit(walk: Walk) -> None:
    walk.look("form", heading="请填写这几项")
    expect(walk.page.get_by_label("备案开始日期")).not_to_have_value("")
    walk.type("就医地居住地址", "济北街道泰兴东街 12 号")
    walk.choose("同意查询居住登记")
    walk.press("保存并继续")
    walk.look("check", heading="请核对")
    walk.sees("经您同意，由就医地居住登记查验，不用提交。")
    walk.press("确认提交")
    walk.look("submitted", heading="已收到您的申请")


def follow_until_closed(walk: Walk, directory: Path) -> Path:
    """Returns the record he takes home."""
    walk.follow("看办理进度")
    walk.wait_for("已办结")
    walk.look("closed", heading="已办结")
    walk.sees("备案已生效")
    walk.sees("准予备案")
    record = save_download(walk, walk.page.get_by_role("link", name="下载办件档案"), directory / "luo.tbrec")
    walk.follow("我的办件")
    walk.look("cases", heading="我的办件")
    return record


def test_scenario_02_insured_where_the_province_needs_no_filing(alliance: Alliance, browser: Browser) -> None:
    before = count_cases(alliance)
    with journey(browser, "scenario-02-inside-the-province", PHONE, also_wide=True) as walk:
        say_where(walk, alliance.sites["jiyang"].url, "惠民县")
        walk.look("answer", heading="无需备案")
        for said in ("在山东省内住院，不用备案", "到省外就医", "带住院票据、费用清单和出院记录", "社会保险经办条例"):
            walk.sees(said)
        require_no_sign_in(walk)
    assert count_cases(alliance) == before


def test_scenario_09_emergency_and_a_bill_already_paid(alliance: Alliance, browser: Browser) -> None:
    """And outpatient care: each is told what to do instead, on one page."""
    before = count_cases(alliance)
    with journey(browser, "scenario-09-no-case", PHONE, also_wide=True) as walk:
        say_where(walk, alliance.sites["jiyang"].url, "临邑县")
        for need, title, said in (
            ("急诊抢救", "视同已备案", "请先救治"),
            ("已经出院，自己先付了钱", "回参保地手工报销", "住院收费票据原件"),
            ("普通门诊", "无需备案", "出示医保码或社会保障卡"),
        ):
            walk.look("care", heading="哪一种医疗服务")
            walk.choose(need)
            walk.press("继续")
            walk.look(f"answer-{title}", heading=title)
            walk.sees(said)
            walk.follow("情况不对，重新选")
        require_no_sign_in(walk)
    assert count_cases(alliance) == before


def require_no_sign_in(walk: Walk) -> None:
    assert walk.typed == {}
    assert "退出" not in walk.page.locator("body").inner_text()


def count_cases(alliance: Alliance) -> list[int]:
    """Cases and drafts at every place."""
    asked = "SELECT (SELECT count(*) FROM cases_case) + (SELECT count(*) FROM cases_draft)"
    return [site.ask(asked)[0][0] for site in alliance.sites.values()]
