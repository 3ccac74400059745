"""The inspection of one file, run as a process of its own: `python -I -m tongban.documents.inspect < file`.

It may use little memory and time and may write nothing, so that a hostile file harms only itself. Result: one JSON object on standard
output, `{"media_type", "pages", "size"}` or `{"refused", "reason"}`. Reads no settings, knows no case.
"""

import json
import os
import resource
import sys
from io import BytesIO
from typing import NoReturn
from zipfile import is_zipfile

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_PAGES = 500
MAX_DEPTH = 50

MEMORY = 1024 * 1024 * 1024
CPU_SECONDS = 8

_PNG = b"\x89PNG\r\n\x1a\n"
_ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMedia", "/XFA"})
_ACTIVE_ACTIONS = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/Rendition", "/Movie"})


class _Refused(Exception):
    def __init__(self, refused: str, reason: str) -> None:
        self.refused, self.reason = refused, reason


def inspect(data: bytes) -> dict[str, object]:
    """Decide by content alone what the file is, and read all of it. Raises `_Refused`."""
    if not data:
        raise _Refused("UnreadableFile", "empty")
    if len(data) > MAX_BYTES:
        raise _Refused("FileTooLarge", "size")
    media_type, pages = _read(data)
    # A ZIP may hide inside any of them: its directory stands at the end of a file.
    if is_zipfile(BytesIO(data)):
        raise _Refused("DisguisedFile", "zip")
    return {"media_type": media_type, "pages": pages, "size": len(data)}


def _read(data: bytes) -> tuple[str, int]:
    if data.startswith(b"%PDF-"):
        return "application/pdf", _pdf_pages(data)
    if data.startswith(_PNG):
        _require_end(data, _png_end(data))
        _decode(data, "PNG")
        return "image/png", 1
    if data.startswith(b"\xff\xd8\xff"):
        _require_jpeg_end(data)
        _decode(data, "JPEG")
        return "image/jpeg", 1
    if any(mark in data[:1024] for mark in (b"%PDF-", _PNG)):
        raise _Refused("DisguisedFile", "leading")
    raise _Refused("FileTypeNotAllowed", "type")


def _require_end(data: bytes, end: int) -> None:
    if data[end:].strip(b"\0"):
        raise _Refused("DisguisedFile", "trailing")


def _png_end(data: bytes) -> int:
    """Where the IEND chunk ends; refuses the size before anything is decoded."""
    _require_pixels(int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))
    place = len(_PNG)
    while place + 12 <= len(data):
        length, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        place += 12 + length
        if kind == b"IEND":
            return place
    raise _Refused("UnreadableFile", "truncated")


def _require_jpeg_end(data: bytes) -> None:
    """Cameras append further whole pictures (CIPA DC-007, multi-picture format); anything else after the end is foreign."""
    end = _jpeg_end(data, 0)
    several = b"MPF\0" in data[:end]
    while several and data.startswith(b"\xff\xd8\xff", end):
        end = _jpeg_end(data, end)
    _require_end(data, end)


def _jpeg_end(data: bytes, place: int) -> int:
    """Walk from the start mark at `place` to behind the end mark (ITU-T T.81 annex B)."""
    place += 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        mark = data[place + 1]
        if mark == 0xD9:
            return place + 2
        if mark == 0xFF:
            place += 1
            continue
        place += 2 + int.from_bytes(data[place + 2 : place + 4])
        if mark == 0xDA:
            place = _scan_end(data, place)
    if data[place : place + 2] == b"\xff\xd9":
        return place + 2
    raise _Refused("UnreadableFile", "truncated")


def _scan_end(data: bytes, place: int) -> int:
    """The next mark that ends entropy-coded data: not a stuffed zero, not a restart mark."""
    while (place := data.find(b"\xff", place)) >= 0 and place + 1 < len(data):
        if data[place + 1] != 0 and not 0xD0 <= data[place + 1] <= 0xD7:
            return place
        place += 2
    raise _Refused("UnreadableFile", "truncated")


def _require_pixels(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise _Refused("TooManyPixels", "pixels")


def _decode(data: bytes, kind: str) -> None:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    try:
        with Image.open(BytesIO(data), formats=[kind]) as image:
            _require_pixels(*image.size)
            image.load()
    except (OSError, ValueError, SyntaxError, EOFError):
        raise _Refused("UnreadableFile", "damaged") from None


def _pdf_pages(data: bytes) -> int:
    import pikepdf

    _require_pdf_end(data)
    try:
        with pikepdf.open(BytesIO(data), attempt_recovery=False, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise _Refused("UnreadableFile", "encrypted")
            _require_passive(pdf)
            pages = len(pdf.pages)
    except pikepdf.PasswordError:
        raise _Refused("UnreadableFile", "encrypted") from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise _Refused("UnreadableFile", "damaged") from None
    if not 0 < pages <= MAX_PAGES:
        raise _Refused("UnreadableFile", "pages")
    return pages


def _require_pdf_end(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise _Refused("UnreadableFile", "truncated")
    if data[end + 5 :].strip(b"\0\t\n\f\r "):
        raise _Refused("DisguisedFile", "trailing")


def _require_passive(pdf: object) -> None:
    for number, item in enumerate(pdf.objects):  # type: ignore[attr-defined]
        if number > 200_000:
            raise _Refused("UnreadableFile", "objects")
        _require_passive_object(item, depth=0)


def _require_passive_object(item: object, *, depth: int) -> None:
    """No script, nothing started, nothing inside, no picture larger than one handed in alone. Indirect objects have their own turn."""
    import pikepdf

    if depth > MAX_DEPTH:
        raise _Refused("UnreadableFile", "depth")
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        _require_passive_keys(item)
        children = [value for _, value in item.items()]
    elif isinstance(item, pikepdf.Array):
        children = list(item)
    else:
        return
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            _require_passive_object(child, depth=depth + 1)


def _require_passive_keys(item: object) -> None:
    keys = set(item.keys())  # type: ignore[attr-defined]
    if keys & _ACTIVE_KEYS or str(item.get("/S")) in _ACTIVE_ACTIONS:  # type: ignore[attr-defined]
        raise _Refused("ActiveContent", "active")
    if item.get("/Type") == "/EmbeddedFile":  # type: ignore[attr-defined]
        raise _Refused("ActiveContent", "embedded")
    if item.get("/Subtype") == "/Image":  # type: ignore[attr-defined]
        _require_pixels(int(item.get("/Width", 0)), int(item.get("/Height", 0)))  # type: ignore[attr-defined]


def _limit() -> None:
    """Before the first byte is read."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> NoReturn:
    _limit()
    try:
        answer = inspect(sys.stdin.buffer.read(MAX_BYTES + 1))
    except _Refused as refusal:
        answer = {"refused": refusal.refused, "reason": refusal.reason}
    except MemoryError:
        answer = {"refused": "UnreadableFile", "reason": "too costly"}
    sys.stdout.write(json.dumps(answer))
    sys.stdout.flush()
    # No destructors of parsers that may be in a bad state.
    os._exit(0)


if __name__ == "__main__":
    main()
