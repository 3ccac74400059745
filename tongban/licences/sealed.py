"""The seal of a document as a verifier sees it (PAdES of a PDF, GB/T 38540 of an OFD): does it cover the whole file, and who stands behind it.

Whether that maker is one of the issuer's is said by the issuer's signed status list, so that no certificate has to be installed anywhere.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tongban.licences.verdicts import CheckSeal, SealState
from tongban.seals.gb38540 import BadSeal
from tongban.seals.ofd.package import NotOfd
from tongban.seals.ofd.verifying import verify_ofd

_FAULTS: tuple[type[Exception], ...] = (
    PdfError, SignatureValidationError, InvalidSignature, ValueError, KeyError, TypeError, AttributeError, IndexError,
    StopIteration,
)  # fmt: skip
"""What a file that somebody made up can be wrong with."""
_UNBELIEVED = {"maker_unknown", "owner_unknown"}


def check_pdf(pdf: bytes) -> CheckSeal:
    """Read once; asked for any makers."""
    try:
        seals = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
        maker = _maker_of(seals) if seals else b""
    except _FAULTS:
        return lambda makers: "broken"
    if not maker:
        return lambda makers: "none"
    return lambda makers: "whole" if maker in makers else "foreign"


def _maker_of(seals: list[EmbeddedPdfSignature]) -> bytes:
    """One seal, over every byte of the file: the certificate of its maker. Raises one of `_FAULTS`."""
    (seal,) = seals
    signer = seal.signer_cert
    intact, valid = validate_sig_integrity(seal.signer_info, signer, "data", seal.compute_digest())
    if not intact or not valid or seal.evaluate_signature_coverage() is not SignatureCoverageLevel.ENTIRE_FILE:
        raise ValueError("not the whole file as it was sealed")
    certificate, *others = (x509.load_der_x509_certificate(_der(one)) for one in (signer, *seal.other_embedded_certs))
    maker = next(other for other in others if other.subject == certificate.issuer)
    certificate.verify_directly_issued_by(maker)
    return maker.public_bytes(Encoding.DER)


def _der(certificate: Any) -> bytes:
    der: bytes = certificate.dump()
    return der


def check_ofd(ofd: bytes) -> CheckSeal:
    def check(makers: Sequence[bytes]) -> SealState:
        try:
            verify_ofd(ofd, trusted=makers)
        except BadSeal as bad:
            return "none" if bad.reason == "not_sealed" else "foreign" if bad.reason in _UNBELIEVED else "broken"
        except NotOfd:
            return "broken"
        return "whole"

    return check
