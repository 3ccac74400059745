"""Adapter: a workbook (xlsx) that an office fills in, and the template for it. Each row becomes a guide and is read like one.

Three sheets: items (事项), materials (材料) and fees (收费), the latter two naming their item by its codes. Headings are in the first row; the
columns are those of data/formats/provincial-guide.yaml.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tongban.catalogue.findings import Finding, show
from tongban.catalogue.importing.entries import Entry
from tongban.catalogue.importing.guide import load_format, read_guide
from tongban.kernel.text import Text

ITEMS, MATERIALS, FEES, ALLOWED = "事项", "材料", "收费", "取值"
HEADINGS: dict[str, dict[str, str]] = {
    ITEMS: {
        "事项编码": "rightsCode", "业务办理项": "ywCode", "事项名称": "unifyName", "来源编号": "unifyId", "事项类型": "typeName",
        "部门": "deptName", "实施机构": "orgName", "行使层级": "schemeLevels", "服务对象": "serveObject", "通办范围": "doScope",
        "法定时限": "approveLimit", "法定时限说明": "approveLimitExplain", "承诺时限": "commitmentLimit", "承诺时限说明": "commitmentLimitExplain",
        "受理条件": "acceptanceCondition", "设定依据": "according", "是否收费": "isCharge", "是否有特别程序": "isSpecialProcedure",
        "特别程序": "specialProcedureType", "特别程序天数": "specialProcedureTimelimit", "是否网办": "isonline", "网办深度": "transactLevel",
        "办理方式": "transactionFrom", "到场次数": "minSeq", "到场原因": "limitsceneexplain", "数量限制": "quantitativeRestriction",
        "办理流程": "processDescript", "结果名称": "resultSampleName",
    },
    MATERIALS: {
        "材料编码": "materialCode", "材料名称": "materialTitle", "必要性": "isMust", "材料类型": "materialApproveType", "材料形式": "materialType",
        "介质": "materialStandard", "份数": "copiesNum", "来源": "sourceChannel", "免提交": "freeSubmission", "提交方式": "commitWay",
        "受理标准": "acceptStandard", "依据": "bylaw", "填报须知": "materialExplain",
    },
    FEES: {"收费项目": "feename", "收费标准": "feestand", "收费依据": "chargeBylaw", "能否减免": "isMinus"},
}  # fmt: skip
LISTS = {MATERIALS: "materialList", FEES: "chargeList"}
OWN = ("事项编码", "业务办理项")
"""Columns by which a material or fee names its item: by its code in any layer, of 12, 14, 31 or 33 characters."""
FORMER = {"基本编码": "rightsCode"}
"""Headings of templates that were handed out before."""
WHOLE = (14, 33)
"""So long are codes that say the handling item themselves."""
FLAGS = frozenset({"isCharge", "isSpecialProcedure", "isonline", "isMinus"})
"""Keys whose word is yes or no."""
AS_TEXT = "@"
"""The format of every cell to fill in: a spreadsheet makes no number of a code, and no date of a range."""
ROWS = 100_000
COLUMNS = 200
MAX_UNPACKED = 256 * 1024 * 1024

NO_ITEMS_SHEET = Text("工作簿没有“事项”表", "the workbook has no sheet “事项”")
SWOLLEN = Text("解压后过大，未打开", "unpacked it is too long")
NOT_OPENED = Text("不是可读的xlsx文件", "no xlsx file that can be read")
NOT_WORKED_OUT = Text("公式没有算出的值，未采用", "a formula whose value was never worked out: not taken")
ODD_COLUMN = Text("模板里没有这一列，未采用", "a column that is not in the template: not taken")
NO_HEADINGS = Text("第一行没有模板的列名，未采用", "the first row has no heading of the template: not taken")
TWO_COLUMNS = Text("这一列有两个，未采用后一个", "this column stands twice: the second is not taken")
NO_ITEM = Text(
    "这一行所属的事项不在“事项”表中，未采用", "the item this row belongs to is not in the sheet “事项”: not taken"
)
NOT_A_SHEET = Text("模板里没有这张表，未采用", "a sheet that is not in the template: not taken")
TOO_MANY = Text("行数过多，其余未读", "too many rows: the rest was not read")

Row = dict[str, Any]


def is_workbook(raw: bytes) -> bool:
    return raw[:4] == b"PK\x03\x04"


def read_workbook(raw: bytes, *, file: str) -> Iterator[Entry]:
    """One entry for each row of the items; one refused entry for what belongs to no item."""
    try:
        if (size := _unpacked_size(raw)) > MAX_UNPACKED:
            yield Entry(file, None, (Finding("$", size, SWOLLEN, "error"),))
            return
        book, formulas = (
            openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=values) for values in (True, False)
        )
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, AttributeError, SyntaxError) as error:
        yield Entry(file, None, (Finding("$", type(error).__name__, NOT_OPENED, "error"),))
        return
    if ITEMS not in book.sheetnames:
        yield Entry(file, None, (Finding("$", show(book.sheetnames), NO_ITEMS_SHEET, "error"),))
        return
    findings: list[Finding] = []
    sheets = {
        name: list(_rows(book[name], formulas[name], name, findings)) for name in HEADINGS if name in book.sheetnames
    }
    findings += [Finding(name, "", NOT_A_SHEET, "info") for name in book.sheetnames if name not in (*HEADINGS, ALLOWED)]
    yield from _read_items(sheets, findings, file)


def _unpacked_size(raw: bytes) -> int:
    """In bytes, as the archive states it; no part gives more than it states."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return sum(part.file_size for part in archive.infolist())


def _read_items(sheets: Mapping[str, list[Row]], findings: list[Finding], file: str) -> Iterator[Entry]:
    lines = {name: _by_item(sheets.get(name, ())) for name in LISTS}
    for row in sheets[ITEMS]:
        place = row.pop("")
        own = _own(row)
        guide = {**row, **{LISTS[name]: taken for name in LISTS if (taken := lines[name].pop(own, None))}}
        entry = read_guide(guide, file=file)
        yield Entry(file, entry.record, tuple(_placed(finding, place) for finding in entry.findings))
    left = [
        Finding(row[""], show(row.get("materialTitle") or row.get("feename") or row), NO_ITEM, "error")
        for name in LISTS
        for row in sheets.get(name, ())
        if _own(row) in lines[name]
    ]
    if findings or left:
        yield Entry(file, None, (*findings, *left))


def _own(row: Row) -> str:
    """The whole code of the item, in one cell or in two."""
    code: str = row.get("rightsCode", "").upper()
    business: str = row["ywCode"].zfill(2) if "ywCode" in row else ""
    return code if len(code) in WHOLE and code.endswith(business) else code + business


def _by_item(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """The lines of each item in their order, without what names the item."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        line = {key: value for key, value in row.items() if key not in ("rightsCode", "ywCode", "")}
        found.setdefault(_own(row), []).append(line)
    return found


def _rows(sheet: Any, formulas: Any, name: str, findings: list[Finding]) -> Iterator[Row]:
    """Each row by our keys, empty cells left out; "" is where it stands."""
    rows, written = (one.iter_rows(values_only=True, max_col=COLUMNS, max_row=ROWS + 2) for one in (sheet, formulas))
    headings, _ = next(rows, ()), next(written, ())
    keys = _keys(headings, name, findings)
    if any(headings) and not {*keys} & {*HEADINGS[name].values()}:
        findings.append(Finding(name, 1, NO_HEADINGS, "error"))
        return
    for number, (row, formula) in enumerate(zip(rows, written, strict=False), start=2):
        if number > ROWS:
            findings.append(Finding(name, number, TOO_MANY, "error"))
            return
        place = f"{name}!{number}"
        filled = {key: text for key, value in _filled(keys, row) if (text := _plain(value))}
        for key, text in _filled(keys, formula):
            if key not in filled and _plain(text):
                findings.append(Finding(f"{place} {_heading(key)}", show(text), NOT_WORKED_OUT, "warning"))
        if filled:
            yield {**filled, "": place}


def _filled(keys: list[str], row: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    return ((key, value) for key, value in zip(keys, row, strict=False) if value is not None)


def _keys(headings: Iterable[Any], name: str, findings: list[Finding]) -> list[str]:
    """Of each column. One that nobody knows goes by its letter and heading, so that the guide keeps what stands there."""
    known = {**(dict(zip(OWN, ("rightsCode", "ywCode"), strict=True))), **HEADINGS[name], **FORMER}
    keys: list[str] = []
    for number, cell in enumerate(headings, start=1):
        heading = _plain(cell)
        key = known.get(heading, "")
        if odd := (ODD_COLUMN if not key else TWO_COLUMNS if key in keys else None):
            if heading:
                findings.append(Finding(name, show(heading), odd, "warning"))
            key = f"{get_column_letter(number)} {heading}".rstrip()
        keys.append(key)
    return keys


def _plain(value: Any) -> Any:
    """A cell as text, as a guide writes it: codes keep what they are, whole numbers have no point, an empty one is ""."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip()


def _placed(finding: Finding, place: str) -> Finding:
    """A path of the guide as row and column: `事项!2.承诺时限`, `事项!2.材料[0].介质`."""
    match = re.fullmatch(r"(\w+)(\[\d+\])?(?:\.(.+))?", finding.field)
    if match is None:
        return Finding(f"{place} {finding.field}", finding.value, finding.what, finding.severity)
    head, number, part = match.groups()
    words = " ".join(_heading(word) + (number or "") * (word == head) for word in (head, part) if word)
    return Finding(f"{place} {words}", finding.value, finding.what, finding.severity)


def _heading(key: str) -> str:
    names = {key: heading for columns in HEADINGS.values() for heading, key in columns.items()}
    return {**names, **{key: sheet for sheet, key in LISTS.items()}}.get(key, key)


def write_workbook(guides: Iterable[Mapping[str, Any]] = ()) -> bytes:
    """The template, filled with guides in the source's own words where some are given. A sheet of allowed words stands last."""
    book = Workbook()
    sheets = {name: _sheet(book, name) for name in HEADINGS}
    for one in guides:
        own = [one.get("rightsCode"), one.get("ywCode")]
        _write(sheets[ITEMS], [one.get(key) for key in HEADINGS[ITEMS].values()])
        for name, key in LISTS.items():
            for line in one.get(key) or ():
                _write(sheets[name], [*own, *(line.get(each) for each in HEADINGS[name].values())])
    _write_words(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _sheet(book: Workbook, name: str) -> Worksheet:
    sheet: Worksheet = book.create_sheet(name) if name != ITEMS else book.active  # type: ignore[assignment]
    sheet.title = name
    columns = {**(dict.fromkeys(OWN, "") if name != ITEMS else {}), **HEADINGS[name]}
    sheet.append([*columns])
    sheet.freeze_panes = "A2"
    for number, key in enumerate(columns.values(), start=1):
        column = get_column_letter(number)
        sheet.column_dimensions[column].width = 16
        sheet.column_dimensions[column].number_format = AS_TEXT
        if (words := _words(key)) and key not in load_format()["separators"]:
            offer = DataValidation("list", formula1=f'"{",".join(words)}"', showErrorMessage=False)
            offer.add(f"{column}2:{column}{ROWS}")
            sheet.add_data_validation(offer)
    return sheet


def _words(key: str) -> list[str]:
    """What may stand there, without what would only be guessed at; empty where it is free text."""
    entries = load_format()["values"].get("flag" if key in FLAGS else key, {})
    return [word for word, entry in entries.items() if not isinstance(entry, dict)]


def _write_words(book: Workbook) -> None:
    """Which words a column takes, with the sign between several."""
    sheet = book.create_sheet(ALLOWED)
    sheet.append(["列", "可用的取值", "多个取值之间"])
    for columns in HEADINGS.values():
        for heading, key in columns.items():
            if words := _words(key):
                sheet.append([heading, " | ".join(words), load_format()["separators"].get(key, "")])


def _write(sheet: Worksheet, values: list[Any]) -> None:
    """A text that begins like a formula stays a text."""
    sheet.append(["" if value is None else value for value in values])
    for cell in sheet[sheet.max_row]:
        cell.number_format = AS_TEXT
        if isinstance(cell.value, str):
            cell.data_type = "s"
