"""Review points (要点) and the outcome of a rule set.

No outcome is a refusal: a false point asks for a correction or goes to a person; only a person refuses, with reason and article.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tongban.kernel.text import Text
from tongban.rules.expression import Condition, Finding, fitting
from tongban.rules.facts import ElementType, Fact, Value, Vocabulary
from tongban.rules.world import NO_WORLD, World

Mode = Literal["all", "any", "not", "at_least"]
OnFalse = Literal["correct", "demand", "refer"]
OnUnknown = Literal["ask", "refer"]
Outcome = Literal["approve", "correct", "ask", "refer"]
Truth = bool | None

BY_WEIGHT: tuple[Outcome, ...] = ("approve", "correct", "ask", "refer")
"""The heaviest consequence decides. A correction waits for what is still unknown or referred, so that the applicant gets one list."""


@dataclass(frozen=True, slots=True)
class Basis:
    """The law a point rests on. Not `verified`: from memory or proposed, to be checked before it is shown as law."""

    law: str
    article: str
    verified: bool
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """Conditions joined by `mode`; what follows when they are false or unknown; the law behind it.

    `correct` names the fields, `demand` the materials that the applicant is asked for. `change` says what would turn the point.
    """

    id: str
    label: Text
    conditions: tuple[Condition, ...]
    basis: tuple[Basis, ...]
    vocabulary: Vocabulary
    mode: Mode = "all"
    at_least: int = 1
    on_false: OnFalse = "refer"
    on_unknown: OnUnknown = "refer"
    correct: tuple[str, ...] = ()
    demand: tuple[str, ...] = ()
    change: Text | None = None
    objection: Text | None = None
    reads: tuple[str, ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        names = {name for condition in self.conditions for name in condition.reads}
        object.__setattr__(self, "reads", tuple(sorted(names)))

    def decide(self, values: Mapping[str, Value], world: World = NO_WORLD) -> Truth:
        """For values that fit, without a trace."""
        return join(self.mode, self.at_least, [condition.find(values, world).value for condition in self.conditions])


@dataclass(frozen=True, slots=True)
class Verdict:
    """One point, decided or open. `read` are the facts it looked at; `missing` the elements that keep it open."""

    point: Point
    value: Truth
    read: tuple[Fact, ...] = ()
    missing: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def consequence(self) -> Outcome:
        if self.value is None:
            return self.point.on_unknown
        if self.value:
            return "approve"
        return "refer" if self.point.on_false == "refer" else "correct"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The review points of one situation, in order; the elements they read, sorted, and the types of these."""

    points: tuple[Point, ...]
    reads: tuple[str, ...] = field(init=False, compare=False, repr=False)
    types: Mapping[str, ElementType] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        conditions = [condition for point in self.points for condition in point.conditions]
        types = {name: type for condition in conditions for name, type in condition.types.items()}
        object.__setattr__(self, "reads", tuple(sorted(types)))
        object.__setattr__(self, "types", types)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say about one case. `ask`, `fields`, `materials`: what is still needed, each named once."""

    outcome: Outcome
    verdicts: tuple[Verdict, ...]

    @property
    def open(self) -> tuple[Verdict, ...]:
        """The points that are not fulfilled."""
        return tuple(verdict for verdict in self.verdicts if verdict.value is not True)

    @property
    def ask(self) -> tuple[str, ...]:
        """Elements that keep a point open."""
        return _once(name for verdict in self.verdicts for name in verdict.missing)

    @property
    def fields(self) -> tuple[str, ...]:
        return _once(field for verdict in self.open for field in verdict.point.correct)

    @property
    def materials(self) -> tuple[str, ...]:
        return _once(material for verdict in self.open for material in verdict.point.demand)

    @property
    def points(self) -> dict[str, Truth]:
        """Point id → true, false or unknown (null): the part without personal data."""
        return {verdict.point.id: verdict.value for verdict in self.verdicts}

    def as_json(self) -> dict[str, Any]:
        """Everything needed to compute it again: the facts read, and what came of them. Personal data: seal it."""
        facts = {fact.element: fact for verdict in self.verdicts for fact in verdict.read}
        return {
            "outcome": self.outcome,
            "points": self.points,
            "missing": list(self.ask),
            "facts": [facts[name].as_json() for name in sorted(facts)],
        }


def evaluate(rule_set: RuleSet, facts: Mapping[str, Fact], *, world: World = NO_WORLD) -> Assessment:
    """Never raises. A rule set without points approves nothing: it is referred."""
    values = known_values(rule_set, facts)
    verdicts = tuple(_judge(point, facts, values, world) for point in rule_set.points)
    consequences = [verdict.consequence for verdict in verdicts] or ["refer"]
    return Assessment(max(consequences, key=BY_WEIGHT.index), verdicts)


def known_values(rule_set: RuleSet, facts: Mapping[str, Fact]) -> dict[str, Value]:
    """What the facts tell the rules: values that fit their types."""
    return fitting({name: fact.value for name, fact in facts.items()}, rule_set.types)


def facts_from_json(value: Any) -> dict[str, Fact]:
    """The facts of an `Assessment.as_json`, to evaluate it once more."""
    return {fact.element: fact for fact in map(Fact.from_json, value["facts"])}


def _judge(point: Point, facts: Mapping[str, Fact], values: Mapping[str, Value], world: World) -> Verdict:
    findings = [condition.find(values, world) for condition in point.conditions]
    value = join(point.mode, point.at_least, [finding.value for finding in findings])
    read = tuple([facts[name] for name in point.reads if name in facts])
    if value is None:
        return Verdict(point, None, read, _missing(findings), _faults(findings))
    return Verdict(point, value, read, (), _faults(findings))


def join(mode: Mode, at_least: int, values: Sequence[Truth]) -> Truth:
    """Kleene: the verdict that every completion of the unknown values would give, or unknown."""
    known_true, unknown = values.count(True), values.count(None)
    if mode == "not":
        # "None of these holds": true when all are false.
        return False if known_true else (None if unknown else True)
    needed = len(values) if mode == "all" else 1 if mode == "any" else at_least
    if known_true >= needed:
        return True
    return None if known_true + unknown >= needed else False


def _missing(findings: Iterable[Finding]) -> tuple[str, ...]:
    return _once(name for finding in findings if finding.value is None for name in finding.missing)


def _faults(findings: Iterable[Finding]) -> tuple[str, ...]:
    return _once(finding.fault for finding in findings if finding.fault)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
