"""X.509 certificates with SM2 keys (GB/T 20518 in outline), made for seals and read again: `cryptography` does not know the curve."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, core, keys, x509

from tongban.kernel import sm2
from tongban.kernel.crypto import BadSignature

_SIGNING = {"algorithm": sm2.SIGNATURE_OID}


class BadCertificate(ValueError):
    """Not a certificate of an SM2 key, or not one that a trusted authority gave."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """A key with its certificate (DER). `secret`: 32 bytes; it stays in the process that signs."""

    certificate: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"Signatory({subject_of(self.certificate)})"


def make_authority(*, name: str, secret: bytes, serial: int, from_: datetime, until: datetime) -> Signatory:
    """Signed by itself: what verifiers are told to trust."""
    return Signatory(_issue(name, sm2.public_of(secret), name, secret, serial, from_, until, authority=True), secret)


def issue_certificate(
    *, name: str, public: bytes, by: Signatory, serial: int, from_: datetime, until: datetime
) -> bytes:
    """For the key of a seal's owner or maker."""
    return _issue(name, public, subject_of(by.certificate), by.secret, serial, from_, until, authority=False)


def check_certificate(certificate: bytes, *, trusted: Sequence[bytes], at: datetime) -> bytes:
    """The public key, where one of the trusted authorities gave the certificate and it was in force at `at`. Raises `BadCertificate`."""
    read = _read(certificate)
    validity = read["tbs_certificate"]["validity"]
    if not validity["not_before"].native <= at <= validity["not_after"].native:
        raise BadCertificate("not in force at that time")
    if certificate not in trusted and not any(_is_issued_by(read, authority, at) for authority in trusted):
        raise BadCertificate("no trusted authority gave it")
    return public_of(certificate)


def public_of(certificate: bytes) -> bytes:
    """Raises `BadCertificate` for a key of another curve."""
    info = _read(certificate)["tbs_certificate"]["subject_public_key_info"].dump()
    public = bytes(info[-sm2.PUBLIC_BYTES :])
    if info != sm2.public_info(public):
        raise BadCertificate("not an SM2 key")
    return public


def subject_of(certificate: bytes) -> str:
    return str(_read(certificate).subject.native["common_name"])


def _issue(
    name: str, public: bytes, issuer: str, secret: bytes, serial: int, from_: datetime, until: datetime, *, authority: bool
) -> bytes:  # fmt: skip
    usage = {"digital_signature", "non_repudiation"} | ({"key_cert_sign", "crl_sign"} if authority else set())
    extensions = [
        {"extn_id": "basic_constraints", "critical": True, "extn_value": {"ca": authority}},
        {"extn_id": "key_usage", "critical": True, "extn_value": usage},
    ]
    body = x509.TbsCertificate({
        "version": "v3", "serial_number": serial, "signature": algos.SignedDigestAlgorithm(_SIGNING),
        "issuer": x509.Name.build({"common_name": issuer}), "subject": x509.Name.build({"common_name": name}),
        "validity": {"not_before": x509.Time({"utc_time": from_}), "not_after": x509.Time({"utc_time": until})},
        "subject_public_key_info": keys.PublicKeyInfo.load(sm2.public_info(public)), "extensions": extensions,
    })  # fmt: skip
    signature = core.OctetBitString(sm2.sign(body.dump(), secret=secret))
    made = x509.Certificate(
        {"tbs_certificate": body, "signature_algorithm": algos.SignedDigestAlgorithm(_SIGNING), "signature_value": signature}
    )  # fmt: skip
    return bytes(made.dump())


def _is_issued_by(read: x509.Certificate, authority: bytes, at: datetime) -> bool:
    giver = _read(authority)
    validity = giver["tbs_certificate"]["validity"]
    named = (
        giver.ca
        and read.issuer == giver.subject
        and read["signature_algorithm"]["algorithm"].dotted == sm2.SIGNATURE_OID
    )
    if not named or not validity["not_before"].native <= at <= validity["not_after"].native:
        return False
    try:
        sm2.verify(read["tbs_certificate"].dump(), read["signature_value"].native, public=public_of(authority))
    except BadSignature:
        return False
    return True


def _read(certificate: bytes) -> x509.Certificate:
    try:
        read = x509.Certificate.load(certificate, strict=True)
        # Parts are read when they are asked for: all of them now, so that what is broken is found here.
        _ = read.native
    except (ValueError, TypeError, KeyError) as error:
        raise BadCertificate(type(error).__name__) from None
    return read
