"""Tables that people open in a spreadsheet: differences between places and other lists, as xlsx or CSV."""

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import openpyxl

from tongban.catalogue.differences import Difference
from tongban.catalogue.grading import Grade
from tongban.kernel.text import Text

GRADES: dict[Grade, Text] = {
    "harmless": Text("无碍", "harmless"),
    "stricter": Text("严于标准", "stricter"),
    "contradiction": Text("矛盾", "contradiction"),
}
HEADINGS = ["事项", "路径", "类别", "名称", "分级", "标准"]
LONGEST = 160
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What no cell of a workbook may hold."""
Rows = Sequence[Sequence[str]]


def tabulate_differences(found: Collection[Difference]) -> list[list[str]]:
    """A line for each difference, a column for each place; why a place declares it stands behind what it says."""
    places = sorted({place for one in found for place in one.places})
    return [[*HEADINGS, *places], *(_line(one, places) for one in found)]


def _line(one: Difference, places: Iterable[str]) -> list[str]:
    values = [_at(one, place) if place in one.places else "" for place in places]
    grade = GRADES[one.grade]
    label = one.label.get("zh", "")
    return [one.item, one.path, one.group, label, f"{grade.zh} {grade.en}", shorten(one.standard), *values]


def _at(one: Difference, place: str) -> str:
    reason = f"（申明：{one.declared[place].zh}）" if place in one.declared else ""
    return f"{shorten(one.places[place])}{reason}"


def shorten(value: Any) -> str:
    """In one line."""
    if value is None:
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def write_csv(rows: Rows) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([[make_plain(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def write_book(rows: Rows, *, title: str) -> bytes:
    book, written = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([make_plain(cell) for cell in row])
    book.save(written)
    return written.getvalue()


def make_plain(cell: str) -> str:
    """No spreadsheet takes it for a formula."""
    cell = UNPRINTABLE.sub("\ufffd", cell)
    return f" {cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else cell
