"""临邑 is away when somebody hands in: the time of receipt stands, whom to call and what holds in an emergency is said, nothing is doubled."""

from collections import Counter

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.steps import applicant, at_the_desk, away, on_the_phone, open_case
from tests.journeys.walking import Walk
from tests.processes import Alliance

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

DUTY_PHONE = "0534-00000002"
ONCE = ("submitted", "received", "taken_over", "approved", "effective", "closed")


def test_scenario_06_the_deciding_place_is_away(alliance: Alliance, browser: Browser) -> None:
    with applicant(alliance) as visitor:
        with away(alliance, "linyi"):
            case_id = alliance.apply(visitor)
            with on_the_phone(browser, "scenario-06-away", visitor) as walk:
                received = read_what_to_do(walk, alliance, case_id)
            with at_the_desk(browser, alliance, "scenario-06-desk", place="jiyang", role="reception") as desk:
                open_case(desk, alliance, case_id, place="jiyang")
                desk.look("undelivered")
                desk.sees("尚未送达临邑县")
                desk.sees(DUTY_PHONE)
        with on_the_phone(browser, "scenario-06-back", visitor) as walk:
            require_one_case(walk, alliance, case_id, received)
    kinds = Counter(alliance.sites["linyi"].kinds(case_id))
    assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)


def read_what_to_do(walk: Walk, alliance: Alliance, case_id: str) -> str:
    """Returns when it was received, as the page says it."""
    walk.open(f"{alliance.sites['jiyang'].url}/cases/{case_id}")
    walk.wait_for("暂时连不上临邑县", seconds=90)
    walk.look("away")
    for said in ("收件时间有效", "您不用重新提交", "等不及怎么办", "急诊抢救视同已经备案", "先救治", DUTY_PHONE):
        walk.sees(said)
    return walk.page.locator(".timeline li", has_text="收件").first.locator(".when").inner_text()


def require_one_case(walk: Walk, alliance: Alliance, case_id: str, received: str) -> None:
    walk.open(f"{alliance.sites['jiyang'].url}/cases/{case_id}")
    walk.wait_for("已办结", seconds=120)
    walk.look("closed")
    assert received in walk.text, "the time of receipt stands"
    assert DUTY_PHONE not in walk.text
    walk.follow("我的办件")
    walk.look("cases")
    expect(walk.page.locator('main a[href*="/cases/"]')).to_have_count(1)
    expect(walk.page.locator(f'main a[href*="{case_id}"]')).to_have_count(1)
