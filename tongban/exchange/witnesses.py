"""Witnesses (见证): other nodes that hold an event too. What it sets off outside the alliance waits for one (R18).

One witness covers one fault: the loss or the restore of a single node; from four members on two are wanted. Only a node that holds the case can
be one, which for most cases is a single other: then that one is enough, and a case whose regions all live on one node has none to wait for.
"""

from collections.abc import Iterable
from datetime import datetime

from tongban.alliance import queries as alliance
from tongban.exchange.models import Receipt
from tongban.kernel import registries
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node

STORED = "STORED"
SMALL = 4
"""Under so many members one witness is enough."""


def react_without_witness(node: Node, stored: Iterable[StoredEvent], at: datetime) -> None:
    """At storing: events that wait for a witness and will never have one."""
    for event in stored:
        if _waits(event) and not _other_regions(node, event, at):
            registries.react_witnessed(node, event)


def react_to_witness(node: Node, event: StoredEvent, peer: str) -> None:
    """At the receipt of `peer`, a region: another node has stored this event of ours."""
    if _waits(event) and not node.hosts(peer):
        registries.react_witnessed(node, event)


def is_witnessed(node: Node, event: StoredEvent, at: datetime) -> bool:
    """Whether as many active other nodes as are wanted have stated that they stored this event, or as many as can."""
    others = _other_regions(node, event, at)
    if not others:
        return True
    members = alliance.latest_list(at)
    stored = Receipt.objects.filter(
        case_id=event.case, region=event.holder, event=event.hash, stage=STORED, issuer__in=others
    )
    hosts = {region: members.node_of(region, at).id for region in others}
    wanted = witnesses_wanted(sum(one.active for one in members.nodes), holding=len(set(hosts.values())))
    return len({hosts[region] for region in stored.values_list("issuer", flat=True)}) >= wanted


def witnesses_wanted(members: int, *, holding: int) -> int:
    """Of an alliance of so many active members, when so many other nodes hold the case."""
    return min(1 if members < SMALL else 2, holding)


def _waits(event: StoredEvent) -> bool:
    return event.own and registries.waits_for_witness(event.payload.kind_name)


def _other_regions(node: Node, event: StoredEvent, at: datetime) -> list[str]:
    """Regions of the audience on other, active nodes: a suspended node is no witness."""
    members = alliance.latest_list(at)
    return [
        region for region in event.payload.audience if not node.hosts(region) and members.node_of(region, at).active
    ]
