"""What must never be, and what must be when nothing helpful is left to happen."""

from tests.model.chains import NODES, NOTHING
from tests.model.state import Case, Shared
from tests.model.world import World

FORK = "FORK"
TWO_EFFECTS = "TWO EFFECTS"
DECIDED_TWICE = "DECIDED TWICE"
ANSWERED_TWICE = "ANSWERED TWICE"
BOTH_ANSWERS = "YES AND NO"
FORGERY = "FORGERY"
STUCK = "STUCK"
LOST = "PROPOSAL LOST"
SAFE = "safe"
LIVE = "safe and live"


def wrong(world: World, shared: Shared, case: Case) -> str:
    """The first thing that is wrong with this case, or ""."""
    if forked(world, shared, case):
        return FORK
    if case.given.bit_count() > 1:
        return TWO_EFFECTS
    return wrong_on_a_copy(world, shared, case)


def wrong_on_a_copy(world: World, shared: Shared, case: Case) -> str:
    for node in NODES:
        chain = world.chain_at(case, node)
        if len(chain.decisions) > 1:
            return DECIDED_TWICE
        if chain.answers > 1:
            return ANSWERED_TWICE
        if chain.answers and case.slip and case.slip.told == "no":
            return BOTH_ANSWERS
        if shared.lists[node] == 2 and not case.parked >> node & 1 and world.forged_on(case, node):
            return FORGERY
    return ""


def forked(world: World, shared: Shared, case: Case) -> bool:
    """Two copies of which neither is the beginning of the other. What nobody else stored of a suspended node is no fork yet.

    Under a stolen key the thief can sign a second body; that must be found (R11), it cannot be prevented.
    """
    if world.scenario.second_list == "compromised":
        return False
    nodes = [node for node in NODES if not world.lost(shared, node)]
    pairs = [(one, other) for one in nodes for other in nodes if one < other]
    return not all(world.chains.agree(case.copies[one], case.copies[other]) for one, other in pairs)


def unfinished(world: World, shared: Shared, case: Case, index: int) -> str:
    """Why this case cannot be left like this, or "". A case that nobody holds any more is finished: its citizen hands in again."""
    nodes = [node for node in NODES if not world.lost(shared, node)]
    copies = {case.copies[node] for node in nodes}
    if shared.recovering and any(shared.recovering >> node & 1 for node in nodes):
        return STUCK
    if copies == {NOTHING}:
        return ""
    if len(copies) > 1:
        return STUCK
    chain = world.chains[copies.pop()]
    if case.slip and not (chain.answers or case.slip.told == "no"):
        return LOST
    if world.matter(index).decided and not any(case.given >> n & 1 for n in chain.decisions):
        return STUCK
    return ""
