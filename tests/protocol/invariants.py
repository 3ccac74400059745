"""What must hold in the whole alliance, whatever has happened (I1–I5, I8, I9). Each reads every place's database as it stands."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from tests.protocol.world import DECIDED, TAKEN_UP, Place, World
from tongban.exchange.models import CaseHead, Event, Promise, Proposal, Receipt
from tongban.kernel import envelopes
from tongban.kernel.events import Payload
from tongban.kernel.scope import scope

Position = tuple[UUID, int]


@dataclass
class Snapshot:
    """One place's copies: hashes by position, heads, receipts it holds; `restored`: it says of itself that it may have forgotten."""

    chains: dict[UUID, list[str]]
    kinds: dict[UUID, list[str]]
    bodies: dict[str, bytes]
    receipts: list[tuple[UUID, int, str, str]]
    recovering: set[UUID]
    parked: dict[UUID, str]
    promises: dict[str, tuple[int, int]]
    restored: bool


def look(world: World, place: Place) -> Snapshot:
    with world.inside(place), scope(place.node.regions):
        rows = Event.objects.order_by("case_id", "seq").values_list("case_id", "hash", "kind", "envelope")
        chains, kinds, bodies = defaultdict(list), defaultdict(list), {}
        for case_id, hash, kind, envelope in rows:
            chains[case_id].append(hash)
            kinds[case_id].append(kind)
            bodies[hash] = bytes(envelope)
        heads = list(CaseHead.objects.values_list("case_id", "recovering", "parked"))
        receipts = [
            (case, seq, event, issuer)
            for case, seq, event, issuer in Receipt.objects.filter(stage="STORED").values_list(
                "case_id", "seq", "event", "issuer"
            )
        ]
        promises = {node: (inc, seen) for node, inc, seen in Promise.objects.values_list("node", "inc", "seen")}
    recovering = {case for case, recovering, _ in heads if recovering}
    parked = {case: reason for case, _, reason in heads if reason}
    restored = world.is_recovering(place)
    return Snapshot(dict(chains), dict(kinds), bodies, receipts, recovering, parked, promises, restored)


def check_always(world: World) -> dict[str, Snapshot]:
    """I2, I3, I4: after every step, also in the middle of a recovery."""
    found = {place.region: look(world, place) for place in world.places}
    require_one_body(found)
    require_one_decision(world, found)
    require_honest_receipts(found)
    return found


def require_one_body(found: dict[str, Snapshot]) -> None:
    """I2: at most one event at a position in the whole alliance, so every copy is a prefix of one chain."""
    bodies: dict[Position, str] = {}
    for region, snapshot in found.items():
        for case, chain in snapshot.chains.items():
            for seq, hash in enumerate(chain, start=1):
                other = bodies.setdefault((case, seq), hash)
                assert other == hash, f"FORK of {case} at {seq}, seen at {region}"
        forks = [case for case, reason in snapshot.parked.items() if reason == "fork"]
        assert not forks, f"FORK found by {region} itself: {forks}"


def require_one_decision(world: World, found: dict[str, Snapshot]) -> None:
    """I3: one decision per case, and one effect outside, ever."""
    for snapshot in found.values():
        for case, kinds in snapshot.kinds.items():
            assert kinds.count(DECIDED) <= 1, f"DECIDED TWICE {case}"
    cases = [case for case, _ in world.effects]
    assert len(cases) == len(set(cases)), "EFFECTED TWICE"


def require_honest_receipts(found: dict[str, Snapshot]) -> None:
    """I4: who holds a STORED receipt can rely on its issuer, unless that one has been restored and says so."""
    for region, snapshot in found.items():
        for case, seq, event, issuer in snapshot.receipts:
            if issuer == region or not seq or found[issuer].restored:
                continue
            chain = found[issuer].chains.get(case, [])
            assert chain[seq - 1 : seq] == [event], f"DISHONEST receipt of {issuer} for {case} {seq}"


def check_at_rest(world: World, *, expected: set[UUID]) -> dict[str, Snapshot]:
    """I1, I5 after faults have stopped and everything has drained: all copies equal, whole and verified; nothing left waiting."""
    found = check_always(world)
    audience: dict[UUID, set[str]] = defaultdict(set)
    longest: dict[UUID, list[str]] = {}
    for snapshot in found.values():
        for case, chain in snapshot.chains.items():
            payload = _payload(snapshot.bodies[chain[-1]])
            audience[case] |= set(payload.audience)
            longest[case] = max(chain, longest.get(case, []), key=len)
    for case, regions in audience.items():
        for region in regions:
            assert found[region].chains.get(case) == longest[case], f"LOST or late: {case} at {region}"
            assert case not in found[region].recovering, f"STUCK: {case} still recovering at {region}"
            assert case not in found[region].parked, f"STUCK: {case} parked at {region}"
        require_linked(longest[case], found[next(iter(regions))].bodies)
    assert expected <= set(longest), "LOST: a case that was opened is nowhere"
    return found


def require_linked(chain: list[str], bodies: dict[str, bytes]) -> None:
    """I5: each event names the one before it."""
    before = ""
    for seq, hash in enumerate(chain, start=1):
        payload = _payload(bodies[hash])
        assert (payload.seq, payload.prev) == (seq, before)
        before = hash


def require_taken_up(world: World, place: Place, found: dict[str, Snapshot], case: UUID, cmd: UUID) -> None:
    """What a place asked for stands on the chain once, and the place knows it."""
    with world.inside(place), scope(place.node.regions):
        slip = Proposal.objects.get(case_id=case, region=place.region, proposal=cmd)
    snapshot = found[place.region]
    events = [_payload(snapshot.bodies[hash]) for hash in snapshot.chains[case]]
    taken_up = [event.body["proposal"] for event in events if event.kind == TAKEN_UP]
    assert taken_up.count(slip.hash) == 1, (
        f"SLIP of {place.region} in {case} taken up {taken_up.count(slip.hash)} times"
    )
    assert slip.state == "answered"


def _payload(envelope: bytes) -> Payload:
    return Payload.from_json(envelopes.read(envelope, type=envelopes.EVENT).claims())
