"""A counter-example as sentences."""

from collections.abc import Iterator

from tests.model.chains import DECIDE, NAMES, NODES, OFFER, REASSIGN, Chains, Event
from tests.model.search import Result, Stage
from tests.model.state import Case
from tests.model.world import World

FORMS = {
    "writes": "{0} writes {op} {where}",
    "takes": "{0} takes {author}'s {op} {where}",
    "rejects": "{0} rejects {author}'s {op} {where} for good",
    "gives effect": "{0} gives effect to {author}'s {op} {where}",
    "sends and fails to store": "{0} sends {op} {where}, and its transaction fails",
    "confirms and fails to store": "{0} confirms {author}'s {op} {where}, and its transaction fails",
    "the thief signs": "the thief signs {op} {where} as {author}",
}
"""Labels whose last part is an event. The parts of the others are nodes."""


def describe(result: Result) -> Iterator[str]:
    """Each step, then the copies that the verdict is about."""
    for number, stage in enumerate(result.path, start=1):
        yield f"{number:3}  {say(result.world, stage)}"
    if result.path:
        yield f"     → {result.verdict}"
        yield from copies(result.world, result.path[-1])


def say(world: World, stage: Stage) -> str:
    kind, *parts = stage.label
    if kind in FORMS:
        return FORMS[kind].format(NAMES[parts[0]], **event_words(world.chains, parts[-1]))
    if kind == "is restored":
        return f"{NAMES[parts[0]]} is restored from a backup, left with {left(world, stage, parts[0])}"
    if kind == "agrees":
        return f"the alliance has the fences: case {parts[0] + 1} goes on from the longest chain of those it asked"
    return " ".join([NAMES[parts[0]], kind, *(NAMES[part] for part in parts[1:])]) if parts else kind


def event_words(chains: Chains, number: int) -> dict[str, str]:
    event = chains[number].event
    version = f", list {event.list}" if event.list > 1 else ""
    where = f"(case {event.case + 1}, event {chains[number].head.seq}{version})"
    return {"op": op(event), "author": NAMES[event.author], "where": where}


def op(event: Event) -> str:
    addressee = f" to {NAMES[event.arg]}" if event.op in (OFFER, REASSIGN) else ""
    other = ", differently" if event.op == DECIDE and event.arg else ""
    incarnation = f" in incarnation {event.inc}" if event.inc else ""
    return event.op.upper() + addressee + other + incarnation


def left(world: World, stage: Stage, node: int) -> str:
    kept = [(index, world.chains[case.copies[node]].head.seq) for index, case in enumerate(stage.cases, start=1)]
    return ", ".join(f"event {seq} of case {index}" if seq else f"nothing of case {index}" for index, seq in kept)


def copies(world: World, stage: Stage) -> Iterator[str]:
    for index, case in enumerate(stage.cases, start=1):
        for node in NODES:
            events = [f"{NAMES[event.author]}:{op(event)}" for event in world.chains.events(case.copies[node])]
            yield f"     case {index} at {NAMES[node]}: {' › '.join(events) or 'nothing'}{standing(case, node)}"


def standing(case: Case, node: int) -> str:
    closed = [word for word, bits in (("parked", case.parked), ("rejected", case.rejected)) if bits >> node & 1]
    return "".join(f" ({word})" for word in closed)
