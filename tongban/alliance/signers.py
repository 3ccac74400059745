"""Whose signature is it, and what does it count for today? Judged by the list of its time, not by today's (R2, T4, X3).

A key that has ended, or whose node is suspended or gone, still proves what it signed before. But whoever steals an ended key can write
any date: what it signed must be vouched for by somebody else (`exchange/vouching.py`, docs/adr/0025).
"""

from dataclasses import dataclass
from datetime import datetime

from tongban.alliance import queries
from tongban.alliance.members import KeyEntry, MemberList, UntrustedKey


@dataclass(frozen=True, slots=True)
class Claim:
    """What signed bytes say of themselves: which key, node and region, under which version of the list, and when."""

    key_id: str
    node: str
    region: str
    list: int
    at: datetime


def get_public_key(members: MemberList, key_id: str, *, purpose: str = "event") -> bytes:
    """Of the newest list held that names the key: proves who signed, not yet that they might. Refuses `UntrustedKey`."""
    entry = members.find_key(key_id) or _find_entry(key_id)
    if entry is None or entry.purpose != purpose:
        raise UntrustedKey(key_id=key_id[:80])
    return entry.public


def find_owner(members: MemberList, key_id: str) -> str | None:
    """The node that a key is, or was, of."""
    lists = [members, *reversed(queries.list_lists())]
    return next((owner.id for owner in (known.find_owner(key_id) for known in lists) if owner), None)


def belongs_to(members: MemberList, key_id: str, node: str) -> bool:
    """Whether the key is, or was, of that node."""
    lists = [members] if members.find_owner(key_id) else queries.list_lists()
    owners = [owner for owner in (known.find_owner(key_id) for known in lists) if owner]
    return bool(owners) and owners[-1].id == node


def speaks_now(members: MemberList, claim: Claim, *, at: datetime) -> bool:
    """Whether the list in force lets this key sign for this region."""
    return _binds(members, claim, at)


def spoke_then(claim: Claim) -> bool:
    """Whether the list that was named let it sign at the time that was named, and was in force by then (local work goes on after its end)."""
    then = queries.find_list(claim.list)
    return then is not None and then.valid_from <= claim.at and _binds(then, claim, claim.at)


def is_compromised(key_id: str) -> bool:
    """Whether any list held says that somebody else may have the key."""
    return any(entry.compromised_since for entry in _entries(key_id))


def find_end(claim: Claim) -> datetime:
    """Since when the key may no longer sign for this region: its own end, a theft, or a list in which it or its node no longer stands."""
    own = [end for entry in _entries(claim.key_id) for end in (entry.period.until, entry.compromised_since) if end]
    later = queries.list_lists(after=claim.list)
    gone = [members.valid_from for members in later if not _binds_node(members, claim)]
    moved = [members.valid_from for members in later if not members.hosts(claim.node, claim.region, members.valid_from)]
    return min([*own, *gone, *moved], default=claim.at)


def _binds(members: MemberList, claim: Claim, at: datetime) -> bool:
    entry = members.find_key(claim.key_id)
    return (
        entry is not None
        and entry.serves("event", at)
        and _binds_node(members, claim)
        and members.hosts(claim.node, claim.region, at)
    )


def _binds_node(members: MemberList, claim: Claim) -> bool:
    owner = members.find_owner(claim.key_id)
    return owner is not None and owner.active and owner.id == claim.node


def _find_entry(key_id: str) -> KeyEntry | None:
    return next(iter(_entries(key_id)), None)


def _entries(key_id: str) -> list[KeyEntry]:
    """What each list held says of a key, the newest first."""
    found = [members.find_key(key_id) for members in reversed(queries.list_lists())]
    return [entry for entry in found if entry]
