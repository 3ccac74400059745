"""A licence as a credential for wallets outside (SD-JWT VC): each field is shown or kept back as the holder likes.

`<token>~<disclosure>~…~`, and a token of the holder's own key behind it where the credential is bound to one. Profile: type `dc+sd-jwt`, flat
claims, `_sd_alg` sha-256, status by a place in a status list. The credential carries the licence's code (`code`), so that its signature by the
licence key comes along; what a wallet checks itself is the signature of the node's event key.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from joserfc import jws
from joserfc.jwk import ECKey, OKPKey

from tongban.kernel import strictjson
from tongban.kernel.crypto import PrivateKey
from tongban.kernel.events import Json
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.licences.content import Content
from tongban.licences.face import SignedFace
from tongban.licences.qr import write_code
from tongban.licences.tokens import (
    BadToken,
    check_bound,
    from_base64url,
    read_claims,
    read_token,
    sign_token,
    to_base64url,
)
from tongban.licences.verdicts import Bound

TYPE = "dc+sd-jwt"
BINDING_TYPE = "kb+jwt"
MAX_BYTES = 128 * 1024
FRESH = timedelta(minutes=5)
_RESERVED = {"_sd", "_sd_alg", "...", "iss", "nbf", "exp", "iat", "cnf", "vct", "status", "code"}
_SALT_BYTES = 16


class BadCredential(BadToken):
    """Not a credential that proves what it says; the message says why and repeats nothing of it."""


class HolderUnproven(BadCredential):
    """Its holder's key has not signed what this verifier asked for, or it names no key."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What was proved. `shown`: the claims that the holder disclosed."""

    key_id: str
    claims: Json
    shown: Json = field(repr=False)
    bound: Bound

    @property
    def code(self) -> str:
        return str(self.claims["code"])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a verifier asks the holder's key to sign, so that a copy of the answer is of no use elsewhere or later."""

    audience: str
    nonce: str


class HalfAsked(Refused):
    status = 422
    text = Text("audience 和 nonce 须同时提供。", "Give audience and nonce together.")
    advice = Text(
        "每次核验用一个新的 nonce，先交给持证人的应用，再核验它的出示；不核对持证人的，两个都不写。",
        "Give the holder's app a new nonce for each verification, then verify what it shows; leave both out to ask for no proof of the holder.",
    )


def read_wanted(audience: str, nonce: str) -> Wanted | None:
    """None where both are empty. Refuses `HalfAsked`."""
    if bool(audience) != bool(nonce):
        raise HalfAsked
    return Wanted(audience, nonce) if nonce else None


def issue_credential(
    content: Content,
    signed: SignedFace,
    *,
    issuer: str,
    status_address: str,
    seed: bytes,
    key: PrivateKey,
    holder: Json | None = None,
) -> str:
    """`issuer`: the node's address. `seed`: secret of the issuer; the same seed gives the same credential. `holder`: public JWK of the wallet."""
    told = {
        "holder_name": content.holder.name,
        "holder_id_kind": content.holder.id_kind,
        "holder_id": content.holder.id_number,
    }
    told |= {f"field_{one.id}": one.value for one in content.fields}
    disclosures = [_disclose(name, value, seed=seed, identifier=content.identifier) for name, value in told.items()]
    claims: Json = {
        "iss": issuer, "vct": f"urn:tongban:licence:{content.type}", "iat": _start(content.decided_on.isoformat()),
        "nbf": _start(content.from_.isoformat()), "identifier": content.identifier, "number": content.number,
        "name": content.name.zh, "issuing_authority": content.issuer.name, "code": write_code(signed), "demo": content.demo,
        "status": {"status_list": {"idx": signed.face.status.index, "uri": status_address}},
        "_sd_alg": "sha-256", "_sd": sorted(map(_digest, disclosures)),
    }  # fmt: skip
    if content.until:
        claims["exp"] = _start(content.until.isoformat()) + 24 * 60 * 60
    if holder is not None:
        claims["cnf"] = {"jwk": holder}
    return "~".join([sign_token(claims, type=TYPE, key=key), *disclosures, ""])


def present(
    credential: str,
    *,
    names: Iterable[str],
    wanted: Wanted | None = None,
    key: OKPKey | ECKey | None = None,
    at: datetime,
) -> str:
    """What a wallet does: keeps back all but `names`, and signs for this verifier where the credential is bound to its key."""
    token, *disclosures = credential.rstrip("~").split("~")
    kept = set(names)
    shown = "~".join([token, *(one for one in disclosures if _read(one)[0] in kept), ""])
    if key is None or wanted is None:
        return shown
    claims = {"aud": wanted.audience, "nonce": wanted.nonce, "iat": int(at.timestamp()), "sd_hash": _digest(shown)}
    algorithm = "ES256" if isinstance(key, ECKey) else "Ed25519"
    header = {"alg": algorithm, "typ": BINDING_TYPE}
    return shown + jws.serialize_compact(header, strictjson.canonical(claims), key, algorithms=[algorithm])


def verify_credential(
    text: str, *, public_key_of: Callable[[str], bytes], at: datetime, wanted: Wanted | None = None
) -> Credential:
    """Raises `HolderUnproven` where a proof is `wanted`, `BadCredential`, `FalseToken`, `BadToken`, and LookupError for an issuer's key that is not
    trusted. Its days and its status are judged with the licence whose code it carries."""
    if len(text) > MAX_BYTES:
        raise BadCredential("too large")
    shown, binding = _parts(text)
    token, *disclosures = shown.rstrip("~").split("~")
    key_id, claims = read_token(token, type=TYPE, public_key_of=public_key_of, max_bytes=MAX_BYTES)
    if claims.get("_sd_alg") != "sha-256" or not isinstance(claims.get("code"), str):
        raise BadCredential("not a credential of a licence")
    bound = _bound(claims, shown, binding, wanted, at)
    return Credential(key_id, claims, _disclosed(claims, disclosures), bound)


def _parts(text: str) -> tuple[str, str]:
    """What is shown, with its last tilde, and the holder's token behind it."""
    shown, tilde, binding = text.rpartition("~")
    if not tilde:
        raise BadCredential("no disclosures")
    return shown + tilde, binding


def _disclosed(claims: Json, disclosures: list[str]) -> Json:
    known, shown = set(map(str, claims.get("_sd", ()))), Json()
    digests = [_digest(one) for one in disclosures]
    if len(set(digests)) != len(digests) or not set(digests) <= known:
        raise BadCredential("a disclosure that was not signed, or twice the same")
    for name, value in map(_read, disclosures):
        if name in claims or name in shown or name in _RESERVED:
            raise BadCredential("a disclosure takes the place of a claim")
        shown[name] = value
    return shown


def _bound(claims: Json, shown: str, binding: str, wanted: Wanted | None, at: datetime) -> Bound:
    """Without `wanted` a proof must be true where there is one, and proves no more: it may be a copy of what was made for somebody else."""
    jwk = _holder_key(claims)
    if wanted is None and not binding:
        return "not-asked" if jwk else "none"
    if wanted is None and not jwk:
        raise BadCredential("the proof of a key that it does not name")
    try:
        signed = check_bound(binding, jwk=jwk, type=BINDING_TYPE)
    except BadToken as error:
        raise HolderUnproven(str(error)) from None
    if signed.get("sd_hash") != _digest(shown):
        raise HolderUnproven("the holder's proof is of something else")
    if wanted is None:
        return "not-asked"
    moment = signed.get("iat")
    fresh = isinstance(moment, int) and abs(at.timestamp() - moment) <= FRESH.total_seconds()
    if not fresh or (signed.get("aud"), signed.get("nonce")) != (wanted.audience, wanted.nonce):
        raise HolderUnproven("the holder's proof is old or for somebody else")
    return "proven"


def _holder_key(claims: Json) -> Json:
    """The JWK that it is bound to, empty where it is bound to none."""
    cnf = claims.get("cnf")
    jwk = cnf.get("jwk") if isinstance(cnf, dict) else None
    return jwk if isinstance(jwk, dict) else {}


def _disclose(name: str, value: str, *, seed: bytes, identifier: str) -> str:
    salt = hmac.digest(seed, f"{identifier} {name}".encode(), hashlib.sha256)[:_SALT_BYTES]
    return to_base64url(json.dumps([to_base64url(salt), name, value], ensure_ascii=False).encode())


def _read(disclosure: str) -> tuple[str, object]:
    wrapped = b'{"d":' + from_base64url(disclosure) + b"}"
    value = read_claims(wrapped).get("d")
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(part, str) for part in value[:2]):
        raise BadCredential("not a disclosure")
    return value[1], value[2]


def _digest(text: str) -> str:
    return to_base64url(hashlib.sha256(text.encode()).digest())


def _start(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
