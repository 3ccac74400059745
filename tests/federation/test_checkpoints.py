"""R20, R2: a whole machine is set back, seal and all, and nothing on it knows. The witnesses of its log do."""

import json
import shutil
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tests.processes import Alliance, Site, passable_directory, wait_until
from tests.project.test_cli import run
from tongban.project import walk_case

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(420)]


def whole_case(alliance: Alliance) -> str:
    visitor, case_id = alliance.hand_in(alliance.newcomer())
    with visitor:
        walk_case.wait_until_effective(visitor, case_id, seconds=90)
        for place in ("jiyang", "linyi"):
            alliance.wait_for_kind(place, case_id, "closed")
    return case_id


def tongban(site: Site, *words: object) -> str:
    """What the command says; it must end with 0."""
    done = run(*words, "--home", site.home)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def set_back(alliance: Alliance, site: Site, backup: Path) -> None:
    """With a seal that fits, as on a machine whose disks were set back together."""
    alliance.stop(site.name)
    site.cluster.stop()
    tongban(site, "node", "restore", "--from", backup)
    with site.cluster.start():
        site.ask("UPDATE exchange_incarnation SET seal = 'of last week' RETURNING 1")
    (site.home / "seal.json").write_text(json.dumps({"seals": ["of last week"]}))
    for key in [key for key in alliance._desks if key[0] == site.name]:
        alliance._desks.pop(key).client.close()


def has_recovered(site: Site) -> bool:
    with suppress(psycopg.OperationalError):
        return site.ask("SELECT recovering_since IS NULL FROM exchange_incarnation") == [(True,)]
    return False


def test_r20_a_machine_that_was_set_back_is_told_by_the_witnesses_of_its_log(alliance: Alliance) -> None:
    linyi = alliance.sites["linyi"]
    with passable_directory() as place:
        whole_case(alliance)
        tongban(linyi, "checkpoint", "make")
        tongban(linyi, "node", "backup", "--to", place / "backup")
        forgotten = whole_case(alliance)
        tongban(linyi, "checkpoint", "make")
        [(life,)] = linyi.ask("SELECT inc FROM exchange_incarnation")
        set_back(alliance, linyi, place / "backup")
        assert "通过验证" in tongban(linyi, "verify", "--all"), "nothing of what is here is wrong"
        compared = run("checkpoint", "compare", "--home", linyi.home)
        assert compared.returncode == 1
        assert "lost" in compared.stdout
        alliance.start("linyi")
        alliance.wait_until_ready("linyi")
        wait_until(lambda: has_recovered(linyi), seconds=200, what="the recovery of 临邑")
        assert "closed" in linyi.kinds(forgotten)
        tongban(linyi, "verify", "--all")
        assert f"  {life + 1}/1 " in tongban(linyi, "checkpoint", "make")
        assert run("checkpoint", "list", "--home", linyi.home).returncode == 1, "the evidence stays"
        for old in linyi.home.glob("before-restore-*"):
            shutil.rmtree(old)
