"""A licence that is trusted without asking its issuer: in the wallet, at a third place, with the network off, by other programs."""

import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, expect
from tongban_verify import licence, members

from tests.journeys.steps import applicant, at_the_desk, on_the_phone, open_case, save_download
from tests.journeys.walking import PHONE, ROOT, Walk, journey
from tests.processes import Alliance, environment, wait_until
from tongban.cases import record
from tongban.kernel.clock import now
from tongban.licences.issuers import Issuers
from tongban.licences.status import read_list
from tongban.licences.verifying import verify_text
from tongban.project import walk_case
from tongban.project.registers.businesses import HOSTS, SERVING, credit_code

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

HOST = HOSTS[4]
"""Theirs alone: other stories share the nodes."""
BUSINESS = credit_code(HOSTS.index(HOST) + 1)
RECEIPT, LICENCE = "异地就医备案凭证", "公共场所卫生许可证"
WITNESSED = "SELECT witnessed_at > issued_at FROM licences_licence WHERE case_id = %s AND witnessed_at IS NOT NULL"
LIST = "SELECT status_list FROM licences_licence WHERE case_id = %s"
MAKE_OLDER = "UPDATE licences_heldstatuslist SET made_at = made_at - interval '1 minute' WHERE list = %s RETURNING list"
"""A list that is younger is not made anew."""


@dataclass(frozen=True)
class Shown:
    """What its holder shows: a photograph of the code, what is read from it, the files that were downloaded."""

    photograph: Path
    code: str
    pdf: Path
    file: Path


def test_a_licence_is_verified_by_anybody_until_it_is_revoked(
    alliance: Alliance, browser: Browser, tmp_path: Path
) -> None:
    with applicant(alliance, alliance.person(HOST)) as visitor:
        story = walk_case.hotel_story(BUSINESS, staff=SERVING)
        case_id = walk_case.apply(visitor, story, insured="371424", here="370115", item=walk_case.HYGIENE)
        wait_for_the_seal(alliance, case_id)
        before = a_minute_later(alliance, case_id, tmp_path / "before.jwt")
        with on_the_phone(browser, "licence-wallet", visitor) as walk:
            shown = look_into_the_wallet(walk, alliance, tmp_path)
            share(walk, browser)
    assert opinions(shown, alliance, before) == ["genuine"] * 2
    poppler_says_valid(shown.pdf)
    with journey(browser, "licence-verify", PHONE, also_wide=True) as anybody:
        verify_online(anybody, alliance, shown)
        verify_offline(anybody, shown)
        revoke(browser, alliance, case_id)
        after = a_minute_later(alliance, case_id, tmp_path / "after.jwt")
        learn_of_it(anybody, alliance, shown)
    assert opinions(shown, alliance, after) == ["revoked"] * 2
    assert opinions(shown, alliance, before, days=2) == ["stale-list"] * 2


def test_the_receipt_of_a_filing_lies_in_the_wallet(alliance: Alliance, browser: Browser, tmp_path: Path) -> None:
    with applicant(alliance) as visitor:
        case_id = alliance.apply(visitor)
        wait_for_the_seal(alliance, case_id)
        a_minute_later(alliance, case_id, tmp_path / "list.jwt")
        with on_the_phone(browser, "receipt-wallet", visitor) as walk:
            open_the_card(walk, alliance, RECEIPT)
            walk.look("receipt", heading=RECEIPT)
            assert "许可" not in walk.text
            walk.follow("亮证")
            walk.look("code")
            _, code = photograph(walk, tmp_path)
    with journey(browser, "receipt-verify", PHONE) as anybody:
        anybody.open(f"{alliance.sites['huimin'].url}/verify/licence")
        verify(anybody, code, "真实有效")
        anybody.look("genuine")


# The holder


def wait_for_the_seal(alliance: Alliance, case_id: str) -> None:
    """Signed, witnessed by another place, then sealed; all of it by processes of their own."""
    alliance.wait_for_kind("linyi", case_id, "licence_issued", seconds=200)
    assert wait_until(lambda: alliance.sites["linyi"].ask(WITNESSED, case_id), what="a witness") == [(True,)]
    alliance.wait_for_kind("jiyang", case_id, "document_sealed", seconds=200)


def a_minute_later(alliance: Alliance, case_id: str, file: Path) -> Path:
    """Every place has asked the others what their licences count for."""
    [(name,)] = alliance.sites["linyi"].ask(LIST, case_id)
    alliance.sites["linyi"].ask(MAKE_OLDER, name)
    return alliance.exchange_status_lists(name, file)


def open_the_card(walk: Walk, alliance: Alliance, name: str) -> None:
    walk.open(f"{alliance.sites['jiyang'].url}/wallet")
    expect(walk.page.locator(".licence .tag")).to_have_text("有效")
    walk.look("wallet", heading="我的证照")
    walk.follow(name)


def look_into_the_wallet(walk: Walk, alliance: Alliance, directory: Path) -> Shown:
    open_the_card(walk, alliance, LICENCE)
    walk.look("licence", heading=LICENCE)
    walk.sees("临邑演示旅店")
    pdf = download(walk, "PDF", directory / "licence.pdf")
    file = download(walk, "证照文件", directory / "licence.tblic")
    walk.page.reload()
    walk.look("licence-downloaded")
    walk.follow("亮证")
    walk.look("code")
    photographed, code = photograph(walk, directory)
    walk.page.go_back()
    return Shown(photographed, code, pdf, file)


def download(walk: Walk, form: str, file: Path) -> Path:
    walk.choose(form)
    walk.page.locator("#reason").fill("留存备查")
    return save_download(walk, walk.page.get_by_role("button", name="下载"), file)


def photograph(walk: Walk, directory: Path) -> tuple[Path, str]:
    """As somebody else's telephone takes it."""
    file = directory / "code.png"
    walk.page.locator(".show-code img").screenshot(path=file)
    (found,) = zxingcpp.read_barcodes(Image.open(file))
    return file, found.text


def share(walk: Walk, browser: Browser) -> None:
    """For one purpose; the recipient opens it, and the holder reads that."""
    walk.follow("出示给别人")
    walk.type("仅用于", "开立账户")
    walk.type("出示给", "临邑演示银行")
    walk.look("share", heading="出示给谁")
    walk.press("同意出示")
    walk.look("share-code", heading="出示码")
    code, origin = walk.page.locator(".key").inner_text(), re.match(r"https?://[^/]+", walk.page.url)
    assert origin
    with journey(browser, "licence-shared", PHONE, also_wide=True) as recipient:
        recipient.open(f"{origin[0]}/shared")
        recipient.type("出示码", code)
        recipient.look("asked")
        recipient.press("查看")
        recipient.look("opened", heading=LICENCE)
        recipient.sees("开立账户")
    walk.follow("完成")
    walk.sees("打开过 1 次")
    walk.press("收回")
    walk.look("taken-back")
    walk.sees("已收回")


# Anybody


def verify(walk: Walk, code: str, says: str) -> None:
    walk.page.locator("#code").fill(code)
    verdict(walk, says)


def choose_file(walk: Walk, file: Path, says: str) -> None:
    walk.page.locator("#file").set_input_files(file)
    verdict(walk, says)


def verdict(walk: Walk, says: str) -> None:
    walk.page.locator("form[data-verify-licence]").get_by_role("button", name="核验", exact=True).click()
    expect(walk.page.locator("[data-verdict]")).to_contain_text(says)


def verify_online(walk: Walk, alliance: Alliance, shown: Shown) -> None:
    """At a third place that has never heard of the case."""
    address = f"{alliance.sites['huimin'].url}/verify/licence"
    walk.open(address)
    walk.look("asked", heading="核验证照")
    for name, file in (("photograph", shown.photograph), ("pdf", shown.pdf), ("file", shown.file)):
        walk.open(address)
        choose_file(walk, file, "真实有效")
        walk.look(f"genuine-{name}")
    walk.sees("临邑演示旅店")


def verify_offline(walk: Walk, shown: Shown) -> None:
    """The page was loaded once; the last time it is six minutes later, and nobody has told it anything since."""
    walk.page.reload()
    walk.page.context.set_offline(True)
    verify(walk, a_letter_changed(shown.code), "被改动")
    walk.look("offline-altered")
    walk.page.locator("#holder").fill(BUSINESS)
    verify(walk, shown.code, "真实有效")
    walk.sees("证照码不能用来核对证件号码")
    walk.look("offline-genuine")
    for file in (shown.file, shown.pdf):
        choose_file(walk, file, "真实有效")
        walk.sees("临邑演示旅店")
        walk.sees("与证照一致")
    walk.page.clock.set_fixed_time(now() + timedelta(minutes=6))
    choose_file(walk, shown.file, "状态未知")
    walk.look("offline-stale")
    walk.page.context.set_offline(False)


def a_letter_changed(code: str) -> str:
    """Within the signature."""
    return code[:20] + ("A" if code[20] != "A" else "B") + code[21:]


def learn_of_it(walk: Walk, alliance: Alliance, shown: Shown) -> None:
    walk.page.clock.set_fixed_time(now())
    walk.open(f"{alliance.sites['huimin'].url}/verify/licence")
    verify(walk, shown.code, "真实，但已失效")
    walk.look("revoked")
    choose_file(walk, shown.pdf, "真实，但已失效")


# The deciding place


def revoke(browser: Browser, alliance: Alliance, case_id: str) -> None:
    with at_the_desk(browser, alliance, "licence-chief", role="chief") as desk:
        open_case(desk, alliance, case_id)
        desk.page.get_by_role("link", name=LICENCE).first.click()
        desk.look("in-force", heading=LICENCE)
        desk.choose("吊销")
        desk.select("原因", "违法被处罚")
        desk.type("理由（告知持证人）", "现场没有消毒间，经责令仍不改正。")
        desk.type("依据条款（暂停、注销、吊销必填）", "公共场所卫生管理条例第十四条")
        desk.press("提交")
        desk.sees("待复核：吊销")
    with at_the_desk(browser, alliance, "licence-second", role="supervisor") as desk:
        open_case(desk, alliance, case_id)
        desk.page.get_by_role("link", name=LICENCE).first.click()
        desk.look("proposed", heading=LICENCE)
        desk.press("复核无误，办理")
        desk.sees("已吊销")
        desk.look("penalised")


# Programs


def opinions(shown: Shown, alliance: Alliance, known: Path, *, days: int = 0) -> list[str]:
    """Of the independent verifier and of the platform's own, with this list, in so many days."""
    trust, at = alliance.papers.record_trust.read_bytes(), now() + timedelta(days=days)
    trusted, issuers = members.read(trust), Issuers.of(record.read_members(trust).lists.values())
    token = known.read_text()
    own = read_list(token, issuers=issuers)
    first = licence.judge(shown.code.encode(), trusted, {own.list: licence.read_list(token, trusted)}, at)
    lists = {own.list: own}
    second = verify_text(shown.code, issuers=issuers, lists_of=lambda names: lists, at=at)
    if not days:
        assert command(shown, alliance, known) == ("GENUINE" if first == "genuine" else "NOT GENUINE")
    return [first, str(second.reason)]


def command(shown: Shown, alliance: Alliance, known: Path) -> str:
    words = [shown.code, "--trust", alliance.papers.record_trust, "--list", known]
    done = subprocess.run(
        [sys.executable, "-m", "tongban_verify", *map(str, words)], cwd=ROOT / "verifier", capture_output=True, text=True,
        env=environment(), check=False,
    )  # fmt: skip
    return done.stdout.partition("  ")[0]


def poppler_says_valid(pdf: Path) -> None:
    done = subprocess.run(["pdfsig", str(pdf)], capture_output=True, text=True, check=False)
    assert "Signature is Valid." in done.stdout and "Total document signed" in done.stdout, done.stdout + done.stderr
