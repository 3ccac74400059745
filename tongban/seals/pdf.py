"""A PDF and a seal (PAdES, ETSI EN 319 142-1): prepared by whoever has the document, signed by the signer, put together again.

The sealed file begins with the bytes that were to be sealed, so that their hash still proves them. What proves the seal later on (certificates
and the lists of those that ended) is written before the signature, so that one signature covers everything. No table, no private key.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Literal

from asn1crypto import algos, cms, crl
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.content import ImportedPdfPage
from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import ExternalSigner, PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

Level = Literal["B-B", "B-LT"]
POINTS_PER_MM = 72 / 25.4
_HASH = "sha256"
_MECHANISM = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
_FILL = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins.uniform(0))
_SIGNATURE_BYTES = 72
"""The longest of P-256 in DER."""
_ROOM, _ROOM_WITH_STAMP = 8 * 1024, 32 * 1024
"""Hexadecimal digits kept free for the signature."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the middle of the seal lies: page from 0, millimetres from the left and from the top."""

    page: int
    x: float
    y: float
    across: float = 42.0


@dataclass(frozen=True, slots=True)
class Proof:
    """What a verifier needs beside the signature: certificates and lists (CRL), DER. Of the seal's maker, and of the time-stamp authority."""

    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()

    def as_json(self) -> dict[str, list[str]]:
        return {
            "certificates": [one.hex() for one in self.certificates],
            "lists": [one.hex() for one in self.lists],
        }

    @classmethod
    def from_json(cls, value: dict[str, list[str]]) -> "Proof":
        """ValueError for what is none."""
        certificates, lists = (tuple(map(bytes.fromhex, value.get(name, ()))) for name in ("certificates", "lists"))
        return cls(certificates, lists)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A PDF with room for its signature between `start` and `end`; `attributes`: the bytes that the seal's key is to sign."""

    pdf: bytes
    start: int
    end: int
    attributes: bytes

    @property
    def digest(self) -> bytes:
        """SHA-256 of everything but that room."""
        return hashlib.sha256(self.pdf[: self.start] + self.pdf[self.end :]).digest()

    def is_whole(self) -> bool:
        """Whether the attributes speak of these bytes; what the signer asks before it signs."""
        named = [
            one["values"][0].native for one in _attributes(self.attributes) if one["type"].native == "message_digest"
        ]
        return named == [self.digest]


def prepare(
    pdf: bytes, *, picture: bytes, spot: Spot, certificate: bytes, maker: bytes, proof: Proof, stamped: bool, name: str, at: datetime
) -> Prepared:  # fmt: skip
    """`picture`: the seal as PDF of one page. `proof` is written into the file; without lists the file proves itself for now only (B-B).

    `at`: when it is sealed, as the file says it, to the second.
    """
    signer = _signer(certificate, maker, bytes(_SIGNATURE_BYTES))
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    field = SigFieldSpec("Seal", on_page=spot.page, box=_box(writer, spot))
    meta = PdfSignatureMetadata(field_name="Seal", md_algorithm=_HASH, subfilter=SigSeedSubFilter.PADES, name=name)
    if proof.lists:
        _supply(writer, proof)
    output = BytesIO()
    session = PdfSigner(meta, signer, stamp_style=style_of(picture), new_field_spec=field).init_signing_session(writer)
    session.system_time = at
    room = _ROOM_WITH_STAMP if stamped else _ROOM
    digest, _ = session.prepare_tbs_document(None, bytes_reserved=room).digest_tbs_document(output=output)
    attributes = asyncio.run(signer.signed_attrs(digest.document_digest, _HASH, use_pades=True))
    return Prepared(output.getvalue(), digest.reserved_region_start, digest.reserved_region_end, attributes.dump())


def embed(
    prepared: Prepared, *, signature: bytes, certificate: bytes, maker: bytes, stamper: TimeStamper | None
) -> bytes:
    """The sealed file. `signature`: of `prepared.attributes`. Raises what the time-stamp authority's adapter raises."""
    signer = _signer(certificate, maker, signature)
    signed = asyncio.run(
        signer.async_sign_prescribed_attributes(_HASH, _attributes(prepared.attributes), timestamper=stamper)
    )
    output = BytesIO(prepared.pdf)
    PreparedByteRangeDigest(prepared.digest, prepared.start, prepared.end).fill_with_cms(output, signed)
    return output.getvalue()


def style_of(picture: bytes) -> StaticStampStyle:
    """The seal and nothing else: no frame, no words of the program."""
    return StaticStampStyle(
        background=_Picture(picture), background_opacity=1.0, background_layout=_FILL, border_width=0
    )


class _Picture(ImportedPdfPage):
    """A page that is in memory, laid on as ink: what is printed below it stays legible."""

    def __init__(self, data: bytes) -> None:
        super().__init__("")  # type: ignore[no-untyped-call]
        self.data = data

    def render(self) -> bytes:
        page = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.data)))
        self.resources.xobject["/Seal"] = page
        left, low, right, high = page.get_object()["/BBox"]
        self.box = BoxConstraints(width=round(right - left), height=round(high - low))
        # As one group: what is white in the seal stays white.
        page.get_object()["/Group"] = DictionaryObject(
            {pdf_name("/S"): pdf_name("/Transparency"), pdf_name("/CS"): pdf_name("/DeviceRGB")}
        )
        self.resources.ext_g_state["/Ink"] = DictionaryObject({pdf_name("/BM"): pdf_name("/Multiply")})
        return b"/Ink gs /Seal Do"


def _supply(writer: IncrementalPdfFileWriter, proof: Proof) -> None:
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=[Certificate.load(each) for each in proof.certificates],
        crls=[crl.CertificateList.load(each) for each in proof.lists],
    )


def _box(writer: IncrementalPdfFileWriter, spot: Spot) -> tuple[int, int, int, int]:
    page, _ = writer.find_page_for_modification(spot.page)
    height = float(page.get_object()["/MediaBox"][3])
    half = spot.across / 2
    left, right = ((spot.x + side) * POINTS_PER_MM for side in (-half, half))
    low, high = (height - (spot.y + side) * POINTS_PER_MM for side in (half, -half))
    return round(left), round(low), round(right), round(high)


def _signer(certificate: bytes, maker: bytes, signature: bytes) -> ExternalSigner:
    known = SimpleCertificateStore.from_certs([Certificate.load(maker)])
    return ExternalSigner(Certificate.load(certificate), known, signature, signature_mechanism=_MECHANISM)


def _attributes(data: bytes) -> cms.CMSAttributes:
    return cms.CMSAttributes.load(data)


def join(first: Proof, *others: Proof) -> Proof:
    every: Sequence[Proof] = (first, *others)
    return Proof(
        tuple(dict.fromkeys(one for each in every for one in each.certificates)),
        tuple(dict.fromkeys(one for each in every for one in each.lists)),
    )
