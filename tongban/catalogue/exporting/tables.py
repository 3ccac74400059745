"""Rows put into the national tables: every column in its order, words as codes, and told what is missing, too long or has no code there."""

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import yaml

from tongban.catalogue.exporting.rows import Exported, Row
from tongban.catalogue.findings import Finding, show
from tongban.catalogue.sheets import make_plain
from tongban.kernel.text import Text

FORMAT = Path(__file__).parents[1] / "data" / "formats" / "national-tables.yaml"
GAPS = "待补"
CODES = {
    "anticipate_type": "unit", "promise_type": "unit", "is_fee": "flag", "is_online": "flag", "is_express": "flag", "is_desc": "flag",
}  # fmt: skip
"""Columns that share the words of another."""

MISSING = Text("必填，没有可用的内容", "must be given, and nothing here says it")
TOO_LONG = Text("超过 {most} 个字，照原文导出", "longer than {most}: written out whole")
NO_CODE = Text("“{word}”没有对应的代码，未填", "no code for “{word}”: left empty")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as it goes out. `findings`: by column."""

    table: str
    item: str
    row: Row
    findings: tuple[Finding, ...]

    def as_json(self) -> dict[str, Any]:
        """As `tongban upload` writes rows of cases."""
        return {"table": self.table, "row": {name: value for name, value in self.row.items() if value != ""}}


def fill(exported: Exported) -> Iterator[TableRow]:
    """Every row of an item, its columns in the order of the table."""
    for table, part, given in exported.list_rows():
        columns = list_columns(part, exported.family)
        findings: list[Finding] = []
        row = {name: _value(name, given.get(name), most, wanted, findings, table) for name, _, most, wanted in columns}
        yield TableRow(table, exported.name, row, tuple(findings))


def list_columns(part: str, family: str) -> list[tuple[str, str, int, bool]]:
    """Name, what it is, longest, whether it must be given."""
    left_out = load_tables()["not_in_public"] if family == "public" else ()
    return [tuple(one) for one in load_tables()["tables"][part]["columns"] if one[0] not in left_out]


@cache
def load_tables() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FORMAT.read_text(encoding="utf-8"))
    return loaded


def _value(name: str, given: Any, most: int, wanted: bool, findings: list[Finding], table: str) -> Any:
    value = _code(name, given, findings, table) if CODES.get(name, name) in load_tables()["values"] else given
    if value is None or value == "":
        if wanted:
            findings.append(Finding(f"{table}.{name}", None, MISSING, "error"))
        return ""
    if len(str(value)) > most:
        words = Text(TOO_LONG.zh.format(most=most), TOO_LONG.en.format(most=most))
        findings.append(Finding(f"{table}.{name}", show(value), words, "warning"))
    return value


def _code(name: str, given: Any, findings: list[Finding], table: str) -> str:
    """Our word, or several, as the table's code; several with commas."""
    words = load_tables()["values"][CODES.get(name, name)]["words"]
    given = str(given).lower() if isinstance(given, bool) else given
    several = given if isinstance(given, list | tuple) else [] if given in (None, "") else [given]
    for word in several:
        if word not in words:
            told = Text(NO_CODE.zh.format(word=word), NO_CODE.en.format(word=word))
            findings.append(Finding(f"{table}.{name}", show(word), told, "warning"))
    return ",".join(words[word] for word in several if word in words)


def write_lines(rows: Iterable[TableRow]) -> bytes:
    """JSON lines, as `tongban upload` writes them."""
    return "".join(f"{json.dumps(one.as_json(), ensure_ascii=False)}\n" for one in rows).encode()


def write_book(rows: Iterable[TableRow]) -> bytes:
    """A sheet per table with two headings, what the columns are called there and what they are; what is to be completed stands first."""
    by_table: dict[str, list[TableRow]] = {}
    for one in rows:
        by_table.setdefault(one.table, []).append(one)
    book, written = openpyxl.Workbook(write_only=True), io.BytesIO()
    gaps = book.create_sheet(GAPS)
    gaps.append(["事项", "表和列", "内容", "说明", "级别"])
    for one in (one for found in by_table.values() for one in found):
        for finding in one.findings:
            gaps.append(_plain([one.item, finding.field, finding.value or "", finding.what.zh, finding.severity]))
    for table, found in by_table.items():
        _write_sheet(book.create_sheet(table), table, found)
    book.save(written)
    return written.getvalue()


def _write_sheet(sheet: Any, table: str, rows: list[TableRow]) -> None:
    names, words = list(rows[0].row), _headings(table)
    sheet.append(names)
    sheet.append([words.get(name, "") for name in names])
    for one in rows:
        sheet.append(_plain(one.row.values()))


def _headings(table: str) -> Mapping[str, str]:
    tables = load_tables()["tables"]
    part = table if table in tables else table.split("_", 3)[3]
    return {name: words for name, words, *_ in tables[part]["columns"]}


def _plain(values: Iterable[Any]) -> list[Any]:
    return [make_plain(value) if isinstance(value, str) else value for value in values]
