"""What a node may put on its own copy of a case: the baton, decisions, answers to proposals, effects."""

from collections.abc import Iterator

from tests.model.chains import ACCEPT, ANSWER, DECIDE, DECLINE, NODES, OFFER, OPEN, Chain, Event
from tests.model.slips import followed, may_answer
from tests.model.state import Case, Shared, Step
from tests.model.world import World


def appends(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """One transaction at one node: the next event of its copy."""
    for node in NODES:
        if not world.writes(shared, case, node):
            continue
        for op, arg in next_events(world, index, shared, case, node):
            yield from append(world, index, shared, case, node, op, arg)


def next_events(world: World, index: int, shared: Shared, case: Case, node: int) -> Iterator[tuple[str, int]]:
    chain = world.chain_at(case, node)
    if not chain.head.seq:
        # A case's number is made when it is opened: nobody opens the same one twice, not even who has forgotten it.
        if world.matter(index).opener == node and not world.network(case):
            yield OPEN, 0
    elif chain.writer == node and chain.offered_by >= 0:
        yield ACCEPT, 0
        yield DECLINE, 0
    elif chain.writer == node or (chain.offered_by == node and not world.holds_rule("R4")):
        yield from with_the_baton(world, index, shared, case, node)


def with_the_baton(world: World, index: int, shared: Shared, case: Case, node: int) -> Iterator[tuple[str, int]]:
    matter, chain = world.matter(index), world.chain_at(case, node)
    targets = addressees(world, index, shared, case, node)
    yield from ((OFFER, to) for to in targets)
    # The opener is the intake: it decides only what it cannot hand over.
    if matter.decided and not (targets and node == matter.opener):
        yield from decisions(world, case, chain)
    if case.slip and may_answer(world, case, case.slip, node):
        yield ANSWER, 0


def addressees(world: World, index: int, shared: Shared, case: Case, node: int) -> list[int]:
    matter = world.matter(index)
    if world.chain_at(case, node).offers >= matter.most_offers:
        return []
    return [to for to in matter.offers.get(node, ()) if to != world.knows_suspended(shared, node)]


def decisions(world: World, case: Case, chain: Chain) -> Iterator[tuple[str, int]]:
    """Two contents are enough to differ; which of them comes first does not matter, so the second needs the first."""
    own = [n for n in chain.decisions if world.chains[n].event.author == chain.writer]
    if own if not world.holds_rule("R4-once") else chain.decisions:
        return
    yield DECIDE, 0
    if world.network(case) & world.chains.decisions:
        yield DECIDE, 1


def append(world: World, index: int, shared: Shared, case: Case, node: int, op: str, arg: int) -> Iterator[Step]:
    event = Event(index, case.copies[node], node, op, arg, shared.inc[node], shared.lists[node])
    number = world.chains.add(event)
    helpful = not world.lost(shared, node)
    yield Step(("writes", node, number), helpful, followed(world, index, case, node, number))
    if not world.holds_rule("R6"):
        sent = case._replace(loose=case.loose | 1 << number)
        yield Step(("sends and fails to store", node, number), False, sent)


def effects(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """Who has the baton gives the decision effect, once enough others have stored it. The same decision twice is the same effect."""
    for node in NODES:
        chain = world.chain_at(case, node)
        if chain.writer != node or chain.offered_by >= 0 or not world.writes(shared, case, node):
            continue
        for number in chain.decisions:
            if not case.given >> number & 1 and witnesses(world, shared, case, node, number) >= needed(world):
                given = case._replace(given=case.given | 1 << number)
                yield Step(("gives effect", node, number), not world.lost(shared, node), given)


def needed(world: World) -> int:
    return world.scenario.witnesses if world.holds_rule("R18") else 0


def witnesses(world: World, shared: Shared, case: Case, node: int, number: int) -> int:
    """Receipts by others; a suspended node is no witness."""
    gone = world.knows_suspended(shared, node)
    others = (other for other in NODES if other not in (node, gone))
    return sum(world.stored_ever(case, other) >> number & 1 for other in others)
