"""What keeps a rule open in each row: the columns that say of every row what `evaluation.Open.missing` says of that one case."""

from functools import partial as partial_of
from typing import Generic, TypeVar

from tongban.rules.columns import Engine, any_of, by_cases, expression_of
from tongban.rules.evaluation import Open, Outcome, partial
from tongban.rules.ranges import size_of
from tongban.rules.tree import LOGIC, Binary, Conditional, Element, Node, children, elements_in, walk
from tongban.rules.world import NO_WORLD, World

E = TypeVar("E")


def keeps_open(tree: Node, engine: Engine[E], *, world: World = NO_WORLD) -> dict[str, E]:
    """Of each element that the tree reads, in the order of the text: is it missing where the tree is unknown, and could still settle it?

    Says nothing of rows in which the tree is known.
    """
    folded = partial(tree, {}, world)
    names = dict.fromkeys(node.name for node in walk(folded) if isinstance(node, Element))
    if size_of(folded) * len(names) > engine.max_size:
        return {name: by_cases(folded, engine, world, partial_of(_is_missing, name), "boolean") for name in names}
    known_open = folded.operator if isinstance(folded, Binary) else ""
    gaps = _Gaps(engine, world)
    return {name: gaps.waits(folded, name, known_open) for name in names}


def _is_missing(name: str, outcome: Outcome) -> bool:
    return isinstance(outcome, Open) and name in outcome.missing


class _Gaps(Generic[E]):
    """Is an element among what `evaluation.Open` names as missing?"""

    def __init__(self, engine: Engine[E], world: World) -> None:
        self.engine, self.world = engine, world

    def waits(self, node: Node, name: str, known_open: str = "") -> E:
        """`known_open`: `&&` that stands in an open `&&` need not be asked whether it is open, for it is not false; so with `||`."""
        if name not in elements_in(node):
            return self.engine.value(False, "boolean")
        match node:
            case Element():
                return self.engine.is_null(self.engine.column(name))
            case Conditional():
                return self._waits_at_conditional(node, name)
            case Binary(operator=operator) if operator in LOGIC:
                below = self.engine.either(
                    self.waits(node.left, name, operator), self.waits(node.right, name, operator)
                )
                return below if operator == known_open else self.engine.both(self._is_open(node), below)
            case _:
                return any_of(self.engine, [self.waits(one, name) for one in children(node)])

    def _waits_at_conditional(self, node: Conditional, name: str) -> E:
        """A test that failed has failed for good; one that is unknown may lead to either side."""
        engine, test = self.engine, expression_of(node.test, self.engine, self.world)
        below = any_of(
            engine,
            [
                self.waits(node.test, name),
                engine.both(engine.filled(test, True), self.waits(node.then, name)),
                engine.both(engine.filled(engine.negated(test), True), self.waits(node.otherwise, name)),
            ],
        )
        known = engine.negated(engine.is_null(test))
        return engine.both(below, engine.either(known, self._waits_for_any(node.test)))

    def _waits_for_any(self, node: Node) -> E:
        return any_of(self.engine, [self.waits(node, name) for name in elements_in(node)])

    def _is_open(self, node: Node) -> E:
        return self.engine.is_null(expression_of(node, self.engine, self.world))
