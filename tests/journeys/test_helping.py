"""何琳, helper of the hall of 济阳, files for two people in a row: each under a mandate that the person gave, and nothing of the first is
there for the second."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.walking import DESK, PHONE, Walk, case_id_of, journey
from tests.processes import Alliance
from tongban.project.registers.people import DemoPerson
from tongban.project.walk import Visitor
from tongban.project.walk_case import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]


def test_scenario_11_a_helper_with_two_clients_in_a_row(alliance: Alliance, browser: Browser) -> None:
    first, second = alliance.newcomer(), alliance.newcomer()
    with alliance.visitor("jiyang") as visitor:
        sign_in(visitor, first)
        with journey(browser, "scenario-11-mandate", PHONE, also_wide=True, signed_in=visitor) as walk:
            give_on_the_phone(walk, alliance.sites["jiyang"].url)
    with alliance.visitor("jiyang") as visitor:
        sign_in(visitor, second)
        give_without_a_screen(visitor)
        with journey(browser, "scenario-11-helper", DESK) as walk:
            sign_in_at_the_hall(walk, alliance)
            accept_both(walk)
            left = begin_for(walk, first)
            go_on_to(walk, second, before=first, left=left)
            case = file_for(walk, second)
            stop(walk, second)
        told = visitor.open(f"/cases/{case}").require(text="由他人代办的")
    assert "何琳" in told.text and "提交申请" in told.text


def give_on_the_phone(walk: Walk, url: str) -> None:
    walk.open(f"{url}/mandates")
    walk.look("mandates", heading="请人代办")
    walk.follow("委托别人为我办")
    walk.look("whom", heading="您要委托谁")
    walk.select("对方是您的", "帮办代办员")
    walk.page.get_by_label("帮办代办员", exact=True).select_option(index=1)
    walk.press("看委托书")
    walk.look("read", heading="授权委托书")
    walk.sees("何琳")
    walk.press("确认委托")
    walk.look("given", heading="授权委托书")
    walk.sees("等对方接受")


def give_without_a_screen(visitor: Visitor) -> None:
    page = visitor.open("/mandates/new").require()
    form = page.form(field="helper")
    given = {"relation": "helper", "helper": form.fields["helper"].options[1], "act": ["fill_in", "hand_in"]}
    page = visitor.send(form, given).require()
    visitor.send(page.form(button="确认委托")).require(text="等对方接受")


def sign_in_at_the_hall(walk: Walk, alliance: Alliance) -> None:
    account = alliance.account("jiyang", "helper")
    walk.open(f"{alliance.sites['jiyang'].url}/staff/sign-in")
    walk.type("用户名", account["username"])
    walk.type("口令", account["password"])
    walk.press("下一步")
    walk.type("动态口令", alliance.code(account))
    walk.press("登录")
    walk.look("clients", heading="您在为谁办")


def accept_both(walk: Walk) -> None:
    for _ in range(2):
        walk.press("接受委托")
    walk.look("accepted", heading="您在为谁办")


def begin_for(walk: Walk, person: DemoPerson) -> str:
    """As far as the form of the first client; its address."""
    walk.press(f"为其办理 {person.name}")
    walk.look("first", heading=f"{person.name}的办件")
    fill_until_form(walk)
    walk.sees(f"您正在为{person.name}代办")
    walk.page.get_by_label("就医地居住地址", exact=True).fill("济北街道泰兴东街 12 号")
    walk.choose("同意查询居住登记")
    walk.look("first-form")
    walk.press("保存并继续")
    walk.look("first-check", heading="请核对")
    walk.sees(person.name)
    return walk.page.url


def go_on_to(walk: Walk, person: DemoPerson, *, before: DemoPerson, left: str) -> None:
    """Nothing of the former client: not on the pages, not on going back, not at the address that was left."""
    walk.follow("换人")
    walk.press(f"为其办理 {person.name}")
    walk.look("second", heading=f"{person.name}的办件")
    for _ in range(3):
        walk.page.go_back()
        expect(walk.page.locator("body")).not_to_contain_text(before.id_number[-4:])
        expect(walk.page.locator("main dl, main form[novalidate]").filter(has_text=before.name)).to_have_count(0)
    walk.open(left)
    walk.sees("没有找到")
    walk.look("not-found")


def fill_until_form(walk: Walk) -> None:
    walk.follow("我要办")
    walk.follow("开始办理")
    walk.select("参保地", "临邑县")
    walk.press("继续")
    for answer in ("住院", "我长期住在这里", "我在这里登记了居住证"):
        walk.choose(answer)
        walk.press("继续")
    walk.follow("开始填写")


def file_for(walk: Walk, person: DemoPerson) -> str:
    fill_until_form(walk)
    expect(walk.page.get_by_label("就医地居住地址", exact=True)).to_have_value("")
    walk.page.get_by_label("就医地居住地址", exact=True).fill("济阳街道纬二路 8 号")
    walk.choose("同意查询居住登记")
    walk.press("保存并继续")
    walk.sees(person.name)
    walk.press("确认提交")
    walk.look("second-submitted", heading="已收到您的申请")
    return case_id_of(walk.page.url)


def stop(walk: Walk, person: DemoPerson) -> None:
    walk.press("结束代办")
    walk.look("stopped", heading="您在为谁办")
    assert "您正在为" not in walk.page.locator("body").inner_text()
    walk.page.go_back()
    expect(walk.page.locator("main")).not_to_contain_text(person.id_number[-4:])
