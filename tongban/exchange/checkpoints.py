"""Checkpoints (检查点) of this node's logs: signed every few minutes and shown to two other nodes, which co-sign what continues (R20).

Whoever later cuts the tail off this database, rewrites it or puts back an old one cannot produce what others hold signed by this node:
`compare` sees it, and so does the next checkpoint. Then the node begins a recovery by itself.
After a recovery the log goes on in a new life (`inc`): its checkpoints name the last place of the earlier life that anybody knows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection

from tongban.alliance import queries as alliance
from tongban.alliance.members import NodeEntry
from tongban.exchange import incarnation, leaves, statements
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.incarnation import Life
from tongban.exchange.models import Checkpoint, CoSignature
from tongban.exchange.own_checkpoints import find_past, last_signed_by, row_of, witnesses_of
from tongban.exchange.showing import Client, ask_held, read_own, read_witness, show
from tongban.exchange.statements import BadStatement, Place, Signed
from tongban.exchange.witnessed import keep_evidence
from tongban.kernel.actors import system
from tongban.kernel.crypto import Suite
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

WITNESSES = 2
"""Other nodes that co-sign a checkpoint, as far as there are any."""
QUIET = timedelta(hours=1)
"""So often a log that does not grow is signed again."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `witness` holds of this region's log. `state`: contained, lost, earlier (of a life before a restore), nothing, away."""

    region: str
    witness: str
    state: str
    held: Place | None = None
    size: int = 0


class Lost(Exception):
    """A peer holds a checkpoint that this node signed and that its log does not contain."""

    def __init__(self, held: Signed) -> None:
        self.held = held
        super().__init__(held.hash)


def make_checkpoints(*, node: Node, client: Client, at: datetime) -> None:
    """Of every region hosted here: add to the log, sign where it has grown, have it co-signed. Not while recovering.

    Must not run inside a transaction. Refuses `NoMemberList`.
    """
    life = incarnation.get_life(node)
    if life.since is not None:
        return
    living = incarnation.living(node, life)
    for region in node.regions:
        try:
            _advance(living, region, client, at)
        except Lost as lost:
            _recover(living, region, lost, life, at)
            return


def compare(*, node: Node, client: Client, at: datetime) -> list[Comparison]:
    """Ask every other active node for the last checkpoint of ours that it holds, and see whether the log still contains it (G2).

    What is lost is kept as evidence and begins a recovery. Must not run inside a transaction.
    """
    life = incarnation.get_life(node)
    living = incarnation.living(node, life)
    found = list[Comparison]()
    for region in node.regions:
        size = leaves.collect(region, suite=node.suite)
        for peer in _others(living, region, at):
            try:
                found.append(_compare(living, region, peer, size, client, at))
            except Lost as lost:
                found.append(Comparison(region, peer.id, "lost", lost.held.place, size))
                if life.since is None:
                    _recover(living, region, lost, life, at)
                    life = incarnation.get_life(node)
    return found


def is_contained(region: str, held: Place, hash: str, *, inc: int, suite: Suite) -> bool:
    """Whether what this node signed is still so: same life, same checkpoint under its number, same root over its leaves."""
    mine = Checkpoint.objects.filter(region=region, inc=held.inc, n=held.n).values_list("hash", flat=True).first()
    if held.inc > inc or (mine is not None and mine != hash):
        return False
    return held.size <= leaves.count_leaves(region) and leaves.find_root(region, held.size, suite=suite) == held.root


def _advance(node: Node, region: str, client: Client, at: datetime) -> None:
    others = _others(node, region, at)
    leaves.collect(region, suite=node.suite)
    with scope([region]):
        is_first = node.inc > 1 and not Checkpoint.objects.filter(region=region, inc=node.inc).exists()
    if is_first and others and not _learn(node, region, others, client, at):
        return
    with scope([region]):
        current = _sign_if_due(node, region, at)
        signed_by = witnesses_of(region, current.hash)
    missing = min(WITNESSES, len(others)) - len(signed_by)
    for peer in others:
        if missing > 0 and peer.id not in signed_by:
            missing -= _have_signed(node, current, peer, client, at)


def _learn(node: Node, region: str, others: list[NodeEntry], client: Client, at: datetime) -> bool:
    """Before the first word of a new life: what others hold of the earlier ones. False when nobody answered."""
    states = [_compare(node, region, peer, 0, client, at).state for peer in others]
    return any(state != "away" for state in states)


def _compare(node: Node, region: str, peer: NodeEntry, size: int, client: Client, at: datetime) -> Comparison:
    try:
        held = read_own(node, region, ask_held(client, peer, region, node.id, at=at))
    except PeerUnreachable as error:
        return Comparison(region, peer.id, "nothing" if error.reason == "status 404" else "away", None, size)
    except BadStatement:
        return Comparison(region, peer.id, "away", None, size)
    _take_back(node, region, held)
    state = "earlier" if held.place.inc < node.inc else "contained"
    return Comparison(region, peer.id, state, held.place, size)


def _take_back(node: Node, region: str, held: Signed) -> None:
    """A checkpoint of ours that a peer holds: known here from now on, if it was forgotten. Raises `Lost`."""
    with scope([region]):
        if held.place.inc >= node.inc and not is_contained(
            region, held.place, held.hash, inc=node.inc, suite=node.suite
        ):
            raise Lost(held)
        Checkpoint.objects.bulk_create([row_of(held)], ignore_conflicts=True)


def _sign_if_due(node: Node, region: str, at: datetime) -> Signed:
    """The checkpoint to be witnessed: the last one, or a new one when the log has grown, was quiet for long, or more is known of its past."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tongban.checkpoint {region}"])
    last = Checkpoint.objects.filter(region=region, inc__lte=node.inc).order_by("-inc", "-n").first()
    size, follows = leaves.count_leaves(region), find_past(region, node.inc)
    if last and last.inc == node.inc:
        signed = read_own(node, region, bytes(last.envelope))
        if signed.place.size == size and signed.follows == follows and at - signed.at < QUIET:
            return signed
    n = last.n + 1 if last and last.inc == node.inc else 1
    place = Place(node.inc, n, size, leaves.find_root(region, size, suite=node.suite))
    new = statements.sign_checkpoint(
        node=node, region=region, place=place, prev=last.hash if last else "", follows=follows,
        list_version=alliance.latest_list(at).version, at=at,
    )  # fmt: skip
    row_of(new).save(force_insert=True)
    return new


def _have_signed(node: Node, current: Signed, peer: NodeEntry, client: Client, at: datetime) -> bool:
    """Show it, first from what this witness signed last as far as we know, then from what it says it holds. Raises `Lost`."""
    with scope([current.region]):
        since = last_signed_by(current.region, peer.id, node.inc)
    for _ in range(2):
        with scope([current.region]):
            proof = leaves.prove(current.region, since, current.place.size, suite=node.suite)
        try:
            status, raw = show(client, peer, current, since=since, proof=proof, at=at)
            if status == "signed":
                return _keep(node, current, peer, raw, at)
            held = read_own(node, current.region, raw)
        except (PeerUnreachable, BadStatement) as error:
            log.info("checkpoint not witnessed", peer=peer.id, reason=str(error))
            return False
        # A peer's word alone begins no recovery: what we signed must be missing here.
        _take_back(node, current.region, held)
        if status != "behind" or held.place.inc != current.place.inc or held.place.n >= current.place.n:
            return False
        since = held.place.size
    return False


def _keep(node: Node, current: Signed, peer: NodeEntry, raw: bytes, at: datetime) -> bool:
    read_witness(raw, current, peer.id, members=alliance.latest_list(at), at=at)
    with scope([current.region]):
        CoSignature.objects.bulk_create(
            [CoSignature(region=current.region, checkpoint=current.hash, witness=peer.id, envelope=raw, at=at)],
            ignore_conflicts=True,
        )
    return True


def _recover(node: Node, region: str, lost: Lost, life: Life, at: datetime) -> None:
    """Others hold what we signed and do not know any more: whatever the reason, nothing more is signed before they were asked."""
    with scope([region]):
        last = Checkpoint.objects.filter(region=region).order_by("-inc", "-n").first()
    mine = bytes(last.envelope) if last else b""
    keep_evidence(node, region, "rollback", lost.held.raw, mine, at)
    by = system(node.regions[0])
    incarnation.begin_recovery(node=node, reason="checkpoint", by=by, at=at, noticed_in=life)


def _others(node: Node, region: str, at: datetime) -> list[NodeEntry]:
    """Active nodes but this one, in an order of each log's own, so that the same two are asked while they answer."""
    peers = [peer for peer in alliance.latest_list(at).peers if peer.id != node.id]
    return sorted(peers, key=lambda peer: node.suite.hash(f"{region} {peer.id}".encode()))
