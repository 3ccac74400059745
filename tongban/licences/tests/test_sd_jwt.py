"""A credential shows what the holder shows; whatever is added, changed, replayed or doubled is refused."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import ECKey, OKPKey

from tests.cast import LUO
from tongban.licences.sd_jwt import (
    BadCredential,
    Credential,
    HolderUnproven,
    Wanted,
    issue_credential,
    present,
    verify_credential,
)
from tongban.licences.showing import read_text
from tongban.licences.tests.stand import Stand, content, new_key
from tongban.licences.tokens import BadToken, sign_token, to_base64url

stand = Stand()
WANTED = Wanted("https://bank.example", "n-1")
ADDRESS = "http://linyi.localhost/licences/status/371424-1"


def issue(**how: Any) -> str:
    issuing = {"issuer": "http://linyi.localhost", "status_address": ADDRESS, "seed": b"s" * 32, "key": stand.event_key}
    return issue_credential(content(), stand.sign(), **(issuing | how))


def verify(text: str, **how: Any) -> Credential:
    return verify_credential(text, **({"public_key_of": stand.issuers.public_key, "at": stand.at} | how))


def test_it_shows_what_the_holder_shows() -> None:
    shown = verify(present(issue(), names=["holder_name"], at=stand.at))
    assert shown.shown == {"holder_name": LUO.name}
    assert LUO.id_number not in str(shown.claims)
    whole = verify(issue())
    assert content().salt not in f"{whole.claims}{whole.shown}"
    assert shown.claims["status"]["status_list"] == {"idx": 7, "uri": ADDRESS}


def test_it_brings_the_licence_itself() -> None:
    assert stand.judge(read_text(verify(issue()).code)).good


def test_the_same_licence_gives_the_same_credential() -> None:
    assert issue() == issue() != issue(seed=b"t" * 32)


@pytest.mark.parametrize("make", [lambda: OKPKey.generate_key("Ed25519"), lambda: ECKey.generate_key("P-256")])
def test_a_bound_one_is_shown_with_the_holders_key(make: Any) -> None:
    key = make()
    bound = issue(holder=key.as_dict(private=False))
    shown = present(bound, names=["field_scope"], wanted=WANTED, key=key, at=stand.at)
    assert verify(shown, wanted=WANTED).bound == "proven"
    assert {verify(text).bound for text in (bound, shown, shown.rpartition("~")[0] + "~")} == {"not-asked"}
    assert verify(issue()).bound == "none"


def test_a_proof_for_somebody_else_old_or_by_another_key_is_refused() -> None:
    key = ECKey.generate_key("P-256")
    bound = issue(holder=key.as_dict(private=False))
    shown = present(bound, names=["field_scope"], wanted=WANTED, key=key, at=stand.at)
    less = present(bound, names=[], wanted=WANTED, key=key, at=stand.at).rpartition("~")[2]
    thief = present(bound, names=[], wanted=WANTED, key=ECKey.generate_key("P-256"), at=stand.at)
    for text, how in (
        (shown, {"wanted": Wanted("https://shop.example", "n-1")}),
        (shown, {"wanted": Wanted("https://bank.example", "n-2")}),
        (shown, {"wanted": WANTED, "at": stand.at + timedelta(hours=1)}),
        (shown.rpartition("~")[0] + "~" + less, {"wanted": WANTED}),
        (shown.rpartition("~")[0] + "~", {"wanted": WANTED}),
        (thief, {"wanted": WANTED}),
        (thief, {}),
        (shown.rpartition("~")[0] + "~" + less, {}),
        (bound, {"wanted": WANTED}),
        (issue(), {"wanted": WANTED}),
    ):
        with pytest.raises(HolderUnproven):
            verify(text, **how)
    with pytest.raises(BadCredential):
        verify(issue() + less)


def disclosure(name: str, value: object) -> str:
    return to_base64url(f'["c2FsdA","{name}","{value}"]'.encode())


def test_nothing_is_added_doubled_or_put_over_a_claim() -> None:
    sound = issue()
    first = sound.split("~")[1]
    for text in (sound + disclosure("holder_name", "孙丽") + "~", sound + first + "~", sound.rstrip("~"), "x~"):
        with pytest.raises(BadToken):
            verify(text)
    over = disclosure("number", "2")
    digest = to_base64url(hashlib.sha256(over.encode()).digest())
    claims = verify(sound).claims | {"_sd": [digest]}
    with pytest.raises(BadCredential):
        verify(sign_token(claims, type="dc+sd-jwt", key=stand.event_key) + f"~{over}~")


def test_another_key_or_algorithm_is_refused() -> None:
    with pytest.raises(LookupError):
        verify(issue(key=new_key("event")))
    _, body, rest = issue().split(".")
    for header in (
        '{"alg":"none","typ":"dc+sd-jwt"}',
        f'{{"alg":"HS256","kid":"{stand.event_key.id}","typ":"dc+sd-jwt"}}',
    ):
        with pytest.raises(BadToken):
            verify(f"{to_base64url(header.encode())}.{body}.{rest}")
