"""Values that tell everything: for each element of some trees the few values at which a verdict can turn.

Between two neighbouring limits that rules compare an element with, all values are alike. Where each element is compared with written values
only, trying the values here tries all there are (`exact`); elsewhere they are good candidates, and what they show is still true.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from math import prod

from tongban.rules.facts import Value, fits
from tongban.rules.functions import Fault, days_after, months_after
from tongban.rules.tree import EQUALITY, ORDER, Binary, Call, Element, InList, Literal, Node, Unary, children, walk

OTHER = "~"
"""Begins the text that is equal to none of those written."""
SOME_DAY = "2026-11-20"
TEXT_PARTS = ("startsWith", "endsWith", "contains")


@dataclass(frozen=True, slots=True)
class Domains:
    """Element → its telling values, and whether these stand for all."""

    values: Mapping[str, tuple[Value, ...]]
    exact: bool

    @property
    def size(self) -> int:
        return prod(len(values) for values in self.values.values())

    def every(self) -> Iterator[dict[str, Value]]:
        """Each way to fill in all elements: `size` of them."""
        for values in product(*self.values.values()):
            yield dict(zip(self.values, values, strict=True))


def find_domains(trees: Iterable[Node]) -> Domains:
    """The telling values of every element that the trees read."""
    nodes = [node for tree in trees for node in walk(tree)]
    elements = {node.name: node for node in nodes if isinstance(node, Element)}
    values = {name: tuple(_values(elements[name], nodes)) for name in sorted(elements)}
    parts = {name for node in nodes if isinstance(node, Call) and (name := _part_of(node))}
    return Domains(values, all(_is_exact(node, parts) for node in nodes))


def is_made_up(value: Value) -> bool:
    """Does this text only stand for all that are not written?"""
    return isinstance(value, str) and value.startswith(OTHER)


def _values(element: Element, nodes: list[Node]) -> list[Value]:
    if element.type == "boolean":
        return [True, False]
    written = [value for node in nodes for value in _compared(element, node)]
    if element.type == "integer":
        return sorted({value + step for value in written for step in (-1, 0, 1) if isinstance(value, int)} or {0, 1})
    if element.type == "date":
        return sorted(_days(written, nodes))
    texts = sorted({value for value in written if isinstance(value, str)})
    return [*texts, OTHER + "".join(texts) + OTHER]


def _compared(element: Element, node: Node) -> Iterator[Value]:
    """What the rule holds against the element in this node."""
    if isinstance(node, (Binary, Call, InList)):
        ones = children(node)
        if any(one.name == element.name for one in ones if isinstance(one, Element)):
            yield from (one.value for one in ones if isinstance(one, Literal))


def _days(written: list[Value], nodes: list[Node]) -> set[str]:
    """The written days or some day; those at every distance that a date function reckons with; each with its neighbours."""
    seeds = {day for day in written if isinstance(day, str) and fits(day, "date")} or {SOME_DAY}
    reckons = any(isinstance(node, Call) and node.type in ("date", "integer") for node in nodes)
    numbers = (
        {node.value for node in nodes if isinstance(node, Literal) and type(node.value) is int} if reckons else set()
    )
    far = {day for seed in seeds for number in numbers for day in _at_distance(seed, number)}
    return {day for seed in seeds | far for day in _neighbours(seed)}


def _at_distance(seed: str, number: int) -> Iterator[str]:
    for signed in (number, -number):
        for reckon, count in ((days_after, signed), (months_after, signed), (months_after, 12 * signed)):
            try:
                yield reckon(seed, count)
            except Fault:
                continue


def _neighbours(day: str) -> Iterator[str]:
    on = date.fromisoformat(day)
    for step in (-1, 0, 1):
        if date.min.toordinal() <= on.toordinal() + step <= date.max.toordinal():
            yield (on + timedelta(step)).isoformat()


def _part_of(node: Call) -> str:
    """The element of which a part is asked for."""
    first = node.arguments[0]
    return first.name if node.function in TEXT_PARTS and isinstance(first, Element) else ""


def _is_exact(node: Node, parts: set[str]) -> bool:
    """Do the telling values of the elements below stand for all as far as this node goes?"""
    below = children(node)
    if isinstance(node, Binary) and node.operator in (*EQUALITY, *ORDER):
        return _against_literals(node.left, (node.right,), node, parts) or _against_literals(
            node.right, (node.left,), node, parts
        )
    if isinstance(node, InList):
        return _against_literals(node.item, node.options, node, parts)
    if isinstance(node, Call) or (isinstance(node, Unary) and node.operator == "-"):
        return all(isinstance(one, Literal) for one in below)
    return not (isinstance(node, Binary) and node.operator not in ("&&", "||")) or all(
        isinstance(one, Literal) for one in below
    )


def _against_literals(one: Node, others: tuple[Node, ...], node: Node, parts: set[str]) -> bool:
    if not all(isinstance(other, Literal) for other in others):
        return one.type == "boolean" and all(other.type == "boolean" for other in others)
    if not isinstance(one, Element):
        return isinstance(one, Literal) or one.type == "boolean"
    ordered = isinstance(node, Binary) and node.operator in ORDER
    if one.type == "date":
        return all(fits(other.value, "date") for other in others if isinstance(other, Literal))
    return one.type != "text" or not (ordered or one.name in parts)
