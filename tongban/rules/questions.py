"""What is still worth asking, and what would turn a point."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations, islice, product

from tongban.rules.domains import find_domains, is_made_up
from tongban.rules.evaluation import partial
from tongban.rules.facts import NOTHING, Fact, Value, fits
from tongban.rules.points import BY_WEIGHT, Outcome, Point, RuleSet, Verdict, evaluate, known_values
from tongban.rules.tree import Element, walk
from tongban.rules.world import NO_WORLD, World

MAX_TRIED = 5000
MOST_CHANGES = 3


def can_matter(
    rule_set: RuleSet,
    facts: Mapping[str, Fact],
    *,
    costs: Mapping[str, int] = NOTHING,
    world: World = NO_WORLD,
) -> tuple[str, ...]:
    """The unknown elements that can still change the outcome, the cheapest first, then in the order of the points.

    Every other element leaves the outcome as it is, whatever its value and whatever else becomes known. `costs`: what it takes to learn an
    element, e.g. the rank of its best source; without one it is free.
    """
    values = known_values(rule_set, facts)
    assessment = evaluate(rule_set, facts, world=world)
    settled = max((_weight(one.consequence) for one in assessment.verdicts if one.value is not None), default=0)
    names = [
        name
        for verdict in assessment.verdicts
        if verdict.value is None and _worst(verdict) > settled
        for name in _left_to_read(verdict.point, values, world)
    ]
    return tuple(sorted(dict.fromkeys(names), key=lambda name: costs.get(name, 0)))


def _weight(outcome: Outcome) -> int:
    return BY_WEIGHT.index(outcome)


def _worst(verdict: Verdict) -> int:
    """The heaviest consequence that an open point can have: staying open, or turning out false."""
    return max(_weight(verdict.consequence), _weight(Verdict(verdict.point, False).consequence))


def _left_to_read(point: Point, values: Mapping[str, Value], world: World) -> Iterator[str]:
    for condition in point.conditions:
        rest = partial(condition.tree, values, world)
        yield from (node.name for node in walk(rest) if isinstance(node, Element))


def counterfactual(
    point: Point,
    facts: Mapping[str, Fact],
    *,
    wanted: bool = True,
    fixed: frozenset[str] = frozenset(),
    world: World = NO_WORLD,
) -> tuple[dict[str, Value], ...]:
    """The smallest changes of values after which the point comes out as wanted; each is tried, none is guessed. Empty: none was found.

    `fixed` elements, e.g. a day of birth, are left alone. Of an ordered element the nearest value is told. Holds values: personal data.
    """
    known = known_values(RuleSet((point,)), facts)
    telling = {name: values for name, values in _telling(point).items() if name not in fixed}
    for count in range(1, MOST_CHANGES + 1):
        changes = islice(_changes(telling, known, count), MAX_TRIED)
        if found := [change for change in changes if point.decide({**known, **change}, world) is wanted]:
            return tuple(_nearest(found, known))
    return ()


def _telling(point: Point) -> dict[str, tuple[Value, ...]]:
    """Values that can be named to people: texts that the rule or the vocabulary has, never one made up."""
    found = find_domains(condition.tree for condition in point.conditions).values
    words = point.vocabulary.values
    return {
        name: tuple(dict.fromkeys(value for value in (*values, *words.get(name, ())) if not is_made_up(value)))
        for name, values in found.items()
    }


def _changes(
    telling: Mapping[str, tuple[Value, ...]], known: Mapping[str, Value], count: int
) -> Iterator[dict[str, Value]]:
    for names in combinations(telling, count):
        for values in product(*(telling[name] for name in names)):
            change = dict(zip(names, values, strict=True))
            if all(name not in known or known[name] != value for name, value in change.items()):
                yield change


def _nearest(changes: list[dict[str, Value]], known: Mapping[str, Value]) -> Iterator[dict[str, Value]]:
    """Of changes that differ only in ordered values the one with the smallest step."""
    best: dict[tuple[tuple[str, Value | None], ...], dict[str, Value]] = {}
    for change in sorted(changes, key=lambda change: sum(_distance(change[name], known.get(name)) for name in change)):
        best.setdefault(
            tuple((name, None if _place(value) is not None else value) for name, value in change.items()), change
        )
    yield from best.values()


def _distance(value: Value, known: Value | None) -> int:
    place, origin = _place(value), _place(known)
    return 0 if place is None else abs(place - (origin or 0))


def _place(value: Value | None) -> int | None:
    """Where an integer or a day lies among its like."""
    if isinstance(value, str):
        return date.fromisoformat(value).toordinal() if fits(value, "date") else None
    return None if value is None or isinstance(value, bool) else value
