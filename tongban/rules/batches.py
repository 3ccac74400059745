"""Expressions with their facts, one JSON object per line: `{"expr", "facts"}` becomes `{"value"}`, `{"unknown"}` or `{"error"}`.

Types come from the facts and from how the expression uses its names, for no vocabulary is given; `"elements"` (name → type) may give one.
"""

import json
from collections.abc import Mapping
from typing import Any

from tongban.rules.evaluation import Open, evaluate_tree
from tongban.rules.expression import fitting
from tongban.rules.facts import ELEMENT_TYPES, NOTHING, Value
from tongban.rules.faults import BadCondition
from tongban.rules.functions import LIMIT
from tongban.rules.parsing import parse, parse_inferring
from tongban.rules.tree import Node, elements_in
from tongban.rules.world import PlacesByCode, World

WORLD = World(places=PlacesByCode())
"""Places by their codes; no calendar, for that is each region's own."""
FAULTS = {
    "INVALID_ARGUMENT": "division by zero, or no pattern",
    "OUT_OF_RANGE": "a number beyond 64 bits, or no day of the calendar",
    "UNAVAILABLE": "a calendar or a register that is not at hand",
}

Answer = dict[str, Any]


class BadLine(ValueError):
    """This line cannot be evaluated; the message says why, without any value of it."""


def answer_line(line: bytes) -> Answer:
    """Never raises."""
    try:
        request = _request(line)
        return answer(request["expr"], request["facts"], request["elements"])
    except RecursionError:
        return {"error": "nested too deeply"}
    except BadCondition as refused:
        return {"error": f"character {refused.at + 1}: {refused.reason.en}", "at": refused.at}
    except BadLine as error:
        return {"error": str(error)}


def answer(source: str, facts: Mapping[str, Any], elements: Mapping[str, Any] = NOTHING) -> Answer:
    """`facts` by dotted name, or in nested maps; null is unknown. Raises `BadCondition` and `BadLine`."""
    given = _flatten(facts)
    tree = parse(source, _types(elements)) if elements else parse_inferring(source, given)
    outcome = evaluate_tree(tree, _values(tree, given, elements), WORLD)
    if not isinstance(outcome, Open):
        return {"value": outcome}
    if outcome.missing:
        return {"unknown": sorted(outcome.missing)}
    return {"error": f"{outcome.fault}: {FAULTS[outcome.fault]}"}


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError:
        raise BadLine("the line is not JSON") from None
    if not isinstance(request, dict) or not isinstance(request.get("expr"), str):
        raise BadLine('the line is not {"expr": text, "facts": {…}}')
    for name in ("facts", "elements"):
        if not isinstance(request.setdefault(name, {}), dict):
            raise BadLine(f"{name} is not an object")
    return request


def _flatten(facts: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in facts.items():
        flat |= _flatten(value, f"{prefix}{name}.") if isinstance(value, dict) else {prefix + name: value}
    return {name: value for name, value in flat.items() if value is not None}


def _types(elements: Mapping[str, Any]) -> Mapping[str, Any]:
    for name, type in elements.items():
        if type not in ELEMENT_TYPES:
            raise BadLine(f"elements: {name} is none of {', '.join(ELEMENT_TYPES)}")
    return elements


def _values(tree: Node, given: Mapping[str, Any], elements: Mapping[str, Any]) -> Mapping[str, Value]:
    """The values that the expression reads. With a vocabulary one that does not fit is unknown, as in a case; else it is a mistake."""
    if elements:
        return fitting(given, _types(elements))
    read = {name: given[name] for name in elements_in(tree) if name in given}
    for name, value in read.items():
        if not _is_value(value):
            raise BadLine(f"{name} is no text, whole number of 64 bits, or boolean")
    return read


def _is_value(value: object) -> bool:
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    return isinstance(value, bool) or (isinstance(value, int) and -LIMIT <= value < LIMIT)
