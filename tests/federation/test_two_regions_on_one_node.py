"""One node hosts both places: they exchange as if they were apart, under the same agreement, and each keeps a copy of its own.

The node is set up with the commands that an operator uses.
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml

from tests.processes import Alliance, Site, environment, running, wait_until
from tongban.project import walk_case
from tongban.project.demo_alliance import ITEM

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(240)]

JIYANG, LINYI = "370115", "371424"
ISSUED_LATER = {"paper_issued", "licence_issued", "licence_changed", "document_sealed"}
AGREEMENT = {
    "id": "neighbours", "version": 1, "alliance": "town", "name": {"zh": "两地合作协议", "en": "Agreement"},
    "members": [JIYANG, LINYI],
    "articles": [
        {"number": "第一条", "items": ["*"], "modes": ["online"], "receiving": [JIYANG], "deciding": [LINYI], "response_days": 1}
    ],
    "valid_from": "2026-10-01", "valid_until": None, "liaison": {},
}  # fmt: skip


class Town(Alliance):
    """One node with two regions, and no agreement yet."""

    @property
    def site(self) -> Site:
        return self.sites["town"]

    def prepare(self) -> None:
        site, papers = self.add_site("town"), self.directory
        self.command("alliance root-new --name root --out", papers / "root.json")
        self.command(
            "alliance trust --alliance town --threshold 1 --root", papers / "root.json", "--out", papers / "trust.json"
        )
        known = ["--id", "town-1", "--regions", f"{JIYANG},{LINYI}", "--url", site.url, "--alliance", "town"]
        self.command("node init --demo --home", site.home, *known, "--trust", papers / "trust.json")
        (papers / "public.json").write_text(self.command("node public --home", site.home))
        draft, members = papers / "draft.json", papers / "members.json"
        trust = ["--trust", papers / "trust.json"]
        self.command("alliance list-draft --node", papers / "public.json", *trust, "--out", draft)
        self.command("alliance list-sign", draft, "--key", papers / "root.json", "--out", members)
        self.command("alliance list-import --home", site.home, members)
        for region in (JIYANG, LINYI):
            self.command("catalogue publish --home", site.home, ITEM, "--region", region)

    def agree(self) -> None:
        source, draft, signed = (self.directory / name for name in ("agreement.yaml", "agreement", "agreement.signed"))
        source.write_text(yaml.safe_dump(AGREEMENT, allow_unicode=True))
        self.command("alliance agreement-draft", source, "--out", draft)
        self.command("alliance agreement-sign --home", self.site.home, draft, "--out", signed)
        self.command("alliance agreement-import --home", self.site.home, signed)

    def command(self, words: str, *more: object) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "tongban.project.cli", *words.split(), *map(str, more)],
            capture_output=True, text=True, env=environment(TONGBAN_MODE="demo"),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    with running(Town) as town:
        yield town


def test_two_regions_of_one_node_need_an_agreement_and_then_exchange_like_any_two(town: Town) -> None:
    with town.visitor("town") as visitor:
        walk_case.sign_in(visitor, town.newcomer())
        with pytest.raises(walk_case.PageDiffers, match="协议"):
            apply(town, visitor)
        assert town.site.ask("SELECT count(*) FROM cases_draft") == [(0,)]
    town.agree()
    with town.visitor("town") as visitor:
        walk_case.sign_in(visitor, town.newcomer())
        case_id = apply(town, visitor)
        walk_case.wait_until_effective(visitor, case_id)
    require_equal_copies(town, case_id)


def apply(town: Town, visitor: walk_case.Visitor) -> str:
    return walk_case.apply(visitor, walk_case.permit_story(town.today), insured=LINYI, here=JIYANG)


def require_equal_copies(town: Town, case_id: str) -> None:
    """Two copies in one database, written one by one: what came through the door came as signed HTTP requests of the node to itself."""
    wait_until(lambda: "closed" in town.site.kinds(case_id), what="the end of the case")
    wait_until(lambda: town.site.chain(case_id, JIYANG) == town.site.chain(case_id, LINYI), what="equal copies")
    # Papers and the licence come when they are printed and signed.
    happened = Counter(kind for kind in town.site.kinds(case_id) if kind not in ISSUED_LATER)
    assert set(happened.values()) == {2}
    assert len(happened) == 10
    assert any(exchange.line.startswith("POST /txp/1/events ") for exchange in town.site.listener.exchanges)
    receipts = town.site.ask("SELECT DISTINCT issuer FROM exchange_receipt WHERE case_id = %s ORDER BY 1", case_id)
    assert receipts == [(JIYANG,), (LINYI,)]
