"""The seal of a document as a verifier sees it (PAdES of a PDF, GB/T 38540 of an OFD): does it cover the whole file, and who stands behind it.

Whether that maker is one of the issuer's, and which seals were stopped, is said by the issuer's signed status list, so that no certificate has to
be installed anywhere. When it was sealed is what the seal itself says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tongban.licences.status import digest_of
from tongban.licences.verdicts import NONE_STOPPED, SealState
from tongban.seals.gb38540 import BadSeal
from tongban.seals.ofd.package import NotOfd
from tongban.seals.ofd.verifying import read_maker, verify_ofd

_FAULTS: tuple[type[Exception], ...] = (
    PdfError, SignatureValidationError, InvalidSignature, ValueError, KeyError, TypeError, AttributeError, IndexError,
    StopIteration,
)  # fmt: skip
"""What a file that somebody made up can be wrong with."""


@dataclass(frozen=True, slots=True)
class Put:
    """A seal on a whole document: certificates (DER) of the seal and of its maker, and when it says that it was put on, a moment of its days."""

    certificate: bytes
    maker: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class FoundSeal:
    """What a document has: a seal on all of it, or `fault`. Plain values, so that another process can have read them; asked for any makers."""

    put: Put | None = None
    fault: Literal["none", "broken"] = "none"

    def __call__(self, makers: Sequence[bytes], stopped: Mapping[str, datetime] = NONE_STOPPED, /) -> SealState:
        if self.put is None:
            return self.fault
        if self.put.maker not in makers:
            return "foreign"
        return "stopped" if _is_over(self.put, stopped) else "whole"


def check_pdf(pdf: bytes) -> FoundSeal:
    """Read once."""
    try:
        seals = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        return FoundSeal(_put_on(seals) if seals else None)
    except _FAULTS:
        return FoundSeal(fault="broken")


def _put_on(seals: list[EmbeddedPdfSignature]) -> Put:
    """One seal, over every byte of the file, in force when it was put on. Raises one of `_FAULTS`."""
    (seal,) = seals
    signer = seal.signer_cert
    intact, valid = validate_sig_integrity(seal.signer_info, signer, "data", seal.compute_digest())
    if not intact or not valid or seal.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise ValueError("not the whole file as it was sealed")
    certificate, *others = (x509.load_der_x509_certificate(_der(one)) for one in (signer, *seal.other_embedded_certs))
    maker = next(other for other in others if other.subject == certificate.issuer)
    certificate.verify_directly_issued_by(maker)
    at = seal.self_reported_timestamp
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    # A time without its zone says nothing.
    if at is None or at.tzinfo is None or not since <= at <= until:
        raise ValueError("not in force when it was put on")
    return Put(_der(signer), maker.public_bytes(Encoding.DER), at)


def _der(certificate: Any) -> bytes:
    der: bytes = certificate.dump()
    return der


def check_ofd(ofd: bytes) -> FoundSeal:
    """Proved by the maker that the seal names; whether that one is believed is asked afterwards."""
    try:
        maker = read_maker(ofd)
        found = verify_ofd(ofd, trusted=[maker]).sealed
    except BadSeal as bad:
        return FoundSeal(fault="none" if bad.reason == "not_sealed" else "broken")
    except NotOfd:
        return FoundSeal(fault="broken")
    return FoundSeal(Put(found.certificate, maker, found.at))


def _is_over(put: Put, stopped: Mapping[str, datetime]) -> bool:
    since = stopped.get(digest_of(put.certificate))
    return since is not None and put.at >= since
