"""The file around an OFD: names, paths and the ZIP container, written in one way and read with suspicion."""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from lxml import etree

NAMESPACE = "http://www.ofdspec.org/2016"
ROOT = "OFD.xml"
DOCUMENT = "Doc_0/Document.xml"
PUBLIC = "Doc_0/PublicRes.xml"
RESOURCES = "Doc_0/DocumentRes.xml"
ATTACHMENTS = "Doc_0/Attachs/Attachments.xml"
SIGNATURES = "Doc_0/Signs/Signatures.xml"
SIGNS = "Doc_0/Signs/"

MAX_BYTES = 8 * 1024 * 1024
MAX_OPENED_BYTES = 32 * 1024 * 1024
MAX_FILES = 200
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_END = b"PK\x05\x06"
_END_BYTES, _LOCAL_BYTES = 22, 30


class NotOfd(ValueError):
    """These bytes are no OFD that is read here. `reason`: not_ofd or too_large."""

    def __init__(self, reason: str = "not_ofd") -> None:
        super().__init__(reason)
        self.reason = reason


Files = Mapping[str, bytes]
"""Path in the package → content."""


def pack(files: Files) -> bytes:
    """The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files, key=lambda name: (name != ROOT, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Every file of the package. A second meaning of the same bytes is refused: doubled names, gaps, something before or behind. Raises `NotOfd`."""
    if len(data) > MAX_BYTES:
        raise NotOfd("too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = sorted(archive.infolist(), key=lambda entry: entry.header_offset)
            _require_plain(entries)
            _require_tight(entries, archive.start_dir, data)
            files = {entry.filename: archive.read(entry) for entry in entries}
    except NotOfd:
        raise
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OSError):
        raise NotOfd from None
    if ROOT not in files:
        raise NotOfd
    return files


def _require_plain(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if not names or len(names) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_OPENED_BYTES:
        raise NotOfd("too_large")
    if len({name.lower() for name in names}) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise NotOfd
    if any(entry.flag_bits & ~0x800 or entry.compress_type not in (0, 8) for entry in entries):
        raise NotOfd


def _require_tight(entries: list[zipfile.ZipInfo], directory: int, data: bytes) -> None:
    place = 0
    for entry in entries:
        if entry.header_offset != place:
            raise NotOfd
        name, extra = (int.from_bytes(data[place + at : place + at + 2], "little") for at in (26, 28))
        place += _LOCAL_BYTES + name + extra + entry.compress_size
    if place != directory or data[-_END_BYTES : -_END_BYTES + 4] != _END:
        raise NotOfd


def element(name: str, *children: Any, text: str | None = None, **attributes: object) -> Any:
    """One element of the OFD namespace; attributes without a value are left out."""
    values = {key: str(value) for key, value in attributes.items() if value is not None}
    made = etree.Element(f"{{{NAMESPACE}}}{name}", values, nsmap={"ofd": NAMESPACE})
    made.text = text
    made.extend([child for child in children if child is not None])
    return made


def write_xml(root: Any) -> bytes:
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def read_xml(files: Files, name: str) -> Any:
    """Without entities, without the network. Raises `NotOfd`."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(files[name], parser)
    except (KeyError, etree.XMLSyntaxError):
        raise NotOfd from None
    if root.getroottree().docinfo.doctype:
        raise NotOfd
    return root


def each(root: Any, path: str) -> list[Any]:
    """Elements at a path of names of the namespace, e.g. `Pages/Page`."""
    return list(root.findall("/".join(f"{{{NAMESPACE}}}{name}" for name in path.split("/"))))


def text_at(root: Any, path: str) -> str:
    """Raises `NotOfd` where it is missing or there are several."""
    found = each(root, path)
    if len(found) != 1 or not found[0].text:
        raise NotOfd
    return str(found[0].text).strip()


def absolute(path: str, *, base: str) -> str:
    """A path of the package as its files are named; `/` is the root, else it counts from the folder of `base`."""
    if path.startswith("/"):
        return path[1:]
    folder = base.rpartition("/")[0]
    return f"{folder}/{path}".lstrip("/")
