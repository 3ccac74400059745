"""Electronic seals (电子印章) and what is sealed with them (电子签章): the structures of GB/T 38540-2020 with SM2 and SM3.

A seal is data: who owns it, how it looks, until when it holds, and which certificates may use it, signed by its maker. A signature holds the whole
seal, the digest of what was sealed, the time and the owner's signature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import core
from cryptography.hazmat.primitives import hashes

from tongban.kernel import sm2
from tongban.kernel.crypto import BadSignature
from tongban.seals.sm2_certificates import BadCertificate, Signatory, check_certificate, subject_of
from tongban.seals.structures import CERTIFICATES, DIGESTS, Certificates, Property, Seal, SealInfo, Signature, ToSign

VERSION = 4
SM3_OID = "1.2.156.10197.1.401"
OF_AN_ORGANISATION = 1
MAX_BYTES = 2 * 1024 * 1024


class BadSeal(ValueError):
    """`reason`: not_a_seal, algorithm, maker_unknown, seal_altered, not_its_owner, owner_unknown, not_in_force, signature, other_content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Picture:
    """`kind`: PNG and the like; width and height in millimetres."""

    kind: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class SealFacts:
    """What a seal says of itself. `owners`: certificates that may use it (DER)."""

    id: str
    name: str
    maker: str
    owners: tuple[bytes, ...]
    made_at: datetime
    from_: datetime
    until: datetime
    picture: Picture


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signature that holds: what it says. `certificate`: of the owner (DER). `at`: the time that the owner claims."""

    seal: SealFacts
    owner: str
    certificate: bytes
    at: datetime
    digest: bytes
    subject: str


def digest(data: bytes) -> bytes:
    """SM3, 32 bytes."""
    summing = hashes.Hash(hashes.SM3())
    summing.update(data)
    return summing.finalize()


def make_seal(
    *, id: str, name: str, owners: Sequence[bytes], picture: Picture, from_: datetime, until: datetime, maker: Signatory, at: datetime
) -> bytes:  # fmt: skip
    """A seal (DER), signed by its maker. `id` ASCII. `owners`: certificates (DER)."""
    info = SealInfo({
        "header": {"id": "ES", "version": VERSION, "vendor": "tongban"}, "id": id,
        "property": {
            "type": OF_AN_ORGANISATION, "name": name, "list_type": CERTIFICATES, "list": Certificates(list(owners)),
            "made_at": _second(at), "from": _second(from_), "until": _second(until),
        },
        "picture": {"type": picture.kind, "data": picture.data, "width": picture.width, "height": picture.height},
    })  # fmt: skip
    signature = sm2.sign(info.dump(), secret=maker.secret)
    made = Seal(
        {"info": info, "certificate": maker.certificate, "algorithm": sm2.SIGNATURE_OID, "signature": signature}
    )
    return bytes(made.dump())


def sign(*, seal: bytes, digest: bytes, subject: str, owner: Signatory, at: datetime) -> bytes:
    """The signature (DER) of a digest with a seal; no two are alike. `subject`: path of what was hashed, as OFD has it."""
    to_sign = ToSign(
        {"version": VERSION, "seal": Seal.load(seal, strict=True), "at": _second(at), "digest": digest, "subject": subject}
    )  # fmt: skip
    signature = sm2.sign(to_sign.dump(), secret=owner.secret)
    made = Signature(
        {"to_sign": to_sign, "certificate": owner.certificate, "algorithm": sm2.SIGNATURE_OID, "signature": signature}
    )
    return bytes(made.dump())


def read_seal(seal: bytes) -> SealFacts:
    """What a seal says, unproved. Raises `BadSeal`."""
    return _facts(_load(Seal, seal))


def read_maker(signature: bytes) -> bytes:
    """The certificate (DER) of the maker that a seal names, unproved. Raises `BadSeal`."""
    maker: bytes = _load(Signature, signature)["to_sign"]["seal"]["certificate"].native
    return maker


def read_picture(signature: bytes) -> Picture:
    """How the seal of a signature looks, unproved. Raises `BadSeal`."""
    return _facts(_load(Signature, signature)["to_sign"]["seal"]).picture


def verify(signature: bytes, *, digest: bytes, trusted: Sequence[bytes]) -> Sealed:
    """Proves both signatures, both certificates, and that the seal was in force. Raises `BadSeal` with the first reason that fails.

    `trusted`: certificates (DER) of the authorities of seals that this verifier believes.
    """
    read = _load(Signature, signature)
    said, at = read["to_sign"], read["to_sign"]["at"].native
    seal = said["seal"]
    _prove_seal(seal, trusted=trusted, at=at)
    _prove_owner(read, seal, trusted=trusted, at=at)
    if said["digest"].native != digest:
        raise BadSeal("other_content")
    facts = _facts(seal)
    if not facts.from_ <= at <= facts.until:
        raise BadSeal("not_in_force")
    certificate: bytes = read["certificate"].native
    return Sealed(facts, subject_of(certificate), certificate, at, digest, said["subject"].native)


def signed_by_owner(signature: bytes) -> tuple[bytes, bytes, bytes]:
    """What was signed, the signature and the certificate, for a second implementation to check. Raises `BadSeal`."""
    read = _load(Signature, signature)
    return read["to_sign"].dump(), read["signature"].native, read["certificate"].native


def _prove_seal(seal: Seal, *, trusted: Sequence[bytes], at: datetime) -> None:
    _require_sm2(seal)
    public = _certified(seal, trusted, at, "maker_unknown")
    _prove(seal["info"].dump(), seal, public, "seal_altered")


def _prove_owner(read: Signature, seal: Seal, *, trusted: Sequence[bytes], at: datetime) -> None:
    _require_sm2(read)
    if not _may_use(seal["info"]["property"], read["certificate"].native):
        raise BadSeal("not_its_owner")
    public = _certified(read, trusted, at, "owner_unknown")
    _prove(read["to_sign"].dump(), read, public, "signature")


def _may_use(property: Property, certificate: bytes) -> bool:
    if property["list_type"].native == DIGESTS:
        return digest(certificate) in [one["value"].native for one in property["list"]]
    return certificate in [one.native for one in property["list"]]


def _certified(signed: core.Sequence, trusted: Sequence[bytes], at: datetime, reason: str) -> bytes:
    try:
        return check_certificate(signed["certificate"].native, trusted=trusted, at=at)
    except BadCertificate:
        raise BadSeal(reason) from None


def _prove(data: bytes, signed: core.Sequence, public: bytes, reason: str) -> None:
    try:
        sm2.verify(data, signed["signature"].native, public=public)
    except BadSignature:
        raise BadSeal(reason) from None


def _require_sm2(signed: core.Sequence) -> None:
    if signed["algorithm"].dotted != sm2.SIGNATURE_OID:
        raise BadSeal("algorithm")


def _facts(seal: Seal) -> SealFacts:
    info, certificates = seal["info"], seal["info"]["property"]
    listed = certificates["list"].native if certificates["list_type"].native == CERTIFICATES else []
    picture = info["picture"]
    return SealFacts(
        id=info["id"].native, name=certificates["name"].native, maker=subject_of(seal["certificate"].native), owners=tuple(listed),
        made_at=certificates["made_at"].native, from_=certificates["from"].native, until=certificates["until"].native,
        picture=Picture(picture["type"].native, picture["data"].native, picture["width"].native, picture["height"].native),
    )  # fmt: skip


def _load(spec: Any, data: bytes) -> Any:
    """Everything in it is read now: what is broken is found here, and nowhere later."""
    if len(data) > MAX_BYTES:
        raise BadSeal("not_a_seal")
    try:
        read = spec.load(data, strict=True)
        _ = read.native
        again = spec.load(data, strict=True).copy().dump(force=True)
    except (ValueError, TypeError, KeyError, OverflowError):
        raise BadSeal("not_a_seal") from None
    if again != data:
        raise BadSeal("not_a_seal")
    return read


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)
