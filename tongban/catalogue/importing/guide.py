"""Adapter: a service guide (办事指南) as provincial portals publish it, one JSON object. Words and fields: data/formats/provincial-guide.yaml."""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.findings import Finding, show
from tongban.catalogue.importing.coded import NOT_A_CODE, add_level, read_department
from tongban.catalogue.importing.entries import Entry, conclude
from tongban.catalogue.importing.fields import FieldReader
from tongban.catalogue.items.codes import ItemCode, find_code
from tongban.catalogue.items.record import FeeLine, ItemRecord, Limit, MaterialLine, Special
from tongban.catalogue.items.types import find_type
from tongban.catalogue.lint.records import find_contradictions
from tongban.kernel.text import Text

FORMAT = Path(__file__).parents[1] / "data" / "formats" / "provincial-guide.yaml"
ENOUGH = 3
"""So many known fields make an object a guide, though some are missing or strange."""

MAX_NAME = 300

NO_CODE = Text("没有事项编码，无法入目录", "no item code: it has no place in the catalogue")
BAD_CODE = Text(f"{NOT_A_CODE.zh}，无法入目录", f"{NOT_A_CODE.en}: it has no place in the catalogue")
BAD_BUSINESS = Text("业务办理项编码不是两位数字，未采用", "the handling item is not two digits: not taken")
ONE_DIGIT = Text("推测：按两位数字“{business}”理解", "guessed: read as the two digits “{business}”")
OTHER_BUSINESS = Text(
    "与编码中的业务办理项不一致（编码为{business}），未采用",
    "not the handling item that the code says ({business}): not taken",
)
NO_NAME = Text("没有名称，无法入目录", "no name: it has no place in the catalogue")
LONG_NAME = Text("名称过长，不是名称", "too long to be a name")
NO_SUCH_TYPE = Text(
    "编码中的类型位“{digits}”不在类型表中", "the type digits “{digits}” of the code are in no type table"
)
OTHER_TYPE = Text("与编码中的类型位不一致（编码为{type}）", "not the type that the code says ({type})")
UNIT = Text("推测：未写明时限单位，按工作日理解", "guessed: the unit is not said; read as working days")
CALENDAR = Text("说明中是自然日，按自然日采用", "its note counts calendar days: taken so")
NOT_DAYS = Text(
    "单位不是天（{word}），数字未采用", "counted in another unit than days: the number is not taken ({word})"
)
NO_QUOTA = Text("推测：按“无数量限制”理解", "guessed: read as no quota")
QUOTA_UNCLEAR = Text("数量限制不明：只有一个数，没有说明数的是什么", "the quota is a bare number: of what is not said")
NOTHING_SAID = Text("原文为“{word}”，视为没有", "says “{word}”: taken as nothing")
NOT_SPECIAL = Text(
    "标为没有特别程序，却写了种类或者天数", "said to have no special procedure, yet its kinds or days are given"
)
CODE_ODD = Text("材料编码与事项编码不符", "the material's code does not begin with the item's")


@cache
def load_format() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(FORMAT.read_text(encoding="utf-8"))
    return loaded


def is_guide(document: object) -> bool:
    return isinstance(document, Mapping) and len(load_format()["fields"].keys() & document.keys()) >= ENOUGH


def read_guide(document: Mapping[str, Any], *, file: str) -> Entry:
    """One entry. Refused only where the item has no code or no name to go by."""
    findings: list[Finding] = []
    unread: dict[str, Any] = {}
    reader = FieldReader(document, load_format(), findings, unread)
    code = _code(reader)
    record = ItemRecord(
        layer=code.layer if code.office else "template", code=code.item, business=code.business, name=_required_name(reader),
        unread=unread, **_what(reader, code), **_limits(reader), **_how(reader), **_lists(reader, code),
    )  # fmt: skip
    reader.finish()
    findings += [_named_as_in_source(finding, document) for finding in find_contradictions(record)]
    return conclude(file, record, findings)


def _code(reader: FieldReader) -> ItemCode:
    """An empty one, which is told, where none can be read. The handling item stands in a field of its own or in the code."""
    given = reader.text("rightsCode")
    code = find_code(given.upper()) if given.isascii() else None
    if code is None:
        reader.tell("rightsCode", given, BAD_CODE if given else NO_CODE, "error")
        code = ItemCode("")
    business = _business(reader, wanted=code.layer == "basic")
    if code.business and business not in ("", code.business):
        reader.leave("ywCode", reader.value("ywCode"), OTHER_BUSINESS, business=code.business)
    return replace(code, business=code.business or business)


def _business(reader: FieldReader, *, wanted: bool) -> str:
    business = reader.text("ywCode", wanted=wanted)
    if re.fullmatch("[0-9]", business):
        business = business.zfill(2)
        reader.tell("ywCode", reader.value("ywCode"), ONE_DIGIT, "info", business=business)
    elif business and not re.fullmatch("[0-9]{2}", business):
        reader.leave("ywCode", business, BAD_BUSINESS)
        return ""
    return business


def _required_name(reader: FieldReader) -> str:
    name = reader.name("unifyName")
    if not name:
        reader.tell("unifyName", None, NO_NAME, "error")
    if len(name) > MAX_NAME:
        reader.tell("unifyName", name, LONG_NAME, "error")
    return name


def _what(reader: FieldReader, code: ItemCode) -> dict[str, Any]:
    return {
        "source_id": reader.text("unifyId"),
        "type": _type(reader, code),
        "department": read_department(reader, "deptName", code),
        "office": reader.text("orgName"),
        "levels": add_level(reader, "schemeLevels", reader.choices("schemeLevels"), code),
        "audience": reader.choices("serveObject"),
        "scope": reader.choice("doScope"),
        "conditions": _said(reader, "acceptanceCondition"),
        "basis": _said(reader, "according"),
        "steps": _said(reader, "processDescript"),
        "result": _result(reader),
        "quota": _quota(reader),
    }


def _type(reader: FieldReader, code: ItemCode) -> str | None:
    stated: str | None = reader.choice("typeName")
    if not code.basic:
        return stated
    by_code = find_type(code)
    if by_code is None:
        reader.tell("rightsCode", str(code), NO_SUCH_TYPE, digits=code.type_digits)
    elif stated and stated != by_code:
        reader.tell("typeName", reader.value("typeName"), OTHER_TYPE, type=by_code)
    return stated


def _limits(reader: FieldReader) -> dict[str, Any]:
    flagged = reader.flag("isSpecialProcedure")
    days = reader.number("specialProcedureTimelimit", wanted=flagged is True)
    kinds = reader.choices("specialProcedureType", wanted=flagged is True)
    if flagged is False and (days or kinds):
        reader.tell("isSpecialProcedure", reader.value("isSpecialProcedure"), NOT_SPECIAL)
    return {
        "legal": _limit(reader, "approveLimit"),
        "promise": _limit(reader, "commitmentLimit"),
        "special": Special(days, kinds) if flagged or days or kinds else None,
    }


OTHER_UNITS = re.compile("小时|分钟|周|月|年")


def _limit(reader: FieldReader, key: str) -> Limit | None:
    stated, note = reader.value(key), _said(reader, f"{key}Explain")
    days = reader.number(key)
    if days is None:
        return Limit(None, note=note) if note else None
    if isinstance(stated, str) and (other := OTHER_UNITS.search(stated)):
        reader.leave(key, stated, NOT_DAYS, word=other[0])
        return Limit(None, note=note)
    return Limit(days, _unit(reader, key, f"{stated}{note}"), note)


def _unit(reader: FieldReader, key: str, words: str) -> str:
    if "工作日" in words:
        return "working_days"
    if re.search("自然日|日历日|日历天", words):
        reader.tell(key, reader.value(key), CALENDAR)
        return "calendar_days"
    reader.tell(key, reader.value(key), UNIT, "info")
    return "working_days"


def _how(reader: FieldReader) -> dict[str, Any]:
    return {
        "online": reader.flag("isonline"),
        "depth": reader.choice("transactLevel"),
        "ways": reader.choices("transactionFrom"),
        "visits": reader.number("minSeq"),
        "visits_note": reader.text("minExplain", wanted=False),
        "visits_reason": reader.text("limitsceneexplain", wanted=False),
    }


def _lists(reader: FieldReader, code: ItemCode) -> dict[str, Any]:
    charged = reader.flag("isCharge")
    return {
        "charged": charged,
        "fees": tuple(_fee(row) for row in reader.rows("chargeList", wanted=charged is True)),
        "materials": tuple(_material(row, code) for row in reader.rows("materialList")),
    }


def _fee(row: FieldReader) -> FeeLine:
    line = FeeLine(
        row.text("feename"), row.text("feestand"), row.text("chargeBylaw"), row.flag("isMinus", wanted=False)
    )
    row.finish()
    return line


def _material(row: FieldReader, code: ItemCode) -> MaterialLine:
    line = MaterialLine(
        code=row.text("materialCode"),
        name=row.name("materialTitle"),
        need=row.choice("isMust"),
        kind=row.choice("materialApproveType"),
        form=row.choice("materialType"),
        medium=row.choice("materialStandard"),
        copies=row.number("copiesNum"),
        source=row.choice("sourceChannel"),
        waived_by=row.choice("freeSubmission"),
        handed_in=row.choice("commitWay"),
        standard=row.text("acceptStandard"),
        basis=_said(row, "bylaw"),
        note=row.text("materialExplain", wanted=False),
    )
    if line.code and code.basic and not _belongs(line.code, code):
        row.tell("materialCode", line.code, CODE_ODD)
    row.finish()
    return line


def _belongs(material: str, code: ItemCode) -> bool:
    """It begins with the code of its item, or of the basic one; of an item as a whole with that of any of its handling items."""
    start = f"(?:{code.office}{code.level})?{code.basic}{code.business or '(?:[0-9]{2})?'}"
    return re.fullmatch(f"M{start}[0-9A-Z]{{2,3}}", material) is not None


def _said(reader: FieldReader, key: str, *, wanted: bool = True) -> str:
    """A text; a word that only means nothing is told and left out."""
    text = reader.text(key, wanted=wanted)
    if text.rstrip("。") in load_format()["words"]["nothing"]:
        reader.tell(key, text, NOTHING_SAID, "info", word=text)
        return ""
    return text


def _result(reader: FieldReader) -> str:
    return reader.name("resultSampleName") if _said(reader, "resultSampleName") else ""


def _quota(reader: FieldReader) -> str:
    words, text = load_format()["words"], reader.text("quantitativeRestriction", wanted=False)
    bare = text.rstrip("。")
    if not bare or bare in (*words["no_quota"], *words["nothing"]):
        return ""
    if bare in words["perhaps_no_quota"]:
        reader.tell("quantitativeRestriction", text, NO_QUOTA, "info")
        return ""
    if bare.replace(".", "").isdigit():
        reader.tell("quantitativeRestriction", text, QUOTA_UNCLEAR)
    return text


def _named_as_in_source(finding: Finding, document: Mapping[str, Any]) -> Finding:
    """A finding of the lint names our field and value; a report names the source's. A long text keeps the excerpt that was found odd."""
    field = source_field(finding.field, document)
    raw = _at(document, field)
    short = raw is not None and (not isinstance(raw, str) or len(raw) <= 60)
    return Finding(field, show(raw) if short else finding.value, finding.what, finding.severity)


def _at(document: Any, path: str) -> Any:
    """What stands at `materialList[3].isMust`."""
    for step in re.findall(r"[^.\[\]]+", path):
        try:
            document = document[int(step)] if isinstance(document, list) else document.get(step)
        except (AttributeError, IndexError, ValueError):
            return None
    return document


def source_field(path: str, document: Mapping[str, Any]) -> str:
    """`materials[3].need` → `materialList[3].isMust`, or a later row where some of the source's were left out."""
    match = re.fullmatch(r"(materials|fees)(?:\[(\d+)\])?(?:\.(\w+))?", path)
    if match is None:
        return _reversed("fields").get(path, path)
    name, line, part = match.groups()
    list_key = _reversed("fields")[name]
    row = "" if line is None else f"[{_rows_taken(document[list_key])[int(line)]}]"
    return f"{list_key}{row}" + (f".{_reversed(name).get(part, part)}" if part else "")


def _rows_taken(rows: list[Any]) -> list[int]:
    return [number for number, row in enumerate(rows) if isinstance(row, dict)]


@cache
def _reversed(table: str) -> dict[str, str]:
    return {place: key for key, place in load_format()[table].items()}
