"""临邑 changes its keys while cases flow: nothing is refused, nobody is restarted, the others hear of the list by themselves (X3, R19)."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.processes import Alliance, environment, wait_until
from tongban.kernel import envelopes
from tongban.project import walk_case
from tongban.project.demo_alliance import ROOTS, THRESHOLD

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]


def test_keys_change_under_load(alliance: Alliance, tmp_path: Path) -> None:
    """X3: event and request key at once, used before anybody else has the list that names them."""
    visitor, before = alliance.hand_in(alliance.newcomer())
    with visitor:
        new = new_key(alliance, "event"), new_key(alliance, "request")
        version = publish_list(alliance, tmp_path)
        cases = [before, *(alliance.apply(visitor) for _ in range(3))]
        for case_id in cases:
            walk_case.wait_until_effective(visitor, case_id, seconds=90)
    last = alliance.sites["linyi"].chain(cases[-1])[-1]
    assert envelopes.read(last, type=envelopes.EVENT).key_id == new[0]
    for case_id in cases:
        wait_until(partial(same_copies, alliance, case_id), what="both copies the same")
    for site in alliance.sites.values():
        assert site.ask(
            "SELECT count(*) FROM exchange_outbox WHERE rejected_at IS NOT NULL AND case_id = ANY(%s::uuid[])", cases
        ) == [(0,)]
        assert site.ask(
            "SELECT count(*) FROM exchange_receipt WHERE stage = 'REJECTED' AND case_id = ANY(%s::uuid[])", cases
        ) == [(0,)]
    wait_until(lambda: newest(alliance, "jiyang") == version, what="the new list at 济阳")
    # 惠民, whom no case concerns, would ask in some minutes.
    run("alliance", "list-import", "--home", alliance.sites["huimin"].home, alliance.papers.members)


def same_copies(alliance: Alliance, case_id: str) -> bool:
    return alliance.sites["jiyang"].chain(case_id) == alliance.sites["linyi"].chain(case_id)


def newest(alliance: Alliance, place: str) -> int:
    ((version,),) = alliance.sites[place].ask("SELECT max(version) FROM alliance_memberlistversion")
    return int(version)


def new_key(alliance: Alliance, purpose: str) -> str:
    said = run("node", "key-new", "--home", alliance.sites["linyi"].home, "--purpose", purpose)
    return str(json.loads(said)["id"])


def publish_list(alliance: Alliance, directory: Path) -> int:
    """As the alliance's office does it; only 临邑 is given the file."""
    papers, shown = alliance.papers, directory / "linyi.json"
    shown.write_text(run("node", "public", "--home", alliance.sites["linyi"].home))
    draft, signed = directory / "draft.json", directory / "signed.json"
    run(
        "alliance", "list-draft", "--trust", papers.trust, "--follows", papers.members, "--node", shown,
        "--lead-minutes", 0, "--days", 365, "--out", draft,
    )  # fmt: skip
    keys = [part for name in ROOTS[:THRESHOLD] for part in ("--key", papers.root(name))]
    run("alliance", "list-sign", draft, *keys, "--out", signed)
    version = int(json.loads(draft.read_text())["version"])
    run("alliance", "list-import", "--home", alliance.sites["linyi"].home, signed)
    papers.members.write_bytes(signed.read_bytes())
    (papers.lists / f"{version}.json").write_bytes(signed.read_bytes())
    lists = [part for path in sorted(papers.lists.iterdir()) for part in ("--list", path)]
    run("alliance", "members", "--trust", papers.trust, *lists, "--out", papers.record_trust)
    return version


def run(*words: object) -> str:
    command = [sys.executable, "-m", "tongban.project.cli", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout
