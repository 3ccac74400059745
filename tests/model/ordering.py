"""What the alliance orders with a new member list: rotated and compromised keys (R19), suspension and reassignment (R17)."""

from collections.abc import Iterator

from tests.model.chains import NODES, REASSIGN, Event
from tests.model.recovering import fenced_for_ever, relearned
from tests.model.slips import followed
from tests.model.state import Case, Shared, Step, Turn, put
from tests.model.world import World

Cases = tuple[Case, ...]


def list_turns(world: World, shared: Shared, cases: Cases) -> Iterator[Turn]:
    if not world.scenario.second_list:
        return
    if shared.published == 1:
        after = shared._replace(published=2)
        yield Turn(("the second list is published",), False, after, [[vouched(world, case)] for case in cases])
        return
    for node in NODES:
        if shared.lists[node] == 2:
            continue
        if node == world.suspended(shared):
            yield from returns(world, shared, cases, node)
        elif not shared.recovering >> node & 1:
            after = shared._replace(lists=put(shared.lists, node, 2))
            choices = [[learned(world, shared, case, node)] for case in cases]
            yield Turn(("learns the second list", node), True, after, choices)


def vouched(world: World, case: Case) -> Case:
    """Receipts and checkpoints from before the compromise tell which events others had stored by then."""
    if world.scenario.second_list != "compromised":
        return case
    stored = 0
    for node in NODES:
        stored |= 0 if node == world.scenario.home else world.stored_ever(case, node)
    return case._replace(vouched=stored)


def learned(world: World, shared: Shared, case: Case, node: int) -> Case:
    if world.scenario.second_list == "suspended":
        return fenced_for_ever(world, case, node)
    if world.scenario.second_list == "compromised" and world.holds_rule("R19-park"):
        past = world.chain_at(case, node).past
        if any(world.disputed(case, n) for n in range(1, past.bit_length()) if past >> n & 1):
            return case._replace(parked=case.parked | 1 << node)
    return case


def agreements(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """All survivors are fenced: their longest chain is all that the suspended node is known to have written."""
    gone, heir = world.suspended(shared), world.scenario.heir
    if gone < 0 or not ready(world, shared, heir) or case.known >> (3 * heir + gone) & 1:
        return
    agreed = longest(world, shared, case)
    after = case if agreed == case.copies[heir] else followed(world, index, case, heir, agreed)
    after = after._replace(agreed=agreed, known=after.known | 1 << (3 * heir + gone))
    yield Step(("agrees", index), True, after)


def reassignments(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """What the suspended node would have to write next goes to the heir, who says so on the chain."""
    gone, heir = world.suspended(shared), world.scenario.heir
    if gone < 0 or not ready(world, shared, heir) or not case.known >> (3 * heir + gone) & 1:
        return
    if world.chain_at(case, heir).writer == gone:
        event = Event(index, case.copies[heir], heir, REASSIGN, heir, shared.inc[heir], 2)
        number = world.chains.add(event)
        yield Step(("writes", heir, number), True, followed(world, index, case, heir, number))


def ready(world: World, shared: Shared, heir: int) -> bool:
    needed = world.survivors(shared) if world.holds_rule("R17-all") else [heir]
    return all(shared.lists[node] == 2 and not shared.recovering >> node & 1 for node in needed)


def longest(world: World, shared: Shared, case: Case) -> int:
    if not world.holds_rule("R17-longest"):
        return case.copies[world.scenario.heir]
    return world.chains.longest(*(case.copies[node] for node in world.survivors(shared)))


def news(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """Another survivor hears which chain was agreed, and takes what its fence would refuse (R17)."""
    gone, heir = world.suspended(shared), world.scenario.heir
    if gone < 0 or not case.known >> (3 * heir + gone) & 1 or not world.holds_rule("R17-past"):
        return
    for node in NODES:
        mark = 1 << (3 * node + gone)
        if shared.lists[node] == 2 and not case.known & mark:
            yield Step(("hears what was agreed", node), True, case._replace(known=case.known | mark))


def returns(world: World, shared: Shared, cases: Cases, node: int) -> Iterator[Turn]:
    """Back again, it only reads. A restore that it was recovering from is over with that: it asks as after any restore."""
    heir = world.scenario.heir
    busy = any(shared.recovering >> other & 1 for other in world.survivors(shared))
    if not busy and all(case.known >> (3 * heir + node) & 1 for case in cases):
        after = shared._replace(lists=put(shared.lists, node, 2), recovering=0, answered=0)
        yield Turn(("returns", node), False, after, [[back(world, shared, case, node)] for case in cases])


def back(world: World, shared: Shared, case: Case, node: int) -> Case:
    """It keeps what was agreed and gives up its own tail, whose content becomes proposals."""
    case = fenced_for_ever(world, case, node)
    if world.holds_rule("R17-relearn"):
        for other in world.survivors(shared):
            case = relearned(case, shared, other, node)
    if not world.holds_rule("R17-return"):
        return case
    kept = world.chains.common(case.copies[node], case.copies[world.scenario.heir])
    lost = world.chain_at(case, node).past & ~world.chains[kept].past
    forgot = put(case.forgot, node, case.forgot[node] | lost)
    return case._replace(copies=put(case.copies, node, kept), forgot=forgot)
