"""An agreement on real nodes, in the browser: drafted at 济阳, signed at 临邑 and 惠民, in force everywhere, amended, ended.

About items of its own, so that no other story moves along it.
"""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from tests.cast import JIYANG, LINYI
from tests.journeys.walking import PHONE, Walk, journey
from tests.processes import Alliance, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(400)]

FIRST, SECOND = "132099000001", "132099000002"
"""Of no service: only the clauses are asked about."""
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
    with journey(browser, "agreement-end", PHONE, also_wide=True, signed_in=alliance.desk("jiyang", "liaison")) as walk:
        third = end(walk, alliance)
    signed_by_all(browser, alliance, third, "third")
    tomorrow = (alliance.today + timedelta(days=1)).isoformat()
    for place in alliance.sites:
        wait_until(lambda place=place: not covered(alliance, place, FIRST, on=tomorrow), what=f"the end at {place}")
        assert covered(alliance, place, FIRST)


def write_it(walk: Walk, alliance: Alliance) -> str:
    walk.open(f"{alliance.sites['jiyang'].url}/staff/agreements")
    walk.look("list", heading="通办协议")
    walk.press("起草新协议")
    walk.look("empty", heading="未命名的协议")
    walk.type("名称（中文）", "三地旅行协议")
    walk.type("名称（英文）", "Agreement of the journey")
    walk.page.get_by_label("生效日期").fill(alliance.today.isoformat())
    save(walk, "head")
    for name in MEMBERS:
        walk.page.locator("#m-members-" + CODES[name]).check()
    save(walk, "members")
    put_batch(walk, "1", FIRST)
    put_article(walk, "1")
    walk.look("written", heading="三地旅行协议")
    walk.sees("内容完整")
    return walk.page.url.partition("#")[0]


CODES = {"济阳区": JIYANG, "临邑县": LINYI, "惠民县": "371621"}


def save(walk: Walk, part: str) -> None:
    with walk.page.expect_navigation():
        form = walk.page.locator(f'form:has(input[name="part"][value="{part}"])').last
        form.locator('button[value="save"]').click()


def put_batch(walk: Walk, number: str, code: str) -> None:
    row = walk.page.locator('details:has(form input[name="part"][value="batches"])').last
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


def put_article(walk: Walk, *batches: str) -> None:
    rows = walk.page.locator('details:has(form input[name="part"][value="articles"])')
    row = rows.first
    if row.get_attribute("open") is None:
        row.locator("summary").click()
    row.locator('[name="number"]').fill("第一条")
    for batch in batches:
        row.locator(f'[name="batches"][value="{batch}"]').check()
    for name in ("modes", "receiving", "deciding"):
        row.locator(f'[name="{name}"][value="*"]').check()
    with walk.page.expect_navigation():
        row.locator('button[value="save"]').click()


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
    put_batch(walk, "2", SECOND)
    put_article(walk, "1", "2")
    walk.look("amended")
    walk.sees("内容完整")
    return walk.page.url.partition("#")[0]


def end(walk: Walk, alliance: Alliance) -> str:
    next_version(walk, alliance)
    for label in ("生效日期", "终止日期（可不填）"):
        walk.page.get_by_label(label).fill(alliance.today.isoformat())
    save(walk, "head")
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
