"""The record verified in a browser without a network: the same verdict as the command gives, for sound records and for broken ones."""

import base64
import random
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect, sync_playwright

from tests.cast import JIYANG, citizen
from tests.verifier.test_second_opinion import FROZEN, ISSUED
from tongban.alliance.tests.factories import TRUST
from tongban.cases import queries
from tongban.cases.events import CaseClosed
from tongban.cases.record import RecordFaulty, read_members, verify_record, write_record
from tongban.cases.tests.factories import CASE, CLAUSE, SUBMITTED, sign_chain, whole_case
from tongban.cases.tests.test_record import make_trust_file
from tongban.cases.tests.zone import Zone
from tongban.cases.writing import Step
from tongban.kernel.events import Baton, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.web.citizen.verify import trust_file

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
ADDRESS = "http://verify.localhost"
VERDICT = """async ({record, trust, states}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const lists = await readTrust(bytes(trust));
  const told = [];
  for (const each of record) {
    try { const found = await verifyRecord(bytes(each), lists, JSON.parse(states)); told.push([found.state, found.events.length]); }
    catch (error) { told.push(error instanceof Faulty ? error.message : `a bug: ${error}`); }
  }
  return told;
}"""


@pytest.fixture
def zone(node: Node, linyi: Node, huimin: Node, at: Any) -> Zone:
    return Zone(node, linyi, huimin, at).found()


@pytest.fixture
def exported(zone: Zone) -> bytes:
    """Mr Luo's record of a case on its way, with receipts of 临邑 and what he stated."""
    case_id = zone.taken_over()
    zone.network.settle(zone.at)
    with scope([JIYANG]):
        return queries.export_record(node=zone.jiyang, region=JIYANG, case_id=case_id, by=citizen(), at=zone.at)


@pytest.fixture
def answers(zone: Zone) -> dict[str, Any]:
    """The page and its script as the site gives them, asked for before the browser starts."""
    return {
        path: Client().get(path)
        for path in ("/verify", "/static/proof.js", "/static/verify.js", "/static/tongban.css", "/static/tongban.js")
    }


def open_page(answers: dict[str, Any]) -> Iterator[Page]:
    """Loaded once, then offline; whatever the page still asked for would fail."""
    kept = {path: (b"".join(answer), dict(answer.headers)) for path, answer in answers.items()}

    def fulfil(route: Route) -> None:
        body, headers = kept.get(route.request.url.removeprefix(ADDRESS), (b"", {}))
        route.fulfill(status=200 if body else 404, body=body, headers=headers)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", fulfil)
        page.goto(f"{ADDRESS}/verify")
        page.unroute_all()
        page.context.set_offline(True)
        yield page
        browser.close()


def verdicts(page: Page, records: list[bytes], trust: bytes) -> list[Any]:
    states = page.evaluate("document.querySelector('template[data-states]').content.textContent")
    coded = [base64.b64encode(record).decode() for record in records]
    told: list[Any] = page.evaluate(
        VERDICT, {"record": coded, "trust": base64.b64encode(trust).decode(), "states": states}
    )
    return told


def test_it_says_what_the_command_says(
    zone: Zone, exported: bytes, answers: dict[str, Any], tmp_path: Path, node: Node, linyi: Node, huimin: Node
) -> None:
    own = trust_file()
    verified = verify_record(exported, members=read_members(own))
    assert verified.receipts and verified.openings
    (tmp_path / "luo.tbrec").write_bytes(exported)
    (tmp_path / "cut.tbrec").write_bytes(exported[:-9])
    trust, broken = make_trust_file([node, linyi], zone.at), broken_records(node, linyi, huimin, zone.at)
    flips = flipped(exported, 120)
    for page in open_page(answers):
        choose(page, tmp_path / "luo.tbrec")
        expect(page.locator("[data-verdict]")).to_contain_text("验证通过")
        expect(page.locator("[data-verdict]")).to_contain_text(f"({verified.state})")
        expect(page.locator("[data-anchor] li")).to_have_count(len(TRUST.roots))
        choose(page, tmp_path / "cut.tbrec")
        expect(page.locator("[data-verdict]")).to_contain_text("验证未通过")
        assert verdicts(page, [broken.pop("sound")], trust) == [["closed", 9]]
        told = dict(zip(broken, verdicts(page, list(broken.values()), trust), strict=True))
        assert [told[name][:5] for name in ("gap", "stranger", "opening", "definition", "seal", "step")] == [
            "第5条记录", "第1条记录", "第1处内容", "事项定义：", "文件签名：", "第2条记录",
        ]  # fmt: skip
        assert all(isinstance(verdict, str) and "bug" not in verdict for verdict in verdicts(page, flips, own))
        for frozen in (FROZEN, ISSUED):
            kept = (frozen[0].parents[1] / "trust.json").read_bytes()
            told_frozen = verdicts(page, [path.read_bytes() for path in frozen], kept)
            assert not [verdict for verdict in told_frozen if "bug" in verdict]
            refused = {path.stem for path, verdict in zip(frozen, told_frozen, strict=True) if isinstance(verdict, str)}
            assert refused == {path.stem for path in frozen if path.stem.startswith("broken-")}


def choose(page: Page, record: Path) -> None:
    page.set_input_files("#record", record)
    page.get_by_role("button", name="验证", exact=True).click()


def flipped(record: bytes, count: int) -> list[bytes]:
    """One bit turned in each; the command refuses them too (`test_record.py` tries many more)."""
    chance = random.Random(7)
    places = [(chance.randrange(len(record)), chance.randrange(8)) for _ in range(count)]
    return [record[:at] + bytes([record[at] ^ (1 << bit)]) + record[at + 1 :] for at, bit in places]


def broken_records(jiyang: Node, linyi: Node, huimin: Node, at: Any) -> dict[str, bytes]:
    events = whole_case(jiyang, linyi, at)
    chain, ref = [event.envelope for event in events], events[0].payload.sealed[0]
    other = {"cipher": ref.cipher, "name": ref.name, "plaintext": bytes(40)}
    strange = [event.envelope for event in whole_case(huimin, linyi, at)]
    return {
        "sound": write(jiyang, chain),
        "gap": write(jiyang, [*chain[:4], *chain[5:]]),
        "stranger": write(jiyang, strange),
        "opening": write(jiyang, chain, [other]),
        "definition": write(jiyang, chain, definitions=[b'{"a":1}']),
        "seal": write(huimin, chain),
        "step": write(jiyang, [event.envelope for event in skipped(jiyang, at)]),
    }


def skipped(node: Node, at: Any) -> list[StoredEvent]:
    """In order and signed, but closed before it was received."""
    first = Step(SUBMITTED, baton=Baton("open"), clause=CLAUSE, audience=(JIYANG,))
    return sign_chain([(node, first), (node, Step(CaseClosed(), audience=(JIYANG,)))], at)


def write(node: Node, events: list[bytes], openings: Sequence[Any] = (), definitions: Sequence[bytes] = ()) -> bytes:
    return write_record(
        node=node, region=JIYANG, case_id=CASE, events=events, receipts=[], openings=openings, definitions=definitions
    )


def test_the_page_brings_lists_and_table_but_never_runs_them(zone: Zone) -> None:
    page = Client().get("/verify").content.decode()
    assert page.count("<script") == page.count("<script src=") and "data-trust" in page
    assert read_members(trust_file()).trust.threshold == TRUST.threshold


def test_the_command_refuses_the_same(zone: Zone, node: Node, linyi: Node, huimin: Node) -> None:
    members = read_members(make_trust_file([node, linyi], zone.at))
    broken = broken_records(node, linyi, huimin, zone.at)
    assert verify_record(broken.pop("sound"), members=members).state == "closed"
    for record in broken.values():
        with pytest.raises(RecordFaulty):
            verify_record(record, members=members)
