"""What somebody shows (出示): a code, a photograph of one, a licence as PDF, OFD or licence file, a credential. All become one `Shown`.

Nothing is believed here. What cannot be read ends as `Unreadable` with the reason of the verdict.
"""

import base64
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image, UnidentifiedImageError

from tongban.kernel import strictjson
from tongban.licences.content import MAX_BYTES as MAX_CONTENT
from tongban.licences.content import BadContent, Content, read_content
from tongban.licences.face import BadFace, SignedFace, as_envelope, read_envelope
from tongban.licences.qr import MARK, MAX_TEXT, BadCode, read_code
from tongban.licences.sealed import check_ofd, check_pdf
from tongban.licences.share_codes import ShareCode, read_share_code
from tongban.licences.verdicts import CheckSeal, Reason, Shown
from tongban.seals.ofd.package import NotOfd, unpack
from tongban.seals.ofd.verifying import list_attachments

FORMAT = "tongban-licence;v=1"
ATTACHMENT = "licence.tblic"
"""Name of the licence file inside a PDF."""
MAX_FILE = 8 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_PAGES = 4
RENDER_SCALE = 200 / 72
MAX_OPENED = 32 * 1024 * 1024
"""Bytes that one stream of a PDF may become."""
MAX_OBJECTS = 20_000
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_SPECIMEN = "TB0."
_FAULTS: tuple[type[Exception], ...] = (
    pikepdf.PdfError, RuntimeError, LookupError, TypeError, AttributeError, ValueError,
)  # fmt: skip
"""What a reader of PDF stumbles over in a file that somebody made up; `PdfiumError` is a RuntimeError."""
_NOT_OFD = {"too_large": Reason.TOO_LARGE, "not_ofd": Reason.NOT_A_LICENCE}
_CODES = re.compile(rb"TB[01]\.[A-Z2-7]+")


pikepdf.settings.set_qpdf_limits(
    flate_max_memory=MAX_OPENED, run_length_max_memory=MAX_OPENED, png_max_memory=MAX_OPENED, tiff_max_memory=MAX_OPENED,
    dct_max_memory=MAX_OPENED, max_stream_filters=2,
)  # fmt: skip


class Unreadable(ValueError):
    """Not something that can be judged; `reason` is the verdict on it."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.value)


def write_licence_file(signed: SignedFace, content: Content) -> bytes:
    """The licence as one file that proves itself: canonical JSON of the envelope and the content that its face names by hash."""
    parts = {"envelope": as_envelope(signed), "content": content.as_bytes()}
    coded = {name: base64.b64encode(part).decode() for name, part in parts.items()}
    return strictjson.canonical({"format": FORMAT, **coded})


def read_text(text: str) -> Shown:
    """A code, as scanned or pasted; spaces and line breaks of a message do not matter. Raises `Unreadable`."""
    bare = "".join(text.split())
    if bare.startswith(_SPECIMEN):
        raise Unreadable(Reason.SPECIMEN)
    if len(bare) > MAX_TEXT:
        raise Unreadable(Reason.TOO_LARGE)
    try:
        return Shown(read_code(bare))
    except BadCode:
        raise Unreadable(Reason.NOT_A_LICENCE) from None


def read_shown(data: bytes) -> Shown:
    """A file of any kind that a licence comes in. Raises `Unreadable`."""
    if len(data) > MAX_FILE:
        raise Unreadable(Reason.TOO_LARGE)
    if data.startswith(b"%PDF-"):
        return _read_pdf(data)
    if data.startswith((MARK.encode(), _SPECIMEN.encode())):
        return read_text(data.decode("ascii", "replace"))
    if data.startswith(b"{"):
        return read_licence_file(data)
    if data.startswith(b"PK\x03\x04"):
        return _read_ofd(data)
    return _read_image(data)


def find_share_code(data: bytes) -> ShareCode | None:
    """On the picture that the recipient of a share has; None for anything else, and for a picture that holds a licence's code too."""
    if len(data) > MAX_FILE or data.startswith((b"%PDF-", b"{", b"PK\x03\x04")):
        return None
    try:
        texts = {found.text for found in zxingcpp.read_barcodes(_open_image(data), formats=_QR) if found.valid}
    except Unreadable:
        return None
    codes = [code for text in texts if (code := read_share_code(text))]
    return codes[0] if len(codes) == len(texts) == 1 else None


def read_licence_file(data: bytes) -> Shown:
    """What `write_licence_file` wrote. Raises `Unreadable`."""
    try:
        value = strictjson.parse_canonical(data, max_bytes=4 * MAX_CONTENT)
        if set(value) != {"format", "envelope", "content"} or value["format"] != FORMAT:
            raise Unreadable(Reason.NOT_A_LICENCE)
        parts = {name: base64.b64decode(value[name], validate=True) for name in ("envelope", "content")}
        signed, content = read_envelope(parts["envelope"]), read_content(parts["content"])
    except (BadFace, BadContent, TypeError, ValueError) as error:
        raise error if isinstance(error, Unreadable) else Unreadable(Reason.NOT_A_LICENCE) from None
    # Unused bits in the last character of base64 would let two files mean one licence.
    if write_licence_file(signed, content) != data:
        raise Unreadable(Reason.NOT_A_LICENCE)
    return Shown(signed, content)


def _read_pdf(data: bytes) -> Shown:
    """The licence file inside. Of a document that is not whole every code printed on its pages counts too, so that people are told what is wrong."""
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            # Its tables and packed objects are opened within limits here before a reader without limits sees them.
            if len(pdf.objects) > MAX_OBJECTS:
                raise Unreadable(Reason.TOO_LARGE)
            found = [read_licence_file(part) for part in _attached(pdf)]
    except Unreadable:
        raise
    except _FAULTS:
        raise Unreadable(Reason.NOT_A_LICENCE) from None
    check = check_pdf(data)
    if not found or check(()) in ("none", "broken"):
        found += [read_text(code) for page in _render(data) for code in _codes_on(page)]
    return _as_document(found, check)


def _read_ofd(data: bytes) -> Shown:
    try:
        inside = list_attachments(unpack(data))
    except NotOfd as error:
        raise Unreadable(_NOT_OFD[error.reason]) from None
    return _as_document(
        [read_licence_file(part) for name, part in inside.items() if name == ATTACHMENT], check_ofd(data)
    )


def _as_document(found: list[Shown], check: CheckSeal) -> Shown:
    if not found:
        raise Unreadable(Reason.NOT_A_LICENCE)
    first = found[0]
    return replace(first, others=tuple(one.signed for one in found[1:]), check_seal=check)


def _attached(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    for name, spec in pdf.attachments.items():
        if name == ATTACHMENT:
            stream = spec.get_file()
            if stream.size and stream.size > MAX_FILE:
                raise Unreadable(Reason.TOO_LARGE)
            yield stream.read_bytes()


def _render(data: bytes) -> Iterator[Image.Image]:
    try:
        with closing(pypdfium2.PdfDocument(data)) as document:
            for number in range(min(len(document), MAX_PAGES)):
                page = document[number]
                if page.get_width() * page.get_height() * RENDER_SCALE**2 > MAX_PIXELS:
                    raise Unreadable(Reason.TOO_LARGE)
                yield page.render(scale=RENDER_SCALE, grayscale=True).to_pil()
    except Unreadable:
        raise
    except _FAULTS:
        raise Unreadable(Reason.NOT_A_LICENCE) from None


def _read_image(data: bytes) -> Shown:
    # A picture that is a document too says one thing to people and another to machines.
    if b"%PDF-" in data or b"PK\x03\x04" in data:
        raise Unreadable(Reason.NOT_A_LICENCE)
    codes = list(dict.fromkeys(_codes_on(_open_image(data))))
    if not codes:
        raise Unreadable(Reason.NOT_A_LICENCE)
    first, *others = map(read_text, codes)
    return Shown(first.signed, None, tuple(one.signed for one in others))


def _open_image(data: bytes) -> Image.Image:
    try:
        image = Image.open(BytesIO(data), formats=("PNG", "JPEG", "WEBP"))
        if image.width * image.height > MAX_PIXELS:
            raise Unreadable(Reason.TOO_LARGE)
        return image.convert("L")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, SyntaxError):
        raise Unreadable(Reason.NOT_A_LICENCE) from None


def _codes_on(image: Image.Image) -> Iterator[str]:
    """QR codes of licences in this picture; others are none of our business."""
    for found in zxingcpp.read_barcodes(image, formats=_QR):
        if found.valid and _CODES.match(found.text.encode()):
            yield found.text
