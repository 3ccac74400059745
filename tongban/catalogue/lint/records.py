"""Contradictions inside a record: values that cannot both be right, or that somebody should look at together. Never corrected here."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from tongban.catalogue.findings import Finding, Severity
from tongban.catalogue.items.record import ItemRecord
from tongban.catalogue.lint.materials import of_materials
from tongban.catalogue.lint.wording import of_wording
from tongban.kernel.text import Text

Findings = Iterator[Finding]

OVER_LEGAL = Text("承诺时限长于法定时限（{legal}）", "the promise is longer than the legal limit ({legal})")
SPECIAL_OVER = Text(
    "特别程序的天数长于法定时限（{legal}）", "the special procedure takes longer than the legal limit ({legal})"
)
SPECIAL_ADDED = Text(
    "加上特别程序超过法定时限（{legal}）", "with the special procedure it is longer than the legal limit ({legal})"
)
SPECIAL_NONE = Text(
    "说明提到特别程序，但标为没有", "its note speaks of a special procedure, yet there is said to be none"
)
ABOUT = Text("时限说明用了“约”，不是确定的期限", "its note says “about”: no definite limit")
OTHER_DAYS = Text(
    "说明里还有别的天数（{days}），一个数表达不了",
    "its note names other numbers of days ({days}): one number cannot say that",
)
AT_ONCE = Text(
    "说明里有当场或即时办结的情形，数字表达不了", "its note says that some are done at once: the number cannot say that"
)
MAY_EXTEND = Text("说明里可以延长，延长期未单独列出", "its note allows an extension, which stands nowhere by itself")
NO_LAW = Text("说明没有写出依据", "its note names no law")
DEPTH_VISITS = Text("全程网办（四级），却要到现场{visits}次", "entirely online, yet {visits} visits")
DEPTH_OFFLINE = Text("标为不能网上办，办理深度却是{depth}级", "said not to be online, yet of depth {depth}")
DEPTH_ONLINE = Text("办理深度为一级（只到现场），却标为可以网上办", "to be done on site only, yet said to be online")
WAY_OFFLINE = Text("办理方式有网上办理，却标为不能网上办", "online is one of the ways, yet it is said not to be online")
WAY_MISSING = Text("标为可以网上办，办理方式却没有网上办理", "said to be online, yet online is none of the ways")
VISITS_ONLINE_ONLY = Text("办理方式只有网上，却要到现场{visits}次", "online is the only way, yet {visits} visits")
VISITS_NONE = Text("不能全程网办，也不能邮寄，却说不用到现场", "neither entirely online nor by post, yet no visit")
VISITS_NO_REASON = Text("要到现场，但没有说明原因", "visits are wanted without a reason")
NOT_ACROSS = Text("全程网办，却不可通办", "entirely online, yet not to be handled elsewhere")
NARROW = Text("通办范围小于行使层级（{level}）", "handled within less than the area of its office ({level})")
HOUSEHOLD = Text(
    "通办范围大于条件中的户籍范围（{word}）",
    "handled in a wider area than the household its conditions ask for ({word})",
)
PERSONS_TOO = Text(
    "服务对象只有法人，条件或材料里却有{word}", "for organisations only, yet conditions or materials speak of {word}"
)
FREE_LINES = Text("标为不收费，却列了收费项目", "said to be free, yet there are fees")
NO_LINES = Text("标为收费，却没有收费项目", "said to be charged, yet there is no fee")
FEE_NO_BASIS = Text("收费依据没有写出法律或文件", "the basis of the fee names no law or document")
FEE_SERVICE = Text("这是寄递费，不是办理本事项的收费", "a courier's price, not a fee of the item")
FEE_TWO_UNITS = Text("收费标准与依据中的写法不同（{other}）", "standard and basis put the amount otherwise ({other})")
FEE_REDUCIBLE = Text("没有说明能否减免", "it does not say whether the fee may be reduced")
CANCELS = Text("注销事项的结果却是证书", "a cancellation that results in a certificate")

LEVELS = ("town", "county", "city", "province", "national")
HAS_LAW = re.compile("《|法|条例|规定|办法|〔|【20|号")


def find_contradictions(record: ItemRecord) -> list[Finding]:
    """Every contradiction, field by field. Paths are of the record: `materials[3].need`."""
    return [finding for check in CHECKS for finding in check(record)]


def _find(field: str, value: object, what: Text, severity: Severity = "warning", **words: object) -> Finding:
    return Finding(field, value, Text(what.zh.format(**words), what.en.format(**words)), severity)


def _limits(record: ItemRecord) -> Findings:
    legal = record.legal.days if record.legal else None
    promise = record.promise.days if record.promise else None
    if legal is None:
        return
    if promise is not None and promise > legal:
        yield _find("promise.days", promise, OVER_LEGAL, legal=legal)
    special = record.special.days if record.special else None
    if special is not None and special > legal:
        yield _find("special.days", special, SPECIAL_OVER, legal=legal)
    elif special is not None and promise is not None and special + promise > legal:
        yield _find("special.days", special, SPECIAL_ADDED, "info", legal=legal)


def _limit_notes(record: ItemRecord) -> Findings:
    for name in ("legal", "promise"):
        limit = getattr(record, name)
        if limit is None or not limit.note:
            continue
        yield from _limit_note(f"{name}.note", limit.note, limit.days)
        if name == "legal" and not HAS_LAW.search(limit.note):
            yield _find("legal.note", limit.note[:60], NO_LAW, "info")
        if record.special is None and "特别程序" in limit.note:
            yield _find(f"{name}.note", limit.note[:60], SPECIAL_NONE)


def _limit_note(field: str, note: str, days: int | None) -> Findings:
    if re.search(r"约\s*[0-9一二三四五六七八九十]+", note):
        yield _find(field, note[:60], ABOUT)
    named = {int(number) for number in re.findall(r"(\d+)\s*个?(?:工作)?日", note)} | _chinese_days(note)
    if others := sorted(named - {days}):
        yield _find(field, note[:60], OTHER_DAYS, "info", days="、".join(map(str, others)))
    if days and re.search("当场|即办|即时办结", note):
        yield _find(field, note[:60], AT_ONCE, "info")
    if "延长" in note:
        yield _find(field, note[:60], MAY_EXTEND, "info")


NUMERALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)|([一二三四五六七八九])")


def _chinese_days(note: str) -> set[int]:
    found = set()
    for word in re.findall("([一二三四五六七八九十]{1,3})个?(?:工作)?日", note):
        if match := TENS.fullmatch(word):
            tens, ones, single = match.groups()
            found.add(NUMERALS[single] if single else NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0))
    return found


def _depth(record: ItemRecord) -> Findings:
    depth, visits, ways = record.depth, record.visits, set(record.ways)
    if depth == 4 and visits:
        yield _find("visits", visits, DEPTH_VISITS, visits=visits)
    if record.online is False and depth is not None and depth > 1:
        yield _find("depth", depth, DEPTH_OFFLINE, depth=depth)
    if record.online and depth == 1:
        yield _find("depth", depth, DEPTH_ONLINE)
    if record.online is False and "online" in ways:
        yield _find("online", False, WAY_OFFLINE)
    if record.online and ways and "online" not in ways:
        yield _find("ways", sorted(ways), WAY_MISSING)
    if visits and ways == {"online"}:
        yield _find("visits", visits, VISITS_ONLINE_ONLY, visits=visits)
    if visits == 0 and depth is not None and depth < 4 and ways and "post" not in ways:
        yield _find("visits", visits, VISITS_NONE)


def _scope(record: ItemRecord) -> Findings:
    if record.scope == "none" and record.depth == 4:
        yield _find("scope", "none", NOT_ACROSS, "info")
    widest = max((LEVELS.index(level) for level in record.levels if level in LEVELS), default=-1)
    if record.scope in LEVELS and LEVELS.index(record.scope) < widest:
        yield _find("scope", record.scope, NARROW, level="、".join(record.levels))
    household = re.search("(具有|须有|应有|为)?([一-龥]{1,3}[省市县])户(籍|口)", f"{record.conditions} {record.steps}")
    if record.scope == "national" and household:
        yield _find("scope", record.scope, HOUSEHOLD, "info", word=household[0])
    if record.audience == ("organisation",):
        texts = " ".join([record.conditions, *(f"{line.name}{line.standard}{line.note}" for line in record.materials)])
        if word := re.search("个体工商户|自然人|个人独资", texts):
            yield _find("audience", list(record.audience), PERSONS_TOO, "info", word=word[0])


def _fees(record: ItemRecord) -> Findings:
    if record.charged is False and record.fees:
        yield _find("fees", [line.name for line in record.fees], FREE_LINES)
    if record.charged and not record.fees:
        yield _find("charged", True, NO_LINES)
    for number, line in enumerate(record.fees):
        at = f"fees[{number}]"
        if not re.search("《|〔|【|法|条例", line.basis):
            yield _find(f"{at}.basis", line.basis[:60], FEE_NO_BASIS)
        if re.search("邮寄|快递|速递|寄递", line.name):
            yield _find(f"{at}.name", line.name, FEE_SERVICE)
        other = re.search(r"[\d.]+元(/\w)?", line.basis)
        if other and other[0] != line.standard:
            yield _find(f"{at}.standard", line.standard, FEE_TWO_UNITS, "info", other=other[0])
        if line.reducible is None:
            yield _find(f"{at}.reducible", None, FEE_REDUCIBLE, "info")


def _result(record: ItemRecord) -> Findings:
    if "注销" in record.name and re.search("证书?$", record.result):
        yield _find("result", record.result, CANCELS, "info")


SAME_NOTES = Text("法定时限与承诺时限的说明是同一段文字", "the notes of both limits are the same words")
NOT_AMONG = Text("条件要求的“{word}”不在材料里", "the conditions ask for “{word}”, which is not among the materials")
PAPERS = re.compile("[一-龥]{0,6}(?:合格证明|检测报告|评价报告|产权证明|使用证明|合格证)")


def _conditions(record: ItemRecord) -> Findings:
    names = " ".join(line.name for line in record.materials)
    for word in dict.fromkeys(PAPERS.findall(record.conditions)):
        if word[-4:] not in names:
            yield _find("conditions", word, NOT_AMONG, "info", word=word)
    if record.legal and record.promise and len(record.legal.note) > 20 and record.legal.note == record.promise.note:
        yield _find("promise.note", record.promise.note[:60], SAME_NOTES, "info")


DOUBLE_NAME = Text("材料名称重复", "two materials have this name")
DOUBLE_CODE = Text("材料编码重复", "two materials have this code")


def _doubles(record: ItemRecord) -> Findings:
    for part, what in (("name", DOUBLE_NAME), ("code", DOUBLE_CODE)):
        counted = Counter(getattr(line, part) for line in record.materials)
        for number, line in enumerate(record.materials):
            if getattr(line, part) and counted[getattr(line, part)] > 1:
                yield _find(f"materials[{number}].{part}", getattr(line, part), what)


CHECKS: tuple[Callable[[ItemRecord], Findings], ...] = (
    _limits, _limit_notes, _depth, _scope, _fees, _result, _conditions, _doubles, of_materials, of_wording,
)  # fmt: skip
