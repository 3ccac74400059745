"""Signed tokens (JWT) as wallets and verifiers outside expect them: one algorithm, a named type, a key that the reader trusts already.

The header never chooses how a token is checked: another algorithm than Ed25519 (RFC 9864) is refused before the key is looked up.
"""

import base64
import re
from collections.abc import Callable
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from tongban.kernel import strictjson
from tongban.kernel.crypto import PrivateKey
from tongban.kernel.events import Json

ALGORITHM = "Ed25519"
_BOUND: dict[str, tuple[Any, str]] = {"Ed25519": (OKPKey, ALGORITHM), "P-256": (ECKey, "ES256")}
_FORM = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class _Long(jws.JWSRegistry):
    """A status list is longer than other tokens; how long any of them may be is said by whoever reads it."""

    max_payload_length = 16 * 1024 * 1024


class BadToken(ValueError):
    """No token of this type; nothing of it was believed."""


class FalseToken(BadToken):
    """A token whose signature is not of the key that it names."""


def sign_token(claims: Json, *, type: str, key: PrivateKey) -> str:
    """Compact form; the header names the key by its id in the member list."""
    header = {"alg": ALGORITHM, "kid": key.id, "typ": type}
    return jws.serialize_compact(header, strictjson.canonical(claims), _private(key), algorithms=[ALGORITHM])


def read_token(
    text: str, *, type: str, public_key_of: Callable[[str], bytes], max_bytes: int = strictjson.MAX_BYTES
) -> tuple[str, Json]:
    """Key id and claims. Raises `BadToken`, `FalseToken`, and LookupError for a key that is not trusted."""
    key_id = key_of_token(text, type=type, max_bytes=max_bytes)
    claims = _checked(text, OKPKey.import_key(_jwk(public_key_of(key_id))), ALGORITHM)
    return key_id, read_claims(claims, max_bytes=max_bytes)


def key_of_token(text: str, *, type: str, max_bytes: int = strictjson.MAX_BYTES) -> str:
    """Which key it says has signed it: anybody's word until `read_token`. Raises `BadToken`."""
    header = read_header(text, max_bytes=max_bytes)
    if header.get("alg") != ALGORITHM or header.get("typ") != type or not isinstance(header.get("kid"), str):
        raise BadToken("another algorithm or type, or no key")
    return str(header["kid"])


def check_bound(text: str, *, jwk: Json, type: str) -> Json:
    """Claims of a token that the holder's own key has signed: Ed25519 or P-256, as the key says. Raises `BadToken`."""
    key, algorithm = _holder_key(jwk)
    header = read_header(text)
    if header.get("alg") != algorithm or header.get("typ") != type:
        raise BadToken("another algorithm or type than the holder's key")
    return read_claims(_checked(text, key, algorithm))


def read_holder_key(data: bytes) -> Json:
    """The public JWK, Ed25519 or P-256, that a holder's wallet tells: what makes the key and no other member. Raises `BadToken`."""
    jwk = read_claims(data)
    key, _ = _holder_key(jwk)
    if key.is_private:
        raise BadToken("a private key is never told")
    return {name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk}


def read_header(text: str, *, max_bytes: int = strictjson.MAX_BYTES) -> Json:
    if len(text) > max_bytes * 2 or not _FORM.fullmatch(text):
        raise BadToken("not a token")
    return read_claims(from_base64url(text.partition(".")[0]))


def read_claims(data: bytes, *, max_bytes: int = strictjson.MAX_BYTES) -> Json:
    try:
        claims = strictjson.parse(data, max_bytes=max_bytes)
    except strictjson.NotStrict as error:
        raise BadToken(str(error)) from None
    if not isinstance(claims, dict):
        raise BadToken("not an object")
    return claims


def to_base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Only the one text that these bytes have. Raises `BadToken`."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise BadToken("not base64url") from None
    if to_base64url(data) != text:
        raise BadToken("base64url is not canonical")
    return data


def _holder_key(jwk: Json) -> tuple[Any, str]:
    kind, algorithm = _BOUND.get(str(jwk.get("crv")), (OKPKey, ""))
    if not algorithm:
        raise BadToken("the holder's key is of another kind")
    try:
        return kind.import_key(jwk), algorithm
    except (JoseError, ValueError, TypeError, KeyError):
        raise BadToken("the holder's key cannot be used") from None


def _checked(text: str, key: Any, algorithm: str) -> bytes:
    for part in text.split("."):
        from_base64url(part)
    try:
        return bytes(jws.deserialize_compact(text, key, registry=_Long(algorithms=[algorithm])).payload)
    except (JoseError, ValueError):
        raise FalseToken("the signature does not verify") from None


def _jwk(public: bytes) -> dict[str, Any]:
    return {"kty": "OKP", "crv": "Ed25519", "x": to_base64url(public)}


def _private(key: PrivateKey) -> OKPKey:
    return OKPKey.import_key({**_jwk(key.public), "d": to_base64url(key.secret)})
