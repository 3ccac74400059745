"""How much a difference matters (分级): harmless, stricter than the standard, or a contradiction to it.

A place may say otherwise how it is reached, promise less time and ask for fewer papers; whatever burdens the person more is stricter; everything
that makes another service of it is a contradiction, and so is what no rule here knows.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from tongban.catalogue.differing import SUPPORTING, Thing
from tongban.rules.faults import BadCondition
from tongban.rules.parsing import parse_inferring

Grade = Literal["same", "harmless", "stricter", "contradiction"]
WEIGHTS: dict[Grade, int] = {"same": 0, "harmless": 1, "stricter": 2, "contradiction": 3}
Compare = Callable[[Any, Any], Grade]


def _wording(base: Any, mine: Any) -> Grade:
    return "harmless"


def _less_is_kind(base: Any, mine: Any) -> Grade:
    if not isinstance(base, int) or not isinstance(mine, int):
        return "contradiction"
    return "harmless" if mine < base else "stricter"


def _more_is_kind(base: Any, mine: Any) -> Grade:
    return _less_is_kind(mine, base)


def _more_of_them_is_kind(base: Any, mine: Any) -> Grade:
    if set(_list(base)) == set(_list(mine)):
        return "harmless"
    return "harmless" if set(_list(mine)) > set(_list(base)) else "stricter"


def _fewer_of_them_is_kind(base: Any, mine: Any) -> Grade:
    return _more_of_them_is_kind(mine, base)


def _true_is_strict(base: Any, mine: Any) -> Grade:
    return "stricter" if mine and not base else "harmless"


def _present_is_kind(base: Any, mine: Any) -> Grade:
    return "harmless" if mine else "stricter"


def _more_laws(base: Any, mine: Any) -> Grade:
    return "harmless" if set(_list(mine)) >= set(_list(base)) else "contradiction"


def _conditions(base: Any, mine: Any) -> Grade:
    """All must hold, so more of them are stricter. Written otherwise and the same expression: no difference."""
    before, after = {_meaning(one) for one in _list(base)}, {_meaning(one) for one in _list(mine)}
    if before == after:
        return "same"
    return "stricter" if after > before else "contradiction"


def _one_condition(base: Any, mine: Any) -> Grade:
    return "same" if base and mine and _meaning(base) == _meaning(mine) else "contradiction"


def _meaning(source: str) -> str:
    """The expression as a tree, which does not say where in the text its parts stand."""
    try:
        return repr(parse_inferring(source, {}))
    except BadCondition:
        return " ".join(str(source).split())


def _list(value: Any) -> list[Any]:
    """Ids where the list has them."""
    return [one["id"] if isinstance(one, dict) and "id" in one else str(one) for one in value or ()]


WORDS = (
    "name",
    "label",
    "summary",
    "text",
    "title",
    "help",
    "hint",
    "change",
    "note",
    "issuer",
    "purpose",
    "parts",
    "compare",
    "question",
    "missing",
)
ASPECTS: Mapping[str, Mapping[str, Compare]] = {
    "limits.counter": {"days": _less_is_kind}, "limits.promise": {"days": _less_is_kind}, "limits.tell_missing": {"days": _less_is_kind},
    "limits.extend": {"days": _less_is_kind}, "limits.correct": {"days": _more_is_kind}, "limits.tolerate": {"days": _more_is_kind},
    "materials": {
        "ways": _more_of_them_is_kind, "media_types": _more_of_them_is_kind, "original": _true_is_strict, "main": _true_is_strict,
        "waived": _present_is_kind, "waived_when": _one_condition, "situations": _fewer_of_them_is_kind, "reads": _wording,
        "issued_by": _wording, "basis": _more_laws,
    },
    "points": {"conditions": _conditions, "basis": _more_laws, "situations": _fewer_of_them_is_kind},
    "checks": {"when": _one_condition},
    "screens": {"when": _one_condition},
    "fields": {
        "required": _true_is_strict, "situations": _fewer_of_them_is_kind, "retention": _less_is_kind, "recipients": _fewer_of_them_is_kind,
        "basis": _more_laws, "group": _wording, "max_length": _more_is_kind,
    },
    "elements": {"sources": _more_of_them_is_kind},
    "fee": {"fen": _less_is_kind},
    "data": {"retention": _less_is_kind, "recipients": _fewer_of_them_is_kind, "basis": _more_laws},
    "audience": {"value": _more_of_them_is_kind},
    "answers": {"basis": _more_laws}, "remedies": {"basis": _more_laws},
    "contacts": {"value": _wording},
    "policy": {"acceptance": _wording, "automatic_decision": _wording, "single_examiner": _wording, "precheck": _wording,
               "retention_years": _less_is_kind},
    "office": {"value": _wording}, "sources": {"register": _wording, "asks": _wording, "with": _wording},
}  # fmt: skip
IDENTITY_WORDS = {"name": "value", "result": "name"}
"""Words that name the item itself or what one has in the end are to be the same everywhere."""
ADDED: Mapping[str, Grade] = {
    "materials": "stricter", "points": "stricter", "checks": "stricter", "fields": "stricter", "limits.extend": "stricter", "fee": "stricter",
    "limits.tolerate": "harmless", "limits.promise": "harmless", "situations": "harmless", "modes": "harmless", "contacts": "harmless",
    "papers": "harmless", "remedies": "harmless", "questions": "contradiction", "office": "harmless", "supervision": "harmless",
}  # fmt: skip
GONE: Mapping[str, Grade] = {
    "materials": "harmless", "checks": "harmless", "fields": "harmless", "limits.extend": "harmless", "fee": "harmless",
    "limits.tolerate": "stricter",
    "limits.promise": "stricter", "situations": "stricter", "modes": "stricter", "contacts": "harmless", "papers": "harmless", "office": "harmless",
    "decided_at": "harmless",
}  # fmt: skip


def grade(base: Thing | None, mine: Thing | None) -> tuple[Grade, tuple[str, ...]]:
    """How what a place says stands to the standard, and in which aspects. An added or missing thing has none."""
    if base is None or mine is None:
        return _one_sided(base, mine), ()
    if base.is_like(mine):
        return "same", ()
    found = {name: _aspect(mine.kind, name, base, mine) for name in sorted({*base.aspects, *mine.aspects})}
    differing = tuple(name for name, each in found.items() if each != "same")
    return max(found.values(), key=WEIGHTS.__getitem__, default="same"), differing


def _one_sided(base: Thing | None, mine: Thing | None) -> Grade:
    thing = mine or base
    if thing is None or thing.kind in SUPPORTING:
        return "same"
    return (ADDED if mine else GONE).get(thing.kind, "contradiction")


def _aspect(kind: str, name: str, base: Thing, mine: Thing) -> Grade:
    before, after = base.aspects.get(name), mine.aspects.get(name)
    if before == after:
        return "same"
    if IDENTITY_WORDS.get(kind) == name:
        return "contradiction"
    if kind == "points" and name == "conditions" and "mode" in {*base.aspects, *mine.aspects}:
        return "contradiction"
    if name in WORDS or (kind == name and name in WORDS):
        return "harmless"
    return ASPECTS.get(kind, {}).get(name, _other)(before, after)


def _other(base: Any, mine: Any) -> Grade:
    """Nothing here says that this kind of difference is allowed."""
    return "contradiction"
