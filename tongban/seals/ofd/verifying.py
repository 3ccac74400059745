"""Whether a sealed OFD is what was sealed. Nothing in the package is outside its seal but the seal itself."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongban.kernel import sm2
from tongban.seals import gb38540
from tongban.seals.gb38540 import BadSeal, Sealed
from tongban.seals.ofd import package
from tongban.seals.ofd.package import NotOfd, absolute, each, read_xml, text_at
from tongban.seals.ofd.page import Box


@dataclass(frozen=True, slots=True)
class SealedOfd:
    """`page`: number of the sealed page from 0; `place`: where on it the seal stands. `attachments`: file name → content."""

    sealed: Sealed
    page: int
    place: Box
    attachments: Mapping[str, bytes]


def verify_ofd(data: bytes, *, trusted: Sequence[bytes]) -> SealedOfd:
    """`trusted`: certificates (DER) of the authorities of seals that are believed.

    Raises `NotOfd` (not_ofd, too_large) and `BadSeal`: its reasons and not_sealed, added, altered.
    """
    files = package.unpack(data)
    path = find_signature(files)
    description = read_xml(files, path)
    value = absolute(text_at(description, "SignedValue"), base=path)
    sealed = gb38540.verify(files.get(value, b""), digest=gb38540.digest(files[path]), trusted=trusted)
    if sealed.subject != f"/{path}":
        raise BadSeal("other_content")
    _prove_files(files, description, outside={path, value, package.SIGNATURES})
    page, place = read_place(files, description)
    return SealedOfd(sealed, page, place, list_attachments(files))


def read_maker(data: bytes) -> bytes:
    """The certificate (DER) of the maker that the seal names, unproved. Raises `NotOfd`, `BadSeal`."""
    files = package.unpack(data)
    path = find_signature(files)
    value = absolute(text_at(read_xml(files, path), "SignedValue"), base=path)
    return gb38540.read_maker(files.get(value, b""))


def find_signature(files: Mapping[str, bytes]) -> str:
    """Path of the one `Signature.xml`. Raises `BadSeal`: not_sealed."""
    if package.SIGNATURES not in files:
        raise BadSeal("not_sealed")
    listed = each(read_xml(files, package.SIGNATURES), "Signature")
    if len(listed) != 1:
        raise BadSeal("not_sealed")
    path = absolute(listed[0].get("BaseLoc", ""), base=package.SIGNATURES)
    if path not in files:
        raise BadSeal("not_sealed")
    return path


def read_place(files: Mapping[str, bytes], description: Any) -> tuple[int, Box]:
    stamps = each(description, "SignedInfo/StampAnnot")
    pages = [page.get("ID") for page in each(read_xml(files, package.DOCUMENT), "Pages/Page")]
    try:
        (stamp,) = stamps
        x, y, width, height = (float(value) for value in stamp.get("Boundary").split())
        return pages.index(stamp.get("PageRef")), Box(x, y, width, height)
    except (ValueError, AttributeError):
        raise NotOfd from None


def list_attachments(files: Mapping[str, bytes]) -> dict[str, bytes]:
    if package.ATTACHMENTS not in files:
        return {}
    listed = each(read_xml(files, package.ATTACHMENTS), "Attachment")
    places = {one.get("Name"): absolute(text_at(one, "FileLoc"), base=package.ATTACHMENTS) for one in listed}
    return {str(name): files[place] for name, place in places.items() if place in files}


def _prove_files(files: Mapping[str, bytes], description: Any, *, outside: set[str]) -> None:
    info = each(description, "SignedInfo")
    if len(info) != 1 or text_at(info[0], "SignatureMethod") != sm2.SIGNATURE_OID:
        raise BadSeal("algorithm")
    lists = each(info[0], "References")
    if len(lists) != 1 or lists[0].get("CheckMethod") != gb38540.SM3_OID:
        raise BadSeal("algorithm")
    checks = {absolute(one.get("FileRef", ""), base=""): _value(one) for one in each(lists[0], "Reference")}
    if set(files) - outside != set(checks):
        raise BadSeal("added")
    if any(gb38540.digest(files[name]) != check for name, check in checks.items()):
        raise BadSeal("altered")


def _value(reference: Any) -> bytes:
    try:
        return base64.b64decode(text_at(reference, "CheckValue"), validate=True)
    except binascii.Error:
        raise BadSeal("altered") from None
