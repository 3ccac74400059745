"""Conditions: one CEL expression over typed elements, evaluated in three values (Kleene).

A missing element is unknown, never false, never an exception. A type error is found when the rule is saved.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.facts import ElementType, Value, fits

MAX_SOURCE = 1000
ELEMENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
# Loops make cost unbounded, `dyn` switches the type check off; elements are scalars, so no rule needs them.
FORBIDDEN = re.compile(r"\b(all|exists|exists_one|map|filter|dyn)\b")
MISSING_PREFIX = "UNKNOWN: No value with name"


class BadCondition(Refused):
    """The expression is no condition over these elements."""

    status = 422
    text = Text("条件“{source}”无法使用：{reason}", "The condition “{source}” cannot be used: {reason}")
    advice = Text("请按要素清单改写该条件。", "Rewrite the condition with the listed elements.")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition says about given values.

    `missing`: the elements it reads that have no usable value. `fault`: why known values could not be computed with, as a status
    word of the evaluator (never with a value in it).
    """

    value: bool | None
    missing: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `reads` are the elements it mentions, sorted."""

    source: str
    reads: tuple[str, ...]
    types: Mapping[str, ElementType] = field(repr=False)
    program: Any = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, Value]) -> bool | None:
        """True, False, or None for unknown. Never raises."""
        return self.examine(values).value

    def examine(self, values: Mapping[str, Value]) -> Finding:
        """Like `evaluate`, and says what was missing or went wrong. Never raises."""
        known = {name: values[name] for name in self.reads if name in values and fits(values[name], self.types[name])}
        missing = tuple(name for name in self.reads if name not in known)
        result = self.program.eval(data=known)
        if result.type().name() == "BOOL":
            return Finding(bool(result.value()), missing)
        message = str(result)
        fault = "" if message.startswith(MISSING_PREFIX) else message.partition(":")[0]
        return Finding(None, missing, fault)


def compile_condition(source: str, *, elements: Mapping[str, ElementType]) -> Condition:
    """Check and compile. Raises `BadCondition`: syntax, unknown element, wrong type, no boolean result, unbounded cost."""
    if len(source) > MAX_SOURCE:
        raise BadCondition(source=source[:40] + "…", reason=f"longer than {MAX_SOURCE} characters")
    if forbidden := FORBIDDEN.search(source):
        raise BadCondition(source=source, reason=f"'{forbidden[0]}' is not allowed")
    names = frozenset(item for item in elements.items() if item[0] in source)
    program = _compile(source, names)
    if program.return_type().name() != "BOOL":
        raise BadCondition(source=source, reason="the result is not true or false")
    reads = _reads(source, names)
    return Condition(source, reads, {name: elements[name] for name in reads}, program)


def _compile(source: str, names: frozenset[tuple[str, ElementType]]) -> Any:
    try:
        return _environment(names).compile(source)
    except RuntimeError as error:
        raise BadCondition(source=source, reason=_first_line(error)) from None


def _first_line(error: RuntimeError) -> str:
    return str(error).partition("\n")[0].partition("<input>:")[2] or str(error).partition("\n")[0]


def _reads(source: str, names: frozenset[tuple[str, ElementType]]) -> tuple[str, ...]:
    # An element is read exactly when the expression no longer compiles without it: the compiler's own answer, no second parser.
    return tuple(sorted(name for name, type in names if not _compiles(source, names - {(name, type)})))


def _compiles(source: str, names: frozenset[tuple[str, ElementType]]) -> bool:
    try:
        _compile(source, names)
    except BadCondition:
        return False
    return True


@lru_cache(maxsize=256)
def _environment(names: frozenset[tuple[str, ElementType]]) -> Any:
    for name, _ in names:
        if not ELEMENT_NAME.fullmatch(name):
            raise BadCondition(source=name, reason="not an element name")
    return cel.NewEnv(variables={name: CEL_TYPES[type] for name, type in names}, functions=FUNCTIONS)


def days_between(start: str, end: str) -> int:
    """Calendar days from `start` to `end`; negative when `end` is earlier."""
    return (date.fromisoformat(end) - date.fromisoformat(start)).days


def months_after(day: str, months: int) -> str:
    """The same day `months` later; the last day of the month where that day does not exist (民法典 Art. 202)."""
    start = date.fromisoformat(day)
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("beyond the calendar")
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1])).isoformat()


TEXT, INTEGER, BOOLEAN = cel.Type.STRING, cel.Type.INT, cel.Type.BOOL
CEL_TYPES: dict[ElementType, Any] = {"text": TEXT, "date": TEXT, "boolean": BOOLEAN, "integer": INTEGER}
FUNCTIONS = [
    cel.FunctionDecl("days_between", [cel.Overload("days_between", INTEGER, [TEXT, TEXT], False, days_between)]),
    cel.FunctionDecl("months_after", [cel.Overload("months_after", TEXT, [TEXT, INTEGER], False, months_after)]),
]
