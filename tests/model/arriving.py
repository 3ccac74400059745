"""What a node takes from the network. Anybody may deliver an event, at any time, as often as they like, or never."""

from collections.abc import Iterator

from tests.model.chains import FORGED, NODES, NOTHING, REASSIGN, Event
from tests.model.slips import followed
from tests.model.state import FOR_EVER, Case, Shared, Step
from tests.model.world import World

YES, LATER, NEVER = "yes", "later", "never"


def deliveries(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """Only the next position is worth a step: what is known is recognised, what comes too early is asked for again."""
    network, held = world.network(case), world.held(shared, case)
    closed = shared.recovering | case.parked | case.rejected
    for node in NODES:
        if closed >> node & 1:
            continue
        for number in world.chains.children[case.copies[node]]:
            if network >> number & 1 and world.chains[number].event.case == index:
                sure = bool(held >> number & 1) and not world.lost(shared, node)
                yield from arrive(world, index, shared, case, node, number, sure)


def arrive(world: World, index: int, shared: Shared, case: Case, node: int, number: int, sure: bool) -> Iterator[Step]:
    answer = judge(world, shared, case, node, number)
    if answer == YES:
        yield Step(("takes", node, number), sure, followed(world, index, case, node, number))
        if not world.holds_rule("R14"):
            promised = tuple(past | (1 << number) * (at == node) for at, past in enumerate(case.forgot))
            yield Step(("confirms and fails to store", node, number), False, case._replace(forgot=promised))
    elif answer == NEVER:
        yield Step(("rejects", node, number), sure, case._replace(rejected=case.rejected | 1 << node))


def judge(world: World, shared: Shared, case: Case, node: int, number: int) -> str:
    chain = world.chains[number]
    if not chain.legal and world.holds_rule("R4"):
        return NEVER
    if not lets_pass(world, case, node, number):
        return LATER
    if chain.event.op == REASSIGN and shared.lists[node] < 2:
        return LATER
    return judge_key(world, shared, case, node, number)


def lets_pass(world: World, case: Case, node: int, number: int) -> bool:
    """The fence against older incarnations, and what it lets pass (R15, R16); a suspension is a fence for ever (R17)."""
    event = world.chains[number].event
    pair = 3 * node + event.author
    if event.inc >= case.fences[pair]:
        return True
    past = case.agreed if case.fences[pair] == FOR_EVER else case.past[event.author]
    return bool(case.known >> pair & 1) and world.chains.holds(past, number)


def judge_key(world: World, shared: Shared, case: Case, node: int, number: int) -> str:
    event, known = world.chains[number].event, shared.lists[node]
    if event.list > known:
        return LATER if world.holds_rule("R19-retry") else NEVER
    if event.list == known or event.author != world.scenario.home:
        return YES
    if world.scenario.second_list == "compromised" and world.holds_rule("R19-vouched"):
        return LATER if world.disputed(case, number) else YES
    rotated = world.scenario.second_list == "rotated" and not world.holds_rule("R19-named")
    return NEVER if rotated else YES


def forgeries(world: World, index: int, shared: Shared, case: Case) -> Iterator[Step]:
    """Who has stolen the home's key signs one decision wherever the home may write, and dates it back to the old list."""
    if world.scenario.second_list != "compromised" or case.loose:
        return
    for number in sorted(set(case.copies) - {NOTHING}):
        chain = world.chains[number]
        if chain.writer == world.scenario.home and chain.offered_by < 0 and not chain.decisions:
            forged = world.chains.add(Event(index, number, chain.writer, FORGED, inc=shared.inc[chain.writer]))
            yield Step(("the thief signs", chain.writer, forged), False, case._replace(loose=case.loose | 1 << forged))
