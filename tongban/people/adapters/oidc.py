"""Unified sign-in (统一身份认证) by OpenID Connect: authorization code with PKCE, nonce and a discovery document. Keeps nothing.

Authlib makes the requests' contents and checks the claims of the ID token; keys and signatures are joserfc's.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from authlib.common.security import generate_token
from authlib.oauth2 import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

ALGORITHMS = ["RS256", "PS256", "ES256"]
"""Public-key algorithms only: "none" and shared secrets sign nothing here."""
TIMEOUT_SECONDS = 10.0
CLOCK_SKEW_SECONDS = 60
FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}


class SignInServiceDown(Refused):
    """The identity provider does not answer, or not in its own protocol."""

    status = 503
    text = Text("统一身份认证暂时没有回应。", "The identity provider does not answer at the moment.")
    advice = Text("请稍后再试，或用短信验证码登录。", "Try again later, or sign in by SMS code.")


class SignInRejected(Refused):
    """The answer is not the one to this visit: stopped by the person, too late, replayed, or forged."""

    status = 401
    keeps = True
    text = Text("统一身份认证未完成。", "Signing in was not completed.")
    advice = Text("请重新登录。", "Sign in again.")


@dataclass(frozen=True, slots=True)
class OidcProvider:
    """`issuer` must be https, except on the loopback of a demonstration."""

    issuer: str
    client_id: str
    client_secret: str = ""
    scope: str = "openid profile phone"

    def __repr__(self) -> str:
        return f"OidcProvider({self.issuer})"


@dataclass(frozen=True, slots=True)
class Visit:
    """What must be known again when the person comes back. Secret: kept sealed on the server, never in cookie or address."""

    issuer: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    def __repr__(self) -> str:
        return f"Visit({self.issuer})"


@dataclass(frozen=True, slots=True)
class Vouched:
    """What the provider vouches for; absent claims are empty."""

    issuer: str
    subject: str
    name: str = ""
    id_kind: str = ""
    id_number: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return f"Vouched({self.issuer})"


def begin(provider: OidcProvider, *, redirect_uri: str) -> tuple[str, Visit]:
    """The address to send the person to, and the visit to keep. Refuses `SignInServiceDown`."""
    visit = Visit(
        provider.issuer, redirect_uri, secrets.token_urlsafe(32), secrets.token_urlsafe(32), generate_token(64)
    )
    with _client() as client:
        endpoint = _discover(client, provider)["authorization_endpoint"]
    url: str = prepare_grant_uri(
        endpoint, client_id=provider.client_id, response_type="code", redirect_uri=redirect_uri, scope=provider.scope,
        state=visit.state, nonce=visit.nonce,
        code_challenge=create_s256_code_challenge(visit.verifier), code_challenge_method="S256",
    )  # fmt: skip
    return url, visit


def finish(provider: OidcProvider, visit: Visit, *, answer: Mapping[str, str], now: int) -> Vouched:
    """Take the parameters with which the person came back. `now` in seconds. Refuses `SignInRejected`, `SignInServiceDown`."""
    code = _code(provider, visit, answer)
    with _client() as client:
        found = _discover(client, provider)
        token = _fetch_token(client, found, provider, visit, code)
        claims = verify_id_token(token, provider, visit, keys=_get(client, found["jwks_uri"]), now=now)
        more = _user_info(client, found, token)
    if more and more.get("sub") != claims["sub"]:
        raise SignInRejected
    return _vouched(provider, {**more, **claims})


def _code(provider: OidcProvider, visit: Visit, answer: Mapping[str, str]) -> str:
    same_state = secrets.compare_digest(visit.state.encode(), answer.get("state", "").encode())
    # RFC 9207: an answer that names its issuer must name ours.
    same_issuer = visit.issuer == provider.issuer == answer.get("iss", provider.issuer)
    if not (same_state and same_issuer and answer.get("code")):
        raise SignInRejected
    return answer["code"]


def _fetch_token(
    client: httpx.Client, found: dict[str, Any], provider: OidcProvider, visit: Visit, code: str
) -> dict[str, Any]:
    body = prepare_token_request(
        "authorization_code", code=code, redirect_uri=visit.redirect_uri, code_verifier=visit.verifier
    )
    method = "client_secret_basic" if provider.client_secret else "none"
    auth = ClientAuth(provider.client_id, provider.client_secret, method)
    url, headers, body = auth.prepare("POST", found["token_endpoint"], dict(FORM), body)
    response = _send(client, "POST", url, headers=headers, content=body)
    if response.is_client_error:
        raise SignInRejected
    return _json(response)


def verify_id_token(
    token: dict[str, Any], provider: OidcProvider, visit: Visit, *, keys: dict[str, Any], now: int
) -> dict[str, Any]:
    """Signature by a published key, then issuer, audience, times and nonce (OpenID Connect Core 3.1.3.7)."""
    try:
        decoded = jwt.decode(
            token["id_token"], KeySet.import_key_set(cast(KeySetSerialization, keys)), algorithms=ALGORITHMS
        )
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "nonce": {"essential": True, "value": visit.nonce},
            },
            {"nonce": visit.nonce, "client_id": provider.client_id, "access_token": token.get("access_token")},
        )
        claims.validate(now=now, leeway=CLOCK_SKEW_SECONDS)
    except (JoseError, KeyError, ValueError, TypeError):
        raise SignInRejected from None
    return dict(claims)


def _user_info(client: httpx.Client, found: dict[str, Any], token: dict[str, Any]) -> dict[str, Any]:
    if "userinfo_endpoint" not in found or "access_token" not in token:
        return {}
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    response = _send(client, "GET", found["userinfo_endpoint"], headers=headers)
    return _json(response) if response.is_success else {}


def _vouched(provider: OidcProvider, claims: dict[str, Any]) -> Vouched:
    phone = _text(claims, "phone_number") if claims.get("phone_number_verified") is True else ""
    return Vouched(
        issuer=provider.issuer, subject=_text(claims, "sub"), name=_text(claims, "name"), phone=phone,
        id_number=_text(claims, "id_number"), id_kind=_text(claims, "id_kind") or "111",
    )  # fmt: skip


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""


def _discover(client: httpx.Client, provider: OidcProvider) -> dict[str, Any]:
    _require_private(provider.issuer)
    found = _get(client, provider.issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise SignInServiceDown
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _require_private(_text(found, name))
    return found


def _require_private(url: str) -> None:
    """https, or the loopback of a demonstration. Refuses `SignInServiceDown`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    loopback = host in {"localhost", "127.0.0.1"} or host.endswith(".localhost")
    if not (parts.scheme == "https" or (parts.scheme == "http" and loopback)):
        raise SignInServiceDown


def _get(client: httpx.Client, url: str) -> dict[str, Any]:
    response = _send(client, "GET", url)
    if not response.is_success:
        raise SignInServiceDown
    return _json(response)


def _send(client: httpx.Client, method: str, url: str, **options: Any) -> httpx.Response:
    try:
        return client.request(method, url, **options)
    except (httpx.HTTPError, httpx.InvalidURL):
        raise SignInServiceDown from None


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        value = response.json()
    except ValueError:
        raise SignInServiceDown from None
    if not isinstance(value, dict):
        raise SignInServiceDown
    return value


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, follow_redirects=False)
