"""Licences verified by anybody: on the page without sign-in, by the browser without a network, by the API; the same verdict everywhere."""

import base64
import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from axe_core_python.base import AXE_SCRIPT
from django.test import Client
from playwright.sync_api import Page, Route, expect, sync_playwright

from tests.cast import JIYANG, LINYI, LUO, SUN
from tests.verifier.test_licences import FROZEN, INDEX
from tongban.alliance.tests.factories import found_alliance
from tongban.kernel.clock import now
from tongban.kernel.events import parse_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.licences import models, publishing
from tongban.licences.face import SignedFace
from tongban.licences.qr import draw_code, write_code
from tongban.licences.reading_apart import read_shown_apart
from tongban.licences.showing import MAX_FILE, read_shown, write_licence_file
from tongban.licences.status import read_list, sign_list
from tongban.licences.tests.corpus import exhibits, ofd
from tongban.licences.tests.held import LIST, hold, issued_by
from tongban.licences.tests.stand import Stand, content
from tongban.licences.verifying import ReadFile, verify_file
from tongban.web.citizen import verify_licence

pytestmark = pytest.mark.django_db
PAGE = "/verify/licence"
ADDRESS = "http://verify.localhost"
BROWSERS = """async ({exhibits, trust, at}) => {
  const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const trusted = await readTrust(bytes(trust));
  const told = [];
  for (const [data, token] of exhibits) {
    const lists = new Map();
    if (token) { const list = await readStatusList(token, trusted); lists.set(list.list, list); }
    try { told.push((await verifyLicence(() => readFile(bytes(data)), trusted, lists, at)).reason); }
    catch (error) { told.push(error instanceof Elsewhere ? `elsewhere: ${error.message}` : `a bug: ${error.stack}`); }
  }
  return told;
}"""
DETECTOR = "globalThis.BarcodeDetector = class { async detect() { return [{ rawValue: globalThis.seen }]; } }"
"""A browser that reads codes from pictures; `seen`: what stands on the one that it is shown."""
ELSEWHERE = {b"PK": "elsewhere: ofd", b"ey": "elsewhere: credential"}
"""By its first bytes: what the browser leaves to the server."""


@pytest.fixture(autouse=True)
def alliance(node: Node, linyi: Node, huimin: Node) -> Iterator[None]:
    verify_licence.limiter.cache_clear()
    found_alliance([node, linyi, huimin], now())
    yield


@pytest.fixture
def signed(linyi: Node) -> SignedFace:
    """A licence of 临邑, and its list held at 济阳."""
    with scope([LINYI]):
        signed = hold(linyi, now())
        publishing.publish_list(node=linyi, list_id=LIST, at=now())
    return signed


def reason(answer: Any) -> str:
    return str(answer.context["verdict"].reason)


def test_a_pasted_code_is_verified_without_sign_in(signed: SignedFace) -> None:
    answer = Client().post(PAGE, {"code": write_code(signed)})
    assert reason(answer) == "genuine"
    assert signed.face.number in answer.content.decode() and LUO.name not in answer.content.decode()


def test_so_is_a_photograph_and_a_file(linyi: Node, signed: SignedFace) -> None:
    file = write_licence_file(issued_by(linyi, content()), content())
    for name, data in (("code.png", draw_code(write_code(signed), scale=5)), ("licence.tblic", file)):
        upload = BytesIO(data)
        upload.name = name
        assert reason(Client().post(PAGE, {"file": upload})) == "genuine"


def test_who_shows_a_file_sees_what_it_says(linyi: Node) -> None:
    upload = BytesIO(write_licence_file(issued_by(linyi, content(), index=3), content()))
    upload.name = "licence.tblic"
    page = Client().post(PAGE, {"file": upload, "holder": LUO.id_number.lower()})
    assert LUO.name in page.content.decode() and page.context["fits"] is True
    assert LUO.id_number not in page.content.decode()


def test_somebody_elses_number_is_told(linyi: Node) -> None:
    file = BytesIO(write_licence_file(issued_by(linyi, content(), index=3), content()))
    file.name = "licence.tblic"
    assert Client().post(PAGE, {"file": file, "holder": SUN.id_number}).context["fits"] is False


def test_who_has_the_code_alone_learns_nothing_by_trying_numbers(signed: SignedFace) -> None:
    told = [Client().post(PAGE, {"code": write_code(signed), "holder": who.id_number}) for who in (LUO, SUN)]
    assert {answer.context["fits"] for answer in told} == {None}
    assert all("证照码不能用来核对证件号码" in answer.content.decode() for answer in told)


def test_a_number_alone_tells_nothing(signed: SignedFace) -> None:
    for typed in (signed.face.number, signed.face.identifier, "", "TB1."):
        answer = Client().post(PAGE, {"code": typed})
        assert reason(answer) == "not-a-licence" and signed.face.holder not in answer.content.decode()


def test_revoked_is_said_on_the_next_look(linyi: Node, signed: SignedFace) -> None:
    models.HeldStatusList.objects.all().delete()
    with scope([LINYI]):
        models.Licence.objects.update(status="03")
        publishing.publish_list(node=linyi, list_id=LIST, at=now())
    assert reason(Client().post(PAGE, {"code": write_code(signed)})) == "revoked"


def test_too_large_too_often() -> None:
    upload = BytesIO(bytes(MAX_FILE + 1))
    upload.name = "huge.pdf"
    assert reason(Client().post(PAGE, {"file": upload})) == "too-large"
    verify_licence.limiter().take("", verify_licence.KIND, cost=28)
    answers = [Client().post(PAGE, {"code": "x"}).status_code for _ in range(20)]
    assert answers[0] == 200 and 429 in answers


def test_status_lists_are_public_and_named(signed: SignedFace) -> None:
    answer = Client().get(f"/licences/status/{LIST}")
    assert answer.headers["Content-Type"] == "application/statuslist+jwt" and answer.content.count(b".") == 2
    assert Client().get("/licences/status").json() == {"lists": []}
    assert Client().get(f"/licences/status/{JIYANG}-1").status_code == 404


def kept(*paths: str) -> dict[str, Any]:
    """The page and its scripts as the site gives them, asked for before the browser starts."""
    answers = {path: Client().get(path) for path in paths}
    return {path: (b"".join(answer), dict(answer.headers)) for path, answer in answers.items()}


@pytest.fixture
def page() -> Iterator[Page]:
    """What is sent to it is answered with the page as it was."""
    pages = kept(
        PAGE,
        "/static/proof.js",
        "/static/verify-licence.js",
        "/static/tongban.css",
        "/static/tongban.js",
        "/static/mark.svg",
    )

    def fulfil(route: Route) -> None:
        body, headers = pages.get(route.request.url.removeprefix(ADDRESS), (b"", {}))
        route.fulfill(status=200 if body else 404, body=body, headers=headers)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", fulfil)
        page.goto(ADDRESS + PAGE)
        yield page
        browser.close()


def go_offline(page: Page) -> None:
    """Whatever the page still asked for would fail."""
    page.unroute_all()
    page.context.set_offline(True)


def choose(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("#file", {"name": name, "mimeType": "application/octet-stream", "buffer": data})


def press(page: Page) -> None:
    page.get_by_role("button", name="核验", exact=True).click()


def sent_by(page: Page) -> bytes:
    """The form that goes to the server, and its answer is there."""
    with page.expect_navigation(), page.expect_request(lambda request: request.method == "POST") as sent:
        press(page)
    return sent.value.post_data_buffer or b""


@pytest.mark.browser
def test_the_browser_says_the_same_without_a_network(linyi: Node, signed: SignedFace, page: Page) -> None:
    go_offline(page)
    page.fill("#code", write_code(signed))
    page.fill("#holder", LUO.id_number)
    press(page)
    expect(page.locator("[data-verdict]")).to_contain_text("真实有效")
    expect(page.locator("[data-verdict]")).to_contain_text("证照码不能用来核对证件号码")
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate("async () => (await axe.run(document)).violations.map(v => v.id)") == []
    file = write_licence_file(issued_by(linyi, content(), index=0), content())
    choose(page, "licence.tblic", file)
    press(page)
    expect(page.locator("[data-verdict]")).to_contain_text("✓ 与证照一致")
    page.set_input_files("#file", [])
    page.fill("#code", write_code(signed)[:-30])
    press(page)
    expect(page.locator("[data-verdict]")).to_contain_text("不是可以核验的证照")
    page.fill("#code", f"TBS1.{JIYANG}.{'A' * 52}")
    press(page)
    expect(page.locator("[data-verdict]")).to_contain_text("联网后才能核验")
    page.clock.set_fixed_time(now() + timedelta(minutes=6))
    page.fill("#code", write_code(signed))
    press(page)
    expect(page.locator("[data-verdict]")).to_contain_text("状态名单已过期")
    expect(page.locator("[data-verdict]")).to_contain_text("状态未知，自 ")
    expect(page.locator("[data-known-lists]")).to_contain_text("已过五分钟")
    stand = Stand()
    shown = list(exhibits(stand))
    tokens = [sign_list(each.list, address="", key=stand.event_key) if each.list else "" for each in shown]
    told = told_by(
        page, [(each.data, token) for each, token in zip(shown, tokens, strict=True)], stand.trust_file(), stand.at
    )
    says = {each.name: ELSEWHERE.get(each.data[:2], each.reason) for each in shown}
    assert dict(zip(says, told, strict=True)) == says
    frozen = {each["file"]: (FROZEN / each["file"]).read_bytes() for each in INDEX["exhibits"]}
    tokens = [(FROZEN / each["list"]).read_text() if each["list"] else "" for each in INDEX["exhibits"]]
    trust = (FROZEN / "trust.json").read_bytes()
    told = told_by(page, list(zip(frozen.values(), tokens, strict=True)), trust, parse_instant(INDEX["at"]))
    says = {each["file"]: ELSEWHERE.get(frozen[each["file"]][:2], each["reason"]) for each in INDEX["exhibits"]}
    assert dict(zip(says, told, strict=True)) == says


def told_by(page: Page, shown: list[tuple[bytes, str]], trust: bytes, at: datetime) -> list[str]:
    """What the browser says of files, each with the status list that it has, "" for none."""
    coded = [[base64.b64encode(data).decode(), token] for data, token in shown]
    given = {"exhibits": coded, "trust": base64.b64encode(trust).decode(), "at": at.timestamp() * 1000}
    told: list[str] = page.evaluate(BROWSERS, given)
    return told


@pytest.mark.browser
def test_what_the_browser_cannot_read_is_sent_to_the_server(page: Page) -> None:
    stand = Stand()
    shown = {
        "licence.ofd": ofd(write_licence_file(stand.sign(), content())),
        "credential.txt": stand.credential().encode(),
    }
    for name, data in (shown | {"licence.pdf": b"%PDF-1.7", "code.png": draw_code(write_code(stand.sign()))}).items():
        choose(page, name, data)
        assert name.encode() in sent_by(page)
    page.fill("#code", shown["credential.txt"].decode())
    assert shown["credential.txt"][:300] in sent_by(page)
    go_offline(page)
    for name, says in (("licence.ofd", "不能识别 OFD 文件"), ("credential.txt", "不能核验凭证")):
        choose(page, name, shown[name])
        press(page)
        expect(page.locator("[data-verdict]")).to_contain_text(f"没有网络时，此页{says}")


@pytest.mark.browser
def test_a_picture_that_is_a_document_too_is_no_licence_in_the_browser_either(signed: SignedFace, page: Page) -> None:
    page.add_init_script(DETECTOR)
    page.reload()
    go_offline(page)
    picture = draw_code(write_code(signed), scale=5)
    page.evaluate("code => { globalThis.seen = code; }", write_code(signed))
    for more in (b"%PDF-1.7", b"PK\x03\x04"):
        for data, says in ((picture, "真实有效"), (picture + more, "不是可以核验的证照")):
            choose(page, "code.png", data)
            press(page)
            expect(page.locator("[data-verdict]")).to_contain_text(says)


@pytest.mark.parametrize("read_file", [read_shown, read_shown_apart])
def test_the_corpus_here(read_file: ReadFile) -> None:
    stand = Stand()
    shown = list(exhibits(stand))
    assert len(shown) > 60 and len({each.name for each in shown}) == len(shown)
    for each in shown:
        token = sign_list(each.list, address="", key=stand.event_key) if each.list else ""
        lists = {each.list.list: read_list(token, issuers=stand.issuers)} if each.list else {}
        known: Any = {"issuers": stand.issuers, "lists_of": lambda names, known=lists: known, "at": stand.at}
        found = verify_file(each.data, **known, read_file=read_file)
        assert (each.name, found.reason) == (each.name, each.reason)


def test_the_page_runs_nothing_that_it_carries(signed: SignedFace, at: datetime) -> None:
    page = Client().get(PAGE)
    text = page.content.decode()
    assert text.count("<script") == text.count("<script src=")
    assert len(json.loads(page.context["lists"])) == 1
    assert "camera=(self)" in page.headers["Permissions-Policy"]
