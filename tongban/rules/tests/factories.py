"""Points and facts that the tests of rules share."""

from datetime import UTC, datetime

from tongban.kernel.text import Text
from tongban.rules.expression import compile_condition
from tongban.rules.facts import ElementType, Fact, Value, Vocabulary
from tongban.rules.points import Basis, Point

ELEMENTS: dict[str, ElementType] = {
    "insured.status": "text",
    "filing.start_on": "date",
    "filing.end_on": "date",
    "filing.duplicate": "boolean",
    "fee.fen": "integer",
}
WORDS = Vocabulary(
    elements={"insured.status": Text("参保状态", "Insurance status")},
    values={"insured.status": {"normal": Text("正常参保", "insured")}},
    sources={"register:insured": Text("参保登记", "insurance register")},
)
LAW = Basis("社会保险法", "第二十九条", verified=True)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def point(*conditions: str, **changes: object) -> Point:
    compiled = tuple(compile_condition(source, elements=ELEMENTS) for source in conditions)
    values: dict[str, object] = {
        "id": "p",
        "label": Text("参保状态正常", "Insured"),
        "basis": (LAW,),
        "vocabulary": WORDS,
    }
    return Point(conditions=compiled, **{**values, **changes})  # type: ignore[arg-type]


def facts(**values: Value) -> dict[str, Fact]:
    """Element names with `__` for the dot."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    return {name: Fact(name, value, "register:insured", AT) for name, value in named.items()}
