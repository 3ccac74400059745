"""Adapter: lists of items with marks (事项清单), and of bundles (一件事) by name only, as YAML or JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.findings import Finding, keep, make_printable, show
from tongban.catalogue.importing.coded import NOT_A_CODE, add_level, read_department
from tongban.catalogue.importing.entries import Entry, conclude
from tongban.catalogue.importing.fields import NOT_A_LIST, NOT_TAKEN, FieldReader
from tongban.catalogue.importing.guide import LONG_NAME, MAX_NAME
from tongban.catalogue.items.codes import ItemCode, find_code
from tongban.catalogue.items.record import ItemRecord
from tongban.kernel.text import Text
from tongban.rules.facts import NOTHING

FORMAT = Path(__file__).parents[1] / "data" / "formats" / "item-list.yaml"
MARKS = ("department_basis", "scope_basis", "in_national_list")
NOTES = ("source", "source_doc", "source_page", "note", "year")

NO_NAME = Text("没有名称，无法入目录", "no name: it has no place in the catalogue")
NOT_AN_ENTRY = Text("列表中的这一项不是对象，未采用", "this entry of the list is no object: not taken")
NOT_VERIFIED = Text("名称待核实，按未核实采用", "the name is not verified: taken so")
BAD_CODE = Text(f"{NOT_A_CODE.zh}，未采用", f"{NOT_A_CODE.en}: not taken")
BY_HEART = Text("凭记忆或者推测写的（{word}），按未核实采用", "from memory or proposed ({word}): taken as not verified")
LONG_CODE = Text("编码过长，未采用", "too long to be a code: not taken")
NAMES_ONLY = Text("只采用名称，其余暂不使用", "only names are taken for now")


@dataclass(frozen=True, slots=True)
class BundleNames:
    """一件事: several items done as one; for now only what they are called."""

    code: str
    name: str
    items: tuple[str, ...]
    verified: bool
    unread: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    layer: str = "bundle"

    @property
    def key(self) -> str:
        return self.code or f"-:{self.name}"

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "layer": self.layer, "code": self.code, "name": self.name, "items": list(self.items),
            "marks": {"verified": self.verified}, "unread": dict(self.unread),
        }  # fmt: skip


@cache
def _format() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FORMAT.read_text(encoding="utf-8"))
    return loaded


def is_list(document: object) -> bool:
    if not isinstance(document, Mapping):
        return False
    lists = [document.get(name) for name in ("items", "bundles")]
    return any(
        isinstance(one, list) and any(isinstance(entry, dict) and "name" in entry for entry in one) for one in lists
    )


def read_list(document: Mapping[str, Any], *, file: str) -> Iterator[Entry]:
    """One entry for each item or bundle, in the order of the file. What stands beside the lists is told at the first."""
    beside = tuple(
        Finding(make_printable(str(name)), show(value), NOT_TAKEN, "info")
        for name, value in document.items()
        if name not in READ
    )
    for entry in _entries(document, file):
        yield Entry(file, entry.record, (*beside, *entry.findings))
        beside = ()


def _entries(document: Mapping[str, Any], file: str) -> Iterator[Entry]:
    for name, read in READ.items():
        listed = document.get(name)
        if listed is not None and not isinstance(listed, list):
            yield Entry(file, None, (Finding(name, show(listed), NOT_A_LIST, "error"),))
            continue
        for number, entry in enumerate(listed or ()):
            at = f"{name}[{number}]"
            if isinstance(entry, dict):
                yield read(entry, file, f"{at}.")
            else:
                yield Entry(file, None, (Finding(at, show(entry), NOT_AN_ENTRY, "error"),))


def _read_item(entry: Mapping[str, Any], file: str, at: str) -> Entry:
    findings: list[Finding] = []
    unread: dict[str, Any] = {}
    reader = FieldReader(entry, _format(), findings, unread, at)
    code = _code(reader)
    record = ItemRecord(
        layer=code.layer if code.office else "listed", code=code.item, business=code.business, name=_name(reader),
        type=reader.choice("item_type"), department=read_department(reader, "department", code),
        levels=add_level(reader, "base_code", (), code), audience=reader.choices("audience"), scope=reader.choice("scope"),
        ways=reader.choices("modes", wanted=False), marks=_marks(reader), unread=unread,
    )  # fmt: skip
    reader.finish()
    return conclude(file, record, findings)


def _code(reader: FieldReader) -> ItemCode:
    """An empty one where none is given, or none can be read."""
    given = reader.text("base_code", wanted=False)
    code = find_code(given.upper()) if given.isascii() else None
    if given and code is None:
        reader.leave("base_code", given, BAD_CODE)
    return code or ItemCode("")


def _name(reader: FieldReader) -> str:
    name = reader.name("name")
    if not name:
        reader.tell("name", None, NO_NAME, "error")
    if len(name) > MAX_NAME:
        reader.tell("name", name, LONG_NAME, "error")
    return name


def _marks(reader: FieldReader) -> dict[str, Any]:
    """What is known of the entry's truth, as it was marked; nothing unmarked counts as verified."""
    verified = _verified(reader)
    marks = {name: reader.choice(name) for name in MARKS}
    for name in ("department_basis", "scope_basis"):
        if marks[name] in ("memory", "proposal", "inferred"):
            reader.tell(name, marks[name], BY_HEART, "info", word=marks[name])
    notes = {name: value for name in NOTES if (value := reader.value(name, wanted=False)) is not None}
    return {"verified": verified, **marks, **{name: keep(value) for name, value in notes.items()}}


def _verified(reader: FieldReader) -> bool:
    verified = reader.flag("verified") is True
    if not verified:
        reader.tell("verified", verified, NOT_VERIFIED, "info")
    return verified


def _read_bundle(entry: Mapping[str, Any], file: str, at: str) -> Entry:
    findings: list[Finding] = []
    unread: dict[str, Any] = {}
    reader = FieldReader(entry, _format(), findings, unread, at)
    code, name, verified = _bundle_code(reader), _name(reader), _verified(reader)
    parts = [(part, part.name("name")) for part in reader.rows("items")]
    record = BundleNames(code, name, tuple(called for _, called in parts if called), verified, unread)
    rest = [key for one in (reader, *(part for part, _ in parts)) for key in one.keep_rest()]
    if rest:
        findings.append(Finding(at.rstrip("."), ", ".join(sorted({*map(str, rest)})), NAMES_ONLY, "info"))
    return conclude(file, record, findings)


def _bundle_code(reader: FieldReader) -> str:
    code = reader.name("code")
    if len(code) > MAX_NAME:
        reader.leave("code", code, LONG_CODE)
        return ""
    return code


READ = {"items": _read_item, "bundles": _read_bundle}
