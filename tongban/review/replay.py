"""A recorded assessment computed once more, under its own rules or under a draft. Pure: facts in, outcomes out, nothing stored.

What is on record are the facts that the rules of that day read. A draft may read more: then the element was never recorded, its point is
unknown, and the difference says so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tongban.catalogue.definition import Definition
from tongban.kernel.events import Json
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.review import facts as known
from tongban.rules.facts import Fact
from tongban.rules.points import RuleSet, Truth, Verdict, evaluate, facts_from_json

VERDICTS: dict[str, Truth] = {"true": True, "false": False, "unknown": None}
NO_SITUATION = "none"
"""The outcome under a draft that knows the situation of the case no more: nobody can be served under it, so it counts as a flip."""


class FactsUnreadable(Refused):
    """The values of an assessment do not have the form in which they are recorded."""

    status = 422
    text = Text("审查时读取的信息无法读取。", "The values that were read cannot be read any more.")
    advice = Text("请核对记录文件是否完整。", "Check that the record is complete.")


@dataclass(frozen=True, slots=True)
class Change:
    """A point that comes out otherwise: true, false or unknown; empty where there is no such point. With what follows behind a stroke
    where that alone is otherwise: "unknown/refer", "unknown/ask"."""

    point: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule set says: approve, correct, ask, refer or `NO_SITUATION`; its points as true, false, unknown.

    `missing`: elements that keep a point open; `disputed`: those about which the sources differ, so that a person looks.
    """

    outcome: str
    points: Mapping[str, str]
    missing: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """A signed outcome beside the computed one. `unrecorded`: missing elements that the rules of that day did not read; `disputed` as
    in `Outcome`."""

    before: str
    after: str
    changes: tuple[Change, ...]
    unrecorded: tuple[str, ...] = ()
    disputed: tuple[str, ...] = ()

    @property
    def flips(self) -> bool:
        return self.before != self.after

    @property
    def same(self) -> bool:
        return not self.flips and not self.changes


def read_facts(values: Json) -> list[Fact]:
    """The facts of an `Assessment.as_json`. Refuses `FactsUnreadable`."""
    try:
        return list(facts_from_json(values).values())
    except (KeyError, TypeError, ValueError):
        raise FactsUnreadable from None


def compute(rule_set: RuleSet, facts: Iterable[Fact]) -> Outcome:
    """The points over recorded facts, each of which counted when it was recorded. Sources that did not agree still go to a person."""
    best = {fact.element: fact for fact in facts}
    assessment = evaluate(rule_set, best)
    disputed = (known.SOURCES_AGREE,) if known.SOURCES_AGREE in best else ()
    outcome = "refer" if disputed else assessment.outcome
    return Outcome(outcome, known.points_as_text(assessment.points), assessment.ask, disputed)


def compare(
    outcome: str, points: Mapping[str, str], now: Outcome, *, recorded: Collection[str] | None = None
) -> Difference:
    """`outcome` and `points` as they were signed. `recorded`: the elements that the rules of that day read."""
    unrecorded = () if recorded is None else tuple(sorted(set(now.missing) - set(recorded)))
    return Difference(outcome, now.outcome, tuple(_changes(points, now.points)), unrecorded, now.disputed)


class Draft:
    """A definition whose rules are tried on past cases; which elements a rule set reads is found out once."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._read: dict[tuple[str, str], frozenset[str]] = {}

    def reads_more(self, situation: str, *, than: Definition) -> bool:
        """Whether it reads what the rules of the case did not: then the application and the evidence are opened too."""
        return self._knows(situation) and not self._reads(self.definition, situation) <= self._reads(than, situation)

    def try_on(self, situation: str, facts: Iterable[Fact]) -> Outcome:
        """Everything on record, ranked by the sources as the draft names them; where they differ, a person looks."""
        if not self._knows(situation):
            return Outcome(NO_SITUATION, {})
        everything = list(facts)
        found = compute(self.definition.rule_set(situation), self.definition.best_facts(everything).values())
        differ = _disputed(everything, self._reads(self.definition, situation))
        return replace(found, outcome="refer", disputed=differ) if differ else found

    def compare(
        self, situation: str, facts: Iterable[Fact], *, outcome: str, points: Mapping[str, str], before: Definition
    ) -> Difference:
        """The draft's outcome beside the one that was signed under `before`; where it flips, also points from which something else follows."""
        now = self.try_on(situation, facts)
        found = compare(outcome, points, now, recorded=self._reads(before, situation))
        if not found.flips or not self._knows(situation):
            return found
        follows = (
            _consequences(before.rule_set(situation), points),
            _consequences(self.definition.rule_set(situation), now.points),
        )
        return replace(found, changes=(*found.changes, *_other_consequences(points, now.points, *follows)))

    def _knows(self, situation: str) -> bool:
        return situation in self.definition.situations

    def _reads(self, definition: Definition, situation: str) -> frozenset[str]:
        asked = (definition.hash, situation)
        if asked not in self._read:
            self._read[asked] = frozenset(definition.rule_set(situation).reads)
        return self._read[asked]


def _disputed(facts: Iterable[Fact], reads: frozenset[str]) -> tuple[str, ...]:
    """What differs among the recorded facts; where a difference was found then, it stays one, for the other value may not be on record."""
    everything = list(facts)
    found = known.conflicts(everything, elements=reads)
    recorded = any(fact.element == known.SOURCES_AGREE for fact in everything)
    return found or ((known.SOURCES_AGREE,) if recorded else ())


def _consequences(rule_set: RuleSet, points: Mapping[str, str]) -> dict[str, str]:
    """Point → what follows from its verdict: approve, correct, ask or refer."""
    return {
        point.id: Verdict(point, VERDICTS[points[point.id]]).consequence
        for point in rule_set.points
        if point.id in points
    }


def _other_consequences(
    before: Mapping[str, str], after: Mapping[str, str], followed: Mapping[str, str], follows: Mapping[str, str]
) -> Iterator[Change]:
    """The same verdict, from which something else follows now: "unknown/refer" and "unknown/ask"."""
    for point, verdict in after.items():
        if before.get(point) == verdict and followed.get(point, follows[point]) != follows[point]:
            yield Change(point, f"{verdict}/{followed[point]}", f"{verdict}/{follows[point]}")


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for point in dict.fromkeys([*before, *after]):
        if before.get(point) != after.get(point):
            yield Change(point, before.get(point, ""), after.get(point, ""))
