"""The maker of seals (制章者): a small certificate authority of each place. Certificates of seals, and the list of those that ended early.

P-256 with SHA-256 (RFC 5280), which every PDF reader verifies. All functions are pure but for the serial numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tongban.kernel.workdays import SHANGHAI

MAKER_YEARS = 10
LIST_VALID = timedelta(days=3)
LIST_RENEWED = timedelta(days=1)
"""The list of ended seals is written anew each day and may be used for three."""
_BACK = timedelta(minutes=5)
"""Clocks of those who verify may be late."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands in a certificate. `uscc`: unified social credit code of the owner, or ""."""

    name: str
    unit: str = ""
    uscc: str = ""

    def as_name(self) -> x509.Name:
        parts = [
            (NameOID.COUNTRY_NAME, "CN"), (NameOID.ORGANIZATION_NAME, self.name), (NameOID.ORGANIZATIONAL_UNIT_NAME, self.unit),
            (NameOID.SERIAL_NUMBER, self.uscc), (NameOID.COMMON_NAME, f"{self.name}{self.unit}"[:64]),
        ]  # fmt: skip
        return x509.Name([x509.NameAttribute(oid, value[:64]) for oid, value in parts if value])


def certify_maker(key: ec.EllipticCurvePrivateKey, *, subject: Subject, at: datetime) -> bytes:
    """A root certificate, DER."""
    name = subject.as_name()
    until = at + timedelta(days=366 * MAKER_YEARS)
    new = _begun(name, issuer=name, key=key.public_key(), since=at - _BACK, until=until)
    new = new.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    new = new.add_extension(_usage(certificates=True), critical=True)
    return new.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def certify_seal(
    key: ec.EllipticCurvePublicKey,
    *,
    subject: Subject,
    since: date,
    until: date,
    at: datetime,
    maker: bytes,
    maker_key: ec.EllipticCurvePrivateKey,
) -> bytes:
    """`since` to `until`, both included, days in Shandong; never before `at`."""
    issuer = x509.load_der_x509_certificate(maker)
    first = max(_start_of(since), at - _BACK)
    last = min(_start_of(until + timedelta(days=1)) - timedelta(seconds=1), issuer.not_valid_after_utc)
    new = _begun(subject.as_name(), issuer=issuer.subject, key=key, since=first, until=last)
    new = new.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    new = new.add_extension(_usage(), critical=True)
    new = new.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(maker_key.public_key()), critical=False)
    return new.sign(maker_key, hashes.SHA256()).public_bytes(Encoding.DER)


def certify_stamper(
    key: ec.EllipticCurvePublicKey,
    *,
    subject: Subject,
    at: datetime,
    maker: bytes,
    maker_key: ec.EllipticCurvePrivateKey,
    lists_at: str = "",
) -> bytes:
    """Of a time-stamp authority (RFC 3161 § 2.3: this purpose alone). `lists_at`: where the maker's list of ended ones is read."""
    issuer = x509.load_der_x509_certificate(maker)
    until = issuer.not_valid_after_utc
    new = _begun(subject.as_name(), issuer=issuer.subject, key=key, since=at - _BACK, until=until)
    new = new.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    new = new.add_extension(_usage(), critical=True)
    new = new.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if lists_at:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(lists_at)], None, None, None)
        new = new.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return new.sign(maker_key, hashes.SHA256()).public_bytes(Encoding.DER)


def list_ended(
    ended: Iterable[tuple[int, datetime]],
    *,
    maker: bytes,
    maker_key: ec.EllipticCurvePrivateKey,
    number: int,
    at: datetime,
) -> bytes:
    """The list (CRL, RFC 5280 § 5), DER. `ended`: serial number and since when. `number` rises from list to list."""
    new = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_der_x509_certificate(maker).subject)
        .last_update(at - _BACK)
        .next_update(at + LIST_VALID)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(maker_key.public_key()), critical=False)
    )
    for serial, since in ended:
        new = new.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
        )
    return new.sign(maker_key, hashes.SHA256()).public_bytes(Encoding.DER)


def serial_of(certificate: bytes) -> int:
    return x509.load_der_x509_certificate(certificate).serial_number


def _begun(
    name: x509.Name, *, issuer: x509.Name, key: ec.EllipticCurvePublicKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, certificates: bool = False) -> x509.KeyUsage:
    """Either certificates and lists are signed with a key, or documents that nobody may deny."""
    return x509.KeyUsage(
        digital_signature=not certificates, content_commitment=not certificates, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=certificates, crl_sign=certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
