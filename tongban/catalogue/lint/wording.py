"""Odd wording in the texts of a record: brackets that do not close, doubled marks, placeholders, texts that say nothing or break off."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from tongban.catalogue.findings import Finding, Severity
from tongban.catalogue.items.record import ItemRecord
from tongban.kernel.text import Text

FORMAT = Path(__file__).parents[1] / "data" / "formats" / "provincial-guide.yaml"
ELSEWHERE = frozenset(yaml.safe_load(FORMAT.read_text(encoding="utf-8"))["words"]["elsewhere"])
"""Texts that only point elsewhere, of whatever format."""

DOUBLED = Text("标点重复", "a mark stands twice")
DOUBLED_WORD = Text("字重复", "a character stands twice")
MARKUP = Text("有网页代码", "holds markup of a web page")
INVISIBLE = Text("有看不见的字符", "holds characters that cannot be seen")
SHEET_ERROR = Text("是表格公式的出错标记", "is the error mark of a spreadsheet's formula")
PLACEHOLDER = Text("有未填写的占位符", "a placeholder was left in")
UNCLOSED = Text("括号或书名号不成对", "brackets or title marks do not pair")
MIXED = Text("括号一半全角一半半角", "one bracket is full-width, the other is not")
CUT = Text("文字被截断", "the text breaks off")
SPACED = Text("词中间有空格", "spaces inside words")
FULL_WIDTH = Text("有全角符号", "full-width signs")
SAYS_NOTHING = Text("没有实质内容，只指向别处", "says nothing itself, only points elsewhere")
NO_STEPS = Text("没有写出步骤", "names no step")
PROCEDURE = Text("写的是办理过程，没有说谁可以办", "tells the procedure, not who may apply")
PARTLY = Text("条件只适用于部分地方", "the conditions hold in some places only")
NUMBER_IN_SQUARE = Text("文号用了【】", "the number of a document stands in 【】")
BARE_NUMBER = Text("只有文号，没有说明", "a document's number and nothing else")
MARKED_NAME = Text("事项名称里有书名号", "title marks in the name of the item")

MARKUP_SIGNS = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s+[\w:-]+\s*=[^<>]{0,200})?\s*/?>|&(?:[A-Za-z]{2,8}|#\d{1,6});")
Pattern = tuple[re.Pattern[str], Text, Severity]
PATTERNS: tuple[Pattern, ...] = (
    (re.compile(r"([。，；：、《〈])\1"), DOUBLED, "info"),
    (re.compile(r"\d([一-龥])\1"), DOUBLED_WORD, "info"),
    (re.compile(r"[Xx×＊*]{3,}|_{3,}|待补充|TODO"), PLACEHOLDER, "warning"),
    (MARKUP_SIGNS, MARKUP, "warning"),
    (re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"), INVISIBLE, "warning"),
    (re.compile(r"#(?:REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|NAME\?)"), SHEET_ERROR, "warning"),
    (re.compile(r"（[^（）()]{0,40}\)|\([^（）()]{0,40}）"), MIXED, "info"),
    (re.compile(r"(?<![条款章节号])(?<=[一-龥])[ \u00a0\u3000]{1,3}[一-龥]"), SPACED, "info"),
    (re.compile(r"[％＋＞＜＝]"), FULL_WIDTH, "info"),
    (re.compile(r"【\d{4}】"), NUMBER_IN_SQUARE, "info"),
)
PAIRS = (("《", "》"), ("〈", "〉"), ("（", "）"), ("【", "】"), ("“", "”"))
ENUMERATED = re.compile(r"(?<![（(])[0-9一二三四五六七八九十]+[）)]")
AROUND = 12


def of_wording(record: ItemRecord) -> Iterator[Finding]:
    for field, text in _texts(record):
        yield from _patterns(field, text)
        if text.endswith("…"):
            yield Finding(field, text[-30:], CUT, "info")
        elif field != "visits_note" and not _pairs(text):
            yield Finding(field, text[:60], UNCLOSED, "info")
        if text.rstrip("。") in ELSEWHERE:
            yield Finding(field, text, SAYS_NOTHING, "warning")
    yield from _sense(record)


ITEM = ("name", "department", "office", "conditions", "basis", "steps", "result", "visits_note", "visits_reason", "quota")  # fmt: skip
LINES = {"materials": ("name", "standard", "basis", "note"), "fees": ("name", "standard", "basis")}


def _texts(record: ItemRecord) -> Iterator[tuple[str, str]]:
    for name in ITEM:
        yield name, getattr(record, name)
    for name in ("legal", "promise"):
        limit = getattr(record, name)
        yield f"{name}.note", limit.note if limit else ""
    for name, parts in LINES.items():
        for number, line in enumerate(getattr(record, name)):
            for part in parts:
                yield f"{name}[{number}].{part}", getattr(line, part)


def _patterns(field: str, text: str) -> Iterator[Finding]:
    for pattern, what, severity in PATTERNS:
        if match := pattern.search(text):
            start, end = max(0, match.start() - AROUND), match.end() + AROUND
            yield Finding(field, text[start:end], what, severity)


def _pairs(text: str) -> bool:
    bare = ENUMERATED.sub("", text).replace("(", "（").replace(")", "）")
    return all(bare.count(left) == bare.count(right) for left, right in PAIRS)


def _sense(record: ItemRecord) -> Iterator[Finding]:
    if re.search("[《》]", record.name):
        yield Finding("name", record.name, MARKED_NAME, "info")
    if record.visits_note and len(record.visits_note) >= 100 and record.visits_note[-1] not in "。.！”）":
        yield Finding("visits_note", record.visits_note[-30:], CUT, "info")
    if (
        record.steps
        and record.steps not in ELSEWHERE
        and not re.search("受理|提交|审查|审核|步骤|流程|核准", record.steps)
    ) or re.match("根据《", record.steps):
        yield Finding("steps", record.steps[:60], NO_STEPS, "info")
    if re.search("材料是否齐全|一次性告知", record.conditions):
        yield Finding("conditions", record.conditions[:60], PROCEDURE, "info")
    if match := re.search("(其他|各).{2,20}以.{2,30}(公布|规定)的?为准|有条件的.{0,16}可", record.conditions):
        yield Finding("conditions", match[0], PARTLY, "info")
    for name in ("legal", "promise"):
        limit = getattr(record, name)
        if limit and re.fullmatch(r"[一-龥]{2,6}[〔【\[]\d{4}[〕】\]]\d+号", limit.note):
            yield Finding(f"{name}.note", limit.note, BARE_NUMBER, "info")
