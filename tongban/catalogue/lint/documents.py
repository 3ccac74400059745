"""What is not good about a definition beyond what makes it unsound: dead links, conditions without a rule, law that is missing or not checked."""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.catalogue.beginning import is_to_fill_in
from tongban.catalogue.checks import Fault, find_faults
from tongban.catalogue.definition import Definition
from tongban.catalogue.findings import Finding, Severity
from tongban.catalogue.publishing import find_gaps
from tongban.catalogue.reading import build_definition
from tongban.kernel.text import Text
from tongban.rules.checks import find_rule_faults

Json = Mapping[str, Any]
Findings = Iterator[Finding]

TO_FILL_IN = Text("还没有填写", "still to be filled in")
NO_ENGLISH = Text("英文还没有填写", "its English is still to be filled in")
UNUSED = Text("没有任何情形用到", "no situation uses it")
NOT_LISTED = Text(
    "要点要求的材料“{word}”不在情形“{other}”的材料里",
    "a point asks for “{word}”, which situation “{other}” does not list",
)
NOT_CITED = Text("没有被任何内容引用", "nothing refers to it")
NO_BASIS = Text("没有法律依据", "no legal basis")
NO_RULE = Text(
    "表单要填，但没有要点、核对或者免交条件读取它", "the form asks it, yet no point, check or waiver reads it"
)
MUST_COME = Text("不能网办，要到现场，但没有说明原因", "not online: people must come, and no reason is given")
ORIGINAL_ONLINE = Text(
    "可以全程网办，却要到窗口核对原件", "entirely online, yet the original is to be seen at a counter"
)
NO_SHORTER = Text("承诺时限与法定时限相同，没有压缩", "the promise is no shorter than the legal limit")
NO_REMEDY = Text("没有写明复议或者诉讼", "no reconsideration or litigation")
NO_CONTACT = Text("没有咨询方式", "no contact")
NOT_VERIFIED = Text("待核实", "not verified yet")


def lint_document(document: Json) -> list[Finding]:
    """Every finding of a merged definition, the gravest kind first. What makes it unsound stands alone: the rest cannot be looked at."""
    faults = find_faults(document)
    if faults:
        return [_fault(fault) for fault in faults]
    gaps = [_fault(fault) for fault in find_gaps(document)]
    return gaps + [finding for check in CHECKS for finding in check(document)]


def find_errors(document: Json) -> list[Fault]:
    """What keeps it from publication, as publishing refuses it."""
    found = (finding for finding in lint_document(document) if finding.severity == "error")
    return [Fault(finding.field, finding.what) for finding in found]


def keeps_from_publication(findings: list[Finding]) -> bool:
    """The gate: nothing with an error is published."""
    return any(finding.severity == "error" for finding in findings)


def _fault(fault: Fault) -> Finding:
    return Finding(fault.path, None, fault.text, "error")


def _find(field: str, what: Text, severity: Severity = "warning", value: object = None, **words: object) -> Finding:
    return Finding(field, value, Text(what.zh.format(**words), what.en.format(**words)), severity)


def _to_fill_in(document: Json) -> Findings:
    return _open_texts("", document)


def _open_texts(path: str, value: Any) -> Findings:
    """Of a text in two languages one finding, at its English where only that is open."""
    if isinstance(value, str) and is_to_fill_in(value):
        yield _find(path, TO_FILL_IN, "error", value)
    elif isinstance(value, dict) and value.keys() == {"zh", "en"}:
        zh, en = (is_to_fill_in(value[language]) for language in ("zh", "en"))
        if zh or en:
            yield _find(path if zh else f"{path}.en", TO_FILL_IN if zh else NO_ENGLISH, "error", value)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _open_texts(f"{path}.{key}" if path else key, one)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            name = one.get("id", one.get("element", number)) if isinstance(one, dict) else number
            yield from _open_texts(f"{path}[{name}]", one)


def _dead_links(document: Json) -> Findings:
    situations = document["situations"]
    for name, id_name in (("materials", "id"), ("fields", "element"), ("points", "id")):
        used = {id for one in situations for id in one[name]}
        for item in document[name]:
            if item[id_name] not in used:
                yield _find(f"{name}[{item[id_name]}]", UNUSED)
    points = {point["id"]: point for point in document["points"]}
    for situation in situations:
        for id in situation["points"]:
            for material in points.get(id, {}).get("demand", ()):
                if material not in situation["materials"]:
                    yield _find(
                        f"points[{id}].demand", NOT_LISTED, value=material, word=material, other=situation["id"]
                    )


def _law(document: Json) -> Findings:
    cited = set(_cited({key: value for key, value in document.items() if key != "basis"}))
    for law in document["basis"]:
        if law["id"] not in cited:
            yield _find(f"basis[{law['id']}]", NOT_CITED, "info", f"{law['law']} {law['article']}")
        elif not law["verified"]:
            yield _find(f"basis[{law['id']}]", NOT_VERIFIED, "info", f"{law['law']} {law['article']}")
    for name, severity in NEED_LAW:
        for item in document[name]:
            if not item.get("basis"):
                yield _find(f"{name}[{item['id']}].basis", NO_BASIS, severity)


NEED_LAW: tuple[tuple[str, Severity], ...] = (("points", "error"), ("materials", "warning"), ("remedies", "info"))


def _cited(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "basis" and isinstance(one, list):
                yield from (id for id in one if isinstance(id, str))
            else:
                yield from _cited(one)
    elif isinstance(value, list):
        for one in value:
            yield from _cited(one)


def _handling(document: Json) -> Findings:
    modes, limits = {mode["id"] for mode in document["modes"]}, document["limits"]
    if "online" not in modes:
        yield _find("modes", MUST_COME, value=sorted(modes))
    for material in document["materials"]:
        if (
            "online" in modes
            and material["original"]
            and not {"upload", "e-licence", "register"} & set(material["ways"])
        ):
            yield _find(f"materials[{material['id']}].original", ORIGINAL_ONLINE)
    if "legal" in limits and limits["legal"]["days"] == limits["promise"]["days"]:
        yield _find("limits.promise", NO_SHORTER, "info", limits["promise"]["days"])
    if not limits["promise"]["verified"]:
        yield _find("limits.promise", NOT_VERIFIED, "info", limits["promise"]["days"])


def _reach(document: Json) -> Findings:
    if len(document["remedies"]) < 2:
        yield _find("remedies", NO_REMEDY)
    if not document.get("contacts"):
        yield _find("contacts", NO_CONTACT, "info")


def _rules(document: Json) -> Findings:
    definition = build_definition(document, hash="")
    read = _elements_read(definition)
    for field in document["fields"]:
        if field["element"] not in read:
            yield _find(f"fields[{field['element']}]", NO_RULE, "info")
    seen: set[tuple[str, Text]] = set()
    for situation in definition.situations.values():
        sources = {element.id: element.sources for element in definition.elements.values()}
        for fault in find_rule_faults(situation.rule_set, sources=sources):
            if (fault.point, fault.text) not in seen:
                seen.add((fault.point, fault.text))
                yield Finding(f"points[{fault.point}]", None, fault.text, "warning")


def _elements_read(definition: Definition) -> set[str]:
    situations = definition.situations.values()
    read = {name for situation in situations for name in situation.rule_set.reads}
    read |= {name for check in definition.checks for name in (check.field, *check.condition.reads)}
    waivers = [
        material.waived_when for situation in situations for material in situation.materials if material.waived_when
    ]
    return read | {name for waiver in waivers for name in waiver.reads}


CHECKS = (_to_fill_in, _dead_links, _law, _handling, _reach, _rules)
