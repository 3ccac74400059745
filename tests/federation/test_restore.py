"""临邑's database goes back to an older copy of itself: the node notices, asks, and goes on; nothing is lost or done twice (R1, R15, R16, I14)."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.processes import Alliance, Site, wait_until
from tongban.project import walk_case

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(420)]

ONCE = ("submitted", "received", "offered", "taken_over", "accepted", "approved", "effective", "closed")
READ_ONLY = "本节点正在恢复，办件暂只能查看"
LIFE = "SELECT inc FROM exchange_incarnation"
"""Other stories of this alliance may have restored the node before."""


@pytest.fixture
def copied(alliance: Alliance, tmp_path: Path) -> Iterator[Path]:
    """临邑's database as it stood while one case had just come in, and was not looked at yet."""
    backup = tmp_path / "pg"
    yield backup
    subprocess.run(["rm", "-rf", str(backup)], check=True)


def test_r1_a_node_on_an_old_copy_of_its_database_recovers_by_itself(alliance: Alliance, copied: Path) -> None:
    """R1, R15, R16, I2, I14: a case in the middle, one that was begun and ended since, and peers that are away at first."""
    linyi = alliance.sites["linyi"]
    alliance.stop("linyi", "worker")
    first, halfway = alliance.hand_in(alliance.newcomer())
    alliance.wait_for_kind("linyi", halfway, "offered")
    copy(linyi, alliance, copied)
    second, forgotten = alliance.hand_in(alliance.newcomer())
    with first, second:
        for visitor, case_id in ((first, halfway), (second, forgotten)):
            walk_case.wait_until_effective(visitor, case_id, seconds=90)
            alliance.wait_for_kind("jiyang", case_id, "closed")
        filed = {case_id: alliance.filings()[case_id] for case_id in (halfway, forgotten)}
        [(life,)] = linyi.ask(LIFE)
        put_back(linyi, alliance, copied)
        require_read_only_while_others_are_away(alliance, halfway)
        wait_until(lambda: has_recovered(linyi), seconds=90, what="the recovery of 临邑")
        for case_id in (halfway, forgotten):
            require_whole(alliance, case_id)
        assert {case_id: alliance.filings()[case_id] for case_id in filed} == filed
        third, fresh = alliance.hand_in(alliance.newcomer())
        with third:
            walk_case.wait_until_effective(third, fresh, seconds=90)
            alliance.wait_for_kind("jiyang", fresh, "closed")
            require_whole(alliance, fresh)
    assert linyi.ask(LIFE) == [(life + 1,)], "one recovery"


def copy(site: Site, alliance: Alliance, backup: Path) -> None:
    alliance.stop(site.name, "serve")
    site.cluster.stop()
    subprocess.run(["cp", "-a", str(site.home / "pg"), str(backup)], check=True)
    alliance.start(site.name)
    alliance.wait_until_ready(site.name)


def put_back(site: Site, alliance: Alliance, backup: Path) -> None:
    alliance.stop(site.name)
    site.cluster.stop()
    subprocess.run(["rm", "-rf", str(site.home / "pg")], check=True)
    subprocess.run(["cp", "-a", str(backup), str(site.home / "pg")], check=True)
    # Whoever was signed in since is so no more.
    for key in [key for key in alliance._desks if key[0] == site.name]:
        alliance._desks.pop(key).client.close()


def require_read_only_while_others_are_away(alliance: Alliance, case_id: str) -> None:
    """Both processes start at once and begin one recovery."""
    alliance.stop("jiyang", "serve")
    alliance.start("linyi")
    alliance.wait_until_ready("linyi")
    alliance.desk("linyi", "acceptance").open("/staff").require(text=READ_ONLY)
    site = alliance.sites["linyi"]
    assert site.ask("SELECT state FROM exchange_casehead WHERE case_id = %s", case_id) == [("recovering",)]
    alliance.start("jiyang", "serve")
    alliance.wait_until_ready("jiyang")


def has_recovered(site: Site) -> bool:
    with suppress(psycopg.OperationalError):
        return site.ask("SELECT recovering_since IS NULL FROM exchange_incarnation") == [(True,)]
    return False


def require_whole(alliance: Alliance, case_id: str) -> None:
    """Both hold the same chain, in which everything happened once; no fork is on record."""
    jiyang, linyi = alliance.sites["jiyang"], alliance.sites["linyi"]
    alliance.wait_for_equal_copies(case_id)
    happened = Counter(linyi.kinds(case_id))
    assert {kind: happened[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    for site in (jiyang, linyi):
        assert site.ask("SELECT count(*) FROM exchange_forkevidence WHERE case_id = %s", case_id) == [(0,)]
        (state,) = site.ask("SELECT state, parked, folded = seq FROM exchange_casehead WHERE case_id = %s", case_id)
        assert state[1:] == ("", True) and state[0] in {"held", "foreign"}
