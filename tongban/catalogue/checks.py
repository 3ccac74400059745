"""What is wrong with a definition, all of it at once, each fault with its path. Shape first (schema.json), then sense."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema

from tongban.kernel import strictjson
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.expression import BadCondition, Condition, compile_condition

MAX_BYTES = 80 * 1024
"""Signed and in base64 a definition still fits an envelope."""
SCHEMA = Path(__file__).with_name("schema.json")

Json = Mapping[str, Any]
Faults = Iterator["Fault"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake. `path` names list items by their ids: `situations[referral].points`."""

    path: str
    text: Text


class BadDefinition(Refused):
    """The document is no service definition; `faults` lists every mistake."""

    status = 422
    text = Text("事项定义有 {count} 处错误：{zh}", "The definition has {count} faults: {en}")
    advice = Text("请逐条改正后再发布。", "Correct each of them, then publish.")

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(
            count=len(faults),
            zh="；".join(f"{fault.path}：{fault.text.zh}" for fault in faults),
            en="; ".join(f"{fault.path}: {fault.text.en}" for fault in faults),
        )


def find_faults(document: Json, *, strict: bool = True) -> list[Fault]:
    """Every fault of a merged document. Sense is looked at only when the shape is right. Not `strict`: unknown keys pass."""
    shape = [*_canonical_faults(document), *_shape_faults(document, strict=strict)]
    return shape or list(_sense_faults(document))


def _canonical_faults(document: Json) -> Faults:
    try:
        size = len(strictjson.canonical(document))
    except strictjson.NotStrict as error:
        yield Fault("$", _say("不是严格的 JSON：{0}", "not strict JSON: {0}", error))
        return
    if size > MAX_BYTES:
        yield Fault("$", _say("超过 {0} 字节", "longer than {0} bytes", MAX_BYTES))


def _shape_faults(document: Json, *, strict: bool) -> Faults:
    errors = sorted(_validator().iter_errors(document), key=lambda error: [str(part) for part in error.absolute_path])
    for error in errors:
        if strict or error.validator != "additionalProperties":
            yield Fault(_path(document, list(error.absolute_path)), _shape_text(error))


@cache
def _validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


SHAPES = {
    "required": "缺少必填内容",
    "additionalProperties": "有不认识的内容",
    "type": "类型不对",
    "enum": "不在允许的取值中",
    "const": "不在允许的取值中",
    "pattern": "格式不对",
    "minItems": "至少要有一项",
    "minLength": "不能为空",
}


def _shape_text(error: jsonschema.ValidationError) -> Text:
    """In Chinese what it is, and the key or value that the schema's own sentence quotes."""
    zh = SHAPES.get(str(error.validator), "不符合规定的格式")
    quoted = re.search(r"'([^']{1,60})'", error.message)
    return Text(f"{zh}（{quoted[1]}）" if quoted else zh, error.message[:200])


def _path(document: Any, parts: list[Any]) -> str:
    path, value = "", document
    for part in parts:
        value = value[part]
        if isinstance(part, int):
            path += f"[{value.get('id', part) if isinstance(value, dict) else part}]"
        else:
            path += f".{part}" if path else part
    return path or "$"


def _sense_faults(document: Json) -> Faults:
    for check in (
        _doubles,
        _dangling,
        _conditions,
        _points,
        _situations,
        _materials,
        _limits,
        _words,
        _tree,
        _dates,
        _standing,
        _deviations,
    ):
        yield from check(document)


LISTS = (
    "basis", "modes", "remedies", "papers", "given", "screens", "questions", "answers", "sources", "elements", "groups", "checks",
    "materials", "points", "situations",
)  # fmt: skip


def _doubles(document: Json) -> Faults:
    for name in LISTS:
        yield from _double_ids(name, [item["id"] for item in document[name]])
    yield from _double_ids("fields", [field["element"] for field in document["fields"]])
    for question in document["questions"]:
        yield from _double_ids(f"questions[{question['id']}].options", [option["id"] for option in question["options"]])


def _double_ids(path: str, ids: list[str]) -> Faults:
    for id in sorted({id for id in ids if ids.count(id) > 1}):
        yield Fault(path, _say("“{0}”出现了两次", "“{0}” stands twice", id))


REFERENCES = (
    ("screens", "answer", "answers"),
    ("answers", "basis", "basis"),
    ("remedies", "basis", "basis"),
    ("elements", "sources", "sources"),
    ("sources", "consent", "elements"),
    ("sources", "with", "fields"),
    ("fields", "element", "elements"),
    ("fields", "group", "groups"),
    ("fields", "material", "materials"),
    ("fields", "basis", "basis"),
    ("checks", "field", "fields"),
    ("materials", "basis", "basis"),
    ("points", "basis", "basis"),
    ("points", "correct", "fields"),
    ("points", "demand", "materials"),
    ("situations", "fields", "fields"),
    ("situations", "materials", "materials"),
    ("situations", "points", "points"),
)
"""List, key of its items, the list in which the named ids must stand."""


def _dangling(document: Json) -> Faults:
    for name, key, target in REFERENCES:
        known = _ids(document, target)
        for item in document[name]:
            named = item.get(key, [])
            for id in [named] if isinstance(named, str) else named:
                if id not in known:
                    yield Fault(f"{name}[{_id(item)}].{key}", _undefined(id))
    yield from _dangling_parts(document)


PLEDGE_REFERENCES = {
    "basis": "basis", "field": "fields", "bar": "points", "instead": "situations", "replaces": "materials",
}  # fmt: skip


def _listed(named: str | list[str]) -> list[str]:
    return [named] if isinstance(named, str) else named


def _dangling_parts(document: Json) -> Faults:
    """What is named one level further down."""
    laws = _ids(document, "basis")
    named = [("data.basis", id) for id in document.get("data", {}).get("basis", []) if id not in laws]
    for situation in document["situations"]:
        if post_check := situation.get("post_check"):
            path = f"situations[{situation['id']}].post_check.basis"
            named += [(path, id) for id in post_check["basis"] if id not in laws]
        named += [
            (f"situations[{situation['id']}].pledge.{key}", id)
            for key, target in PLEDGE_REFERENCES.items()
            for id in _listed(situation.get("pledge", {}).get(key, []))
            if id not in _ids(document, target)
        ]
        if follow_up := situation.get("follow_up"):
            path = f"situations[{situation['id']}].follow_up"
            named += [(f"{path}.basis", id) for id in follow_up["basis"] if id not in laws]
            if follow_up["material"] not in _ids(document, "materials"):
                named.append((f"{path}.material", follow_up["material"]))
    if supervision := document.get("supervision"):
        named += [("supervision.basis", id) for id in supervision["basis"] if id not in laws]
        situations = _ids(document, "situations")
        named += [("supervision.situations", id) for id in supervision["situations"] if id not in situations]
    for path, id in named:
        yield Fault(path, _undefined(id))


def _undefined(id: str) -> Text:
    return _say("“{0}”没有定义", "“{0}” is not defined", id)


def _ids(document: Json, name: str) -> set[str]:
    return {_id(item) for item in document[name]}


def _id(item: Json) -> str:
    id: str = item.get("id") or item["element"]
    return id


def _conditions(document: Json) -> Faults:
    elements = {item["id"]: item["type"] for item in document["elements"]}
    given = {item["id"]: item["type"] for item in document["given"]}
    sources = [(f"checks[{item['id']}].when", item["when"], elements) for item in document["checks"]]
    sources += [(f"screens[{item['id']}].when", item["when"], given) for item in document["screens"]]
    sources += [
        (f"materials[{item['id']}].waived_when", item["waived_when"], elements)
        for item in document["materials"]
        if "waived_when" in item
    ]
    for item in document["points"]:
        sources += [
            (f"points[{item['id']}].conditions[{n}]", one, elements) for n, one in enumerate(item["conditions"])
        ]
    for path, source, names in sources:
        if isinstance(condition := _compiled(source, names), BadCondition):
            yield Fault(path, Text(condition.sentence("zh"), condition.sentence("en")))


def _compiled(source: str, names: dict[str, Any]) -> Condition | BadCondition:
    try:
        return compile_condition(source, elements=names)
    except BadCondition as error:
        return error


def _points(document: Json) -> Faults:
    for point in document["points"]:
        path = f"points[{point['id']}]"
        if not point["basis"]:
            yield Fault(f"{path}.basis", _say("审查要点必须有法律依据", "a review point needs a legal basis"))
        if point.get("at_least", 1) > len(point["conditions"]):
            yield Fault(f"{path}.at_least", _say("大于条件个数", "more than there are conditions"))
        if point.get("on_false") == "correct" and not point.get("correct"):
            yield Fault(f"{path}.correct", _say("要求补正时必须写明字段", "a correction must name its fields"))
        if point.get("on_false") == "demand" and not point.get("demand"):
            yield Fault(f"{path}.demand", _say("要求补交时必须写明材料", "a demand must name its materials"))


def _situations(document: Json) -> Faults:
    declared = {item["id"] for item in document["elements"] if item["sources"] == ["declared"]}
    points = {point["id"]: point for point in document["points"]}
    types = {item["id"]: item["type"] for item in document["elements"]}
    for situation in document["situations"]:
        path = f"situations[{situation['id']}]"
        if not situation["points"]:
            yield Fault(f"{path}.points", _say("情形必须有审查要点", "a situation needs review points"))
        for element in sorted(_read_by(situation, points, types) & declared - set(situation["fields"])):
            yield Fault(
                f"{path}.fields",
                _say("要点读取“{0}”，但表单没有询问", "a point reads “{0}”, but the form does not ask it", element),
            )


def _read_by(situation: Json, points: Mapping[str, Json], types: dict[str, Any]) -> set[str]:
    sources = [source for id in situation["points"] if id in points for source in points[id]["conditions"]]
    compiled = [_compiled(source, types) for source in sources]
    return {name for one in compiled if isinstance(one, Condition) for name in one.reads}


def _materials(document: Json) -> Faults:
    for material in document["materials"]:
        path = f"materials[{material['id']}]"
        if not material.get("issuer"):
            yield Fault(f"{path}.issuer", _say("材料必须写明出具单位", "a material needs an issuer"))
        if "upload" in material["ways"] and not material.get("media_types"):
            yield Fault(
                f"{path}.media_types",
                _say("可上传的材料必须写明文件类型", "an uploaded material needs its media types"),
            )
        if "waived_when" in material and "waived" not in material:
            yield Fault(f"{path}.waived", _say("免交材料必须说明原因", "a waiver needs its reason"))
        if "pledge" in material["ways"] and "template" not in material:
            yield Fault(f"{path}.template", _say("承诺书必须有正文", "a pledge needs its text"))
        yield from _read_elements(document, material, path)


def _read_elements(document: Json, material: Json, path: str) -> Faults:
    """What is read on a paper answers elements that there are."""
    known = {element["id"] for element in document["elements"]}
    for element in material.get("reads", {}).get("facts", {}).values():
        if element not in known:
            yield Fault(f"{path}.reads", _say("没有名为“{0}”的要素", "there is no element “{0}”", element))


def _limits(document: Json) -> Faults:
    limits, fee = document["limits"], document["fee"]
    legal = limits.get("legal")
    promises = {"limits.promise": limits["promise"]}
    promises |= {
        f"situations[{one['id']}].promise": one["promise"] for one in document["situations"] if "promise" in one
    }
    for path, promise in promises.items():
        if legal and promise["days"] > legal["days"]:
            yield Fault(path, _say("承诺时限不能长于法定时限", "the promise is longer than the legal limit"))
    if (document["handling"] == "immediate") != (limits["counter"]["days"] == 0):
        yield Fault(
            "limits.counter",
            _say("即办件应当场办结，承诺件不是", "immediate handling and a counter limit of 0 belong together"),
        )
    if fee["fen"] and not fee.get("basis"):
        yield Fault("fee.basis", _say("收费必须有依据", "a fee needs a basis"))


def _words(document: Json) -> Faults:
    for paper in document["papers"]:
        if document["kind"] != "licence" and "许可" in paper["name"]["zh"]:
            text = _say("不是许可的，文书不得使用“许可”", "only a licence's papers say 许可")
            yield Fault(f"papers[{paper['id']}].name", text)


def _tree(document: Json) -> Faults:
    targets = {"question": "questions", "situation": "situations", "answer": "answers"}
    reached: set[tuple[str, str]] = {("answer", screen["answer"]) for screen in document["screens"]}
    nexts: dict[str, list[str]] = {}
    for question in document["questions"]:
        nexts[question["id"]] = []
        for option in question["options"]:
            ((kind, id),) = option["next"].items()
            reached.add((kind, id))
            if kind == "question":
                nexts[question["id"]].append(id)
            if id not in _ids(document, targets[kind]):
                path = f"questions[{question['id']}].options[{option['id']}].next"
                yield Fault(path, _say("“{0}”没有定义", "“{0}” is not defined", id))
    reached.add(("question", document["questions"][0]["id"]))
    for kind, name in targets.items():
        for item in document[name]:
            if (kind, item["id"]) not in reached:
                yield Fault(f"{name}[{item['id']}]", _say("没有问题通向这里", "no question leads here"))
    for question in document["questions"]:
        yield from _uneven(question)
    for id in nexts:
        if _comes_back(id, nexts):
            yield Fault(f"questions[{id}]", _say("问题绕回了自己", "the question leads back to itself"))


def _uneven(question: Json) -> Faults:
    compare = question.get("compare", {"columns": [], "rows": []})
    for number, row in enumerate(compare["rows"]):
        if len(row["cells"]) != len(compare["columns"]):
            path = f"questions[{question['id']}].compare.rows[{number}]"
            yield Fault(path, _say("格数与列数不同", "as many cells as columns are needed"))


def _comes_back(start: str, nexts: Mapping[str, list[str]]) -> bool:
    seen: set[str] = set()
    waiting = list(nexts[start])
    while waiting:
        id = waiting.pop()
        if id == start:
            return True
        if id not in seen:
            seen.add(id)
            waiting += nexts.get(id, [])
    return False


def _dates(document: Json) -> Faults:
    try:
        date.fromisoformat(document["valid_from"])
    except ValueError:
        yield Fault("valid_from", _say("不是日期", "not a date"))


def _standing(document: Json) -> Faults:
    standing = document.get("standing")
    if standing is None:
        return
    try:
        date.fromisoformat(standing["since"])
    except ValueError:
        yield Fault("standing.since", _say("不是日期", "not a date"))
    if ("into" in standing) != (standing["act"] == "merged"):
        yield Fault(
            "standing.into", _say("只有并入其他事项的才写并入哪一项", "it stands with a merged item, and only there")
        )


def _deviations(document: Json) -> Faults:
    paths = [one["path"] for one in document.get("deviations", ())]
    if paths and "standard" not in document:
        yield Fault("deviations", _say("没有写明依哪一个标准", "it names no standard from which it deviates"))
    yield from _double_ids("deviations", paths)


def _say(zh: str, en: str, *words: object) -> Text:
    return Text(zh.format(*words), en.format(*words))
