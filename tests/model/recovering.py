"""A node restored from a backup: what it forgets, and how it asks before it writes again (R15, R16)."""

from collections.abc import Iterator

from tests.model.chains import NODES, NOTHING
from tests.model.slips import followed
from tests.model.state import FOR_EVER, Case, Shared, Turn, put
from tests.model.world import World

Cases = tuple[Case, ...]


def recovery_turns(world: World, shared: Shared, cases: Cases) -> Iterator[Turn]:
    for node in NODES:
        if shared.recovering >> node & 1:
            yield from questions(world, shared, cases, node)
        elif shared.restores and node in world.scenario.restorable:
            yield from restores(world, shared, cases, node)
        yield from declarations(world, shared, cases, node)


def restores(world: World, shared: Shared, cases: Cases, node: int) -> Iterator[Turn]:
    """Back to any earlier copy of each case. A copy grows by single events, so its past states are its beginnings."""
    recovers = world.holds_rule("R15")
    after = shared._replace(restores=shared.restores - 1)
    if recovers:
        after = after._replace(
            recovering=shared.recovering | 1 << node,
            inc=put(shared.inc, node, shared.inc[node] + 1),
            lists=put(shared.lists, node, 1),
        )
    choices = [
        [forget(world, case, node, kept) for kept in kept_by_a_backup(world, i, case, node)]
        for i, case in enumerate(cases)
    ]
    yield Turn(("is restored", node), False, after, choices)


def kept_by_a_backup(world: World, index: int, case: Case, node: int) -> list[int]:
    number = case.copies[node]
    kept = [number, *world.chains.prefixes(number)]
    return kept[:-1] if world.matter(index).known_to_all and number else kept


def forget(world: World, case: Case, node: int, kept: int) -> Case:
    """Events after the backup, and every promise given to others. The network keeps what was sent."""
    lost = world.chain_at(case, node).past & ~world.chains[kept].past
    own = [3 * node + other for other in NODES]
    return case._replace(
        copies=put(case.copies, node, kept),
        forgot=put(case.forgot, node, case.forgot[node] | lost),
        fences=tuple(0 if at in own else fence for at, fence in enumerate(case.fences)),
        known=case.known & ~sum(1 << at for at in own),
    )


def questions(world: World, shared: Shared, cases: Cases, node: int) -> Iterator[Turn]:
    others = [other for other in NODES if other not in (node, left_out(world, shared, node))]
    open_ = [other for other in others if not shared.answered >> (3 * other + node) & 1]
    for other in open_:
        if answers(world, shared, other, node):
            yield answer(world, shared, cases, other, node)
    if not open_ or (len(open_) < len(others) and not world.holds_rule("R15-all")):
        yield finish(world, shared, cases, node)


def answers(world: World, shared: Shared, other: int, node: int) -> bool:
    """Who is suspended is no subscriber any more, and waits until it may return."""
    waits = shared.recovering >> other & 1 and not world.holds_rule("R15-answers")
    return not waits and world.knows_suspended(shared, other) != node


def left_out(world: World, shared: Shared, node: int) -> int:
    """The newest list comes first: who is suspended by any other's list is not asked, unless it is back and reads."""
    gone = world.suspended(shared)
    if world.returned(shared) or not world.holds_rule("R15-list"):
        return -1
    return gone if any(shared.lists[other] == 2 for other in NODES if other not in (node, gone)) else -1


def answer(world: World, shared: Shared, cases: Cases, other: int, node: int) -> Turn:
    """In one step: `other` promises, for ever, and says what it holds, promised and declared; `node` takes all of it over."""
    after = shared._replace(
        answered=shared.answered | 1 << (3 * other + node),
        lists=put(shared.lists, node, max(shared.lists[node], shared.lists[other])),
    )
    choices = [[answered(world, i, shared, after, case, other, node)] for i, case in enumerate(cases)]
    return Turn(
        ("answers", other, node), not world.lost(shared, other) and not world.lost(shared, node), after, choices
    )


def answered(world: World, index: int, shared: Shared, after: Shared, case: Case, other: int, node: int) -> Case:
    if not world.holds_rule("R15-unknown") and case.copies[node] == NOTHING:
        return case
    if world.holds_rule("R15-promise"):
        case = with_fence(case, other, node, shared.inc[node])
        case = with_fence(case, node, node, shared.inc[node])
    if world.holds_rule("R15-relearn"):
        case = relearned(case, shared, other, node)
    if after.lists[node] == 2 and world.suspended(shared) >= 0:
        case = fenced_for_ever(world, case, node)
    longest = world.chains.longest(case.copies[node], case.copies[other])
    return case if longest == case.copies[node] else followed(world, index, case, node, longest)


def with_fence(case: Case, at: int, about: int, inc: int) -> Case:
    pair = 3 * at + about
    if inc <= case.fences[pair]:
        return case
    return case._replace(fences=put(case.fences, pair, inc), known=case.known & ~(1 << pair))


def relearned(case: Case, shared: Shared, other: int, node: int) -> Case:
    """The promises of `other` about anybody, and what `other` itself once asked the restored node to promise."""
    for about in NODES:
        inc = shared.inc[other] if about == other else case.fences[3 * other + about]
        if about != node and inc > case.fences[3 * node + about]:
            case = with_fence(case, node, about, inc)
    return case


def fenced_for_ever(world: World, case: Case, node: int) -> Case:
    if not world.holds_rule("R17-fence"):
        return case
    return with_fence(case, node, world.scenario.home, FOR_EVER)


def finish(world: World, shared: Shared, cases: Cases, node: int) -> Turn:
    """What it holds now is its declared past; it writes again, in its new incarnation."""
    asked = sum(1 << (3 * other + node) for other in NODES)
    after = shared._replace(recovering=shared.recovering & ~(1 << node), answered=shared.answered & ~asked)
    return Turn(
        ("has recovered", node), not world.lost(shared, node), after, [[declared(case, node)] for case in cases]
    )


def declared(case: Case, node: int) -> Case:
    return case._replace(past=put(case.past, node, case.copies[node]), known=case.known | 1 << (3 * node + node))


def declarations(world: World, shared: Shared, cases: Cases, node: int) -> Iterator[Turn]:
    """Another node hears what `node` declared. A declaration is signed and may come from anybody, so only time matters."""
    if not shared.inc[node] or shared.recovering >> node & 1 or not world.holds_rule("R16"):
        return
    for other in NODES:
        pair = 3 * other + node
        waiting = [0 < case.fences[pair] == shared.inc[node] and not case.known >> pair & 1 for case in cases]
        if any(waiting):
            choices = [
                [case._replace(known=case.known | 1 << pair) if waits else case]
                for case, waits in zip(cases, waiting, strict=True)
            ]
            yield Turn(("hears what was declared by", other, node), not world.lost(shared, other), shared, choices)
