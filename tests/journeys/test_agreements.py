"""An agreement on real nodes, in the browser: drafted at 济阳, signed at 临邑 and 惠民, in force everywhere, amended, ended.

About items of its own, so that no other story moves along it; for the time of its second version also about a real one, so that a
case is seen to move along it.
"""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Locator

from tests.cast import JIYANG, LINYI
from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance, Site, wait_until
from tongban.kernel import envelopes

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(400)]

FIRST, SECOND = "132099000001", "132099000002"
"""Of no service: only the clauses are asked about."""
REAL_ITEM = "132036024004"
"""Filing for treatment elsewhere (异地就医备案): the alliance's own agreement covers it too, so the higher version wins and then ends."""
MEMBERS = ("济阳区", "临邑县", "惠民县")


def test_from_the_draft_to_the_end(alliance: Alliance, browser: Browser) -> None:
    with journey(
        browser, "agreement-draft", PHONE, also_wide=True, signed_in=alliance.desk("jiyang", "liaison")
    ) as walk:
        draft = write_it(walk, alliance)
    assert not covered(alliance, "linyi", FIRST)
    signed_by_all(browser, alliance, draft, "first")
    for place in alliance.sites:
        wait_until(lambda place=place: covered(alliance, place, FIRST), what=f"the agreement at {place}")
    assert not covered(alliance, "linyi", SECOND)
    with journey(
        browser, "agreement-amend", PHONE, also_wide=True, signed_in=alliance.desk("jiyang", "liaison")
    ) as walk:
        second = amend(walk, alliance)
    signed_by_all(browser, alliance, second, "second")
    wait_until(
        lambda: covered(alliance, "huimin", SECOND) and covered(alliance, "linyi", SECOND), what="the second batch"
    )
    assert covered(alliance, "jiyang", FIRST)
    case_id = move_a_case(alliance)
    assert clauses_of(alliance, case_id) == {("三地旅行协议", 2, "第二条")}
    with journey(browser, "agreement-end", PHONE, also_wide=True, signed_in=alliance.desk("jiyang", "liaison")) as walk:
        third = end(walk, alliance)
    signed_by_all(browser, alliance, third, "third")
    tomorrow = (alliance.today + timedelta(days=1)).isoformat()
    for place in alliance.sites:
        wait_until(lambda place=place: not covered(alliance, place, FIRST, on=tomorrow), what=f"the end at {place}")
        assert covered(alliance, place, FIRST)
    assert "三地旅行协议" not in {name for name, _, _ in clauses_of(alliance, move_a_case(alliance))}


def move_a_case(alliance: Alliance) -> str:
    """Handed in at 济阳, taken over at 临邑."""
    visitor, case_id = alliance.hand_in(alliance.newcomer())
    with visitor:
        alliance.wait_for_kind("linyi", case_id, "taken_over")
    return case_id


def clauses_of(alliance: Alliance, case_id: str) -> set[tuple[str, int, str]]:
    """Of every event that goes along one, as 临邑 holds it: name of the agreement, version, article."""
    linyi = alliance.sites["linyi"]
    payloads = [envelopes.read(raw, type=envelopes.EVENT).claims() for raw in linyi.chain(case_id)]
    named = [one["clause"] for one in payloads if one.get("clause")]
    return {(name_of(linyi, one["agreement"]), one["version"], one["article"]) for one in named}


def name_of(site: Site, agreement: str) -> str:
    held = site.ask("SELECT raw FROM alliance_agreementversion WHERE agreement = %s ORDER BY version", agreement)
    return str(envelopes.read(bytes(held[-1][0]), type=envelopes.AGREEMENT).claims()["name"]["zh"])


def write_it(walk: Walk, alliance: Alliance) -> str:
    walk.open(f"{alliance.sites['jiyang'].url}/staff/agreements")
    walk.look("list", heading="通办协议")
    walk.press("起草新协议")
    walk.look("empty", heading="未命名的协议")
    walk.type("名称（中文）", "三地旅行协议")
    walk.type("名称（英文）", "Agreement of the journey")
    walk.page.get_by_label("生效日期").fill(alliance.today.isoformat())
    save(walk, "head")
    unfold(walk, "members")
    for name in MEMBERS:
        walk.page.locator("#m-members-" + CODES[name]).check()
    save(walk, "members")
    put_batch(walk, "1", FIRST)
    put_article(walk, "第一条", "1", ("*",), "*", "*")
    walk.look("written", heading="三地旅行协议")
    walk.sees("内容完整")
    return walk.page.url.partition("#")[0]


CODES = {"济阳区": JIYANG, "临邑县": LINYI, "惠民县": "371621"}


def save(walk: Walk, part: str) -> None:
    with walk.page.expect_navigation():
        form = walk.page.locator(f'form:has(input[name="part"][value="{part}"])').last
        form.locator('button[value="save"]').click()


def put_batch(walk: Walk, number: str, code: str) -> None:
    unfold(walk, "batches")
    row = walk.page.locator('details.more:has(form input[name="part"][value="batches"])').last
    if row.get_attribute("open") is None:
        row.locator("summary").click()
    for name, value in (
        ("number", number),
        ("name_zh", f"第{number}批"),
        ("name_en", f"Batch {number}"),
        ("codes", code),
    ):
        row.locator(f'[name="{name}"]').fill(value)
    save(walk, "batches")


def put_article(walk: Walk, number: str, batch: str, modes: tuple[str, ...], receiving: str, deciding: str) -> None:
    row = last_article(walk)
    row.locator('[name="number"]').fill(number)
    row.locator(f'[name="batches"][value="{batch}"]').check()
    for name, values in (("modes", modes), ("receiving", (receiving,)), ("deciding", (deciding,))):
        for value in values:
            row.locator(f'[name="{name}"][value="{value}"]').check()
    with walk.page.expect_navigation():
        row.locator('button[value="save"]').click()


def last_article(walk: Walk, *, back: int = 0) -> Locator:
    """The empty row, or one that stands before it."""
    unfold(walk, "articles")
    rows = walk.page.locator('details.more:has(form input[name="part"][value="articles"])')
    row = rows.nth(rows.count() - 1 - back)
    if row.get_attribute("open") is None:
        row.locator("summary").click()
    return row


def unfold(walk: Walk, part: str) -> None:
    box = walk.page.locator(f"details#{part}")
    if box.get_attribute("open") is None:
        box.locator("> summary").click()


def signed_by_all(browser: Browser, alliance: Alliance, draft: str, name: str) -> None:
    with journey(
        browser, f"agreement-{name}-sign", PHONE, also_wide=True, signed_in=alliance.desk("jiyang", "chief")
    ) as walk:
        walk.open(draft)
        walk.look("preview")
        walk.press("签署并送出")
        walk.look("sent")
        address = walk.page.url.removeprefix(alliance.sites["jiyang"].url)
    for place in ("linyi", "huimin"):
        with journey(
            browser, f"agreement-{name}-{place}", PHONE, also_wide=True, signed_in=alliance.desk(place, "chief")
        ) as walk:
            walk.open(f"{alliance.sites[place].url}/staff/agreements")
            walk.wait_for("等待本地区签署")
            walk.open(alliance.sites[place].url + address)
            walk.look("round")
            walk.press("签署")
            walk.sees("本地区由")


def amend(walk: Walk, alliance: Alliance) -> str:
    next_version(walk, alliance)
    walk.page.get_by_label("生效日期").fill(alliance.today.isoformat())
    save(walk, "head")
    put_batch(walk, "2", f"{SECOND}\n{REAL_ITEM}")
    put_article(walk, "第二条", "2", ("collect", "online"), JIYANG, LINYI)
    walk.look("amended")
    walk.sees("内容完整")
    return walk.page.url.partition("#")[0]


def end(walk: Walk, alliance: Alliance) -> str:
    next_version(walk, alliance)
    for label in ("生效日期", "终止日期（可不填）"):
        walk.page.get_by_label(label).fill(alliance.today.isoformat())
    save(walk, "head")
    row = last_article(walk, back=1)
    with walk.page.expect_navigation():
        row.locator('button[value="remove"]').click()
    walk.sees("内容完整")
    return walk.page.url.partition("#")[0]


def next_version(walk: Walk, alliance: Alliance) -> None:
    walk.open(f"{alliance.sites['jiyang'].url}/staff/agreements")
    walk.follow("三地旅行协议")
    walk.look("one")
    walk.press("起草新版本")


def covered(alliance: Alliance, place: str, item: str, *, on: str = "") -> bool:
    """As the desk of that place is told."""
    wanted = {"item": item, "mode": "collect", "receiving": JIYANG, "deciding": LINYI, "on": on}
    page = alliance.desk(place, "liaison").open(f"/staff/agreements/clauses?{urlencode(wanted)}").require()
    return "适用这一条" in page.text
