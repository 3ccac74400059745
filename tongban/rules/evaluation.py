"""A tree on one case, in three values (Kleene): a value, or why there is none.

A tree is prepared once into nested functions, which is what makes one case cheap; `partial` works on the tree itself.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from tongban.rules.facts import Value
from tongban.rules.functions import COMPUTE, LOOK_UP, OPERATORS, Fault, negate
from tongban.rules.tree import (
    Binary,
    Call,
    Conditional,
    Element,
    InList,
    Literal,
    Node,
    Unary,
    children,
    with_children,
)
from tongban.rules.world import NO_WORLD, World


@dataclass(frozen=True, slots=True)
class Open:
    """No value. `missing`: the elements that could still give one; `fault`: why known values could not be computed with.

    A fault is a status word, never a value of the case.
    """

    missing: tuple[str, ...] = ()
    fault: str = ""


Outcome = Value | Open
Values = Mapping[str, Value]
Step = Callable[[Values, World], Outcome]
"""Values that fit the types of their elements; what is not among them is unknown."""


def evaluate_tree(node: Node, values: Values, world: World = NO_WORLD) -> Outcome:
    """Never raises for values that fit."""
    return prepare(node)(values, world)


def prepare(node: Node) -> Step:
    """The tree as one function; made once, called for every case."""
    match node:
        case Literal(value=value):
            return lambda values, world: value
        case Element(name=name):
            open_ = Open((name,))
            return lambda values, world: values.get(name, open_)
        case Unary():
            return _strict(operator.not_ if node.operator == "!" else negate, [node.operand])
        case Binary(operator="&&" | "||"):
            return _logic(prepare(node.left), prepare(node.right), settles=node.operator == "||")
        case Binary():
            return _binary(OPERATORS[node.operator], prepare(node.left), prepare(node.right))
        case Conditional():
            return _conditional(prepare(node.test), prepare(node.then), prepare(node.otherwise))
        case Call(function=name):
            return (
                _strict(COMPUTE[name], node.arguments) if name in COMPUTE else _look_up(LOOK_UP[name], node.arguments)
            )
        case InList():
            return _strict(lambda item, *options: item in options, [node.item, *node.options])


def partial(node: Node, values: Values, world: World = NO_WORLD) -> Node:
    """What is left of the tree once these values are known: it reads only elements that could still matter.

    For every completion of the values it comes to what the whole tree comes to.
    """
    if isinstance(node, Element):
        return Literal(values[node.name], node.at) if node.name in values else node
    if isinstance(node, Binary) and node.operator in ("&&", "||"):
        return _partial_logic(node, partial(node.left, values, world), partial(node.right, values, world))
    if isinstance(node, Conditional):
        return _partial_conditional(node, values, world)
    rest = with_children(node, tuple(partial(child, values, world) for child in children(node)))
    if all(isinstance(child, Literal) for child in children(rest)):
        outcome = evaluate_tree(rest, {}, world)
        return rest if isinstance(outcome, Open) else Literal(outcome, node.at)
    return rest


def _partial_logic(node: Binary, left: Node, right: Node) -> Node:
    settles = node.operator == "||"
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Literal):
            return one if one.value is settles else other
    return Binary(node.operator, left, right, node.at)


def _partial_conditional(node: Conditional, values: Values, world: World) -> Node:
    test = partial(node.test, values, world)
    if isinstance(test, Literal):
        return partial(node.then if test.value else node.otherwise, values, world)
    return Conditional(test, partial(node.then, values, world), partial(node.otherwise, values, world), node.at)


def _logic(left: Step, right: Step, *, settles: bool) -> Step:
    """`&&` is settled by a false on either side, `||` by a true, whatever the other side is."""

    def step(values: Values, world: World) -> Outcome:
        first = left(values, world)
        if first is settles:
            return settles
        second = right(values, world)
        if second is settles:
            return settles
        if first.__class__ is Open or second.__class__ is Open:
            return _join((first, second))
        return not settles

    return step


def _binary(compute: Callable[[Value, Value], Value], left: Step, right: Step) -> Step:
    def step(values: Values, world: World) -> Outcome:
        first, second = left(values, world), right(values, world)
        if first.__class__ is Open or second.__class__ is Open:
            return _join((first, second))
        try:
            return compute(first, second)  # type: ignore[arg-type]
        except Fault as fault:
            return Open(fault=fault.code)

    return step


def _conditional(test: Step, then: Step, otherwise: Step) -> Step:
    def step(values: Values, world: World) -> Outcome:
        known = test(values, world)
        if known.__class__ is not Open:
            return (then if known else otherwise)(values, world)
        return _either(known, then(values, world), otherwise(values, world))

    return step


def _either(test: Outcome, then: Outcome, otherwise: Outcome) -> Open:
    """A test that failed has failed for good; one that is unknown may lead to either side."""
    return _join((test, then, otherwise) if isinstance(test, Open) and test.missing else (test,))


def _strict(compute: Callable[..., Value], nodes: Iterable[Node]) -> Step:
    return _look_up(lambda world, *known: compute(*known), nodes)


def _look_up(compute: Callable[..., Value], nodes: Iterable[Node]) -> Step:
    steps = [prepare(node) for node in nodes]

    def step(values: Values, world: World) -> Outcome:
        known = [one(values, world) for one in steps]
        for one in known:
            if one.__class__ is Open:
                return _join(known)
        try:
            return compute(world, *known)
        except Fault as fault:
            return Open(fault=fault.code)
        except ValueError:
            return Open(fault="INVALID_ARGUMENT")

    return step


def _join(outcomes: Iterable[Outcome]) -> Open:
    found = [one for one in outcomes if isinstance(one, Open)]
    if len(found) == 1:
        return found[0]
    missing = dict.fromkeys(name for one in found for name in one.missing)
    return Open(tuple(missing), next((one.fault for one in found if one.fault), ""))
