"""A decision counts when the insurance platform has acknowledged it (已决定待生效 → 已生效), and no sooner."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.steps import applicant, at_the_desk, on_the_phone, open_case, silent, unfold
from tests.journeys.walking import Walk
from tests.processes import Alliance

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]


def test_scenario_04_decided_by_rules_in_effect_with_the_acknowledgement(alliance: Alliance, browser: Browser) -> None:
    with applicant(alliance) as visitor, on_the_phone(browser, "scenario-04-by-rules", visitor) as walk:
        case_id = alliance.apply(visitor)
        walk.open(f"{alliance.sites['jiyang'].url}/cases/{case_id}")
        walk.wait_for("已办结")
        walk.sees("按公开规则自动决定")
        unfold(walk, "每一条是怎么核对的")
        walk.look("closed", heading="已办结")
        walk.sees(f"医保平台确认号：{alliance.filings()[case_id]['reference']}")
    with at_the_desk(browser, alliance, "scenario-04-examiner") as desk:
        open_case(desk, alliance, case_id)
        desk.look("decided")
        desk.sees("全部要点符合，按规则作出")
    assert order(alliance, case_id) == ["approved", "effective", "closed"]


def test_scenario_05_decided_while_the_platform_is_down(alliance: Alliance, browser: Browser) -> None:
    with applicant(alliance) as visitor:
        with silent(alliance, "platform"):
            case_id = alliance.apply(visitor)
            with on_the_phone(browser, "scenario-05-waiting", visitor) as walk:
                wait_without_effect(walk, alliance, case_id)
            with at_the_desk(browser, alliance, "scenario-05-examiner") as desk:
                warn(desk, alliance, case_id)
        # Nobody presses anything from here on.
        with on_the_phone(browser, "scenario-05-later", visitor) as walk:
            walk.open(f"{alliance.sites['jiyang'].url}/cases/{case_id}")
            walk.wait_for("已办结", seconds=120)
            walk.look("closed", heading="已办结")
            walk.sees(alliance.filings()[case_id]["reference"])
    assert order(alliance, case_id) == ["approved", "effect_failed", "effective", "closed"]


def wait_without_effect(walk: Walk, alliance: Alliance, case_id: str) -> None:
    walk.open(f"{alliance.sites['jiyang'].url}/cases/{case_id}")
    walk.wait_for("业务系统尚未确认", seconds=90)
    walk.look("waiting", heading="已决定")
    walk.sees("您不用做任何事")
    assert "备案已生效" not in walk.text and case_id not in alliance.filings()


def warn(desk: Walk, alliance: Alliance, case_id: str) -> None:
    desk.open(f"{alliance.sites['linyi'].url}/staff/?desk=effect")
    desk.look("worklist", heading="待生效")
    open_case(desk, alliance, case_id)
    desk.look("warned")
    for said in ("已决定，待生效", "业务系统未确认", "会自动重试", "已推送"):
        desk.sees(said)


def order(alliance: Alliance, case_id: str) -> list[str]:
    """What became of the decision, step by step."""
    told = ("approved", "refused", "effect_failed", "effective", "closed")
    return [kind for kind in alliance.sites["linyi"].kinds(case_id) if kind in told]
