"""Witnesses compare what they were shown (互证): an author that shows one log to one node and another to the next is found out (M5, R20).

Two checkpoints of one life are asked for a proof that the longer continues the shorter; only a proof can clear them, and silence convicts nobody.
"""

from datetime import datetime

import structlog

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList, NodeEntry
from tongban.exchange import merkle
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.cosigning import read_for_alliance
from tongban.exchange.leaves import hasher
from tongban.exchange.showing import Client, ask_held, ask_proof
from tongban.exchange.statements import BadStatement, Signed
from tongban.exchange.witnessed import Held, keep_evidence, list_held
from tongban.kernel.node import Node

log = structlog.get_logger()


def compare_views(*, node: Node, client: Client, at: datetime) -> int:
    """Ask every other active node what it holds of the logs that this node witnesses; how many contradictions were found."""
    members, found = alliance.current_list(at), 0
    for held in list_held(node):
        for peer in members.peers:
            if peer.id not in (node.id, held.author):
                found += _compare(node, held, peer, members, client, at)
    return found


def _compare(node: Node, held: Held, peer: NodeEntry, members: MemberList, client: Client, at: datetime) -> bool:
    try:
        mine = read_for_alliance(held.envelope, members=members, at=at)
        raw = ask_held(client, peer, held.region, held.author, at=at)
        theirs = read_for_alliance(raw, members=members, at=at)
        if (theirs.region, theirs.node) != (held.region, held.author):
            raise BadStatement("about another log")
        kind = find_contradiction(mine, theirs) or _ask_author(mine, theirs, members, client, at)
    except (PeerUnreachable, BadStatement) as error:
        log.info("views not compared", peer=peer.id, reason=str(error))
        return False
    if kind:
        keep_evidence(node, held.region, kind, mine.raw, theirs.raw, at)
    return bool(kind)


def find_contradiction(mine: Signed, theirs: Signed) -> str:
    """What two signed bodies alone show, or ""."""
    if mine.place.number == theirs.place.number and mine.hash != theirs.hash:
        return "equivocation"
    first, second = sorted((mine, theirs), key=lambda signed: signed.place.number)
    if first.place.inc != second.place.inc:
        return ""
    if second.place.size < first.place.size:
        return "rollback"
    return "rewritten" if first.place.size == second.place.size and first.place.root != second.place.root else ""


def _ask_author(mine: Signed, theirs: Signed, members: MemberList, client: Client, at: datetime) -> str:
    """The proof between the two, of their own node. Lives before a restore are not compared."""
    first, second = sorted((mine.place, theirs.place), key=lambda place: place.number)
    author = members.find_node(mine.node)
    if author is None or first.inc != second.inc or first.size == second.size:
        return ""
    proof = ask_proof(client, author, mine.region, first.size, second.size, at=at)
    shown = merkle.continues(
        first.size, second.size, old_root=bytes.fromhex(first.root), new_root=bytes.fromhex(second.root), proof=proof,
        hash=hasher(members.suite),
    )  # fmt: skip
    return "" if shown else "rewritten"
