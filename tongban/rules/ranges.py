"""What can be told of a tree without any value: between which integers a part of it lies, and how large it becomes as one expression."""

from collections.abc import Callable
from datetime import date

from tongban.kernel.strictjson import MAX_INTEGER
from tongban.rules.functions import LIMIT, MAX_WORKING_DAYS
from tongban.rules.tree import Binary, Call, Conditional, Element, InList, Literal, Node, Unary, children

Range = tuple[int, int]
DAYS = date.max.toordinal()
CALLS: dict[str, Range] = {
    "days_between": (-DAYS, DAYS),
    "age_on": (-date.max.year, date.max.year),
    "working_days_between": (0, MAX_WORKING_DAYS),
    "size": (0, 2**32),
}
TIMES = {"months_after": 30, "age_on": 6, "/": 5, "%": 5}
"""How often an operand stands in what computes it, at most; text that is read as a day stands there four times."""
CORNERS: dict[str, Callable[[int, int], int]] = {"+": int.__add__, "-": int.__sub__, "*": int.__mul__}


def range_of(node: Node) -> Range:
    """Of an integer node, before anything beyond 64 bits has become a fault; then nothing is left but 64 bits."""
    match node:
        case Literal(value=value):
            return int(value), int(value)
        case Element():
            return -MAX_INTEGER, MAX_INTEGER
        case Unary():
            low, high = _of_value(node.operand)
            return -high, -low
        case Binary(operator="/" | "%"):
            most = max(map(abs, _of_value(node.left)))
            return -most, most
        case Binary(operator=operator):
            corners = [CORNERS[operator](a, b) for a in _of_value(node.left) for b in _of_value(node.right)]
            return min(corners), max(corners)
        case Conditional():
            (a, b), (c, d) = _of_value(node.then), _of_value(node.otherwise)
            return min(a, c), max(b, d)
        case Call(function=name):
            return CALLS[name]
        case _:
            return -LIMIT, LIMIT - 1


def _of_value(node: Node) -> Range:
    low, high = range_of(node)
    return max(low, -LIMIT), min(high, LIMIT - 1)


def size_of(node: Node) -> int:
    """Roughly the parts of the expression that `columns.py` makes of it."""
    sizes = [size_of(child) for child in children(node)]
    match node:
        case Conditional():
            return 2 * sizes[0] + sizes[1] + sizes[2]
        case InList():
            written = all(isinstance(one, Literal) for one in node.options)
            return sum(sizes) if written else len(sizes) * sum(sizes)
        case Binary(operator=operator):
            return 1 + TIMES.get(operator, 1) * sum(sizes)
        case Call(function=name):
            return 1 + TIMES.get(name, 4) * sum(sizes)
        case _:
            return 1 + sum(sizes)
