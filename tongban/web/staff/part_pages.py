"""What the pages of the editor show: the parts of a definition with what changed, the things of one, one form with what people will see."""

from collections.abc import Iterator
from typing import Any

from tongban.catalogue.asking import Asked, Wanted
from tongban.catalogue.definition import Definition
from tongban.catalogue.guides import wording
from tongban.catalogue.guides.guide import MaterialGuide, write_guide
from tongban.catalogue.lint.documents import lint_document
from tongban.catalogue.parts.changes import ORDER, count_by_part
from tongban.catalogue.parts.changing import list_users
from tongban.catalogue.parts.faults import PartFault
from tongban.catalogue.parts.inputs import Input, Json, Part
from tongban.catalogue.parts.table import ID_HINT, PARTS
from tongban.catalogue.reading import build_definition
from tongban.catalogue.standards import find_deviations
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.review import rehearsals
from tongban.review.drafting import WRITING, DraftView
from tongban.review.publications import needs_rehearsal
from tongban.web.components.fields import show_sections, write_yuan
from tongban.web.staff import item_pages, officers, part_forms
from tongban.web.staff.rule_pages import CHANGES, Shown

POINTS = Text("审查要点", "Review points")
ORDERED = Text("顺序", "order")
FRONT = ("head", "limits", "money")
AUDIENCES = {"person": Text("个人", "Persons"), "organisation": Text("企业和组织", "Companies and organisations")}


def frame(request: Any, shown: Shown) -> dict[str, Any]:
    return {
        "section": "items",
        "definition": shown.definition,
        "draft": shown.draft,
        "writes": bool(request.staff.roles & WRITING),
    }


def say_overview(request: Any, shown: Shown) -> dict[str, Any]:
    draft, document = shown.draft, shown.document
    counted = count_by_part(draft.parts) if draft else {}
    findings = [one for one in lint_document(document) if one.severity != "info"] + find_deviations(document)
    return {
        **frame(request, shown),
        "parts": [
            (part, len(document.get(part.list, [])) if part.list else None, counted.get(part.list or part.id, 0))
            for part in PARTS.values()
        ],
        "points": (len(document["points"]), counted.get("points", 0)),
        "found": item_pages.say_findings(findings),
        "errors_found": any(finding.severity == "error" for finding in findings),
        **(_about(request, draft) if draft else {}),
    }


def _about(request: Any, draft: DraftView) -> dict[str, Any]:
    """What changed, who wrote it, and what stands between it and its publication."""
    names = officers.names_of(request, (draft.changed_by, *draft.writers))
    found = rehearsals.list_rehearsals(node=request.node, region=request.staff.region)
    return {
        "changes": [_change(draft, part, id, change) for (part, id), change in draft.parts.items()],
        "changed_by": names.get(draft.changed_by, draft.changed_by),
        "writers": [names.get(ref, ref) for ref in draft.writers],
        "own": request.staff.ref in draft.writers,
        "rehearsal": next((one for one in found if one.draft == draft.hash), None),
        "must_rehearse": bool(draft.base) and needs_rehearsal(region=request.staff.region, draft=draft),
    }


def _change(draft: DraftView, list: str, id: str, change: Any) -> dict[str, Any]:
    part = next((one for one in PARTS.values() if list in (one.list, one.id)), None)
    thing = part.find(draft.document, id) if part and id else None
    name = part_forms.name_of(draft.document, list, thing) if thing else Text(id, id)
    title = part.name if part else POINTS if list == "points" else Text(list, list)
    return {
        "part": part, "list": list, "id": id, "title": title, "name": name if id != ORDER else ORDERED if part and part.list else None,
        "change": CHANGES[change], "there": change != "gone",
    }  # fmt: skip


def say_list(request: Any, shown: Shown, part: Part) -> dict[str, Any]:
    document, changes = shown.document, shown.draft.parts if shown.draft else {}
    things = [
        {
            "id": one[part.key], "name": part_forms.name_of(document, part.list, one), "raw": one.get("verified") is False,
            "uses": len(list_users(document, part, one[part.key])), "change": CHANGES.get(changes.get((part.list, one[part.key]))),  # type: ignore[arg-type]
        }
        for one in document.get(part.list, [])
    ]  # fmt: skip
    return {
        **frame(request, shown), "part": part, "things": things, "new_here": part.id not in ("questions", "situations", "answers"),
        "situations": len(document["situations"]),
    }  # fmt: skip


def say_form(
    request: Any, shown: Shown, part: Part, id: str, item: Json, faults: list[PartFault], *, document: Json
) -> dict[str, Any]:
    """`document` is the draft with what was typed; people see it as soon as nothing blocks."""
    is_new = part.list != "" and part.find(shown.document, id) is None
    sound = not (is_new and not item) and not any(fault.blocks for fault in faults)
    tried = build_definition(document, hash="") if sound else None
    lines = part_forms.show_part(document, part, item, faults, shown.definition)
    uses = list_users(document, part, str(item.get(part.key, id))) if part.used else ()
    return {
        **frame(request, shown),
        "part": part,
        "id": id,
        "is_new": is_new,
        "id_line": part_forms.Line(_id_input(part), "id", item.get(part.key, ""), _new_ids(document, part), (), None, _of_id(faults)),
        "title": part_forms.name_of(document, part.list, item) if part.list and not is_new else part.name,
        "lines": lines,
        "groups": list(_groups(part, lines)),
        "whole": [fault for fault in faults if fault.path == ""],
        "uses": [part_forms.Option(o, name, o in uses) for o, name, _ in part_forms.list_named(document, "situations")] if part.used else None,
        "seen": say_seen(tried, part, str(item.get(part.key, id))) if tried else None,
        "sound": sound,
    }  # fmt: skip


def _groups(part: Part, lines: list[part_forms.Line]) -> Iterator[dict[str, Any]]:
    """What may be left out altogether is folded, unless something is there or wrong."""
    folded = {prefix: [one for one in lines if one.name.startswith(f"{prefix}.")] for prefix in part.whole}
    inside = {one.name for group in folded.values() for one in group}
    yield {"title": None, "lines": [one for one in lines if one.name not in inside], "open": True}
    for prefix, group in folded.items():
        said = any(one.value or one.faults for one in group)
        yield {"title": part.whole[prefix], "lines": group, "open": said or len(part.whole) == 1}


def _id_input(part: Part) -> Input:
    if part.key == "path":
        return Input(
            "id", Text("哪一处不同，如 materials[household]", "What is otherwise, such as materials[household]"), "line"
        )
    if part.key == "element":
        return Input("element", Text("要素", "Element"), "ref", of="elements")
    return Input("id", Text("编号", "Id"), "line", hint=ID_HINT)


def _new_ids(document: Json, part: Part) -> tuple[part_forms.Option, ...]:
    """A field is of an element that has none yet."""
    if part.key != "element":
        return ()
    known = {one["element"] for one in document["fields"]}
    return tuple(
        part_forms.Option(id, name, chosen=False)
        for id, name, _ in part_forms.list_named(document, "elements")
        if id not in known
    )


def _of_id(faults: list[PartFault]) -> tuple[PartFault, ...]:
    return tuple(fault for fault in faults if fault.path == "id")


def say_seen(definition: Definition, part: Part, id: str) -> dict[str, Any] | None:
    """The part as people will meet it; None where they do not."""
    match part.id:
        case "fields":
            return {"field": _field(definition, id)}
        case "questions":
            return {"question": definition.tree.questions[id]}
        case "answers":
            return {"answer": definition.answers[id]}
        case "materials":
            return _material(definition, id)
        case "situations":
            return _situation(definition, id)
        case _ if part.id in FRONT:
            return _front(definition)
    return None


def _field(definition: Definition, id: str) -> Any:
    found = [(one.id, field) for one in definition.situations.values() for field in one.fields if field.id == id]
    if not found:
        return None
    situation, field = found[0]
    asked = [Asked(field, (), field.required)]
    sections = show_sections(definition, situation, {}, errors={}, today=legal_day(now()), asked=asked)
    return sections[0].fields[0] if sections else None


def _material(definition: Definition, id: str) -> dict[str, Any] | None:
    every = (one for situation in definition.situations.values() for one in situation.materials)
    material = next((one for one in every if one.id == id), None)
    if material is None:
        return None
    wanted = Wanted(material, "waived" if material.waived and not material.waived_when else "needed", material.waived)
    item = MaterialGuide(wanted, wording.list_how(wanted, definition.modes[0].id))
    return {"item": item, "wanted": wanted}


def _situation(definition: Definition, id: str) -> dict[str, Any]:
    guide = write_guide(definition, definition.modes[0].id)
    found = next(one for one in guide.situations if one.situation.id == id)
    return {"one": found, "guide": guide}


def _front(definition: Definition) -> dict[str, Any]:
    mode = definition.modes[0]
    return {
        "guide": write_guide(definition, mode.id), "mode": mode, "online": mode.id == "online",
        "place_name": regions.path_text(definition.region), "audiences": [AUDIENCES[one] for one in definition.audience],
        "yuan": write_yuan(definition.fee.fen),
    }  # fmt: skip
