"""What keeps a rule open in each row: the columns that say of every row what `evaluation.Open.missing` says of that one case."""

from functools import partial as partial_of
from functools import reduce
from operator import or_

import polars as pl

from tongban.rules import columns
from tongban.rules.columns import by_cases, expression_of
from tongban.rules.evaluation import Open, Outcome, partial
from tongban.rules.ranges import size_of
from tongban.rules.tree import LOGIC, Binary, Conditional, Element, Node, children, elements_in, walk
from tongban.rules.world import NO_WORLD, World


def keeps_open(tree: Node, *, world: World = NO_WORLD) -> dict[str, pl.Expr]:
    """Of each element that the tree reads, in the order of the text: is it missing where the tree is unknown, and could still settle it?

    Says nothing of rows in which the tree is known.
    """
    folded = partial(tree, {}, world)
    names = dict.fromkeys(node.name for node in walk(folded) if isinstance(node, Element))
    if size_of(folded) * len(names) > columns.MAX_SIZE:
        return {name: by_cases(folded, world, partial_of(_is_missing, name), "boolean") for name in names}
    known_open = folded.operator if isinstance(folded, Binary) else ""
    return {name: _waits(folded, name, world, known_open) for name in names}


def _is_missing(name: str, outcome: Outcome) -> bool:
    return isinstance(outcome, Open) and name in outcome.missing


def _waits(node: Node, name: str, world: World, known_open: str = "") -> pl.Expr:
    """Is the element among what `evaluation.Open` names as missing?

    `known_open`: `&&` that stands in an open `&&` need not be asked whether it is open, for it is not false; so with `||`.
    """
    if name not in elements_in(node):
        return pl.lit(False)
    match node:
        case Element():
            return pl.col(name).is_null()
        case Conditional():
            return _waits_at_conditional(node, name, world)
        case Binary(operator=operator) if operator in LOGIC:
            below = _waits(node.left, name, world, operator) | _waits(node.right, name, world, operator)
            return below if operator == known_open else expression_of(node, world).is_null() & below
        case _:
            return reduce(or_, [_waits(one, name, world) for one in children(node)])


def _waits_at_conditional(node: Conditional, name: str, world: World) -> pl.Expr:
    """A test that failed has failed for good; one that is unknown may lead to either side."""
    test = expression_of(node.test, world)
    then, otherwise = _waits(node.then, name, world), _waits(node.otherwise, name, world)
    below = _waits(node.test, name, world) | (test.fill_null(True) & then) | (test.not_().fill_null(True) & otherwise)
    return below & (test.is_not_null() | _waits_for_any(node.test, world))


def _waits_for_any(node: Node, world: World) -> pl.Expr:
    return reduce(or_, [_waits(node, name, world) for name in elements_in(node)], pl.lit(False))
