"""A seal on an OFD: `Signature.xml` lists the digest of every file of the package, and the seal's signature holds the digest of `Signature.xml`.

In two steps, for the key of a seal lies in another process: `prepare_seal` says what is to be signed, `attach_seal` takes the signature in.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tongban.kernel import sm2
from tongban.seals import gb38540
from tongban.seals.ofd import package
from tongban.seals.ofd.package import NotOfd, element, write_xml
from tongban.seals.ofd.page import Box
from tongban.seals.sm2_certificates import Signatory


@dataclass(frozen=True, slots=True)
class Prepared:
    """`digest` of `subject` is what the seal signs (`gb38540.sign`)."""

    files: Mapping[str, bytes]
    digest: bytes
    subject: str


def seal_ofd(ofd: bytes, *, seal: bytes, owner: Signatory, at: datetime, page: int, place: Box) -> bytes:
    """Both steps where the key is at hand."""
    prepared = prepare_seal(ofd, at=at, page=page, place=place)
    signature = gb38540.sign(seal=seal, digest=prepared.digest, subject=prepared.subject, owner=owner, at=at)
    return attach_seal(prepared, signature=signature)


def prepare_seal(ofd: bytes, *, at: datetime, page: int, place: Box) -> Prepared:
    """`page` from 0. Refuses what is sealed already. Raises `NotOfd`."""
    files = package.unpack(ofd)
    if package.SIGNATURES in files:
        raise NotOfd
    pages = package.each(package.read_xml(files, package.DOCUMENT), "Pages/Page")
    description = _describe(files, at=at, page_id=pages[page].get("ID"), place=place)
    listed = element("Signature", ID="1", Type="Seal", BaseLoc="/" + _path("Signature.xml"))
    signatures = element("Signatures", element("MaxSignId", text="1"), listed)
    added = {_path("Signature.xml"): description, package.SIGNATURES: write_xml(signatures)}
    return Prepared({**files, **added}, gb38540.digest(description), "/" + _path("Signature.xml"))


def attach_seal(prepared: Prepared, *, signature: bytes) -> bytes:
    return package.pack({**prepared.files, _path("SignedValue.dat"): signature})


def _describe(files: Mapping[str, bytes], *, at: datetime, page_id: str, place: Box) -> bytes:
    checks = [
        element("Reference", element("CheckValue", text=base64.b64encode(gb38540.digest(files[name])).decode()), FileRef=f"/{name}")
        for name in sorted(files)
    ]  # fmt: skip
    box = " ".join(f"{value:g}" for value in (place.x, place.y, place.width, place.height))
    info = element(
        "SignedInfo", element("Provider", ProviderName="tongban", Version="1.0", Company="tongban"),
        element("SignatureMethod", text=sm2.SIGNATURE_OID), element("SignatureDateTime", text=f"{at:%Y%m%d%H%M%SZ}"),
        element("References", *checks, CheckMethod=gb38540.SM3_OID), element("StampAnnot", ID="1", PageRef=page_id, Boundary=box),
    )  # fmt: skip
    return write_xml(element("Signature", info, element("SignedValue", text="/" + _path("SignedValue.dat"))))


def _path(name: str) -> str:
    return f"{package.SIGNS}Sign_0/{name}"
