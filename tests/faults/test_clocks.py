"""临邑's clock is wrong: what it says is put off and never rejected, everybody sees by how much it is off, and it all goes on afterwards (T1)."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import Alliance, Site, environment, wait_until
from tongban.project import walk_case

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(420),
    pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed (package faketime)"),
]  # fmt: skip

PATIENCE = 120.0
SKEW = "SELECT skew_ms FROM exchange_peer WHERE node = '371424-1'"
REFUSED = "SELECT last_error FROM exchange_outbox WHERE case_id = %s AND delivered_at IS NULL"
REJECTED = "SELECT case_id FROM exchange_outbox WHERE rejected_at IS NOT NULL"
IN_ORDER = "SELECT array_agg(seq ORDER BY seq), array_agg(kind ORDER BY seq) FROM exchange_event WHERE case_id = %s AND region = %s"


@pytest.fixture(params=[600, -86400], ids=["ten-minutes-fast", "a-day-slow"])
def wrong(alliance: Alliance, request: pytest.FixtureRequest) -> Iterator[int]:
    """By so many seconds. Right again afterwards, whatever happened."""
    yield request.param
    set_clock(alliance, 0)


def set_clock(alliance: Alliance, seconds: int) -> None:
    """Of 临邑's processes; the monotonic clock and the database server's stay as they are."""
    site = alliance.sites["linyi"]
    alliance.stop("linyi", *site.running)
    if seconds:
        start_with_wrong_clock(alliance, site, seconds)
    else:
        alliance.start("linyi")
    alliance.wait_until_ready("linyi")


def start_with_wrong_clock(alliance: Alliance, site: Site, seconds: int) -> None:
    fake = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": f"{seconds:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    for process, more in (("serve", ["--port", site.behind]), ("worker", [])):
        site.running[process] = alliance.children.start(
            f"{site.name} {process}", "tests.faults.skewed",
            ["tongban.project.cli", "node", process, "--home", site.home, "--quiet", *more],
            env=alliance._environment(**alliance._addresses, **fake), log=site.home / "log" / f"{process}.out",
        )  # fmt: skip


def test_t1_a_node_with_a_wrong_clock_is_put_off_and_goes_on_when_it_is_right(alliance: Alliance, wrong: int) -> None:
    """T1: one case on its way to the node, one that the node itself moves on meanwhile."""
    there = at_the_desk(alliance)
    set_clock(alliance, wrong)
    visitor, coming = alliance.hand_in(alliance.newcomer())
    visitor.client.close()
    jiyang = alliance.sites["jiyang"]
    wait_until(
        lambda: any(row[0].startswith("unreachable: status ") for row in jiyang.ask(REFUSED, coming)), what="a refusal"
    )
    wait_until(lambda: is_seen(alliance, wrong), what="a clock that is known to be off")
    (told,) = re.findall(r"^371424-1 .*; clock ([+-]\d+) ms", command(alliance, "jiyang", "peers"), re.MULTILINE)
    assert round(int(told) / 60_000) == wrong // 60
    if wrong > 0:
        # The member list of this alliance is younger than a day: before it began the node may do nothing at all.
        say(alliance, there)
        assert "message" not in jiyang.kinds(there)
    set_clock(alliance, 0)
    walk_case.approve(alliance.desk("linyi", "examiner"), there, seconds=PATIENCE)
    for case_id in (there, coming):
        require_whole(alliance, case_id)
    assert wrong < 0 or "message" in jiyang.kinds(there)
    wait_until(lambda: is_seen(alliance, 0), seconds=PATIENCE, what="a clock that is known to be right")


def at_the_desk(alliance: Alliance) -> str:
    visitor, case_id = alliance.hand_in(alliance.newcomer(), walk_case.referral_story(alliance.today))
    visitor.client.close()
    alliance.wait_for_kind("jiyang", case_id, "assessed")
    alliance.desk("linyi", "examiner").open("/staff").require()
    return case_id


def say(alliance: Alliance, case_id: str) -> None:
    """What needs no fresh code: none of today is fresh for a clock that is fast."""
    desk = alliance.desk("linyi", "examiner")
    walk_case.act(desk, f"/staff/cases/{case_id}", action="/message", values={"text": "请稍候"})
    assert "message" in alliance.sites["linyi"].kinds(case_id)


def is_seen(alliance: Alliance, seconds: int) -> bool:
    """By 济阳, give or take the way."""
    (skew,) = alliance.sites["jiyang"].ask(SKEW)[0]
    return skew is not None and abs(skew / 1000 - seconds) < 10


def require_whole(alliance: Alliance, case_id: str) -> None:
    """Equal, closed, in order, and nothing was rejected for good."""
    for place in ("jiyang", "linyi"):
        alliance.wait_for_kind(place, case_id, "closed", seconds=PATIENCE)
        assert alliance.sites[place].ask(REJECTED) == []
    linyi = alliance.sites["linyi"]
    alliance.wait_for_equal_copies(case_id)
    ((seqs, kinds),) = linyi.ask(IN_ORDER, case_id, "371424")
    assert seqs == list(range(1, len(seqs) + 1))
    assert kinds[0].startswith("cases.submitted") and kinds[-1].startswith("cases.closed")


def command(alliance: Alliance, place: str, *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tongban.project.cli", *words, "--home", str(alliance.sites[place].home)],
        capture_output=True, text=True, env=environment(TONGBAN_MODE="demo"), check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
