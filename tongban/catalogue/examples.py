"""Examples (示例): cases with the result that an official expects of them. They stand beside the layers and are run at every change.

A file tells the facts that its examples share; each example tells what is otherwise with it, and which points are then not met or unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.definition import Definition
from tongban.catalogue.layers import SERVICES, LayerUnreadable
from tongban.catalogue.tree import Answer
from tongban.rules.facts import NOTHING, Fact, Value
from tongban.rules.points import Assessment, Truth, evaluate

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Example:
    """One case. `answers`, where there are any, must lead to `situation`, or to `answer`, which needs no case.

    `facts` are what is known; `points` the ids that are not true; `outcome` of the whole is approve, correct, ask or refer.
    `otherwise`: of these facts what differs from the other examples of the file, None where nothing is known here.
    """

    file: str
    title: str
    region: str
    answers: Mapping[str, Value]
    answer: str
    situation: str
    facts: Mapping[str, Value]
    points: Mapping[str, Truth]
    outcome: str
    otherwise: Mapping[str, Value | None] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of an example. `differs` says in words where that is not what was expected."""

    example: Example
    points: Mapping[str, Truth]
    outcome: str
    differs: tuple[str, ...]


def load_examples(key: str, *, root: Path = SERVICES) -> list[Example]:
    """Every example of a service, by file. Raises `LayerUnreadable`."""
    files = sorted((root / key / "examples").glob("*.yaml"))
    return [example for file in files for example in _read(file)]


def list_examples(key: str, region: str, *, root: Path = SERVICES) -> list[Example]:
    """Those written for a region; where there are none, those of every region. Raises `LayerUnreadable`."""
    every = load_examples(key, root=root)
    return [example for example in every if example.region == region] or every


def run_example(example: Example, definition: Definition) -> Result:
    """Ask the questions and evaluate the points, as a case would."""
    differs = list(_led_elsewhere(example, definition))
    if example.answer:
        return Result(example, {}, example.answer, tuple(differs))
    if example.situation not in definition.situations:
        return Result(example, {}, "", (f"no situation {example.situation}",))
    assessment = assess_example(example, definition)
    expected = {id: example.points.get(id, True) for id in assessment.points}
    differs += [
        f"{id}: {_WORDS[assessment.points[id]]}, {_WORDS[expected[id]]} expected"
        for id in expected
        if assessment.points[id] is not expected[id]
    ]
    differs += [f"{id}: no such point here" for id in example.points if id not in expected]
    if assessment.outcome != example.outcome:
        differs.append(f"outcome {assessment.outcome}, {example.outcome} expected")
    return Result(example, assessment.points, assessment.outcome, tuple(differs))


_WORDS: dict[Truth, str] = {True: "true", False: "false", None: "unknown"}


def _led_elsewhere(example: Example, definition: Definition) -> Iterator[str]:
    if not example.answers and not example.answer:
        return
    step = definition.next_step(example.answers)
    wanted = example.answer or example.situation
    if step.id != wanted or isinstance(step, Answer) != bool(example.answer):
        yield f"the questions lead to {step.id}, {wanted} expected"


def assess_example(example: Example, definition: Definition) -> Assessment:
    """What the rules say about the facts of an example that makes a case."""
    return evaluate(definition.rule_set(example.situation), facts_of(example, definition))


def facts_of(example: Example, definition: Definition) -> dict[str, Fact]:
    """Each from the best source of its element; what the definition does not know is left out."""
    elements = definition.elements
    known = [(name, value) for name, value in example.facts.items() if name in elements]
    return definition.best_facts(Fact(name, value, elements[name].sources[0], AT) for name, value in known)


def _read(file: Path) -> Iterator[Example]:
    try:
        content = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        for one in content["examples"]:
            yield _example(file.stem, content, one)
    except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
        raise LayerUnreadable(file=file.name, reason=repr(error)[:200]) from None


def _example(file: str, shared: Mapping[str, Any], own: Mapping[str, Any]) -> Example:
    answer = own.get("answer", "")
    facts = {**shared.get("facts", {}), **own.get("facts", {})}
    return Example(
        file=file,
        title=own["title"],
        region=own.get("region", shared["region"]),
        answers={**shared.get("answers", {}), **own.get("answers", {})},
        answer=answer,
        situation="" if answer else own.get("situation") or shared["situation"],
        # Nothing written after an element means that nothing is known of it.
        facts={name: value for name, value in facts.items() if value is not None},
        points={**dict.fromkeys(own.get("unmet", []), False), **dict.fromkeys(own.get("unknown", []), None)},
        outcome="" if answer else own["outcome"],
        otherwise=own.get("facts", {}),
    )
