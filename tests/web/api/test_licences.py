"""Licences verified for other systems: the verdict of the public page, in one answer."""

import base64

import pytest

from tests.web.api.conftest import Systems
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.licences.qr import draw_code, write_code
from tongban.licences.tests.held import LIST, hold

pytestmark = pytest.mark.django_db


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


def test_what_is_nothing_is_refused(systems: Systems) -> None:
    partner = systems.partner()
    assert (
        partner.post("licences/verify", {"code": "鲁临卫公证字〔2026〕第000001号"}).json()["reason"] == "not-a-licence"
    )
    assert partner.post("licences/verify", {}).status_code == 422
    assert partner.post("licences/verify", {"file": "AAA"}).status_code == 422
