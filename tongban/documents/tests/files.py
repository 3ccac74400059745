"""Files of the kinds that people hand in, and of the kinds that they should not; made on the fly."""

import struct
import zlib
from io import BytesIO
from zipfile import ZipFile

import pikepdf
from PIL import Image


def picture(kind: str, size: tuple[int, int] = (60, 40), **options: object) -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, **save: object) -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
        for _ in range(pages):
            document.add_blank_page()
        document.save(out, **save)
    return out.getvalue()


def pdf_with(**root: object) -> bytes:
    """A PDF whose catalogue holds these entries."""
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for name, value in root.items():
            document.Root[f"/{name}"] = value
        document.save(out)
    return out.getvalue()


def action(kind: str, **entries: object) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(S=pikepdf.Name(f"/{kind}"), **entries)


def pdf_with_attachment() -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.attachments["hidden.exe"] = b"MZ"
        document.save(out)
    return out.getvalue()


def pdf_with_picture(width: int, height: int) -> bytes:
    out = BytesIO()
    with pikepdf.new() as document:
        page = document.add_blank_page()
        stream = pikepdf.Stream(
            document, b"", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=width, Height=height
        )
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=stream))
        document.save(out)
    return out.getvalue()


def archive() -> bytes:
    out = BytesIO()
    with ZipFile(out, "w") as file:
        file.writestr("payload.txt", "hidden")
    return out.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb(side: int) -> bytes:
    """A few kilobytes that unfold to side × side pixels."""
    squeezer = zlib.compressobj(9)
    row = b"\0" * (side // 8 + 1)
    content = b"".join(squeezer.compress(row) for _ in range(side)) + squeezer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", content) + png_chunk(b"IEND", b"")


def png_carrying(content: bytes) -> bytes:
    """A valid picture with a private chunk."""
    data = picture("PNG")
    return data[:-12] + png_chunk(b"tnGb", content) + data[-12:]
