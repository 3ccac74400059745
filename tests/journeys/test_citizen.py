"""Mr Luo on his phone: from the first question to the filing in effect, with a record that anybody can verify."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance, environment
from tongban.project.registers.people import DemoPerson

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(240)]

MOST_SCREENS = 15
"""From the first page to the confirmation: one thing per page, signing in, and two that only the detour about the letter needs."""


def test_mr_luo_files_by_residence_permit(alliance: Alliance, browser: Browser, tmp_path: Path) -> None:
    luo = alliance.person("罗建国")
    with journey(browser, "1-residence-permit", PHONE, also_wide=True) as walk:
        say_where(walk, alliance.sites["jiyang"].url)
        say_transfer_without_a_letter(walk)
        choose_permit(walk)
        sign_in(walk, luo)
        fill_in_and_submit(walk)
        print(f"\n{len(walk.screens)} screens until submitted, typed: {', '.join(walk.typed)}")
        assert len(walk.screens) <= MOST_SCREENS
        record = follow_until_closed(walk, tmp_path)
    assert list(walk.typed) == ["手机号码", "验证码", "姓名", "证件号码", "就医地居住地址"]
    assert verified(record, alliance) == {"state": "closed", "places": ["370115", "371424"]}


def say_where(walk: Walk, url: str) -> None:
    walk.open(url)
    walk.look("home", heading="家乡的事在这里办")
    walk.follow("开始办理")
    walk.look("places", heading="您在哪里参保")
    walk.select("参保地", "临邑县")
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
    walk.choose("没有")
    walk.press("继续")
    walk.look("stay", heading="没有转诊证明也可能可以备案")
    walk.sees("异地转诊：要有参保地医院的证明")
    walk.sees("异地长期居住：凭居住证或者个人承诺书")
    walk.choose("是，我长期住在这里")
    walk.press("继续")


def choose_permit(walk: Walk) -> None:
    walk.look("proof", heading="怎样证明长期住在这里")
    walk.choose("我在这里登记了居住证")
    walk.press("继续")
    walk.look("start", heading="异地长期居住人员备案（居住证）")
    walk.sees("不收费")
    walk.follow("登录并开始填写")


def sign_in(walk: Walk, person: DemoPerson) -> None:
    walk.look("sign-in", heading="手机号码")
    walk.type("手机号码", person.phone)
    walk.press("获取验证码")
    walk.look("code", heading="验证码")
    walk.type("验证码", walk.page.locator("#demo-code").inner_text().strip())
    walk.press("登录")
    walk.look("who", heading="您叫什么名字")
    walk.type("姓名", person.name)
    walk.type("证件号码", person.id_number)
    walk.press("保存并继续")


def fill_in_and_submit(walk: Walk) -> None:
    walk.look("form", heading="请填写这几项")
    expect(walk.page.get_by_label("备案开始日期")).not_to_have_value("")
    walk.type("就医地居住地址", "济北街道泰兴东街 12 号")
    walk.choose("同意查询居住登记")
    walk.press("保存并继续")
    walk.look("materials", heading="不用提交任何材料")
    walk.press("保存并继续")
    walk.look("check", heading="请核对")
    walk.press("确认提交")
    walk.look("submitted", heading="已收到您的申请")


def follow_until_closed(walk: Walk, directory: Path) -> Path:
    """Returns the record he takes home."""
    walk.follow("看办理进度")
    walk.wait_for("已办结")
    walk.look("closed", heading="已办结")
    walk.sees("备案已生效")
    walk.sees("准予备案")
    with walk.page.expect_download() as download:
        walk.follow("下载办件档案")
    download.value.save_as(directory / "luo.tbrec")
    walk.follow("我的办件")
    walk.look("cases", heading="我的办件")
    return directory / "luo.tbrec"


def verified(record: Path, alliance: Alliance) -> dict[str, object]:
    command = ["record", "verify", record, "--trust", alliance.papers.record_trust, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tongban.project.cli", *map(str, command)],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return {"state": said["state"], "places": sorted(said["places"])}


@pytest.mark.parametrize(
    ("need", "title"), [("普通门诊", "无需备案"), ("急诊抢救", "视同已备案")], ids=["outpatient", "emergency"]
)
def test_who_needs_no_filing_is_told_so_without_signing_in(
    alliance: Alliance, browser: Browser, need: str, title: str
) -> None:
    with journey(browser, f"2-no-case-{need}", PHONE, also_wide=True) as walk:
        say_where(walk, alliance.sites["jiyang"].url)
        walk.look("care")
        walk.choose(need)
        walk.press("继续")
        walk.look("answer", heading=title)
        walk.sees("医保发〔2022〕22号")
        assert walk.typed == {}
        assert walk.page.context.cookies() and "退出" not in walk.page.locator("body").inner_text()
