"""What the pages of the rules show: an item with its points, one point with its form, and what the examples say to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.editing import Change, Json, PointFault, list_situations
from tongban.catalogue.example_tables import Line, laws_of
from tongban.catalogue.publishing import find_rule_set_faults
from tongban.catalogue.reading import build_definition
from tongban.catalogue.trials import Trial, list_fitting, run_examples, try_example
from tongban.kernel.text import Text
from tongban.review import drafting, rehearsals
from tongban.review.drafting import WRITING, DraftView
from tongban.review.publications import list_versions
from tongban.rules.explanation import say_point
from tongban.rules.inference import TYPE_NAMES
from tongban.rules.points import Point
from tongban.web.staff import officers, rule_forms

CHANGES: dict[Change, Text] = {
    "new": Text("新增", "new"),
    "changed": Text("已修改", "changed"),
    "gone": Text("已删除", "taken away"),
}
LAYERS = {
    "national": Text("国家规定", "national"),
    "province": Text("省级规定", "of the province"),
    "place": Text("本地规定", "local"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page is about: the open draft of an item, otherwise its newest version."""

    definition: Definition
    draft: DraftView | None

    @property
    def document(self) -> Json:
        return self.definition.document


def find_shown(request: Any, key: str) -> Shown:
    """Refuses `Missing`."""
    region = request.staff.region
    draft = drafting.find_draft(node=request.node, region=region, key=key)
    if draft:
        return Shown(draft.definition, draft)
    return Shown(catalogue.get_definition(drafting.get_newest(region, key).hash), None)


def say_item(request: Any, shown: Shown, situation: str) -> dict[str, Any]:
    """Every point, or those of one situation."""
    definition, draft = shown.definition, shown.draft
    lines = run_examples(definition)
    versions = list_versions(node=request.node, region=request.staff.region, key=definition.key)
    names = officers.names_of(request, [one.published_by for one in versions] + ([draft.changed_by] if draft else []))
    changes = draft.changes if draft else {}
    return {
        **_frame(request, shown),
        "situations": list(definition.situations.values()),
        "situation": situation if situation in definition.situations else "",
        "points": [_point(shown, one) for one in _points(definition, situation)],
        "gone": [_gone(draft, id) for id, change in changes.items() if change == "gone"] if draft else [],
        "faults": find_rule_set_faults(definition),
        "examples": len(lines),
        "deviations": _deviations(lines),
        "rehearsal": _rehearsal(request, draft) if draft else None,
        "changed_by": names.get(draft.changed_by, draft.changed_by) if draft else "",
        "versions": [(one, names.get(one.published_by, one.published_by)) for one in versions],
    }


def say_point_page(
    request: Any, shown: Shown, value: Json, situations: tuple[str, ...], faults: list[PointFault], *, document: Json
) -> dict[str, Any]:
    """`document` is the draft with what was typed; it is evaluated where nothing blocks."""
    sound = bool(value["id"]) and not any(fault.blocks for fault in faults)
    tried = build_definition(document, hash="") if sound else None
    form = rule_forms.form_of(value, situations, faults, definition=shown.definition)
    return {
        **_frame(request, shown),
        **form,
        "is_new": not list_situations(shown.document, value["id"]) and not _stands(shown.document, value["id"]),
        "change": CHANGES.get(shown.draft.changes.get(value["id"])) if shown.draft else None,  # type: ignore[arg-type]
        "elements": [_element(shown.definition, one.id) for one in shown.definition.elements.values()],
        **(_trials(request, tried, value["id"]) if tried else {}),
    }


def _frame(request: Any, shown: Shown) -> dict[str, Any]:
    return {
        "section": "rules",
        "definition": shown.definition,
        "draft": shown.draft,
        "writes": bool(request.staff.roles & WRITING),
    }


def _points(definition: Definition, situation: str) -> Iterable[Point]:
    """Each once, in the order of the situations."""
    shown = [
        one for one in definition.situations.values() if situation in ("", one.id)
    ] or definition.situations.values()
    return {point.id: point for one in shown for point in one.rule_set.points}.values()


def _point(shown: Shown, point: Point) -> dict[str, Any]:
    definition, change = shown.definition, shown.draft.changes.get(point.id) if shown.draft else None
    uses = [one.name for one in definition.situations.values() if point in one.rule_set.points]
    return {
        "point": point,
        "sentence": say_point(point),
        "laws": laws_of(point),
        "on_false": rule_forms.ON_FALSE[point.on_false],
        "on_unknown": rule_forms.ON_UNKNOWN[point.on_unknown],
        "mode": rule_forms.MODES[point.mode] if len(point.conditions) > 1 or point.mode == "not" else None,
        "uses": uses,
        "everywhere": len(uses) == len(definition.situations),
        "change": CHANGES[change] if change else None,
        "layer": _layer(shown.document, point.id),
    }


def _layer(document: Json, id: str) -> Text:
    """Who stated this point last: the country, the province or the place."""
    stated = [layer for path, layer in document.get("origins", {}).items() if path.startswith(f"points[{id}]")]
    last = max(stated, key=document.get("layers", stated).index, default="national")
    return LAYERS.get(last) or LAYERS["province" if last.endswith("0000") else "place"]


def _gone(draft: DraftView, id: str) -> Text:
    points = catalogue.get_definition(draft.base).document["points"]
    label = next(point["label"] for point in points if point["id"] == id)
    return Text(label["zh"], label["en"])


def _rehearsal(request: Any, draft: DraftView) -> Any:
    """The newest of exactly this content."""
    found = rehearsals.list_rehearsals(node=request.node, region=request.staff.region)
    return next((one for one in found if one.draft == draft.hash), None)


def _stands(document: Json, id: str) -> bool:
    return any(point["id"] == id for point in document["points"])


def _element(definition: Definition, id: str) -> dict[str, Any]:
    element = definition.elements[id]
    return {
        "id": id,
        "label": element.label,
        "type": TYPE_NAMES[element.type],
        "values": list(element.values.items()),
        "sources": [definition.sources[source].label for source in element.sources if source in definition.sources],
    }


def _trials(request: Any, tried: Definition, id: str) -> dict[str, Any]:
    fitting = list_fitting(tried, id)
    lines = run_examples(tried)
    wanted = request.POST.get("example", "") or request.GET.get("example", "")
    chosen = next((one for one in fitting if str(one[0]) == wanted), fitting[0] if fitting else None)
    trial: Trial | None = try_example(tried, chosen[1], id) if chosen else None
    return {
        "fitting": fitting,
        "chosen": chosen[0] if chosen else 0,
        "trial": trial,
        "examples": len(lines),
        "deviations": _deviations(lines),
    }


def _deviations(lines: Iterable[Line]) -> list[Line]:
    """Those whose outcome is another stand first."""
    return sorted((line for line in lines if line.differs), key=lambda line: line.outcome == line.expected)
