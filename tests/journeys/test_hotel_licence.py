"""A hotel licence by pledge on a phone (告知承诺): only the questions that matter, decided without a human, and explained."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.steps import sign_in
from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance
from tongban.project.registers.businesses import HOSTS, SERVING, credit_code

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

MOST_LINES = 4
HOST = HOSTS[3]
"""Theirs alone: who has signed in before is not asked for a name, and other stories share the nodes."""


def test_a_hotel_licence_by_pledge_asks_only_what_matters(alliance: Alliance, browser: Browser) -> None:
    with journey(browser, "hotel-licence-by-pledge", PHONE, also_wide=True) as walk:
        choose_the_pledge(walk, alliance)
        sign_in(walk, alliance.person(HOST))
        questions_come_and_go(walk)
        fill_in(walk)
        walk.look("form")
        walk.press("保存并继续")
        walk.look("materials", heading="材料可能不用交")
        walk.press("保存并继续")
        walk.look("check", heading="请核对")
        walk.press("确认提交")
        walk.look("submitted", heading="已收到您的申请")
        walk.follow("看办理进度")
        walk.wait_for("准予许可")
        walk.page.locator("summary", has_text="每一条是怎么核对的").click()
        walk.look("decided")
        walk.sees("按公开规则自动决定")
        walk.sees("三十日内到现场核查")
        assert most_lines(walk) <= MOST_LINES


def choose_the_pledge(walk: Walk, alliance: Alliance) -> None:
    walk.open(f"{alliance.sites['jiyang'].url}/apply/public-place-hygiene-licence/places")
    walk.look("places", heading="店开在哪里")
    walk.select("经营场所所在地", "临邑县")
    walk.press("继续")
    for choice in ("宾馆、旅店、民宿", "新开业", "签告知承诺书"):
        walk.choose(choice)
        walk.press("继续")
    walk.look("start", heading="公共场所卫生许可新发（告知承诺）")
    walk.sees("最多 3 个工作日")


def questions_come_and_go(walk: Walk) -> None:
    """What was typed stays where it is, and an answer comes back with its question."""
    walk.look("form-empty", heading="请填写这几项")
    room = walk.page.get_by_label("清洗消毒间")
    expect(room).to_have_count(0)
    walk.type("单位名称", "临邑演示旅店")
    walk.select("杯具等顾客用品", "清洗消毒后重复使用")
    expect(room).to_be_visible()
    room.select_option(label="单独设置")
    walk.look("form-with-a-question-more")
    walk.select("杯具等顾客用品", "全部一次性")
    expect(room).to_be_hidden()
    walk.select("杯具等顾客用品", "清洗消毒后重复使用")
    expect(room).to_have_value("separate")
    walk.select("杯具等顾客用品", "全部一次性")
    expect(walk.page.get_by_label("单位名称")).to_have_value("临邑演示旅店")


def fill_in(walk: Walk) -> None:
    for label, value in (
        ("统一社会信用代码", credit_code(HOSTS.index(HOST) + 1)), ("经营场所地址", "临邑县演示路 2 号"),
        ("经营面积（平方米）", "860"), ("客房数", "24"), ("消毒产品种数", "2"), ("卫生管理员姓名", "王晓梅"), ("直接为顾客服务的人数", str(SERVING)),
    ):  # fmt: skip
        walk.type(label, value)
    for choice in ("已建立卫生管理制度", "承诺消防安全条件符合规定", "我已阅读，同意以上承诺"):
        walk.choose(choice)
    walk.page.locator("summary", has_text="为什么问 直接为顾客服务的人数").click()
    walk.sees("《公共场所卫生管理条例》第七条")


def most_lines(walk: Walk) -> int:
    """Of a point: its name with the verdict, and the lines below."""
    points = walk.page.locator(".point")
    return max(1 + points.nth(number).locator("li").count() for number in range(points.count()))
