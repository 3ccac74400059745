"""The wallet on a phone: what I have, how it stands, the code, showing it to one recipient, taking it along."""

import base64
import json
import re
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import zxingcpp
from django.test import Client
from joserfc.jwk import OKPKey
from PIL import Image

from tests.cast import ITEM, LINYI, SUN
from tests.web.citizens import PERMIT, Phone, supervised_item, text
from tests.web.desks import Desks
from tests.web.helpers import give, signed_in
from tests.web.saved_pages import barriers, save
from tests.web.test_staff_licences import licensed
from tongban.catalogue import services as catalogue
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.licences import credentials, publishing
from tongban.licences.sd_jwt import verify_credential
from tongban.licences.showing import read_licence_file
from tongban.licences.tests.test_taking import also_wanted
from tongban.seals.ofd.showing import show_ofd
from tongban.web.node.tests.factories import Caller

pytestmark = pytest.mark.django_db
SAID = {"purpose": "办理入职", "recipient": "济阳某公司", "days": "7", "what": "whole"}


def filed(phone: Phone) -> UUID:
    """One case more of somebody who is signed in."""
    phone.answer(PERMIT)
    draft = str(phone.get(f"/apply/{ITEM}/begin").request["PATH_INFO"]).removesuffix("/form")
    phone.fill(draft, **{"consent.residence_register": "yes"})
    return UUID(str(phone.submit(draft).request["PATH_INFO"]).split("/")[2])


def licence_of(desks: Desks, phone: Phone, case_id: UUID) -> str:
    """临邑 grants what Mr Luo filed; the address of the licence in his wallet."""
    desks.hand_over(case_id)
    licensed(desks, case_id)
    registries.set_node(phone.node)
    page = phone.get("/wallet")
    return re.findall(rf'href="(/wallet/{case_id}/[0-9a-f]+)"', text(page))[0]


def share(phone: Phone, address: str, **said: Any) -> Any:
    return phone.post(f"{address}/share", cmd=str(new_id()), **(SAID | said))


def ask_for_it(linyi: Node) -> None:
    """From now on 临邑 asks for the former receipt."""
    document: Any = supervised_item(LINYI)
    document["version"] += 1
    also_wanted(document)
    with scope([LINYI]):
        catalogue.publish(node=linyi, region=LINYI, document=document, by=system(LINYI), at=now())


def code_of(page: Any) -> str:
    return re.findall(r'class="key num">([^<]+)<', text(page))[0]


@pytest.fixture
def address(phone: Phone, linyi: Node, huimin: Node) -> str:
    return licence_of(Desks(phone.node, linyi, huimin), phone, UUID(phone.hand_in().rpartition("/")[2]))


def test_what_was_granted_lies_in_the_wallet(phone: Phone, address: str) -> None:
    assert "异地就医备案凭证" in text(phone.get("/wallet"))
    page = text(phone.get(address))
    assert "罗建国" in page and "亮证" in page and "许可" not in page
    assert "data:image/svg+xml" in text(phone.get(f"{address}/code"))


def test_it_is_taken_along_with_a_reason_that_stands_in_the_log(phone: Phone, address: str) -> None:
    assert phone.post(f"{address}/take", form="pdf", reason=" ").status_code == 422
    pdf = phone.post(f"{address}/take", form="pdf", reason="存档")
    assert pdf.content.startswith(b"%PDF") and "no-store" in pdf.headers["Cache-Control"]
    assert show_ofd(phone.post(f"{address}/take", form="ofd", reason="存档").content)
    assert read_licence_file(phone.post(f"{address}/take", form="file", reason="核验用").content)
    page = text(phone.get(address))
    assert page.count("下载 OFD") == 1 and "核验用" in page
    assert phone.post(f"{address}/take", form="exe", reason="存档").status_code == 404


def test_a_credential_for_an_app_outside_is_signed_by_the_issuer(
    phone: Phone, address: str, linyi: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = phone.post(f"{address}/take", form="credential", reason="放进银行的应用")
    assert away.status_code == 422 and "先选 PDF" in text(away)
    unusable = phone.post(f"{address}/take", form="credential", reason="存", holder='{"kty":"RSA"}')
    assert 'href="#holder"' in text(unusable) and "RSA" in text(unusable)
    assert "领取数字凭证" not in text(phone.get(address))
    line = SimpleNamespace(get=Caller(phone.node, [phone.node, linyi]).get, close=lambda: None)
    monkeypatch.setattr(credentials, "PeerClient", lambda node, **how: line)
    key = json.dumps(OKPKey.generate_key("Ed25519").as_dict(private=False))
    taken = phone.post(f"{address}/take", form="credential", reason="放进银行的应用", holder=key)
    public_key = publishing.find_issuers().public_key
    found = verify_credential(taken.content.decode(), public_key_of=public_key, at=now())
    assert (found.bound, found.shown["holder_name"]) == ("not-asked", "罗建国")
    assert "领取数字凭证" in text(phone.get(address))


def test_one_recipient_sees_it_with_a_watermark_and_the_holder_sees_that(phone: Phone, address: str) -> None:
    code, other = code_of(share(phone, address)), Client()
    page = other.post("/shared", {"code": code.lower()})
    assert "仅用于办理入职 · 济阳某公司" in text(page) and "data:image/png" in text(page)
    assert "打开过 1 次" in text(phone.get(address))
    end = re.findall(r'action="([^"]+/end)"', text(phone.get(address)))[0]
    phone.post(end)
    assert other.post("/shared", {"code": code}).status_code == 404


def test_the_code_on_the_picture_is_of_the_share_and_ends_with_it(phone: Phone, address: str) -> None:
    page, other = text(Client().post("/shared", {"code": code_of(share(phone, address))})), Client()
    drawn = base64.b64decode(re.findall(r"data:image/png;base64,([^\"]+)", page)[0])
    (cut_out,) = [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(drawn)))]
    assert cut_out.startswith("TBS1.370115.")
    verified = text(other.post("/verify/licence", {"code": cut_out}))
    assert "办理入职" in verified and "济阳某公司" in verified and "罗建国" not in verified
    as_file = text(other.post("/verify/licence", {"code": "", "file": BytesIO(drawn)}))
    assert "出示属实" in as_file and "图片上的码核验过 2 次" in text(phone.get(address))
    phone.post(re.findall(r'action="([^"]+/end)"', text(phone.get(address)))[0])
    assert "持证人已收回这次出示" in text(other.post("/verify/licence", {"code": cut_out}))


def test_a_character_without_a_glyph_is_said_at_its_field_and_nothing_is_lost(phone: Phone, address: str) -> None:
    page = share(phone, address, recipient="\ue863先生")
    assert page.status_code == 422 and 'href="#recipient"' in text(page)
    assert "办理入职" in text(page) and "U+E863" in text(page)


def test_of_a_part_only_that_part_is_shown(phone: Phone, address: str) -> None:
    page = text(Client().post("/shared", {"code": code_of(share(phone, address, what="lines", line=["place"]))}))
    assert "就医地" in page and "罗建国" not in page and "data:image/png" not in page
    assert share(phone, address, what="lines").status_code == 422


def test_a_form_that_was_sent_before_makes_no_second_share(phone: Phone, address: str) -> None:
    cmd = str(new_id())
    first, second = (phone.post(f"{address}/share", **SAID, cmd=cmd) for _ in range(2))
    assert code_of(first) == code_of(second)
    assert text(phone.get(address)).count("出示中") == 1


def test_a_stranger_finds_nothing(phone: Phone, address: str) -> None:
    phone.post("/sign-out")
    phone.sign_in(SUN)
    assert "还没有证照" in text(phone.get("/wallet"))
    for path in (address, f"{address}/code", f"{address}/share"):
        assert phone.get(path).status_code == 404
    assert phone.post(f"{address}/take", form="pdf", reason="存档").status_code == 404


def test_a_licence_serves_as_material_when_its_holder_says_so(phone: Phone, address: str, linyi: Node) -> None:
    ask_for_it(linyi)
    registries.set_node(phone.node)
    phone.answer(PERMIT)
    draft = str(phone.get(f"/apply/{ITEM}/begin").request["PATH_INFO"]).removesuffix("/form")
    assert "用电子证照" in text(phone.get(f"{draft}/materials"))
    page = phone.get(f"{draft}/licences")
    chosen = re.findall(r'name="licence" value="([^"]+)"', text(page))[0]
    assert "原备案凭证" in text(page) and phone.post(f"{draft}/licences", licence=chosen).status_code == 422
    page = phone.post(f"{draft}/licences", licence=chosen, consent="yes")
    assert "异地就医备案凭证.pdf" in text(page)
    assert "用作申请材料" in text(phone.get(address))


def test_family_sees_it_under_a_mandate_and_shows_it_where_that_says_so(phone: Phone, address: str) -> None:
    sun = signed_in(phone, SUN)
    looks, mandate = give(phone, SUN, "see"), re.compile(r"为罗建国代办")
    sun.post(f"/helping/{looks}/accept")
    assert "异地就医备案凭证" in text(sun.get("/wallet")) and mandate.search(text(sun.get("/wallet")))
    assert sun.get(address).status_code == 404
    page = sun.post(f"/helping/{looks}/switch", to="wallet")
    assert page.request["PATH_INFO"] == "/wallet" and "罗建国的证照" in text(page)
    assert sun.get(address).status_code == 200 and sun.get(f"{address}/code").status_code == 403


def test_whoever_guesses_codes_is_stopped(phone: Phone) -> None:
    other = Client(REMOTE_ADDR="203.0.113.9")
    answers = {other.post("/shared", {"code": f"{n:013d}"}).status_code for n in range(52)}
    assert answers == {404, 429}


@pytest.mark.browser
def test_nothing_stands_in_the_way(phone: Phone, address: str, tmp_path: Path) -> None:
    told = share(phone, address)
    phone.answer(PERMIT)
    pages = {
        "wallet": phone.get("/wallet"), "licence": phone.get(address), "code": phone.get(f"{address}/code"),
        "share": phone.get(f"{address}/share"), "told": told, "no reason": phone.post(f"{address}/take", form="pdf", reason=""),
        "shared": Client().get("/shared"), "opened": Client().post("/shared", {"code": code_of(told)}),
        "give": phone.get(f"{phone.get(f'/apply/{ITEM}/begin').request['PATH_INFO'].removesuffix('/form')}/licences"),
    }  # fmt: skip
    assert barriers({name: save(tmp_path / f"{name}.html", page) for name, page in pages.items()}) == []
