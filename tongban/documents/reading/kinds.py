"""What the papers hold that Tongban reads: identity card, household register, referral letter, business licence, test report.

A new kind is a row of `KINDS`. A value that cannot be right, by its form or its check digit, is kept as it was read and counts as not sure.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from tongban.documents.reading.page import Box, Page
from tongban.documents.reading.rows import Found, Row, find, joined, rows_of
from tongban.kernel.text import Text

SURE = 0.85
"""From here on a value counts as read; below it a person confirms."""
NOT_SURE = 0.5
"""The most that a value can have that is not of its form."""


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field of a paper as it was read. `page` counts from 0, `box` in pixels of its picture; `score` from 0 to 1."""

    id: str
    value: str
    score: float
    page: int
    box: Box

    @property
    def sure(self) -> bool:
        return self.score >= SURE


@dataclass(frozen=True, slots=True)
class FieldRule:
    """`labels` stand before the value; `pattern` is the value, or the whole of what is looked for where there is no label.

    `clean` makes the value of the text, None where it cannot be right. `last`: the last one counts, as with dates below a signature.
    `goes_on`: the value may run into the next rows.
    """

    id: str
    label: Text
    labels: tuple[str, ...]
    pattern: str
    clean: Callable[[str], str | None]
    last: bool = False
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`marks`: words of which at least one stands on every paper of this kind."""

    id: str
    name: Text
    marks: tuple[str, ...]
    fields: tuple[FieldRule, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """`fits`: the paper looks like one of its kind. A field that was not found is not among `fields`."""

    kind: str
    fits: bool
    fields: tuple[ReadField, ...]


def read_fields(kind: Kind, pages: Sequence[Page]) -> Reading:
    """Everything of this kind that stands on the pages."""
    rows = rows_of(pages)
    everything = "".join(row.text for row in rows).replace(" ", "")
    found = (_field(rule, kind, rows) for rule in kind.fields)
    return Reading(
        kind.id, any(mark in everything for mark in kind.marks), tuple(field for field in found if field is not None)
    )


def _field(rule: FieldRule, kind: Kind, rows: Sequence[Row]) -> ReadField | None:
    pieces = find(rows, _pattern(rule), cut=lambda text: _until_the_next_label(text, kind, rule))
    candidates = [_candidate(rule, kind, rows, number, found) for number, found in pieces]
    if not candidates:
        return None
    likely = [candidate for candidate in candidates if candidate.score > NOT_SURE] or candidates
    return likely[-1 if rule.last else 0]


def _pattern(rule: FieldRule) -> re.Pattern[str]:
    if not rule.labels:
        return re.compile(f"(?P<value>{rule.pattern})")
    label = "|".join(r"\s*".join(map(re.escape, label)) for label in rule.labels)
    return re.compile(rf"(?:{label})\s*(?:\([^)]*\))?\s*[:;]?\s*(?P<value>{rule.pattern})")


def _candidate(rule: FieldRule, kind: Kind, rows: Sequence[Row], number: int, found: Found) -> ReadField:
    pieces = [found, *(_next_rows(kind, rows, number, found) if rule.goes_on else ())]
    whole = joined(pieces)
    value = rule.clean(whole.text)
    score = min(whole.score, 1.0 if value else NOT_SURE)
    return ReadField(rule.id, value or whole.text, round(score, 3), whole.page, whole.box)


def _next_rows(kind: Kind, rows: Sequence[Row], number: int, found: Found) -> Iterator[Found]:
    """The rows below that begin no other field and stand right below, not far to the left of the value."""
    below = found.box
    for row in rows[number + 1 : number + 4]:
        piece = row.piece(0, len(row.text))
        near = (
            piece.box.y - (below.y + below.height) < below.height and piece.box.x > found.box.x - 4 * found.box.height
        )
        if (
            row.page != found.page
            or not near
            or any(_begins(row, label) for label in (*_all_labels(kind), *_OTHER_LABELS))
        ):
            return
        yield piece
        below = piece.box


def _begins(row: Row, label: str) -> bool:
    return row.text.replace(" ", "").startswith(label)


def _until_the_next_label(text: str, kind: Kind, rule: FieldRule) -> str:
    ends = [text.find(label) for label in (*_all_labels(kind), *_OTHER_LABELS) if label not in rule.labels]
    return text[: min((end for end in ends if end > 0), default=len(text))].rstrip(" ,;:.")


def _all_labels(kind: Kind) -> Iterator[str]:
    return (label for rule in kind.fields for label in rule.labels)


_OTHER_LABELS = (
    "性别", "年龄", "民族", "出生", "身份证", "证件", "电话", "住院号", "科室", "类型", "注册资本", "营业期限", "经营范围", "登记机关",
    "样品", "地址",
)  # fmt: skip


DAY = r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"


def read_day(text: str) -> str | None:
    """ISO text of a day written as 2026年11月18日, 2026-11-18, 2026.11.18 or 2026/11/18."""
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    try:
        return date(*parts).isoformat() if len(parts) == 3 else None
    except ValueError:
        return None


def read_id_number(text: str) -> str | None:
    """A resident's number with a day of birth and a right check digit."""
    number = text.replace(" ", "").upper()
    right = len(number) == 18 and read_day("-".join((number[6:10], number[10:12], number[12:14])))
    return number if right and ric.calc_check_digit(number) == number[-1] else None


def read_credit_code(text: str) -> str | None:
    """A unified social credit code (统一社会信用代码) with a right check digit."""
    try:
        return str(uscc.validate(text.replace(" ", "").upper()))
    except ValidationError:
        return None


def read_name(text: str) -> str | None:
    name = text.replace(" ", "")
    return name if len(name) >= 2 else None


def read_text(text: str) -> str | None:
    return "".join(text.split()) or None


def read_result(text: str) -> str | None:
    """`qualified` or `unqualified`; None for a sentence that says neither clearly."""
    said = text.replace(" ", "")
    if re.search("不合格|不符合|未达标|超标", said):
        return "unqualified"
    return "qualified" if re.search("合格|符合|达标", said) else None


def read_end(text: str) -> str | None:
    """The last day of a card, or 长期."""
    if "长期" in text:
        return "长期"
    days = re.findall(DAY, text)
    return read_day(days[-1]) if days else None


ID_NUMBER = r"[0-9][0-9 ]{16,20}[0-9Xx]"
PERSON = r"[^\s:,;()0-9][^:,;()0-9]{1,14}"
REST = r"\S.*"
HOSPITAL = r"[^\s:,]{2,30}?(?:医院|卫生院|医疗中心|保健院|医学院)"

NAME = FieldRule("name", Text("姓名", "Name"), ("姓名",), PERSON, read_name)
NUMBER = FieldRule(
    "id_number", Text("证件号码", "Identity number"),
    ("公民身份号码", "公民身份证件编号", "身份证号码", "身份证号", "证件号码"), ID_NUMBER, read_id_number,
)  # fmt: skip
ADDRESS = FieldRule("address", Text("住址", "Address"), ("住址", "户籍地址"), REST, read_text, goes_on=True)

ID_CARD = Kind(
    "id-card", Text("居民身份证", "Identity card"), ("公民身份号码", "居民身份证"),
    (
        NAME, NUMBER, ADDRESS,
        FieldRule("birth_on", Text("出生日期", "Date of birth"), ("出生",), DAY, read_day),
        FieldRule("issuer", Text("签发机关", "Issued by"), ("签发机关",), REST, read_text),
        FieldRule("valid_until", Text("有效期至", "Valid until"), ("有效期限",), rf"(?:{DAY}\s*[-—至]\s*)?(?:{DAY}|长期)", read_end),
    ),
)  # fmt: skip
HOUSEHOLD_PAGE = Kind(
    "household-page", Text("户口簿", "Household register"), ("户口", "户主", "常住人口"),
    (
        replace(NAME, labels=("户主姓名", "姓名")), NUMBER, ADDRESS,
        FieldRule("relation", Text("与户主关系", "Relation to the head"), ("户主或与户主关系", "与户主关系"), PERSON, read_text),
        FieldRule("birth_on", Text("出生日期", "Date of birth"), ("出生日期",), DAY, read_day),
        FieldRule("moved_from", Text("何时由何地迁来", "Moved from, and when"),
            ("何时由何地迁来本市县", "何时由何地迁来本市", "何时由何地迁来本址"), REST, read_text),
    ),
)  # fmt: skip
REFERRAL_LETTER = Kind(
    "referral-letter", Text("转诊转院证明", "Referral letter"), ("转诊", "转院"),
    (
        replace(NAME, labels=("患者姓名", "姓名")), NUMBER,
        FieldRule("hospital", Text("开具医院", "Issuing hospital"), (), rf"^\s*{HOSPITAL}", read_text),
        FieldRule("to_hospital", Text("转往医院", "Referred to"), ("转往医院", "转入医院", "转往", "转入", "转至"), HOSPITAL, read_text),
        FieldRule("letter_on", Text("开具日期", "Date of the letter"), (), DAY, read_day, last=True),
    ),
)  # fmt: skip
BUSINESS_LICENCE = Kind(
    "business-licence", Text("营业执照", "Business licence"), ("营业执照",),
    (
        FieldRule("code", Text("统一社会信用代码", "Unified social credit code"), ("统一社会信用代码",),
            r"[0-9A-Za-z][0-9A-Za-z ]{15,19}[0-9A-Za-z]", read_credit_code),
        FieldRule("name", Text("名称", "Name"), ("名称",), REST, read_text, goes_on=True),
        FieldRule("representative", Text("法定代表人", "Legal representative"), ("法定代表人", "负责人", "经营者"), PERSON, read_name),
        FieldRule("founded_on", Text("成立日期", "Founded on"), ("成立日期", "注册日期"), DAY, read_day),
        FieldRule("address", Text("住所", "Address"), ("住所", "经营场所", "营业场所"), REST, read_text, goes_on=True),
    ),
)  # fmt: skip
TEST_REPORT = Kind(
    "test-report", Text("检测报告", "Test report"), ("检测报告", "检验报告", "检验检测"),
    (
        FieldRule("number", Text("报告编号", "Number"), ("报告编号", "编号"), r"[0-9A-Za-z\u4e00-\u9fff()〔〕-]{4,40}", read_text),
        FieldRule("client", Text("委托单位", "For whom"), ("委托单位", "受检单位", "被检单位", "单位名称"), REST, read_text),
        FieldRule("report_on", Text("报告日期", "Date of the report"), ("报告日期", "签发日期", "批准日期"), DAY, read_day),
        FieldRule("result", Text("结论", "Result"), ("检测结论", "检验结论", "结论"), REST, read_result, goes_on=True),
    ),
)  # fmt: skip

KINDS = {kind.id: kind for kind in (ID_CARD, HOUSEHOLD_PAGE, REFERRAL_LETTER, BUSINESS_LICENCE, TEST_REPORT)}
