"""Licences verified for other systems: the verdict of the public page, in one answer."""

import base64

import pytest
from joserfc.jwk import OKPKey

from tests.cast import LUO
from tests.web.api.conftest import Systems
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.licences import publishing
from tongban.licences.qr import draw_code, write_code
from tongban.licences.sd_jwt import Wanted, issue_credential, present
from tongban.licences.showing import write_licence_file
from tongban.licences.tests.held import LIST, hold, issued_by
from tongban.licences.tests.stand import content

pytestmark = pytest.mark.django_db
TODAY = {"from_": legal_day(now()), "until": None}


def test_a_code_and_its_picture_get_the_verdict(systems: Systems) -> None:
    linyi, partner = systems.desks.linyi, systems.partner()
    with scope(linyi.regions):
        signed = hold(linyi, now())
    code = write_code(signed)
    for shown in ({"code": code}, {"file": base64.b64encode(draw_code(code, scale=5)).decode()}):
        told = partner.post("licences/verify", shown).json()
        assert (told["reason"], told["good"], told["licence"]["number"]) == (
            "status-unknown",
            False,
            signed.face.number,
        )
        assert (told["issuer"]["region"], told["status_as_of"]) == (LIST.partition("-")[0], None)


def test_who_shows_a_file_gets_its_metadata_and_who_shows_a_code_does_not(systems: Systems) -> None:
    linyi, partner = systems.desks.linyi, systems.partner()
    file = write_licence_file(issued_by(linyi, content()), content())
    told = partner.post("licences/verify", {"file": base64.b64encode(file).decode()}).json()
    assert (told["metadata"]["CZZT"], told["metadata"]["verified"], told["bound"]) == (LUO.name, False, None)
    told = partner.post("licences/verify", {"code": write_code(issued_by(linyi, content()))}).json()
    assert told["licence"] and told["metadata"] is None


def test_a_credential_says_whether_its_holder_has_shown_it(systems: Systems) -> None:
    linyi, partner = systems.desks.linyi, systems.partner()
    with scope(linyi.regions):
        hold(linyi, now(), **TODAY)
        publishing.publish_list(node=linyi, list_id=LIST, at=now())
    key, said = OKPKey.generate_key("Ed25519"), content(**TODAY)
    bound = issue_credential(
        said, issued_by(linyi, said), issuer=linyi.url, status_address="", seed=b"s", key=linyi.keys["event"], holder=key.as_dict(private=False)
    )  # fmt: skip
    asked = {"audience": "https://bank.example", "nonce": "n-1"}
    shown = present(bound, names=[], wanted=Wanted(**asked), key=key, at=now())
    for code, wanted, verdict in (
        (shown, asked, ("genuine", True, "proven")),
        (shown, {}, ("genuine", True, "not-asked")),
        (shown, asked | {"nonce": "n-2"}, ("holder-unproven", False, None)),
        (bound, asked, ("holder-unproven", False, None)),
        (write_code(issued_by(linyi, said)), asked, ("holder-unproven", False, None)),
    ):
        told = partner.post("licences/verify", {"code": code, **wanted}).json()
        assert (told["reason"], told["good"], told["bound"]) == verdict
    assert partner.post("licences/verify", {"code": shown, "nonce": "n-1"}).status_code == 422


def test_what_is_nothing_is_refused(systems: Systems) -> None:
    partner = systems.partner()
    assert (
        partner.post("licences/verify", {"code": "鲁临卫公证字〔2026〕第000001号"}).json()["reason"] == "not-a-licence"
    )
    assert partner.post("licences/verify", {}).status_code == 422
    assert partner.post("licences/verify", {"file": "AAA"}).status_code == 422
