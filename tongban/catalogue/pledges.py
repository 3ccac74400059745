"""Which items may go the way of notice and pledge (告知承诺), and what a definition must say before it is published with one.

Two regimes: proofs (证明事项) and business licences (涉企经营许可). Only items on the published list (`data/pledge-items.yaml`), never where a
ground of exclusion touches the item. Tolerant acceptance (容缺受理) has its check here too: both are promises to bring something later.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.checks import Fault
from tongban.catalogue.definition import Regime, Situation
from tongban.kernel import strictjson
from tongban.kernel.crypto import Suite
from tongban.kernel.text import Text

Json = Mapping[str, Any]
Faults = Iterator[Fault]

FILE = Path(__file__).parent / "data" / "pledge-items.yaml"
REGIMES: dict[Regime, Text] = {
    "proof": Text("证明事项告知承诺", "Notice and pledge instead of a proof"),
    "licence": Text("涉企经营许可告知承诺", "Notice and pledge for a business licence"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """Why the law leaves no room for a pledge."""

    id: str
    text: Text
    law: str
    article: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Replaced:
    """A paper that the pledge stands in for, and who issues it."""

    material: str
    name: Text
    issuer: Text


@dataclass(frozen=True, slots=True)
class Listed:
    """An item of the list. `places`: beginnings of the codes of the regions that decide; `asked_by`: who would ask for the papers."""

    item: str
    name: Text
    regime: Regime
    places: tuple[str, ...]
    asked_by: Text
    replaces: tuple[Replaced, ...]
    law: str
    article: str
    verified: bool

    def holds_in(self, region: str) -> bool:
        return region.startswith(self.places)


@dataclass(frozen=True, slots=True)
class PledgeList:
    """The list (告知承诺事项清单) as it is published."""

    name: Text
    approved_by: Text
    verified: bool
    grounds: tuple[Ground, ...]
    entries: tuple[Listed, ...]

    def find(self, item: str, *, region: str, regime: str) -> Listed | None:
        known = (one for one in self.entries if (one.item, one.regime) == (item, regime))
        return next((one for one in known if one.holds_in(region)), None)


@cache
def get_pledge_list(path: Path = FILE) -> PledgeList:
    value = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return PledgeList(
        name=Text(**value["name"]),
        approved_by=Text(**value["approved_by"]),
        verified=value["verified"],
        grounds=tuple(_ground(one) for one in value["grounds"]),
        entries=tuple(_listed(one) for one in value["entries"]),
    )


def _ground(value: Json) -> Ground:
    return Ground(value["id"], Text(**value["text"]), value["law"], value["article"], value["verified"])


def _listed(value: Json) -> Listed:
    replaces = (Replaced(one["material"], Text(**one["name"]), Text(**one["issuer"])) for one in value["replaces"])
    return Listed(
        item=value["item"], name=Text(**value["name"]), regime=value["regime"], places=tuple(value["places"]),
        asked_by=Text(**value["asked_by"]), replaces=tuple(replaces), law=value["law"], article=value["article"],
        verified=value["verified"],
    )  # fmt: skip


def hash_of_words(situation: Situation, *, suite: Suite) -> str:
    """Names exactly what was told and what was signed, in both languages; "" where this is not the way of notice and pledge."""
    pledge, signed = situation.pledge, situation.pledge_text
    if pledge is None or signed is None:
        return ""
    words = {"regime": pledge.regime, "notice": pledge.notice.as_json(), "pledge": signed.as_json()}
    return suite.hash(strictjson.canonical(words))


# Before it is published


def find_pledge_faults(document: Json) -> Faults:
    """Of a sound document: situations that rest on a pledge they may not rest on, or do not tell enough of it."""
    pledged = [situation for situation in document["situations"] if "pledge" in situation]
    if pledged and "pledge_excluded" not in document:
        yield Fault(
            "pledge_excluded",
            _say("没有写明是否涉及不得告知承诺的情形", "it does not say whether law excludes a pledge"),
        )
    grounds = {ground.id: ground for ground in get_pledge_list().grounds}
    for id in document.get("pledge_excluded", []):
        if id not in grounds:
            yield Fault("pledge_excluded", _say("“{0}”不是法定的排除情形", "“{0}” is no ground of exclusion", id))
    for situation in document["situations"]:
        path = f"situations[{situation['id']}]"
        if "pledge" in situation:
            yield from _way_faults(document, situation, f"{path}.pledge")
        elif "follow_up" in situation or ("post_check" in situation and _signs(document, situation)):
            yield Fault(
                path, _say("结果以承诺为依据，但没有写明告知承诺", "the result rests on a pledge that is not described")
            )
    yield from _late_faults(document)


def _way_faults(document: Json, situation: Json, path: str) -> Faults:
    pledge = situation["pledge"]
    listed = get_pledge_list().find(document["key"], region=document["region"], regime=pledge["regime"])
    if listed is None:
        yield Fault(
            path, _say("该事项不在当地公布的告知承诺事项清单上", "the item is not on the published list of this place")
        )
    for ground in get_pledge_list().grounds:
        if ground.id in document.get("pledge_excluded", []):
            yield Fault(
                path, _say("涉及{0}，依法不得告知承诺", "law excludes a pledge: {1}", ground.text.zh, ground.text.en)
            )
    if pledge["regime"] == "licence" and document["kind"] != "licence":
        yield Fault(f"{path}.regime", _say("不是行政许可", "it is not a licence"))
    for id in sorted(set(pledge["replaces"]) - {one.material for one in listed.replaces} if listed else ()):
        yield Fault(
            f"{path}.replaces",
            _say("清单没有写明可以用承诺代替“{0}”", "the list does not let a pledge replace “{0}”", id),
        )
    yield from _signature_faults(document, situation, path)
    yield from _road_faults(document, situation, path)


def _signature_faults(document: Json, situation: Json, path: str) -> Faults:
    """It is signed in a field of the form, with its text on a main material, and a point reads it."""
    name = situation["pledge"]["field"]
    field: Json = next((one for one in document["fields"] if one["element"] == name), {})
    if name not in situation["fields"] or field.get("widget") != "pledge" or not field.get("required"):
        yield Fault(f"{path}.field", _say("情形的表单没有必签的承诺", "the form has no pledge that must be signed"))
    material: Json = next((one for one in document["materials"] if one["id"] == field.get("material")), {})
    if material.get("id") not in situation["materials"] or "template" not in material or not material.get("main", True):
        yield Fault(
            f"{path}.field", _say("承诺书必须有正文，并且是主件", "the pledge needs its text and is a main material")
        )
    points = [one for one in document["points"] if one["id"] in situation["points"]]
    if not any(name in condition for point in points for condition in point["conditions"]):
        yield Fault(f"{path}.field", _say("没有要点读取承诺", "no point reads the pledge"))


def _road_faults(document: Json, situation: Json, path: str) -> Faults:
    """Who may not pledge is kept to the ordinary way, which is there; and what was pledged is checked or brought."""
    pledge = situation["pledge"]
    if pledge["bar"] not in situation["points"]:
        yield Fault(f"{path}.bar", _say("没有核对谁不得告知承诺的要点", "no point says who may not pledge"))
    ordinary = next((one for one in document["situations"] if one["id"] == pledge["instead"]), None)
    if ordinary is None or "pledge" in ordinary or ordinary.get("effect", "add") != situation.get("effect", "add"):
        yield Fault(
            f"{path}.instead",
            _say("一般程序必须是不用承诺的同类情形", "the ordinary way is a situation without a pledge"),
        )
    if "post_check" not in situation and "follow_up" not in situation:
        yield Fault(path, _say("没有事后核查，也没有补交", "nothing is checked or brought afterwards"))


def _signs(document: Json, situation: Json) -> bool:
    return any(one["widget"] == "pledge" and one["element"] in situation["fields"] for one in document["fields"])


def _late_faults(document: Json) -> Faults:
    """Tolerant acceptance is never of main materials: where it is offered, something else is there; a pledge is not handed in later."""
    if "tolerate" in document["limits"] and all(material.get("main", True) for material in document["materials"]):
        yield Fault(
            "limits.tolerate",
            _say("全部是主件，没有可以容缺的材料", "every material is a main one: nothing may follow"),
        )
    for material in document["materials"]:
        if "pledge" in material["ways"] and not material.get("main", True):
            yield Fault(f"materials[{material['id']}].main", _say("承诺书不能容缺", "a pledge cannot follow later"))


def _say(zh: str, en: str, *words: object) -> Text:
    return Text(zh.format(*words), en.format(*words))
