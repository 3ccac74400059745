"""Steps that several journeys take: an applicant's on the phone, an examiner's at a desk, a register that falls silent."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Locator

from tests.journeys.letters import letter
from tests.journeys.walking import DESK, PHONE, Walk, case_id_of, journey
from tests.processes import Alliance, environment
from tongban.project import walk_case
from tongban.project.registers.people import DemoPerson
from tongban.project.walk import Visitor

# The applicant


@contextmanager
def applicant(alliance: Alliance, person: DemoPerson | None = None) -> Iterator[Visitor]:
    """Signed in at 济阳 without a screen; a newcomer unless somebody is told."""
    with alliance.visitor("jiyang") as visitor:
        walk_case.sign_in(visitor, person or alliance.newcomer())
        yield visitor


def on_the_phone(browser: Browser, name: str, visitor: Visitor) -> AbstractContextManager[Walk]:
    """Theirs, where they are signed in already."""
    return journey(browser, name, PHONE, also_wide=True, signed_in=visitor)


def sign_in(walk: Walk, person: DemoPerson) -> None:
    """The number is asked at the foot of the page that says what it takes."""
    walk.type("手机号码", person.phone)
    walk.press("获取验证码")
    walk.look("code", heading="验证码")
    walk.type("验证码", walk.page.locator("#demo-code").inner_text().strip())
    walk.press("登录")
    walk.look("who", heading="您叫什么名字")
    walk.type("姓名", person.name)
    walk.type("证件号码", person.id_number)
    walk.press("保存并继续")


def hand_in_referral(walk: Walk, alliance: Alliance, person: DemoPerson) -> str:
    """By what is known already: the pages were looked at in other journeys."""
    walk.open(f"{alliance.sites['jiyang'].url}/apply/remote-medical-filing/places")
    walk.select("参保地", "临邑县")
    walk.press("继续")
    for choice in ("住院", "参保地的医院让我转到这里治疗", "有"):
        walk.choose(choice)
        walk.press("继续")
    sign_in(walk, person)
    walk.type("就医地居住地址", "济阳街道纬二路 8 号")
    walk.type("备案结束日期", (alliance.today + timedelta(days=200)).isoformat())
    walk.type("开具转诊证明的医院", "临邑县人民医院（演示）")
    walk.type("转诊证明日期", alliance.today.isoformat())
    walk.look("form")
    walk.press("保存并继续")
    bring(walk, "referral-letter")
    walk.look("materials")
    walk.press("保存并继续")
    walk.press("确认提交")
    walk.follow("看办理进度")
    walk.look("waiting")
    assert "暂时连不上" not in walk.text, "nobody is told of a fault while everything is just on its way"
    return case_id_of(walk.page.url)


def bring(walk: Walk, material: str) -> None:
    file = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": letter("Referral")}
    walk.page.locator(f"#file-{material}").set_input_files(file)


# Desks


def at_the_desk(
    browser: Browser, alliance: Alliance, name: str, *, place: str = "linyi", role: str = "examiner"
) -> AbstractContextManager[Walk]:
    """Signed in already; how that looks is another journey."""
    return journey(browser, name, DESK, signed_in=alliance.desk(place, role))


def open_case(desk: Walk, alliance: Alliance, case_id: str, *, place: str = "linyi") -> None:
    desk.open(f"{alliance.sites[place].url}/staff/cases/{case_id}")


def unfold(desk: Walk, title: str) -> None:
    desk.page.locator("summary", has_text=title).click()


# What is taken home


def save_download(walk: Walk, target: Locator, file: Path) -> Path:
    with walk.page.expect_download() as download:
        target.first.click()
    download.value.save_as(file)
    return file


def verified(record: Path, alliance: Alliance) -> dict[str, object]:
    """What the command says of it, on a machine that has no node."""
    command = ["record", "verify", record, "--trust", alliance.papers.record_trust, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "tongban.project.cli", *map(str, command)],
        capture_output=True,
        text=True,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return {"state": said["state"], "places": sorted(said["places"])}


# What goes wrong elsewhere


@contextmanager
def silent(alliance: Alliance, register: str) -> Iterator[None]:
    """It takes connections and answers nothing; what was asked meanwhile it still hears afterwards."""
    process = alliance.registers[register].process
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


@contextmanager
def away(alliance: Alliance, place: str) -> Iterator[None]:
    """Its node is down, pages and worker."""
    alliance.stop(place)
    try:
        yield
    finally:
        alliance.start(place)
        alliance.wait_until_ready(place)
