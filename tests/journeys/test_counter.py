"""赵敏 at the counter of 济阳 receives from a person without a phone, by keyboard alone; 陈刚 in 临邑 decides."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.letters import letter
from tests.journeys.walking import DESK, Keyboard, Walk, case_id_of, journey
from tests.processes import Alliance, wait_until
from tongban.project.registers.people import DemoPerson

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(240)]


def test_a_referral_received_by_keyboard_and_granted_by_the_examiner(
    alliance: Alliance, browser: Browser, tmp_path: Path
) -> None:
    person = alliance.newcomer()
    with journey(browser, "3a-counter", DESK, keyboard=True) as walk:
        sign_in(walk, alliance, "jiyang", "reception")
        number, case_id = receive(walk, alliance, person, save(tmp_path / "转诊证明.pdf"))
        clear_the_screen(walk, person)
    with journey(browser, "3b-examiner", DESK) as walk:
        sign_in(walk, alliance, "linyi", "examiner")
        grant(walk, alliance, number, person)
    jiyang, linyi = alliance.sites["jiyang"], alliance.sites["linyi"]
    wait_until(lambda: jiyang.chain(case_id) == linyi.chain(case_id), what="both copies the same")


def save(file: Path) -> Path:
    file.write_bytes(letter("Referral to Jiyang"))
    return file


def sign_in(walk: Walk, alliance: Alliance, place: str, role: str) -> None:
    account = alliance.account(place, role)
    walk.open(f"{alliance.sites[place].url}/staff/")
    walk.look("sign-in", heading="工作人员登录")
    walk.type("用户名", account["username"])
    walk.type("口令", account["password"])
    walk.press("下一步")
    walk.look("code", heading="动态口令")
    walk.type("动态口令", alliance.code(account))
    walk.press("登录")
    expect(walk.page.get_by_text(account["name"])).to_be_visible()
    walk.look("worklist")


def receive(walk: Walk, alliance: Alliance, person: DemoPerson, file: Path) -> tuple[str, str]:
    """The number on the printed receipt, and the case."""
    assert isinstance(walk, Keyboard)
    ask_what_for(walk)
    say_who_is_here(walk, person)
    walk.look("form", heading="填写申请内容")
    walk.type("就医地居住地址", "济阳街道纬二路 8 号")
    walk.type("开具转诊证明的医院", "临邑县人民医院（演示）")
    type_days(walk, alliance)
    walk.press("保存并继续")
    walk.look("materials", heading="请提供下面的材料")
    walk.bring("上传照片或文件", file)
    walk.choose("已核对原件")
    walk.press("保存并继续")
    walk.look("check", heading="请核对")
    walk.sees("转诊证明.pdf")
    walk.press("确认提交")
    return read_receipt(walk)


def ask_what_for(walk: Walk) -> None:
    walk.follow("窗口收件")
    walk.look("reception", heading="为到场的人收件")
    walk.select("在哪里参保？（由参保地审批）", "临邑县")
    walk.press("下一步")
    for name, heading, choice in (
        ("care", "哪一种医疗服务", "住院"),
        ("category", "为什么在参保地以外就医", "参保地的医院让我转到这里治疗"),
        ("letter", "转诊转院证明", "有"),
    ):
        walk.look(name, heading=heading)
        walk.choose(choice)
        walk.press("继续")


def say_who_is_here(walk: Walk, person: DemoPerson) -> None:
    """No phone: the box stays empty."""
    walk.look("who", heading="谁来办")
    walk.type("姓名", person.name)
    walk.type("证件号码", person.id_number)
    walk.choose("人工核对")
    walk.choose("已核对原件，人证一致")
    walk.press("下一步")


def type_days(walk: Walk, alliance: Alliance) -> None:
    """As a browser set to English wants them: month, day, year."""
    walk.type("备案结束日期", f"{alliance.today + timedelta(days=90):%m%d%Y}")
    walk.type("转诊证明日期", f"{alliance.today - timedelta(days=2):%m%d%Y}")


def read_receipt(walk: Walk) -> tuple[str, str]:
    walk.look("receipt", heading="收件凭证")
    walk.sees("已核对原件")
    walk.sees("本凭证只证明已经收件，不代表受理")
    number = walk.page.locator(".receipt .number").inner_text().strip()
    walk.page.emulate_media(media="print")
    walk.look("receipt-printed")
    expect(walk.page.locator(".receipt .number")).to_be_visible()
    walk.page.emulate_media(media="screen")
    return number, case_id_of(walk.page.url)


def clear_the_screen(walk: Walk, person: DemoPerson) -> None:
    walk.press("清屏换人")
    walk.look("cleared", heading="为到场的人收件")
    assert person.name not in walk.text
    assert person.id_number not in walk.page.content()


def grant(walk: Walk, alliance: Alliance, number: str, person: DemoPerson) -> None:
    walk.wait_for(number)
    walk.look("worklist-with-case", heading="受理")
    assert person.name not in walk.text, "the list masks names"
    walk.follow(number)
    # The desk shows it as soon as it is offered; it can be decided once it is taken over with all its files.
    walk.wait_for("准予备案")
    walk.look("case")
    for said in (
        person.name,
        "信息与来源",
        "参保登记",
        "审查要点",
        "转诊转院证明由参保地定点医院开具",
        "通办依据",
        "示范区合作协议",
    ):
        walk.sees(said)
    walk.press("准予备案")
    walk.look("granted")
    walk.sees("由审核人员作出")
    walk.wait_for("已办结")
    walk.look("effective")
