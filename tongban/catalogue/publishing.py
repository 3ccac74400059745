"""What a definition must say before it is published here, beyond being sound: for what each piece of personal data is asked, and rules
in which nothing is senseless. Also which part of it decides: when that changes, the change is rehearsed first.

PIPL 5–7, 13, 17: purpose, legal basis, time of keeping and recipients stand beside every field, or the field is not asked. What a peer
published under an older release is still read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tongban.catalogue.checks import Fault
from tongban.catalogue.definition import Definition
from tongban.catalogue.pledges import find_pledge_faults
from tongban.kernel.text import Text
from tongban.rules.checks import RuleFault, find_rule_faults

Json = Mapping[str, Any]

USE = ("purpose", "basis", "retention", "recipients")
NO_USE = Text(
    "没有写明收集目的、依据、保存期限或接收方，不能发布",
    "purpose, basis, retention or recipients are missing: it cannot be published",
)
NO_TYPE = Text("没有写明公共服务还是行政许可", "it does not say whether it is a public service or a licence")
NO_YEARS = Text("没有写明档案保存年限", "it does not say how many years the record is kept")
NOT_TOLD = Text("登记库不在该填报项的接收方之内", "registers are not among the recipients of what is told to one")
NO_MAIN = Text("没有写明是否主件", "it does not say whether this is a main material")


def find_gaps(document: Json) -> list[Fault]:
    """Every gap of a sound document."""
    return list(_gaps(document))


def _gaps(document: Json) -> Iterator[Fault]:
    if "item_type" not in document:
        yield Fault("item_type", NO_TYPE)
    if "retention_years" not in document["policy"]:
        yield Fault("policy.retention_years", NO_YEARS)
    if not _says_use(document.get("data", {})):
        yield Fault("data", NO_USE)
    for field in document["fields"]:
        if not _says_use(field):
            yield Fault(f"fields[{field['element']}]", NO_USE)
    for material in document["materials"]:
        if "main" not in material:
            yield Fault(f"materials[{material['id']}].main", NO_MAIN)
    told = {field["element"] for field in document["fields"] if "register" in field.get("recipients", [])}
    for source in document["sources"]:
        if not set(source.get("with", [])) <= told:
            yield Fault(f"sources[{source['id']}].with", NOT_TOLD)
    yield from find_pledge_faults(document)


def _says_use(value: Json) -> bool:
    return all(key in value for key in USE) and bool(value["basis"]) and bool(value["recipients"])


def find_rule_set_faults(definition: Definition) -> list[RuleFault]:
    """What is wrong with the rule sets of all situations, each fault once: constant, contradictory or doubled points, values that cannot be."""
    sources = {element.id: element.sources for element in definition.elements.values()}
    rule_sets = [situation.rule_set for situation in definition.situations.values()]
    return list(dict.fromkeys(fault for one in rule_sets for fault in find_rule_faults(one, sources=sources)))


def find_senseless(definition: Definition) -> list[Fault]:
    """The same by their paths, as publishing refuses them."""
    return [Fault(_path(fault), fault.text) for fault in find_rule_set_faults(definition)]


def _path(fault: RuleFault) -> str:
    return f"points[{fault.point}]" + ("" if fault.condition is None else f".conditions[{fault.condition}]")


DECIDES = {
    "conditions": [],
    "mode": "all",
    "at_least": 1,
    "on_false": "refer",
    "on_unknown": "refer",
    "correct": [],
    "demand": [],
}
"""Keys of a point that its outcome hangs on, with what holds where nothing is written."""


NO_OUTCOME = frozenset({"verified", "retention_years"})
"""Keys of the policy on which no outcome hangs."""
PLEDGED = ("regime", "field", "bar", "instead", "replaces")


def decides_otherwise(document: Json, *, than: Json) -> bool:
    """Whether a case could come out otherwise under it. Words, laws and the order of points decide nothing."""
    return _deciding_part(document) != _deciding_part(than)


def _deciding_part(document: Json) -> dict[str, Any]:
    return {
        "points": {
            point["id"]: {key: point.get(key, usual) for key, usual in DECIDES.items()} for point in document["points"]
        },
        "situations": {situation["id"]: _deciding_situation(situation) for situation in document["situations"]},
        "elements": {element["id"]: (element["type"], element["sources"]) for element in document["elements"]},
        "materials": {one["id"]: ("waived" in one, one.get("waived_when")) for one in document["materials"]},
        "checks": {check["id"]: (check["field"], check["when"]) for check in document["checks"]},
        "effect": document["effect"],
        "policy": {"precheck": False}
        | {key: document["policy"][key] for key in document["policy"].keys() - NO_OUTCOME},
    }


def _deciding_situation(situation: Json) -> dict[str, Any]:
    pledge = situation.get("pledge")
    return {
        "points": sorted(situation["points"]),
        "materials": sorted(situation["materials"]),
        "effect": situation.get("effect", "add"),
        "pledge": pledge and {key: pledge[key] for key in PLEDGED},
    }
