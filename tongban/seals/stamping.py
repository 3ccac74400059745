"""Time-stamps (时间戳, RFC 3161): who asks for them, and a small authority for demonstrations."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx
from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.timestamps import TimeStamper

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.seals import makers
from tongban.seals.pdf import Proof

PATIENCE_SECONDS = 10
MAX_ANSWER_BYTES = 64 * 1024
POLICY = "2.16.156.999.3005.1"
"""Of the demonstration's authority; no registered number."""
_QUERY = "application/timestamp-query"


class StamperSilent(Refused):
    """Nothing is lost: the seal waits, and the file is put together later."""

    status = 503
    text = Text("时间戳服务没有应答。", "The time-stamp authority did not answer.")
    advice = Text("系统会自动重试。", "It is tried again by itself.")


class Authority(Protocol):
    """A time-stamp authority as a signer needs it."""

    def stamper(self) -> TimeStamper: ...
    def proof(self) -> Proof:
        """Its certificates and lists."""
        ...


# One on the network


@dataclass
class HttpAuthority:
    """RFC 3161 § 3.4. Its certificates come with its first answer; the lists from where its certificates say, kept until they end."""

    url: str
    _proof: Proof | None = field(default=None, repr=False)
    _until: datetime | None = None

    def stamper(self) -> TimeStamper:
        return _HttpStamper(self.url)

    def proof(self) -> Proof:
        """Refuses `StamperSilent`."""
        at = datetime.now(UTC)
        if self._proof is None or self._until is None or at >= self._until:
            certificates = _certificates(_ask(self.url, _first_question()))
            lists = tuple(_fetch(url) for one in certificates for url in _list_addresses(one))
            ends = [x509.load_der_x509_crl(one).next_update_utc for one in lists]
            known = [end for end in ends if end is not None]
            self._until = min([*known, at + timedelta(hours=12)])
            self._proof = Proof(certificates, lists)
        return self._proof


class _HttpStamper(TimeStamper):
    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.url = url

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return _ask(self.url, req)


def _ask(url: str, question: tsp.TimeStampReq) -> tsp.TimeStampResp:
    answer = _read(url, question.dump())
    try:
        found = tsp.TimeStampResp.load(answer)
        if found["status"]["status"].native not in ("granted", "granted_with_mods"):
            raise StamperSilent
    except (ValueError, TypeError):
        raise StamperSilent from None
    return found


def _fetch(url: str) -> bytes:
    return _read(url, None)


def _read(url: str, body: bytes | None) -> bytes:
    try:
        with httpx.Client(timeout=PATIENCE_SECONDS, follow_redirects=False, trust_env=False) as client:
            asked = client.build_request(
                "POST" if body else "GET", url, content=body, headers={"content-type": _QUERY} if body else None
            )
            answer = client.send(asked, stream=True)
            answer.raise_for_status()
            read = b"".join(_at_most(answer))
    except httpx.HTTPError:
        raise StamperSilent from None
    return read


def _at_most(answer: httpx.Response) -> list[bytes]:
    pieces, size = [], 0
    for piece in answer.iter_bytes():
        size += len(piece)
        if size > MAX_ANSWER_BYTES:
            raise StamperSilent
        pieces.append(piece)
    return pieces


def _first_question() -> tsp.TimeStampReq:
    _, question = TimeStamper().request_cms(hashlib.sha256(secrets.token_bytes(16)).digest(), "sha256")
    return question


def _certificates(answer: tsp.TimeStampResp) -> tuple[bytes, ...]:
    known = answer["time_stamp_token"]["content"]["certificates"]
    return tuple(one.chosen.dump() for one in known)


def _list_addresses(certificate: bytes) -> list[str]:
    """Where a certificate says that the list of its maker lies."""
    try:
        points = x509.load_der_x509_certificate(certificate).extensions.get_extension_for_class(
            x509.CRLDistributionPoints
        )
    except x509.ExtensionNotFound:
        return []
    names = [name.value for point in points.value for name in point.full_name or ()]
    return [name for name in names if isinstance(name, str) and name.startswith("http://")][:1]


# One of our own, for demonstrations and tests


@dataclass(frozen=True)
class OwnAuthority:
    """Keys live as long as the process. Whoever wants a real time asks a real authority."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: bytes
    root: bytes
    ended: bytes

    def stamper(self) -> TimeStamper:
        return _OwnStamper(self)

    def proof(self) -> Proof:
        return Proof((self.certificate, self.root), (self.ended,))

    def answer(self, question: bytes, *, at: datetime) -> bytes:
        """A `TimeStampResp`, DER. ValueError for what is no question."""
        asked = tsp.TimeStampReq.load(question)
        imprint = asked["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != "sha256" or len(imprint["hashed_message"].native) != 32:
            return bytes(tsp.TimeStampResp({"status": {"status": "rejection"}}).dump())
        return bytes(
            tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": self._token(asked, at)}).dump()
        )

    def _token(self, asked: tsp.TimeStampReq, at: datetime) -> cms.ContentInfo:
        said = {
            "version": "v1", "policy": POLICY, "message_imprint": asked["message_imprint"],
            "serial_number": secrets.randbits(64), "gen_time": at.astimezone(UTC).replace(microsecond=0), "ordering": False,
        }  # fmt: skip
        if asked["nonce"].native is not None:
            said["nonce"] = asked["nonce"].native
        info = tsp.TSTInfo(said).dump()
        own = asn1.Certificate.load(self.certificate)
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute("message_digest", hashlib.sha256(info).digest()),
                simple_cms_attribute("signing_certificate_v2", as_signing_certificate_v2(own)),
            ]
        )
        signer = {
            "version": "v1", "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": {"issuer": own.issuer, "serial_number": own.serial_number}}),
            "signed_attrs": attributes, "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
        }  # fmt: skip
        certificates = [own, asn1.Certificate.load(self.root)] if asked["cert_req"].native else []
        signed = cms.SignedData(
            {
                "version": "v3", "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(info)},
                "certificates": certificates, "signer_infos": [signer],
            }
        )  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})


class _OwnStamper(TimeStamper):
    def __init__(self, authority: OwnAuthority) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.authority = authority

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self.authority.answer(req.dump(), at=datetime.now(UTC)))


def make_authority(*, name: str, at: datetime, lists_at: str = "") -> OwnAuthority:
    """With a root of its own. `lists_at`: address under which `ended` is served, written into the certificate."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = makers.certify_maker(root_key, subject=makers.Subject(name, "根"), at=at)
    certificate = makers.certify_stamper(
        key.public_key(),
        subject=makers.Subject(name, "时间戳"),
        at=at,
        maker=root,
        maker_key=root_key,
        lists_at=lists_at,
    )
    ended = makers.list_ended([], maker=root, maker_key=root_key, number=1, at=at)
    return OwnAuthority(key, certificate, root, ended)
