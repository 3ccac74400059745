"""A small viewer: each page of an OFD as one SVG with its fonts inside, and the seal where it stands. Shows; proves nothing."""

import base64
from collections.abc import Mapping
from typing import Any

from lxml import etree

from tongban.seals import gb38540
from tongban.seals.gb38540 import BadSeal
from tongban.seals.ofd import package
from tongban.seals.ofd.package import NotOfd, absolute, each, read_xml, text_at
from tongban.seals.ofd.page import IDENTITY, Box
from tongban.seals.ofd.verifying import find_signature, read_place

_SVG = "http://www.w3.org/2000/svg"
_STEPS = {"M": "M", "L": "L", "B": "C", "C": "Z", "Q": "Q", "S": "M"}
_BLACK = "0 0 0"


def show_ofd(data: bytes) -> list[bytes]:
    """Raises `NotOfd`."""
    files = package.unpack(data)
    try:
        document = read_xml(files, package.DOCUMENT)
        resources = _resources(files)
        paths = [absolute(page.get("BaseLoc"), base=package.DOCUMENT) for page in each(document, "Pages/Page")]
        shown = [_page(read_xml(files, path), files, resources) for path in paths]
        _put_seal(files, shown)
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise NotOfd(getattr(error, "reason", "not_ofd")) from None
    return [bytes(etree.tostring(page)) for page in shown]


def _resources(files: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Number → what it is (`font` or `image`) and its bytes."""
    found: dict[str, tuple[str, bytes]] = {}
    for path in (package.PUBLIC, package.RESOURCES):
        root = read_xml(files, path)
        base = f"{absolute(root.get('BaseLoc'), base=path)}/"
        for one in each(root, "Fonts/Font"):
            found[one.get("ID")] = ("font", files[absolute(text_at(one, "FontFile"), base=base)])
        for one in each(root, "MultiMedias/MultiMedia"):
            found[one.get("ID")] = ("image", files[absolute(text_at(one, "MediaFile"), base=base)])
    return found


def _page(root: Any, files: Mapping[str, bytes], resources: Mapping[str, tuple[str, bytes]]) -> Any:
    _, _, width, height = text_at(root, "Area/PhysicalBox").split()
    svg = _element("svg", width=f"{width}mm", height=f"{height}mm", viewBox=f"0 0 {width} {height}")
    items = [item for layer in each(root, "Content/Layer") for item in layer]
    used = {item.get("Font") for item in items} - {None}
    style = _element("style")
    style.text = "".join(_font_face(number, resources[number][1]) for number in sorted(used))
    svg.append(style)
    svg.append(_element("rect", width=width, height=height, fill="#fff"))
    svg.extend([_item(item, resources) for item in items])
    return svg


def _item(item: Any, resources: Mapping[str, tuple[str, bytes]]) -> Any:
    x, y, _, _ = item.get("Boundary").split()
    holder = _element("g", transform=f"translate({x} {y}) matrix({item.get('CTM') or ' '.join(map(str, IDENTITY))})")
    kind = etree.QName(item).localname
    if kind == "TextObject":
        holder.append(_words(item))
    elif kind == "PathObject":
        holder.append(_shape(item))
    elif kind == "ImageObject":
        holder.append(_picture(resources[item.get("ResourceID")][1], Box(0, 0, 1, 1)))
    return holder


def _words(item: Any) -> Any:
    (code,) = each(item, "TextCode")
    xs = [float(code.get("X"))]
    for step in (code.get("DeltaX") or "").split():
        xs.append(xs[-1] + float(step))
    words = _element(
        "text", x=" ".join(f"{x:.4f}" for x in xs), y=code.get("Y"), fill=_colour(item, "FillColor", _BLACK),
        **{"font-family": f"f{item.get('Font')}", "font-size": item.get("Size")},
    )  # fmt: skip
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    words.text = code.text
    return words


def _shape(item: Any) -> Any:
    path = " ".join(_STEPS.get(part, part) for part in text_at(item, "AbbreviatedData").split())
    filled, drawn = item.get("Fill") == "true", item.get("Stroke") != "false"
    return _element(
        "path", d=path, fill=_colour(item, "FillColor", _BLACK) if filled else "none",
        stroke=_colour(item, "StrokeColor", _BLACK) if drawn else "none", **{"stroke-width": item.get("LineWidth") or "0.353"},
    )  # fmt: skip


def _picture(data: bytes, box: Box) -> Any:
    source = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    size = {"width": f"{box.width:g}", "height": f"{box.height:g}"}
    return _element("image", x=f"{box.x:g}", y=f"{box.y:g}", href=source, preserveAspectRatio="none", **size)


def _put_seal(files: Mapping[str, bytes], pages: list[Any]) -> None:
    try:
        path = find_signature(files)
        description = read_xml(files, path)
        page, place = read_place(files, description)
        value = files[absolute(text_at(description, "SignedValue"), base=path)]
        picture = gb38540.read_picture(value)
    except BadSeal:
        return
    if picture.kind.upper() == "PNG":
        pages[page].append(_picture(picture.data, place))


def _font_face(number: str, data: bytes) -> str:
    source = f"data:font/otf;base64,{base64.b64encode(data).decode()}"
    return f"@font-face{{font-family:f{int(number)};src:url({source})}}"


def _colour(item: Any, name: str, otherwise: str) -> str:
    found = each(item, name)
    red, green, blue = (int(part) for part in (found[0].get("Value") if found else otherwise).split())
    alpha = int(found[0].get("Alpha") or 255) if found else 255
    return f"rgb({red} {green} {blue} / {alpha / 255:.3f})"


def _element(name: str, **attributes: str) -> Any:
    return etree.Element(f"{{{_SVG}}}{name}", attributes, nsmap={None: _SVG})
