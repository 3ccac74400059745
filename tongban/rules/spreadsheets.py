"""Decision tables as spreadsheets (xlsx), in and out. What Excel keeps as number, date or truth is read as the text an official sees.

Row 1: policy. Row 2: what each column is (id, if, then). Row 3: the name of its element or result. Row 4: its label, for people only.
"""

import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.styles import Font

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.facts import ElementType, Vocabulary
from tongban.rules.tables import MAX_ROWS, POLICIES, Row, Table, build_table

MAX_BYTES = 1024 * 1024
MAX_UNPACKED = 20 * MAX_BYTES
MAX_COLUMNS = 60
HEAD = 4
KINDS = ("id", "if", "then")


class SheetUnreadable(Refused):
    """The file is no decision table."""

    status = 422
    text = Text("该表格不能使用：{zh}", "The spreadsheet cannot be used: {en}")
    advice = Text("请下载现有表格，在其上修改。", "Download the present table and change that.")


def read_sheet(data: bytes, *, elements: Mapping[str, ElementType]) -> Table:
    """The table of the first sheet. Refuses `SheetUnreadable`, and `BadCondition` for a cell."""
    rows = _texts(data)
    if len(rows) <= HEAD - 1 or rows[0][:1] != ["policy"]:
        raise SheetUnreadable(zh="缺少表头", en="the first rows are missing")
    policy, kinds, names = next((one for one in POLICIES if one in rows[0][1:2]), None), rows[1], rows[2]
    if policy is None or kinds[:1] != ["id"] or not set(kinds) <= {*KINDS, ""}:
        raise SheetUnreadable(zh="表头不正确", en="the first rows are wrong")
    found = [_row(kinds, row) for row in rows[HEAD:] if any(row)]
    return build_table(
        policy=policy,
        inputs=[name for kind, name in zip(kinds, names, strict=True) if kind == "if"],
        outputs=[name for kind, name in zip(kinds, names, strict=True) if kind == "then"],
        rows=found,
        elements=elements,
    )


def write_sheet(table: Table, *, vocabulary: Vocabulary) -> bytes:
    """The table as a file; every cell is text, so that Excel takes none for a formula."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    names = ["id", *table.inputs, *table.outputs]
    kinds = ["id", *("if" for _ in table.inputs), *("then" for _ in table.outputs)]
    lines = [["policy", table.policy], kinds, names, [vocabulary.element(name).zh for name in names]]
    lines += [[row.id, *row.cells, *row.results] for row in table.rows]
    for number, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            _write_cell(sheet.cell(number, column), text, bold=number <= HEAD)
    sheet.freeze_panes = "B5"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _write_cell(cell: Any, text: str, *, bold: bool) -> None:
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    cell.font = Font(bold=bold)


def _texts(data: bytes) -> list[list[str]]:
    _refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        cells = book.worksheets[0].iter_rows(max_row=HEAD + MAX_ROWS + 1, max_col=MAX_COLUMNS)
        rows = [[_text(cell) for cell in row] for row in cells]
        book.close()
    except SheetUnreadable:
        raise
    except Exception:  # what openpyxl raises for a broken file is not documented
        raise SheetUnreadable(zh="不是 xlsx 文件", en="it is no xlsx file") from None
    if len(rows) > HEAD + MAX_ROWS:
        raise SheetUnreadable(zh=f"超过{MAX_ROWS}行", en=f"more than {MAX_ROWS} rows")
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _refuse_bombs(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        raise SheetUnreadable(zh="不是 xlsx 文件", en="it is no xlsx file") from None
    if len(data) > MAX_BYTES or unpacked > MAX_UNPACKED:
        raise SheetUnreadable(zh="文件过大", en="the file is too large")


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise SheetUnreadable(zh="单元格不能是公式", en="a cell is a formula")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _row(kinds: list[str], texts: list[str]) -> Row:
    of_kind = {kind: tuple(text for one, text in zip(kinds, texts, strict=True) if one == kind) for kind in KINDS}
    return Row(of_kind["id"][0], of_kind["if"], of_kind["then"])
