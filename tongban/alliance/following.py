"""Drawing up the list that follows another: what stays is kept as it stood, new keys get their lead, the keys they replace their end."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tongban.alliance.documents import VALIDITY
from tongban.alliance.members import ACTIVE, BadDocument, KeyEntry, MemberList, NodeEntry, Period, RegionEntry
from tongban.kernel.events import Json

LEAD = timedelta(hours=1)
"""A new key is used this long after the list's own beginning, so that every node has the list by then."""
OVERLAP = timedelta(days=30)
"""The key that it replaces is accepted this much longer."""
SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Changes:
    """`nodes`: as they show themselves now; others stay. `stolen`: key id → since when somebody else may have it."""

    nodes: Iterable[NodeEntry] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    suspended: Collection[str] = ()
    reinstated: Collection[str] = ()
    stolen: Mapping[str, datetime] = field(default_factory=dict)


def follow_member_list(
    before: MemberList,
    changes: Changes,
    *,
    valid_from: datetime,
    validity: timedelta = VALIDITY,
    lead: timedelta = LEAD,
    overlap: timedelta = OVERLAP,
) -> Json:
    """The document of the next version. `changes.hosts`: region → node. Refuses `BadDocument` for a node or key that is not there."""
    shown = {node.id: node for node in changes.nodes}
    kept = [_renew(node, shown.pop(node.id, node), valid_from + lead, overlap) for node in before.nodes]
    nodes = [_change(node, changes) for node in (*kept, *shown.values())]
    _require_known(nodes, changes)
    members = replace(
        before, version=before.version + 1, prev=before.hash, valid_from=valid_from, valid_until=valid_from + validity,
        nodes=tuple(nodes), regions=tuple(_host(before, changes.hosts, valid_from)), hash="",
    )  # fmt: skip
    return MemberList.from_json(members.as_json()).as_json()


def _renew(old: NodeEntry, shown: NodeEntry, begin: datetime, overlap: timedelta) -> NodeEntry:
    known = {key.id for key in old.keys}
    new = [replace(key, period=Period(begin)) for key in shown.keys if key.id not in known]
    replaced = {key.purpose for key in new}
    kept = [_end(key, begin + overlap) if key.purpose in replaced else key for key in old.keys]
    return replace(old, url=shown.url, keys=(*kept, *new))


def _end(key: KeyEntry, until: datetime) -> KeyEntry:
    return key if key.period.until else replace(key, period=Period(key.period.since, until))


def _change(node: NodeEntry, changes: Changes) -> NodeEntry:
    keys = tuple(
        replace(key, compromised_since=changes.stolen[key.id]) if key.id in changes.stolen else key for key in node.keys
    )
    status = SUSPENDED if node.id in changes.suspended else ACTIVE if node.id in changes.reinstated else node.status
    return replace(node, keys=keys, status=status)


def _require_known(nodes: Iterable[NodeEntry], changes: Changes) -> None:
    nodes = list(nodes)
    known = {node.id for node in nodes} | {key.id for node in nodes for key in node.keys}
    unknown = {*changes.suspended, *changes.reinstated, *changes.stolen} - known
    if unknown:
        raise BadDocument(reason=f"unknown: {', '.join(sorted(unknown))}")


def _host(before: MemberList, hosts: Mapping[str, str], at: datetime) -> Iterable[RegionEntry]:
    """A region that moves ends at one node when it begins at the other."""
    here = {entry.code: entry.node for entry in before.regions if entry.period.until is None}
    for entry in before.regions:
        moves = entry.period.until is None and hosts.get(entry.code, entry.node) != entry.node
        yield replace(entry, period=Period(entry.period.since, at)) if moves else entry
    for code, node in hosts.items():
        if here.get(code) != node:
            yield RegionEntry(code, node, Period(at))
