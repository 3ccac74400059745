"""Mr Luo has his licence of 临邑 at 济阳: 济阳's node asks 临邑's for the credential, which nobody else gets."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc.jwk import ECKey

from tests.cast import JIYANG, LINYI, LUO
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.kernel import clock
from tongban.kernel.scope import scope
from tongban.licences import credentials, publishing, wallet
from tongban.licences.sd_jwt import Wanted, present
from tongban.licences.tests.desk import Desk
from tongban.licences.tests.wallet_desk import Pocket
from tongban.licences.verdicts import Verdict
from tongban.licences.verifying import verify_text
from tongban.web.node.tests.factories import knock

pytestmark = pytest.mark.django_db
WANTED = Wanted("https://bank.example", "n-1")
KEY = ECKey.generate_key("P-256")


@pytest.fixture
def pocket(node, linyi, huimin, at, monkeypatch) -> Pocket:
    monkeypatch.setattr(clock, "now", lambda: at)
    desk = Desk.of(node, linyi, huimin, at)
    return Pocket(desk, desk.licensed())


@dataclass
class Line:
    """From 济阳's node through the doors of 临邑's."""

    desk: Desk

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes:
        answer = knock(self.desk.jiyang, self.desk.linyi, "GET", path, at=at)
        if answer.status_code != 200:
            raise PeerUnreachable(f"status {answer.status_code}")
        return answer.content


def fetched(pocket: Pocket, *, key: ECKey | None = None, client: Any = None) -> str:
    desk = pocket.desk
    _, view = pocket.run(wallet.get_card, **pocket.where)
    told = credentials.read_key(json.dumps(key.as_dict(private=False)) if key else "")
    text: str = credentials.get_credential(view, node=desk.jiyang, holder=told, at=desk.at, client=client or Line(desk))
    return text


def verdict(pocket: Pocket, text: str, wanted: Wanted | None = None) -> Verdict:
    desk = pocket.desk
    with scope([LINYI]):
        publishing.publish_lists(node=desk.linyi, at=desk.at)
    issuers = publishing.find_issuers()
    return verify_text(
        text, issuers=issuers, lists_of=lambda names: publishing.find_lists(names, issuers=issuers), at=desk.at, wanted=wanted
    )  # fmt: skip


def test_the_issuer_signs_it_for_the_holder_elsewhere(pocket: Pocket) -> None:
    found = verdict(pocket, fetched(pocket))
    assert (found.reason, found.node, found.bound) == ("genuine", pocket.desk.linyi.id, "none")
    assert found.told["holder_name"] == LUO.name
    assert fetched(pocket) == fetched(pocket)


def test_bound_to_his_app_only_that_app_proves_that_it_is_he(pocket: Pocket) -> None:
    bound = fetched(pocket, key=KEY)
    shown = present(bound, names=["field_place"], wanted=WANTED, key=KEY, at=pocket.desk.at)
    proved = verdict(pocket, shown, WANTED)
    assert (proved.good, proved.bound, list(proved.told)) == (True, "proven", ["field_place"])
    assert verdict(pocket, bound).bound == verdict(pocket, shown).bound == "not-asked"
    for stripped in (bound, shown.rpartition("~")[0] + "~", fetched(pocket)):
        assert verdict(pocket, stripped, WANTED).reason == "holder-unproven"


def test_only_who_shares_the_case_is_given_it(pocket: Pocket) -> None:
    desk, licence = pocket.desk, pocket.licence

    def asked(peer: Any, **other: str) -> int:
        query = {"region": LINYI, "licence": licence.identifier} | other
        path = f"/txp/1/cases/{licence.case_id}/credential?{urlencode(query)}"
        return int(knock(peer, desk.linyi, "GET", path, at=desk.at).status_code)

    assert (asked(desk.jiyang), asked(desk.huimin)) == (200, 404)
    assert {asked(desk.jiyang, region=JIYANG), asked(desk.jiyang, licence="1")} == {404}
    assert {asked(desk.jiyang, holder=wrong) for wrong in ("e30", "!", "7" * 4000)} == {422}


@pytest.mark.parametrize("answer", ["hello", ""])
def test_what_is_no_credential_of_this_licence_is_not_given_on(pocket: Pocket, answer: str) -> None:
    class Other:
        def get(self, base: str, path: str, **how: Any) -> bytes:
            return (answer or unbound).encode()

    class Away:
        def get(self, base: str, path: str, **how: Any) -> bytes:
            raise PeerUnreachable("ConnectError")

    unbound = fetched(pocket)
    for client in (Other(), Away()):
        with pytest.raises(credentials.IssuerAway):
            fetched(pocket, key=KEY, client=client)


def test_a_private_key_is_never_taken() -> None:
    with pytest.raises(credentials.HolderKeyUnusable):
        credentials.read_key(json.dumps(KEY.as_dict(private=True)))
    assert set(credentials.read_key(json.dumps(KEY.as_dict(private=False) | {"kid": "罗建国"})) or {}) == {
        "kty",
        "crv",
        "x",
        "y",
    }
