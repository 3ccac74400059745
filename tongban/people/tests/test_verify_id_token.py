"""ID tokens that must not pass, signed by hand."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from tongban.people.adapters.oidc import OidcProvider, SignInRejected, Visit, verify_id_token

PROVIDER = OidcProvider("https://id.example", "tongban", "secret")
VISIT = Visit("https://id.example", "https://node.example/back", "state", "nonce", "verifier")
NOW = 1_800_000_000
CLAIMS = {"iss": "https://id.example", "aud": "tongban", "sub": "luo", "nonce": "nonce", "iat": NOW, "exp": NOW + 300}
KEY = RSAKey.generate_key(2048, parameters={"kid": "1"})
STRANGER = RSAKey.generate_key(2048, parameters={"kid": "1"})


def verify(claims: dict[str, Any], key: Any = KEY, alg: str = "RS256") -> dict[str, Any]:
    token = jwt.encode({"alg": alg, "kid": "1"}, claims, key, algorithms=[alg])
    published: Any = KeySet([KEY]).as_dict(private=False)
    return verify_id_token({"id_token": token}, PROVIDER, VISIT, keys=published, now=NOW)


def test_a_right_token_passes() -> None:
    assert verify(CLAIMS)["sub"] == "luo"
    assert verify(CLAIMS | {"exp": NOW - 30})["sub"] == "luo"


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["tongban", "another"], "azp": "another"},
        {"nonce": "older"},
        {"exp": NOW - 61},
        {"iat": NOW + 3600},
        {"nbf": NOW + 3600},
    ],
)
def test_a_claim_that_does_not_fit_is_rejected(change: dict[str, Any]) -> None:
    with pytest.raises(SignInRejected):
        verify(CLAIMS | change)


@pytest.mark.parametrize("missing", CLAIMS)
def test_no_claim_may_be_missing(missing: str) -> None:
    with pytest.raises(SignInRejected):
        verify({name: value for name, value in CLAIMS.items() if name != missing})


def test_only_published_keys_sign() -> None:
    with pytest.raises(SignInRejected):
        verify(CLAIMS, key=STRANGER)


def test_a_public_key_is_no_shared_secret() -> None:
    """The well-known trick: HMAC under the public key."""
    with pytest.raises(SignInRejected):
        verify(CLAIMS, key=OctKey.import_key(KEY.as_bytes(private=False).hex()), alg="HS256")


@pytest.mark.parametrize("token", ["", "x.y.z", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJsdW8ifQ."])
def test_what_is_no_token_is_rejected(token: str) -> None:
    keys: Any = KeySet([KEY]).as_dict(private=False)
    with pytest.raises(SignInRejected):
        verify_id_token({"id_token": token}, PROVIDER, VISIT, keys=keys, now=NOW)
