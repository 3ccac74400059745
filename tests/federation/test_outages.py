"""The other place is away, or dies in the middle: nothing is lost, nothing is doubled, and the page says why it waits (N, W)."""

import signal
from collections import Counter

import pytest

from tests.processes import Alliance, wait_until
from tongban.project import walk_case

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

CASES = 10
ONCE = ("submitted", "received", "offered", "taken_over", "accepted", "approved", "effective", "closed")


def test_a_case_waits_for_a_place_that_is_away(alliance: Alliance) -> None:
    alliance.stop("linyi")
    visitor, case_id = alliance.hand_in(alliance.newcomer())
    with visitor:
        page = walk_case.wait_for(
            lambda: visitor.open(f"/cases/{case_id}"), lambda page: "暂时连不上临邑县" in page.text, seconds=60
        )
        page.require(text="收件时间有效").require(text="您不用重新提交")
        alliance.start("linyi")
        alliance.wait_until_ready("linyi")
        walk_case.wait_until_effective(visitor, case_id, seconds=60)
        page = visitor.open("/cases").require()
        assert page.html.count(f"/cases/{case_id}") == 1
        assert [link for link in page.links.values() if "/cases/" in link] == [
            f"{alliance.sites['jiyang'].url}/cases/{case_id}"
        ]
    require_whole(alliance, [case_id])


def test_ten_cases_outlive_two_kills_in_the_middle(alliance: Alliance) -> None:
    """One applicant hands in ten times. The node dies while cases are with it, and again while it catches up."""
    visitor, first = alliance.hand_in(alliance.newcomer())
    with visitor:
        cases = [first, *(alliance.apply(visitor) for _ in range(CASES // 2 - 1))]
        alliance.wait_for_kind("linyi", cases[1], "taken_over")
        kill(alliance)
        cases += [alliance.apply(visitor) for _ in range(CASES // 2)]
        alliance.start("linyi")
        alliance.wait_for_kind("linyi", cases[-1], "submitted")
        kill(alliance)
        alliance.start("linyi")
        alliance.wait_until_ready("linyi")
        wait_until(lambda: all_closed(alliance, cases), seconds=150, what="the end of all ten cases")
    require_whole(alliance, cases)


def kill(alliance: Alliance) -> None:
    alliance.stop("linyi", "worker", number=signal.SIGKILL)
    alliance.stop("linyi", "serve", number=signal.SIGKILL)


def all_closed(alliance: Alliance, cases: list[str]) -> bool:
    return all("closed" in alliance.sites[place].kinds(case) for case in cases for place in ("jiyang", "linyi"))


def require_whole(alliance: Alliance, cases: list[str]) -> None:
    """Both copies are the same, each step happened once, and each case is on the platform's record once."""
    linyi = alliance.sites["linyi"]
    wait_until(lambda: all_closed(alliance, cases), seconds=60, what="both copies closed")
    for case in cases:
        alliance.wait_for_equal_copies(case)
        kinds = Counter(linyi.kinds(case))
        assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert set(cases) <= set(alliance.filings())
    references = [alliance.filings()[case]["reference"] for case in cases]
    assert len(set(references)) == len(cases)
    acknowledged = linyi.ask(
        "SELECT count(*) FROM cases_case WHERE case_id = ANY(%s::uuid[]) AND region = '371424'", cases
    )
    assert acknowledged == [(len(cases),)]
