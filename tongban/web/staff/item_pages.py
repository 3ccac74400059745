"""What the pages of items show: a service or an item taken in with its standing, versions, findings, and the form that adjusts it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tongban.catalogue.differing import Group
from tongban.catalogue.findings import Finding, Severity
from tongban.catalogue.history.comparing import VersionChange
from tongban.catalogue.history.standing import ALLOWED, Standing
from tongban.catalogue.history.timeline import Step, find_step
from tongban.kernel.text import Text
from tongban.web.staff import item_words, officers
from tongban.web.staff.definition_words import DefinitionWords

LEAST = tuple((name, text) for name, (text, _) in item_words.SEVERITIES.items())
SYSTEM = Text("系统", "the system")
BEFORE, AFTER = Text("之前", "Before"), Text("之后", "After")
TYPED = ("act", "since", "reason_zh", "reason_en", "into")


def say_state(standing: Standing | None) -> dict[str, Any]:
    text, colour = item_words.STATES[standing.act if standing else None]
    return {"text": text, "colour": colour, "standing": standing}


def count(findings: Iterable[Finding]) -> list[tuple[Any, str, int]]:
    """By severity, the gravest first; none of those that are not there."""
    found: Counter[Severity] = Counter(finding.severity for finding in findings)
    return [(*item_words.SEVERITIES[name], found[name]) for name in item_words.SEVERITIES if found[name]]


def say_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"field": one.field, "value": item_words.say_value(one.value) if one.value is not None else None, "what": one.what,
         "severity": item_words.SEVERITIES[one.severity][0], "colour": item_words.SEVERITIES[one.severity][1]}
        for one in findings
    ]  # fmt: skip


def say_steps(request: Any, steps: list[Step]) -> list[dict[str, Any]]:
    """Each with the version before it, 0 where it is the first."""
    names = officers.names_of(request, (step.by for step in steps))
    before = [step.version for step in steps[1:]] + [0]
    return [
        {"step": step, "act": item_words.ACTS[step.act], "who": _who(step.by, names), "previous": previous}
        for step, previous in zip(steps, before, strict=True)
    ]


def _who(ref: str, names: Mapping[str, str]) -> Text:
    return SYSTEM if ref == "system" else Text(names.get(ref, ref), names.get(ref, ref))


def say_adjusting(request: Any, state: Standing | None, *, others: Sequence[tuple[str, Any]] = ()) -> dict[str, Any]:
    """The form, for who may use it, with what was typed. `others`: what it can be merged into, where they are few enough to choose from."""
    if "catalogue_editor" not in request.staff.roles:
        return {}
    allowed = ALLOWED[state.act if state else None]
    acts = [(name, text) for name, text in item_words.ADJUSTMENTS.items() if name in allowed]
    return {"acts": acts, "others": others, "typed": {name: request.POST.get(name, "") for name in TYPED}}


def say_comparison(
    request: Any, steps: list[Step], before: Step, after: Step, changes: list[VersionChange], words: DefinitionWords
) -> dict[str, Any]:
    said = {one["step"].version: one for one in say_steps(request, [before, after])}
    return {
        "before": said[before.version], "after": said[after.version],
        "sides": [(said[before.version], "before"), (said[after.version], "after")], "changes": group_changes(changes, words),
        "number": len(changes), "versions": [step.version for step in steps],
    }  # fmt: skip


def group_changes(changes: Iterable[VersionChange], words: DefinitionWords) -> list[tuple[Text, list[dict[str, Any]]]]:
    """By what they are about, in the order of `item_words.GROUPS`."""
    found: dict[Group, list[dict[str, Any]]] = {}
    for change in changes:
        found.setdefault(change.group, []).append(_say_change(change, words))
    return [(name, found[group]) for group, name in item_words.GROUPS.items() if group in found]


def _say_change(change: VersionChange, words: DefinitionWords) -> dict[str, Any]:
    """One row; `sources`: the conditions as they are written, with the side that says so."""
    grade, colour = item_words.GRADES.get(change.grade, (None, ""))
    sides = ((BEFORE, change.before), (AFTER, change.after))
    return {
        "label": words.label(change.path, change.label), "path": change.path, "kind": item_words.KINDS[change.kind], "grade": grade,
        "colour": colour, "before": words.lines(change.path, change.before), "after": words.lines(change.path, change.after),
        "sources": [(side, source) for side, value in sides for source in words.sources(change.path, value)],
    }  # fmt: skip


def choose_pair(request: Any, steps: list[Step]) -> tuple[Step, Step]:
    """As the address says, else the newest and the one before. Refuses `Missing`."""
    newest = steps[0]
    usual = (steps[1] if len(steps) > 1 else newest), newest
    given = [request.GET.get(name, "") for name in ("before", "after")]
    first, second = (
        find_step(steps, int(text)) if text.isascii() and text.isdecimal() and len(text) < 9 else step
        for text, step in zip(given, usual, strict=True)
    )
    return first, second
