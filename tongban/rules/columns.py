"""A tree on columns: the expression that says of every row what `evaluation.py` says of that one case. Null is unknown.

A column stands for the element of its name: Boolean, 64-bit integer, text, and a date for a date (text YYYY-MM-DD in the rules). Where a rule uses
a date as text, it is written YYYY-MM-DD. A fault is null too; which one it was, one case tells.

What is said here holds for every engine: `polars_columns.POLARS`, `ibis_columns.DUCKDB`. An engine knows how to compute, not what a rule means.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial as partial_of
from functools import reduce
from typing import Generic, Protocol, TypeVar

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.evaluation import Open, Outcome, partial, prepare
from tongban.rules.facts import ElementType, Value, fits
from tongban.rules.functions import COMPUTE, LIMIT, LOOK_UP, strictly
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

E = TypeVar("E")
MIRRORED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class BadColumn(Refused):
    """A column cannot hold its element: not one value in it would fit."""

    status = 422
    text = Text("列“{name}”的类型是 {found}，要素要求{zh}。", "The column {name} is {found}, the element is {en}.")
    advice = Text(
        "请转换该列，或去掉它：没有的要素即未知。",
        "Convert the column or leave it out: an element without one is unknown.",
    )


class Engine(Protocol[E]):
    """How columns of one kind are computed with. Null gives null but in `both` and `either` (Kleene), and so does what has no result."""

    @property
    def max_size(self) -> int:
        """Parts of one expression. There are no names for what stands in it twice, so what is nested may grow beyond all bounds."""
        ...

    @property
    def calls(self) -> Mapping[str, Callable[..., E]]:
        """Functions of rules that the engine computes itself; the others are looked up value by value."""
        ...

    def value(self, value: Value | None, type: ElementType) -> E: ...

    def column(self, name: str) -> E: ...

    def both(self, left: E, right: E) -> E: ...

    def either(self, left: E, right: E) -> E: ...

    def negated(self, column: E) -> E: ...

    def is_null(self, column: E) -> E: ...

    def filled(self, column: E, value: bool) -> E:
        """With this value instead of null."""
        ...

    def choose(self, cases: Sequence[tuple[E, E]]) -> E:
        """Of the first case whose test is true; null where none is."""
        ...

    def compare(self, operator: str, left: E, right: E) -> E: ...

    def is_one_of(self, item: E, values: Sequence[Value], type: ElementType) -> E: ...

    def count(self, operator: str, left: E, right: E, *, bounded: bool) -> E:
        """`bounded`: nothing can leave 64 bits; else what leaves them is null."""
        ...

    def join(self, texts: Sequence[E]) -> E: ...

    def as_day(self, text: E) -> E:
        """The day that is written YYYY-MM-DD."""
        ...

    def as_text(self, day: E) -> E: ...

    def months_after(self, day: E, months: int) -> E:
        """The same for one number."""
        ...

    def look_up(self, compute: Callable[..., Value | None], arguments: Sequence[E], type: ElementType) -> E:
        """What the function says of each combination of values; None is an unknown one, and null what is computed of it."""
        ...


def to_expression(tree: Node, engine: Engine[E], *, world: World = NO_WORLD) -> E:
    """What the tree comes to in each row of columns that fit. Never raises for them."""
    folded = partial(tree, {}, world)
    if size_of(folded) > engine.max_size:
        return by_cases(folded, engine, world, lambda outcome: None if isinstance(outcome, Open) else outcome)
    return expression_of(folded, engine, world)


def by_cases(
    node: Node, engine: Engine[E], world: World, say: Callable[[Outcome], Value | None], type: ElementType | None = None
) -> E:
    """What would be too large as one expression: each combination of values as one case."""
    names, step = elements_in(node), prepare(node)

    def case(*values: Value | None) -> Value | None:
        known = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        return say(step(known, world))

    return engine.look_up(case, [engine.column(name) for name in names], type or node.type)


def expression_of(node: Node, engine: Engine[E], world: World) -> E:
    """The same of a tree that is folded and small enough."""
    return _Writer(engine, world).write(node)


def all_of(engine: Engine[E], columns: Iterable[E]) -> E:
    """True of none."""
    found = list(columns)
    return reduce(engine.both, found) if found else engine.value(True, "boolean")


def any_of(engine: Engine[E], columns: Iterable[E]) -> E:
    """False of none."""
    found = list(columns)
    return reduce(engine.either, found) if found else engine.value(False, "boolean")


class _Writer(Generic[E]):
    """Writes trees for one engine in one world."""

    def __init__(self, engine: Engine[E], world: World) -> None:
        self.engine, self.world = engine, world

    def write(self, node: Node) -> E:
        if isinstance(node, Literal):
            return self.engine.value(node.value, node.type)
        if not elements_in(node):
            # What knows everything and was not folded has no result.
            return self.engine.value(None, node.type)
        match node:
            case Element(name=name):
                return self.engine.column(name)
            case Unary(operator="!"):
                return self.engine.negated(self.write(node.operand))
            case Unary():
                return self._count(Binary("-", Literal(0), node.operand))
            case Binary(operator=operator) if operator in LOGIC:
                left, right = self._each(children(node))
                return self.engine.both(left, right) if operator == "&&" else self.engine.either(left, right)
            case Binary(operator=operator) if operator in ARITHMETIC:
                return self._count(node) if node.type == "integer" else self.engine.join(self._texts(children(node)))
            case Binary():
                return self._compare(node)
            case Conditional():
                return self._conditional(node)
            case Call():
                return self._call(node)
            case InList():
                return self._in_list(node)

    def _each(self, nodes: Iterable[Node]) -> list[E]:
        return [self.write(node) for node in nodes]

    def _texts(self, nodes: Iterable[Node]) -> list[E]:
        return [self._as(node, "text") for node in nodes]

    def _as(self, node: Node, type: ElementType) -> E:
        """The value where this type is wanted."""
        if type == "date" and node.type == "text":
            if isinstance(node, Literal):
                return self.engine.value(node.value if fits(node.value, "date") else None, "date")
            return self.engine.as_day(self.write(node))
        expression = self.write(node)
        return self.engine.as_text(expression) if type == "text" and node.type == "date" else expression

    def _alike(self, nodes: Sequence[Node]) -> list[E]:
        """All as dates where all are days, for dates and their texts have one order; else dates as texts."""
        if any(node.type == "date" for node in nodes):
            days = all(
                node.type == "date" or (isinstance(node, Literal) and fits(node.value, "date")) for node in nodes
            )
            return [self._as(node, "date" if days else "text") for node in nodes]
        return self._each(nodes)

    def _compare(self, node: Binary) -> E:
        left, right = self._alike(children(node))
        # Polars forgets the height where one value stands before a column that is all null.
        if not elements_in(node.left):
            return self.engine.compare(MIRRORED[node.operator], right, left)
        return self.engine.compare(node.operator, left, right)

    def _count(self, node: Binary) -> E:
        left, right = self._each((node.left, node.right))
        bounded = all(low > -LIMIT and high < LIMIT for low, high in map(range_of, (node.left, node.right, node)))
        return self.engine.count(node.operator, left, right, bounded=bounded)

    def _conditional(self, node: Conditional) -> E:
        types: tuple[ElementType, ...] = ("boolean", node.type, node.type)
        test, then, otherwise = (self._as(one, type) for one, type in zip(children(node), types, strict=True))
        return self.engine.choose([(test, then), (self.engine.negated(test), otherwise)])

    def _call(self, node: Call) -> E:
        name = node.function
        arguments = [self._as(one, type) for one, type in zip(node.arguments, FUNCTIONS[name].takes, strict=True)]
        if name == "months_after" and isinstance(last := node.arguments[-1], Literal):
            return self.engine.months_after(arguments[0], int(last.value))
        if name in self.engine.calls:
            return self.engine.calls[name](*arguments)
        compute = COMPUTE[name] if name in COMPUTE else partial_of(LOOK_UP[name], self.world)
        return self.engine.look_up(strictly(compute), arguments, node.type)

    def _in_list(self, node: InList) -> E:
        item, *options = self._alike(children(node))
        written = [one.value for one in node.options if isinstance(one, Literal)]
        if 1 < len(written) == len(options):
            days = node.item.type == "date" and all(fits(value, "date") for value in written)
            return self.engine.is_one_of(item, written, "date" if days else node.options[0].type)
        known = elements_in(node.item)
        equals = [self.engine.compare("==", *((item, one) if known else (one, item))) for one in options]
        # Here one unknown option makes it unknown, even where another is equal.
        every = all_of(self.engine, [self.engine.negated(self.engine.is_null(one)) for one in (item, *options)])
        return self.engine.choose([(every, any_of(self.engine, equals))])
