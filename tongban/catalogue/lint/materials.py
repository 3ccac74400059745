"""What is odd about the materials of a record: need against title, form against standard, paper against handling online."""

import re
from collections.abc import Iterator

from tongban.catalogue.findings import Finding, Severity
from tongban.catalogue.items.record import ItemRecord, MaterialLine
from tongban.catalogue.lint.wording import ELSEWHERE
from tongban.kernel.text import Text

Odd = tuple[str, object, Text, Severity]

NEEDED_BY_SOME = Text("标为必要，名称或标准却说只有部分情形需要", "required, yet its words say that only some need it")
PAPER_ONLY = Text(
    "全程网办（四级），这份材料却只收纸质或只能现场提交",
    "entirely online, yet this is taken on paper or at a counter only",
)
OTHER_ROUTE = Text("告知承诺书是另一种办理方式的材料", "a pledge letter belongs to another way of applying")
OFFERS_TWO = Text("一个名称里有两种材料可选", "one name offers two materials")
WAIVER_IN_NAME = Text("免交的条件写在名称里", "a waiver is written into the name")
POINTS_AWAY = Text("名称引用了这里没有的条目（{word}）", "its name refers to entries that are not here ({word})")
SENTENCE = Text("名称是一整句话", "its name is a whole sentence")
A_CASE = Text("名称是一种情形，不是材料", "its name is a case, not a paper")
FORM_KIND = Text("像是申请表，类型却不是", "looks like a form, yet is of another kind")
PHOTO_KIND = Text("照片被归为证照", "a photo counted as a licence")
COPY_IN_NAME = Text("名称说复印件，形式却不含复印件", "a copy by its name, yet not by its form")
ORIGINAL_WANTED = Text("标准要求原件，形式却是复印件", "its standard wants an original, its form says copy")
ELECTRONIC_ORIGINAL = Text("只收电子，形式却说原件和复印件", "taken electronically only, yet as original and copy")
COPIES_ELSE = Text("标准里的份数（{word}）与份数不同", "its standard says another number of copies ({word})")
NO_COPIES = Text("份数为零", "no copies at all")
MANY_COPIES = Text("份数多得不寻常", "unusually many copies")
BEGINS_LATE = Text(
    "标准从第{word}条开始，前面的缺失", "its standard begins at number {word}: what went before is missing"
)
SAME_AS_BASIS = Text("标准与依据是同一段文字", "standard and basis are the same words")
PLEDGE_SOURCE = Text(
    "承诺书应由申请人出具，来源却是政府部门", "a pledge comes from the applicant, not from the government"
)
HOSPITAL_SOURCE = Text(
    "医院出具的材料，来源却是申请人自备", "made out by a hospital, yet said to be the applicant's own"
)
NOT_A_BASIS = Text("依据写的是提交条件，不是依据", "a condition stands in place of the legal basis")
NOTES_AS_BASIS = Text("依据写的是编号说明，不是依据", "numbered notes stand in place of the legal basis")
NO_LAW = Text("依据没有写出法律或文件名称", "its basis names no law or document")
NO_TITLE_MARKS = Text("依据的名称没有书名号", "the name of the law stands without title marks")
NO_BASIS = Text("材料没有依据", "no basis for this material")
PLEDGE_BY_CREDIT = Text("承诺书本身也标为信用免交、信用后补", "the pledge itself may be waived by credit")

SOME_NEED = re.compile(
    "的需提供|需提供$|应提供|还应|需同时提供|如.{0,20}提供|涉及|仅限|时需要|时提供|有.{2,12}的(?!.*书$)|未满|现役|募集"
)
COUNTED = re.compile("(?:一式|提供|提交)?([一二两三四五六七八九]|\\d+)(?:张|份)")
NUMERALS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
MANY = 10


def of_materials(record: ItemRecord) -> Iterator[Finding]:
    for number, line in enumerate(record.materials):
        odd = [
            *_need(record, line),
            *_name(line),
            *_form(record, line),
            *_origin(line),
            *_standard(line),
            *_basis(line),
        ]
        for part, value, what, severity in odd:
            yield Finding(f"materials[{number}].{part}", value, what, severity)


def _need(record: ItemRecord, line: MaterialLine) -> Iterator[Odd]:
    if line.need == "required" and (SOME_NEED.search(line.name) or re.search("时需要|时提供", line.standard)):
        yield "need", line.name, NEEDED_BY_SOME, "warning"
    if line.need == "required" and "承诺书" in line.name and "告知承诺" in line.name and "告知承诺" not in record.name:
        yield "need", line.name, OTHER_ROUTE, "warning"
    if line.need == "credit" and "承诺书" in line.name:
        yield "need", line.name, PLEDGE_BY_CREDIT, "info"


def _name(line: MaterialLine) -> Iterator[Odd]:
    if re.search("或.{0,4}承诺书", line.name):
        yield "name", line.name, OFFERS_TWO, "info"
    if re.search("无需提供|可以不提供|不需提供|免于提交|免提交", line.name):
        yield "name", line.name, WAIVER_IN_NAME, "warning"
    if match := re.search("第?（[一二三四五六七八九十]+）(、（[一二三四五六七八九十]+）)*项", line.name):
        yield (
            "name",
            line.name,
            Text(POINTS_AWAY.zh.format(word=match[0]), POINTS_AWAY.en.format(word=match[0])),
            "warning",
        )
    if len(line.name) > 40 or re.search("[，。；].{8,}", line.name):
        yield "name", line.name, SENTENCE, "info"
    if re.match("(补发|换发|失效重新|变更|加注)", line.name) and not re.search(
        "(书|表|证明|报告|材料|件)[》）)]?$", line.name
    ):
        yield "name", line.name, A_CASE, "info"


def _form(record: ItemRecord, line: MaterialLine) -> Iterator[Odd]:
    by_hand = line.handed_in == "window" or (line.medium == "paper" and line.form == "original")
    if record.depth == 4 and line.need == "required" and (by_hand or line.medium == "paper"):
        yield "medium", line.medium, PAPER_ONLY, "warning"
    if re.search("(申请|备案|登记|审批|审核)(表|书)[》）)]?$", line.name) and line.kind != "form":
        yield "kind", line.kind, FORM_KIND, "info"
    if re.search("照片|相片", line.name) and line.kind == "licence":
        yield "kind", line.kind, PHOTO_KIND, "info"
    if "复印件" in line.name and line.form == "original":
        yield "form", line.form, COPY_IN_NAME, "info"
    if line.form == "copy" and re.match("(须|需|提供|请提交)?原件", line.standard):
        yield "form", line.form, ORIGINAL_WANTED, "info"
    if line.medium == "electronic" and line.form == "original_and_copy":
        yield "form", line.form, ELECTRONIC_ORIGINAL, "info"


def _origin(line: MaterialLine) -> Iterator[Odd]:
    if "承诺书" in line.name and line.source == "government":
        yield "source", line.source, PLEDGE_SOURCE, "info"
    if re.search("医院|医疗机构|转诊|诊断|鉴定表", f"{line.name}{line.standard}") and line.source == "applicant":
        yield "source", line.source, HOSPITAL_SOURCE, "info"


def _standard(line: MaterialLine) -> Iterator[Odd]:
    if line.copies == 0:
        yield "copies", 0, NO_COPIES, "warning"
    elif line.copies is not None and line.copies > MANY:
        yield "copies", line.copies, MANY_COPIES, "warning"
    counted = COUNTED.search(line.standard) or COUNTED.search(line.name)
    if counted and line.copies and _count(counted[1]) != line.copies:
        yield "copies", line.copies, _with(COPIES_ELSE, counted[0]), "info"
    if match := re.match(r"([2-9])[.、．](?!\d)", line.standard):
        yield "standard", line.standard[:60], _with(BEGINS_LATE, match[1]), "info"
    if line.standard and line.standard == line.basis:
        yield "standard", line.standard[:60], SAME_AS_BASIS, "info"


def _basis(line: MaterialLine) -> Iterator[Odd]:
    if line.basis.rstrip("。") in ELSEWHERE:
        return
    if not line.basis:
        yield "basis", "", NO_BASIS, "warning"
    elif re.match("当.*(为|是|选择)", line.basis):
        yield "basis", line.basis[:60], NOT_A_BASIS, "warning"
    elif re.match(r"(注[:：]|1[.、]|备注)", line.basis) and "《" not in line.basis:
        yield "basis", line.basis[:60], NOTES_AS_BASIS, "warning"
    elif not re.search("《|〔|【20|法|条例|办法|号|规范", line.basis):
        yield "basis", line.basis[:60], NO_LAW, "warning"
    elif not re.search("[《〔【]", line.basis):
        yield "basis", line.basis[:60], NO_TITLE_MARKS, "info"


def _count(word: str) -> int:
    return NUMERALS[word] if word in NUMERALS else int(word)


def _with(what: Text, word: str) -> Text:
    return Text(what.zh.format(word=word), what.en.format(word=word))
