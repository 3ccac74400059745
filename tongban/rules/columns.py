"""A tree on columns: the Polars expression that says of every row what `evaluation.py` says of that one case. Null is unknown.

A column stands for the element of its name and holds its type: Boolean, Int64, String, and Date for a date (text YYYY-MM-DD in the engine).
`fitted` makes such columns of a frame, in which dates may also be text. Where a rule uses a date as text, it is written YYYY-MM-DD.
A fault is null too; which one it was, one case tells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial as partial_of
from functools import reduce
from operator import and_, or_

import polars as pl

from tongban.kernel.refusals import Refused
from tongban.kernel.strictjson import MAX_INTEGER
from tongban.kernel.text import Text
from tongban.rules.column_functions import (
    IN_COLUMNS,
    as_day,
    as_text,
    by_distinct_values,
    divide,
    fixed_months_after,
    remainder,
    strictly,
)
from tongban.rules.evaluation import Open, Outcome, partial, prepare
from tongban.rules.facts import ElementType, Value, fits
from tongban.rules.functions import COMPUTE, LIMIT, LOOK_UP
from tongban.rules.inference import TYPE_NAMES
from tongban.rules.ranges import range_of, size_of
from tongban.rules.tree import (
    ARITHMETIC,
    FUNCTIONS,
    LOGIC,
    Binary,
    Call,
    Conditional,
    Element,
    InList,
    Literal,
    Node,
    Unary,
    children,
    elements_in,
)
from tongban.rules.world import NO_WORLD, World

DTYPES: dict[ElementType, pl.DataType] = {
    "text": pl.String(),
    "date": pl.Date(),
    "integer": pl.Int64(),
    "boolean": pl.Boolean(),
}
COMPARE: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "==": pl.Expr.eq,
    "!=": pl.Expr.ne,
    "<": pl.Expr.lt,
    "<=": pl.Expr.le,
    ">": pl.Expr.gt,
    ">=": pl.Expr.ge,
}
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
COUNT: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "+": pl.Expr.add,
    "-": pl.Expr.sub,
    "*": pl.Expr.mul,
    "/": divide,
    "%": remainder,
}
MAX_SIZE = 5000
"""Parts of one expression. Polars has no names for what stands in it twice, so what is nested may grow beyond all bounds."""


class BadColumn(Refused):
    """A column cannot hold its element: not one value in it would fit."""

    status = 422
    text = Text("列“{name}”的类型是 {found}，要素要求{zh}。", "The column {name} is {found}, the element is {en}.")
    advice = Text(
        "请转换该列，或去掉它：没有的要素即未知。",
        "Convert the column or leave it out: an element without one is unknown.",
    )


def fitted(frame: pl.DataFrame, types: Mapping[str, ElementType]) -> pl.DataFrame:
    """The columns of these elements, as rules read them: a value that does not fit is null, and so is an element without a column.

    Other columns stay as they are. Refuses `BadColumn`.
    """
    return frame.with_columns(_fitted(frame, name, type).alias(name) for name, type in types.items())


def _fitted(frame: pl.DataFrame, name: str, type: ElementType) -> pl.Expr:
    found = frame.schema.get(name, pl.Null())
    column = pl.col(name)
    if found == pl.Null:
        return pl.lit(None, DTYPES[type])
    if type == "boolean" and found == pl.Boolean:
        return column
    if type == "integer" and found.is_integer():
        whole = column.cast(pl.Int64, strict=False)
        return pl.when(whole.is_between(-MAX_INTEGER, MAX_INTEGER)).then(whole)
    if type == "date" and found == pl.Date:
        return pl.when(column.is_between(date.min, date.max)).then(column)
    if type in ("text", "date") and found in (pl.String, pl.Categorical, pl.Enum):
        text = column.cast(pl.String)
        return as_day(text) if type == "date" else text
    raise BadColumn(name=name, found=str(found), zh=TYPE_NAMES[type].zh, en=TYPE_NAMES[type].en)


def to_expression(tree: Node, *, world: World = NO_WORLD) -> pl.Expr:
    """What the tree comes to in each row of fitted columns. Never raises for them."""
    folded = partial(tree, {}, world)
    if size_of(folded) > MAX_SIZE:
        return by_cases(folded, world, lambda outcome: None if isinstance(outcome, Open) else outcome, folded.type)
    return expression_of(folded, world)


def by_cases(node: Node, world: World, say: Callable[[Outcome], Value | None], type: ElementType) -> pl.Expr:
    """What would be too large as one expression, which has no names for its parts: each combination of values as one case."""
    names, step = elements_in(node), prepare(node)

    def case(*values: Value | None) -> Value | None:
        known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        return say(step(known, world))

    return by_distinct_values(case, [pl.col(name) for name in names], DTYPES[type])


def expression_of(node: Node, world: World) -> pl.Expr:
    """The same of a tree that is folded and small enough."""
    if isinstance(node, Literal):
        return pl.lit(node.value, DTYPES[node.type])
    if not elements_in(node):
        # What knows everything and was not folded has no result.
        return pl.lit(None, DTYPES[node.type])
    match node:
        case Element(name=name):
            return pl.col(name)
        case Unary(operator="!"):
            return expression_of(node.operand, world).not_()
        case Unary():
            return _count(Binary("-", Literal(0), node.operand), world)
        case Binary(operator=operator) if operator in LOGIC:
            left, right = _each(children(node), world)
            return left & right if operator == "&&" else left | right
        case Binary(operator=operator) if operator in ARITHMETIC:
            return _count(node, world) if node.type == "integer" else pl.concat_str(_texts(children(node), world))
        case Binary(operator=operator):
            return _compare(operator, node, world)
        case Conditional():
            return _conditional(node, world)
        case Call():
            return _call(node, world)
        case InList():
            return _in_list(node, world)


def _each(nodes: Iterable[Node], world: World) -> list[pl.Expr]:
    return [expression_of(node, world) for node in nodes]


def _texts(nodes: Iterable[Node], world: World) -> list[pl.Expr]:
    return [_as(node, "text", world) for node in nodes]


def _as(node: Node, type: ElementType, world: World) -> pl.Expr:
    """The value where this type is wanted."""
    if type == "date" and node.type == "text":
        if isinstance(node, Literal):
            return pl.lit(date.fromisoformat(str(node.value)) if fits(node.value, "date") else None, pl.Date())
        return as_day(expression_of(node, world))
    expression = expression_of(node, world)
    return as_text(expression) if type == "text" and node.type == "date" else expression


def _alike(nodes: Sequence[Node], world: World) -> list[pl.Expr]:
    """All as dates where all are days, for dates and their texts have one order; else dates as texts."""
    if any(node.type == "date" for node in nodes):
        days = all(node.type == "date" or (isinstance(node, Literal) and fits(node.value, "date")) for node in nodes)
        return [_as(node, "date" if days else "text", world) for node in nodes]
    return _each(nodes, world)


def _compare(operator: str, node: Binary, world: World) -> pl.Expr:
    left, right = _alike(children(node), world)
    # Polars forgets the height where one value stands before a column that is all null.
    if not elements_in(node.left):
        return COMPARE[MIRRORED[operator]](right, left)
    return COMPARE[operator](left, right)


def _count(node: Binary, world: World) -> pl.Expr:
    """In 64 bits where nothing can leave them, else in 128, and then what left them is null."""
    left, right = _each((node.left, node.right), world)
    compute = COUNT[node.operator]
    if all(low > -LIMIT and high < LIMIT for low, high in map(range_of, (node.left, node.right, node))):
        return compute(left, right)
    return compute(left.cast(pl.Int128), right.cast(pl.Int128)).cast(pl.Int64, strict=False)


def _conditional(node: Conditional, world: World) -> pl.Expr:
    test, then, otherwise = (
        _as(one, type, world) for one, type in zip(children(node), ("boolean", node.type, node.type), strict=True)
    )
    return pl.when(test).then(then).when(test.not_()).then(otherwise)


def _call(node: Call, world: World) -> pl.Expr:
    name = node.function
    arguments = [_as(one, type, world) for one, type in zip(node.arguments, FUNCTIONS[name].takes, strict=True)]
    if name == "months_after" and isinstance(last := node.arguments[-1], Literal):
        return fixed_months_after(arguments[0], int(last.value))
    if name in IN_COLUMNS:
        return IN_COLUMNS[name](*arguments)
    compute = COMPUTE[name] if name in COMPUTE else partial_of(LOOK_UP[name], world)
    return by_distinct_values(strictly(compute), arguments, DTYPES[node.type])


def _in_list(node: InList, world: World) -> pl.Expr:
    item, *options = _alike(children(node), world)
    written = [one.value for one in node.options if isinstance(one, Literal)]
    if 1 < len(written) == len(options):
        days = node.item.type == "date" and all(fits(value, "date") for value in written)
        return item.is_in([date.fromisoformat(str(value)) for value in written] if days else written)
    equals = (item.eq(one) if elements_in(node.item) else one.eq(item) for one in options)
    equal = reduce(or_, equals, pl.lit(False))
    # Here one unknown option makes it unknown, even where another is equal.
    return pl.when(reduce(and_, (one.is_not_null() for one in (item, *options)))).then(equal)
