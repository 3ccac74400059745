"""Pages as OFD (GB/T 33190-2016, the subset that a licence needs): texts with embedded fonts, paths, pictures, attachments."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import count, pairwise
from typing import Any

from tongban.seals.ofd import package
from tongban.seals.ofd.package import element, write_xml
from tongban.seals.ofd.page import Colour, Font, Image, Item, Page, Shape, Words

ASCENT = 1.0
LINE = 1.4
"""Room above the base line, and for a line: parts of the font's size."""


@dataclass(frozen=True, slots=True)
class Titled:
    """What the file says of itself; no personal data."""

    title: str
    author: str
    made_on: date


@dataclass
class _Book:
    """Numbers that name the parts (ST_ID), and what the parts refer to."""

    numbers: Iterator[int]
    fonts: dict[str, int]
    pictures: dict[bytes, int]
    last: int = 0

    def next(self) -> int:
        self.last = next(self.numbers)
        return self.last


def write_ofd(pages: Sequence[Page], *, fonts: Sequence[Font], titled: Titled, attachments: Mapping[str, bytes]) -> bytes:  # fmt: skip
    """A package without seals; the same pages give the same bytes. `attachments`: file name (ASCII) → content."""
    return package.pack(write_files(pages, fonts=fonts, titled=titled, attachments=attachments))


def write_files(
    pages: Sequence[Page], *, fonts: Sequence[Font], titled: Titled, attachments: Mapping[str, bytes]
) -> dict[str, bytes]:
    book = _Book(count(1), {}, {})
    page_ids = [book.next() for _ in pages]
    book.fonts = {font.name: book.next() for font in fonts}
    files = {_page_path(i): write_xml(_page(page, book)) for i, page in enumerate(pages)}
    files |= {f"Doc_0/Res/font_{book.fonts[font.name]}.otf": font.data for font in fonts}
    files |= {f"Doc_0/Res/image_{number}.png": data for data, number in book.pictures.items()}
    files |= {f"Doc_0/Attachs/{name}": data for name, data in attachments.items()}
    files[package.PUBLIC] = write_xml(_fonts(fonts, book))
    files[package.RESOURCES] = write_xml(_pictures(book))
    if attachments:
        files[package.ATTACHMENTS] = write_xml(_attachments(attachments, titled, book))
    files[package.DOCUMENT] = write_xml(_document(pages, page_ids, book, with_attachments=bool(attachments)))
    files[package.ROOT] = write_xml(_root(files, titled))
    return files


def _root(files: Mapping[str, bytes], titled: Titled) -> Any:
    name = sha256(b"".join(sha256(files[name]).digest() for name in sorted(files))).hexdigest()[:32]
    info = element(
        "DocInfo", element("DocID", text=name), element("Title", text=titled.title), element("Author", text=titled.author),
        element("CreationDate", text=titled.made_on.isoformat()), element("Creator", text="tongban"),
    )  # fmt: skip
    places = (element("DocRoot", text=package.DOCUMENT), element("Signatures", text=package.SIGNATURES))
    return element("OFD", element("DocBody", info, *places), Version="1.0", DocType="OFD")


def _document(pages: Sequence[Page], ids: Sequence[int], book: _Book, *, with_attachments: bool) -> Any:
    first = pages[0]
    common = element(
        "CommonData", element("MaxUnitID", text=str(book.last)), element("PageArea", _box("PhysicalBox", first)),
        element("PublicRes", text="PublicRes.xml"), element("DocumentRes", text="DocumentRes.xml"),
    )  # fmt: skip
    listed = [element("Page", ID=number, BaseLoc=f"Pages/Page_{i}/Content.xml") for i, number in enumerate(ids)]
    attached = element("Attachments", text="Attachs/Attachments.xml") if with_attachments else None
    return element("Document", common, element("Pages", *listed), attached)


def _fonts(fonts: Sequence[Font], book: _Book) -> Any:
    listed = [
        element("Font", element("FontFile", text=f"font_{book.fonts[font.name]}.otf"), ID=book.fonts[font.name],
                FontName=font.name, FamilyName=font.name)
        for font in fonts
    ]  # fmt: skip
    return element("Res", element("Fonts", *listed), BaseLoc="Res")


def _pictures(book: _Book) -> Any:
    listed = [
        element("MultiMedia", element("MediaFile", text=f"image_{number}.png"), ID=number, Type="Image", Format="PNG")
        for number in book.pictures.values()
    ]
    return element("Res", element("MultiMedias", *listed) if listed else None, BaseLoc="Res")


def _attachments(attachments: Mapping[str, bytes], titled: Titled, book: _Book) -> Any:
    listed = [
        element("Attachment", element("FileLoc", text=name), ID=str(book.next()), Name=name, CreationDate=titled.made_on.isoformat(),
                Size=_number(len(data) / 1024), Visible="false")
        for name, data in attachments.items()
    ]  # fmt: skip
    return element("Attachments", *listed)


def _page(page: Page, book: _Book) -> Any:
    layer = element("Layer", ID=book.next(), Type="Body")
    layer.extend([_item(item, page, book) for item in page.items])
    return element("Page", element("Area", _box("PhysicalBox", page)), element("Content", layer))


def _item(item: Item, page: Page, book: _Book) -> Any:
    if isinstance(item, Words):
        return _words(item, page, book)
    return _shape(item, page, book) if isinstance(item, Shape) else _image(item, page, book)


def _words(words: Words, page: Page, book: _Book) -> Any:
    a, b, c, d, e, f = words.transform
    level = (a, b, c, d) == (1, 0, 0, 1)
    box = (e, f - words.size * ASCENT, words.at[-1] + words.size * LINE, words.size * LINE)
    steps = [_number(after - before) for before, after in pairwise(words.at)]
    code = element("TextCode", text=words.text, X=_number(words.at[0]), Y=_number(words.size * ASCENT) if level else "0",
                   DeltaX=" ".join(steps) or None)  # fmt: skip
    return element(
        "TextObject", _colour("FillColor", words.fill), code, ID=book.next(), Font=book.fonts[words.font],
        Boundary=_numbers(*box) if level else _numbers(0, 0, page.width, page.height),
        CTM=None if level else _numbers(*words.transform), Size=_number(words.size),
    )  # fmt: skip


def _shape(shape: Shape, page: Page, book: _Book) -> Any:
    left, top, right, bottom = _bounds(shape)
    path = " ".join(
        " ".join([letter, *(_number(v - (left, top)[i % 2]) for i, v in enumerate(numbers))]) for letter, numbers in shape.path
    )  # fmt: skip
    return element(
        "PathObject", _colour("StrokeColor", shape.stroke), _colour("FillColor", shape.fill), element("AbbreviatedData", text=path),
        ID=book.next(), Boundary=_numbers(left, top, right - left, bottom - top), Stroke=_flag(shape.stroke is not None),
        Fill=_flag(shape.fill is not None), LineWidth=_number(shape.width) if shape.stroke is not None else None,
    )  # fmt: skip


def _image(image: Image, page: Page, book: _Book) -> Any:
    if image.data not in book.pictures:
        book.pictures[image.data] = book.next()
    return element("ImageObject", ID=book.next(), Boundary=_numbers(0, 0, page.width, page.height),
                   CTM=_numbers(*image.transform), ResourceID=book.pictures[image.data])  # fmt: skip


def _bounds(shape: Shape) -> tuple[float, float, float, float]:
    half = shape.width / 2 + 0.01
    xs = [x for _, numbers in shape.path for x in numbers[::2]]
    ys = [y for _, numbers in shape.path for y in numbers[1::2]]
    return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half


def _colour(name: str, colour: Colour | None) -> Any:
    if colour is None:
        return None
    *mixed, alpha = colour
    return element(name, Value=" ".join(map(str, mixed)), Alpha=alpha if alpha < 255 else None)


def _box(name: str, page: Page) -> Any:
    return element(name, text=_numbers(0, 0, page.width, page.height))


def _page_path(i: int) -> str:
    return f"Doc_0/Pages/Page_{i}/Content.xml"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _numbers(*values: float) -> str:
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    """To a ten-thousandth of a millimetre."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if round(value, 4) else "0"
