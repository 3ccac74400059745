"""Proposals: what a node without the baton asks of the one that has it. Addressed, repeated, following the baton."""

from collections.abc import Iterator

from tests.model.state import Case, Shared, Slip, Step, nodes_in, put
from tests.model.world import World


def slip_steps(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    author = world.matter(index).slip_of
    if author is None or shared.recovering >> author & 1:
        return
    if case.slip is None:
        yield from propose(world, case, author)
    else:
        yield from hear(world, shared, case, case.slip, author)


def propose(world: World, case: Case, author: int) -> Iterator[Step]:
    chain = world.chain_at(case, author)
    if chain.head.seq and chain.writer != author:
        yield Step(("proposes to", author, chain.writer), True, case._replace(slip=Slip(1 << chain.writer)))


def hear(world: World, shared: Shared, case: Case, slip: Slip, author: int) -> Iterator[Step]:
    """Receipts and refusals on their way back. Neither exists where all rules hold: then only the chain answers."""
    for node in nodes_in(slip.sent):
        if not world.holds_rule("slip-open") and not slip.told and may_answer(world, case, slip, node):
            stored = slip._replace(told="stored", rows=slip.rows | 1 << node)
            yield Step(("stores the proposal and confirms it", node), True, case._replace(slip=stored))
        if not world.holds_rule("slip-no") and world.writes(shared, case, node) and may_answer(world, case, slip, node):
            refused = slip._replace(noes=slip.noes | 1 << node, rows=slip.rows | 1 << node)
            yield Step(("refuses the proposal by receipt", node), False, case._replace(slip=refused))
    if slip.noes and not slip.told:
        yield Step(("hears the no", author), True, case._replace(slip=slip._replace(told="no")))


def may_answer(world: World, case: Case, slip: Slip, node: int) -> bool:
    """Whoever has the baton and was asked. Two nodes never both: the baton is one; but memories of its holders differ."""
    chain = world.chain_at(case, node)
    if chain.writer != node or chain.offered_by >= 0 or not slip.sent >> node & 1:
        return False
    if world.holds_rule("slip-once"):
        return not chain.answers and not slip.noes >> node & 1
    return not slip.rows >> node & 1


def followed(world: World, index: int, case: Case, node: int, number: int) -> Case:
    """The copy of `node` with one more event; its own open proposal is answered by it or goes to the new holder."""
    after = case._replace(copies=put(case.copies, node, number))
    slip, chain = case.slip, world.chains[number]
    if slip is None:
        return after
    if chain.answers and chain.event.op == "answer" and chain.event.author == node:
        slip = slip._replace(rows=slip.rows | 1 << node)
    if node == world.matter(index).slip_of and not slip.told:
        if chain.answers:
            slip = slip._replace(told="answered")
        elif world.holds_rule("slip-follows"):
            slip = slip._replace(sent=slip.sent | 1 << chain.writer)
    return after._replace(slip=slip)
