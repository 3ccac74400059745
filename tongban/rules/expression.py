"""Conditions: one CEL expression over typed elements that is true, false or unknown (Kleene).

A missing element is unknown, never false, never an exception. A type error is found when the rule is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tongban.kernel.text import Text
from tongban.rules.evaluation import Open, Step, Values, prepare
from tongban.rules.facts import ElementType, Value, fits
from tongban.rules.faults import BadCondition
from tongban.rules.functions import days_between, months_after
from tongban.rules.parsing import parse
from tongban.rules.tokens import MAX_SOURCE
from tongban.rules.tree import Element, Node, elements_in, walk
from tongban.rules.world import NO_WORLD, World

__all__ = ["MAX_SOURCE", "BadCondition", "Condition", "Finding", "compile_condition", "days_between", "months_after"]

NOT_BOOLEAN = Text("结果不是“是”或“否”", "the result is not true or false")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition says about given values.

    `missing`: where it is unknown, the elements without a usable value that could still settle it. `fault`: why known values could not be
    computed with, as a status word (never with a value in it).
    """

    value: bool | None
    missing: tuple[str, ...] = ()
    fault: str = ""


TRUE, FALSE = Finding(True), Finding(False)


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition; `reads` are the elements it mentions, sorted, `types` theirs; `tree` is what it says."""

    source: str
    tree: Node
    reads: tuple[str, ...]
    types: Mapping[str, ElementType] = field(repr=False)
    step: Step = field(repr=False, compare=False)

    def evaluate(self, values: Mapping[str, Value], *, world: World = NO_WORLD) -> bool | None:
        """True, False, or None for unknown. Never raises."""
        return self.examine(values, world=world).value

    def examine(self, values: Mapping[str, Value], *, world: World = NO_WORLD) -> Finding:
        """Like `evaluate`, and says what was missing or went wrong. Never raises."""
        return self.find(fitting(values, self.types), world)

    def find(self, values: Values, world: World) -> Finding:
        """The same for values of which it is known that they fit."""
        outcome = self.step(values, world)
        if isinstance(outcome, Open):
            return Finding(None, outcome.missing, outcome.fault)
        return TRUE if outcome else FALSE


def fitting(values: Mapping[str, object], types: Mapping[str, ElementType]) -> dict[str, Value]:
    """The values of these elements that are of their types: all that a rule may take as known."""
    return {name: values[name] for name, type in types.items() if name in values and fits(values[name], type)}  # type: ignore[misc]


def compile_condition(source: str, *, elements: Mapping[str, ElementType]) -> Condition:
    """Check and compile. Raises `BadCondition`: syntax, unknown element, wrong type, no boolean result, too long or too deep."""
    tree = parse(source, elements)
    if tree.type != "boolean":
        raise BadCondition(source, tree.at, NOT_BOOLEAN)
    types = {node.name: node.type for node in walk(tree) if isinstance(node, Element)}
    return Condition(source, tree, elements_in(tree), types, prepare(tree))
