"""Which life of this node it is (R15). A node restored from a backup has forgotten what it signed; it must notice, and write nothing more
before the others have said what they hold (`recovery.py`).

It notices by a seal: random bytes in the database and in a file outside it, changed together again and again. A database that went back
in time brings an old seal along.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import connection, transaction

from tongban.alliance import queries as alliance
from tongban.exchange import seal
from tongban.exchange.chain import State
from tongban.exchange.models import CaseHead, Event, Incarnation, Recovery
from tongban.kernel import registries
from tongban.kernel.actors import Actor, system
from tongban.kernel.events import NewEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

DONE = "done"

# Asked with every event, so it is said to the database directly.
_LIFE = "SELECT inc, nonce, recovering_since, reason FROM exchange_incarnation WHERE node = %s"

log = structlog.get_logger()


class CaseRecovering(Refused):
    """After a restore a node writes nothing until the others have said what it had sent (R15)."""

    status = 503
    text = Text(
        "本节点刚从备份恢复，正在与其他地区核对此办件，暂只能查看。",
        "This node was restored from a backup and is checking this case with the other places; it can only be read now.",
    )
    advice = Text("请稍后再办理；核对完成后自动恢复。", "Try again later; it goes on by itself once all have answered.")


@dataclass(frozen=True, slots=True)
class Life:
    """`inc` stands in everything the node signs. `nonce` names the recovery in which it was taken; `since`: recovering, from then on."""

    inc: int
    nonce: str = ""
    since: datetime | None = None
    reason: str = ""


def get_life(node: Node) -> Life:
    """As the database has it: it may change while this process runs. Read it after a copy is locked, so that it cannot change any more."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, [node.id])
        found = cursor.fetchone()
    return life_of(node, found or ())


def life_of(node: Node, row: Sequence[Any]) -> Life:
    """From the columns that `get_life` reads; the first life while there is no row."""
    return Life(*row) if row else Life(node.inc)


def living(node: Node, life: Life) -> Node:
    """The node as it signs in this life."""
    return node if node.inc == life.inc else replace(node, inc=life.inc)


def open_incarnation(*, node: Node, at: datetime) -> Life:
    """At the start of a process that signs: begin a recovery if this database is not the one that the seal was last put on.

    Any number of processes may start at once; the first one notices.
    """
    with seal.locked(node):
        reason = _find_restore(node)
        with transaction.atomic():
            _make_row(node, at)
            if reason:
                begin_recovery(node=node, reason=reason, by=system(node.regions[0]), at=at)
        _renew(node, at)
    return get_life(node)


def begin_first_life(*, node: Node, at: datetime) -> None:
    """The tables for it are new here: events of an earlier release belong to the first life, and nothing has been forgotten.

    Does nothing where a seal tells that this node has had a life before.
    """
    with seal.locked(node):
        if not seal.read_seals(node):
            _make_row(node, at)


def renew_seal(*, node: Node, at: datetime) -> None:
    """Every minute, and at each clean stop. Does nothing before `open_incarnation`, and heals no broken seal."""
    with seal.locked(node):
        if not _find_restore(node):
            _renew(node, at)


def begin_recovery(*, node: Node, reason: str, by: Actor, at: datetime, noticed_in: Life | None = None) -> Life:
    """From this commit on nothing is written to any case that was here; the next incarnation begins. Harmless when begun again.

    `noticed_in`: the life in which something was found missing. Nothing happens when it is over: the one that followed asks for all of it.
    """
    with scope(node.regions):
        _wait_for_writers()
        _make_row(node, at)
        row = Incarnation.objects.select_for_update().get(node=node.id)
        if noticed_in and noticed_in.inc != row.inc:
            return get_life(node)
        row.inc, row.nonce, row.recovering_since, row.reason = row.inc + 1, secrets.token_hex(16), at, reason[:80]
        row.save()
        _close_cases(node)
        registries.prepare_recovery(node, at)
    log.warning("recovering", node=node.id, reason=reason, inc=row.inc, by=by.ref)
    return get_life(node)


def begin_recovery_soon(*, node: Node, reason: str, at: datetime) -> None:
    """As soon as the present transaction is over: it holds what `begin_recovery` must wait for.

    Once, however many cases and processes notice the same.
    """
    by, life = system(node.regions[0]), get_life(node)
    transaction.on_commit(partial(begin_recovery, node=node, reason=reason, by=by, at=at, noticed_in=life))


def raise_incarnation(*, node: Node, above: int) -> Life:
    """A peer has seen a higher one: take the next, and ask all again. What was signed in between is past, and declared as such.

    Nothing happens when a higher one has begun since.
    """
    with scope(node.regions):
        _wait_for_writers()
        row = Incarnation.objects.select_for_update().get(node=node.id)
        if row.inc <= above:
            row.inc = above + 1
            row.save()
            _close_cases(node)
    return get_life(node)


def end_recovery(*, node: Node, life: Life) -> None:
    rows = Incarnation.objects.filter(node=node.id, inc=life.inc, nonce=life.nonce)
    if rows.update(recovering_since=None):
        log.info("recovered", node=node.id, inc=life.inc)


def lets_write(
    node: Node, life: Life, *, case_id: UUID, is_new: bool, events: Iterable[NewEvent], at: datetime
) -> bool:
    """Whether a recovering node may sign these: nothing goes to a region that has not promised, and no case is opened that it may have
    opened before. (That a case from before the restore is not written to says its own row.)"""
    if life.since is None:
        return True
    named = {region for event in events for region in (*event.audience, event.baton.to if event.baton else "")}
    if is_new and _made_at(case_id) <= life.since:
        named |= {
            region for event in events if event.clause for region in (event.clause.receiving, event.clause.deciding)
        }
    return not named & unanswered(node, life, region=None, at=at)


def unanswered(node: Node, life: Life, *, region: str | None, at: datetime) -> set[str]:
    """Regions of other active nodes of which not every hosted region (or `region`) has the promise and all their cases (R15: of all)."""
    asking = [region] if region else list(node.regions)
    answers = Recovery.objects.filter(region__in=asking, inc=life.inc, state=DONE).values_list("peer_region", flat=True)
    answered = [*answers]
    return {peer for peer in other_regions(node, at) if answered.count(peer) < len(asking)}


def other_regions(node: Node, at: datetime) -> list[str]:
    """Hosted by other nodes that are active: a suspended one is not asked."""
    members = alliance.latest_list(at)
    return sorted(code for peer in members.peers if peer.id != node.id for code in members.regions_of(peer.id, at))


def _make_row(node: Node, at: datetime) -> None:
    Incarnation.objects.get_or_create(node=node.id, defaults={"inc": node.inc, "renewed_at": at})


def _wait_for_writers() -> None:
    """Whoever has locked a copy ends first, and whoever comes after sees what this transaction writes."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE exchange_casehead IN EXCLUSIVE MODE")


def _close_cases(node: Node) -> None:
    CaseHead.objects.filter(region__in=node.regions).update(recovering=True, state=State.RECOVERING.value)
    Recovery.objects.filter(region__in=node.regions).delete()


def _made_at(case_id: UUID) -> datetime:
    """Case ids carry their time (UUIDv7)."""
    return datetime.fromtimestamp(0, tz=UTC) + timedelta(milliseconds=case_id.int >> 80)


def _find_restore(node: Node) -> str:
    """Why this database is not the one that was here last, or ""."""
    row = Incarnation.objects.filter(node=node.id).first()
    if row is None:
        return "no incarnation" if _holds_events(node) else ""
    if row.seal and row.seal not in seal.read_seals(node):
        return "seal"
    return "timeline" if row.timeline not in (0, _timeline()) else ""


def _renew(node: Node, at: datetime) -> None:
    row = Incarnation.objects.filter(node=node.id).first()
    if row is None:
        return
    fresh = secrets.token_hex(32)
    seal.write_seals(node, [row.seal, fresh])
    Incarnation.objects.filter(pk=row.pk).update(seal=fresh, renewed_at=at, timeline=_timeline())
    seal.write_seals(node, [fresh])


def _holds_events(node: Node) -> bool:
    with scope(node.regions):
        return Event.objects.filter(region__in=node.regions).exists()


def _timeline() -> int:
    """Of the running server: it grows when a standby is promoted or a log is replayed only up to some time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint")
        found: int = cursor.fetchone()[0]
    return found
