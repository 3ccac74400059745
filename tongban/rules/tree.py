"""A rule as a typed tree: what every use of it reads (evaluation, columns, questions, checks, explanations). Values in, no behaviour.

`parsing.parse(source, elements)` makes it from CEL text, `write(node)` makes the text again. Every node has a `type` and `at`, the place in
the source where it begins (0 is the first character); trees are compared without their places.

A date is text, YYYY-MM-DD, in CEL: where text is wanted a date will do, and a text where a date is wanted is read as one or is a fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tongban.rules.facts import ElementType, Value

LOGIC = ("&&", "||")
EQUALITY = ("==", "!=")
ORDER = ("<", "<=", ">", ">=")
COMPARISON = (*EQUALITY, *ORDER)
ARITHMETIC = ("+", "-", "*", "/", "%")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written in the rule: text, integer or boolean."""

    value: Value
    at: int = field(default=0, compare=False, repr=False)

    @property
    def type(self) -> ElementType:
        if isinstance(self.value, bool):
            return "boolean"
        return "integer" if isinstance(self.value, int) else "text"


@dataclass(frozen=True, slots=True)
class Element:
    """The value of an element; unknown when there is none."""

    name: str
    type: ElementType
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!` of a boolean, `-` of an integer."""

    operator: str
    operand: "Node"
    at: int = field(default=0, compare=False, repr=False)

    @property
    def type(self) -> ElementType:
        return "boolean" if self.operator == "!" else "integer"


@dataclass(frozen=True, slots=True)
class Binary:
    """`LOGIC` over booleans (Kleene), `COMPARISON` of two of one kind, `ARITHMETIC` over integers; `+` also joins two texts.

    Integers have 64 bits; a result beyond them, or a division by 0, is a fault. `/` and `%` cut towards 0.
    """

    operator: str
    left: "Node"
    right: "Node"
    at: int = field(default=0, compare=False, repr=False)

    @property
    def type(self) -> ElementType:
        if self.operator not in ARITHMETIC:
            return "boolean"
        return "integer" if self.left.type == "integer" else "text"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`test ? then : otherwise`; unknown when `test` is, even where both branches agree."""

    test: "Node"
    then: "Node"
    otherwise: "Node"
    at: int = field(default=0, compare=False, repr=False)

    @property
    def type(self) -> ElementType:
        return self.then.type if self.then.type == self.otherwise.type else "text"


@dataclass(frozen=True, slots=True)
class Call:
    """One of `FUNCTIONS`. Of a method, `text.startsWith("x")`, the text is the first argument."""

    function: str
    arguments: tuple["Node", ...]
    at: int = field(default=0, compare=False, repr=False)

    @property
    def type(self) -> ElementType:
        return FUNCTIONS[self.function].result


@dataclass(frozen=True, slots=True)
class InList:
    """`item in [a, b]`: is it equal to one of them; unknown when any of all these is. An empty list holds nothing."""

    item: "Node"
    options: tuple["Node", ...]
    at: int = field(default=0, compare=False, repr=False)

    @property
    def type(self) -> ElementType:
        return "boolean"


Node = Literal | Element | Unary | Binary | Conditional | Call | InList


@dataclass(frozen=True, slots=True)
class Function:
    """The types of a function. `method`: written behind its first argument."""

    takes: tuple[ElementType, ...]
    result: ElementType
    method: bool = False


FUNCTIONS: dict[str, Function] = {
    "days_between": Function(("date", "date"), "integer"),
    "days_after": Function(("date", "integer"), "date"),
    "months_after": Function(("date", "integer"), "date"),
    "age_on": Function(("date", "date"), "integer"),
    "working_days_between": Function(("date", "date"), "integer"),
    "working_days_after": Function(("date", "integer"), "date"),
    "is_in": Function(("text", "text"), "boolean"),
    "same_pooling_area": Function(("text", "text"), "boolean"),
    "size": Function(("text",), "integer"),
    "startsWith": Function(("text", "text"), "boolean", method=True),
    "endsWith": Function(("text", "text"), "boolean", method=True),
    "contains": Function(("text", "text"), "boolean", method=True),
    "matches": Function(("text", "text"), "boolean", method=True),
}
"""What they compute stands in `functions.py`."""


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Literal() | Element():
            return ()
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Conditional():
            return (node.test, node.then, node.otherwise)
        case Call():
            return node.arguments
        case InList():
            return (node.item, *node.options)


def with_children(node: Node, given: tuple[Node, ...]) -> Node:
    """The same node over other children, in the order of `children`."""
    match node:
        case Literal() | Element():
            return node
        case Unary():
            return replace(node, operand=given[0])
        case Binary():
            return replace(node, left=given[0], right=given[1])
        case Conditional():
            return replace(node, test=given[0], then=given[1], otherwise=given[2])
        case Call():
            return replace(node, arguments=given)
        case InList():
            return replace(node, item=given[0], options=given[1:])


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    yield node
    for child in children(node):
        yield from walk(child)


def elements_in(node: Node) -> tuple[str, ...]:
    """The names of the elements it reads, sorted."""
    return tuple(sorted({one.name for one in walk(node) if isinstance(one, Element)}))
