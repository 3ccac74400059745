"""What a node would say of itself: for operators, monitors and the demo. Imported after `home.prepare`."""

import platform
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from django.db import connection

from tongban.alliance import queries as alliance
from tongban.alliance.expiry import judge_expiry
from tongban.alliance.own_keys import find_key_ends
from tongban.alliance.queries import NoMemberList
from tongban.catalogue import queries as catalogue
from tongban.documents.reading.process import is_installed
from tongban.exchange import operations
from tongban.exchange import queries as exchange
from tongban.exchange.oversight import get_recovery
from tongban.exchange.services import list_log_evidence
from tongban.kernel.events import format_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.licences import queries as licences
from tongban.project import home
from tongban.project.lateness import get_lateness, list_sentences

Json = dict[str, Any]
KEY_WARNING = timedelta(days=30)
"""A new key is made, listed and used before the old one ends."""


def get_status(node: Node, *, at: datetime) -> Json:
    """Counts and names only. `ok` is False when tables are behind, no member list is in force, or a job has failed for good.

    `wrong` says why not, and `attention` what may be well and should be looked at.
    """
    pending = home.pending_migrations()
    now: Json = {
        "node": node.id,
        "regions": list(node.regions),
        "url": node.url,
        "versions": {"tongban": version("tongban"), "python": platform.python_version()},
        "database": {"server": _server_version(), "pending_migrations": pending},
    }
    if not pending:
        now |= {"members": _members(node, at), "agreements": _agreements(at), "definitions": _definitions()}
        now |= {"outbox": _outbox(node), "parked": _parked(node), "jobs": _jobs()}
        now["recovery"] = _recovery(node)
        now["late"] = get_lateness(node)
        now |= {"log_evidence": _log_evidence(node), "requests": _requests(node, at)}
        now["reads_papers"] = is_installed()
        now["licences"] = _licences(node, at)
    now["wrong"] = list(_wrong(now))
    now["attention"] = list(_attention(now))
    now["ok"] = not now["wrong"]
    return now


def as_lines(now: Json) -> list[str]:
    """The same for people."""
    tables = now["database"]["pending_migrations"]
    lines = [
        ("node", f"{now['node']}, hosts {', '.join(now['regions'])}, at {now['url']}"),
        ("program", f"tongban {now['versions']['tongban']}, Python {now['versions']['python']}"),
        ("database", f"PostgreSQL {now['database']['server']}, tables {'behind' if tables else 'up to date'}"),
    ]
    if not tables:
        lines += _exchange_lines(now)
    lines += [("look at", sentence) for sentence in now["attention"]]
    lines += [("wrong", sentence) for sentence in now["wrong"]]
    return [f"{name:<13}{said}" for name, said in (*lines, ("well", "yes" if now["ok"] else "no"))]


def _exchange_lines(now: Json) -> Iterator[tuple[str, str]]:
    members = now["members"]
    if members["version"] is None:
        yield "member list", "none"
    else:
        force = "in force" if members["valid"] else "expired"
        yield (
            "member list",
            f"version {members['version']}, {force}, until {members['until'][:10]}; {members['peers']} peers",
        )
    for agreement in now["agreements"] or [None]:
        named = agreement and f"{agreement['id']} version {agreement['version']}: {', '.join(agreement['members'])}"
        yield "agreement", named or "none in force"
    definitions = [f"{region} {count}" for region, count in now["definitions"].items()]
    yield "definitions", f"by region: {', '.join(definitions)}" if definitions else "none"
    for row in now["outbox"] or [None]:
        yield "to be sent", _backlog(row) if row else "nothing"
    yield "papers", "read by machine" if now["reads_papers"] else "read by people: the extra ocr is not installed"
    yield "jobs", ", ".join(f"{count} {state}" for state, count in now["jobs"].items()) or "none waiting"


def _licences(node: Node, at: datetime) -> Json:
    with scope(node.regions):
        return asdict(licences.count_waiting(node.regions, at=at))


def _backlog(row: Json) -> str:
    reason = f": {row['reason']}" if row["reason"] else ""
    return f"{row['region']} to {row['peer']}: {row['count']} since {row['since']}{reason}"


def _wrong(now: Json) -> Iterator[str]:
    if pending := now["database"]["pending_migrations"]:
        yield f"tables lack {len(pending)} migrations; run tongban node migrate"
        return
    if now["members"]["version"] is None:
        yield "no member list; run tongban alliance list-import"
    elif now["members"]["stage"] == "grace":
        yield f"the member list has expired; exchange stops at {now['members']['stops_at']} unless a newer one comes"
    elif now["members"]["stage"] == "stopped":
        yield "the member list has expired and exchange has stopped; import a newer one with tongban alliance list-import"
    if now["members"].get("suspended"):
        yield "the alliance has suspended this node"
    for rival in now["members"].get("rivals", ()):
        yield f"two different signed member lists of version {rival} are going round; call the alliance's office"
    if failed := now["jobs"].get("failed"):
        yield f"{failed} jobs failed for good; log/worker.log says why"


def _attention(now: Json) -> Iterator[str]:
    members = now.get("members", {})
    waiting = now.get("licences", {})
    if count := waiting.get("unsigned"):
        yield f"{count} licences wait for their signature; is tongban node signer running?"
    if count := waiting.get("blocked"):
        yield f"{count} licences could not be issued; the desks see why under 证照签发"
    if days := members.get("warning"):
        yield f"the member list ends within {days} days, on {members['until'][:10]}"
    for purpose, end in members.get("keys_ending", {}).items():
        yield f"the {purpose} key ends on {end[:10]}; make the next one with tongban node key-new"
    if recovery := now.get("recovery"):
        yield (
            f"recovering since {recovery['since']} ({recovery['reason']}): {recovery['read_only']} cases can only be read;"
            f" waiting for {', '.join(recovery['waiting']) or 'nobody'}"
        )
    if late := now.get("late"):
        yield from list_sentences(late)
    for row in now.get("log_evidence", ()):
        yield (
            f"the log of {row['region']} contradicts itself ({row['kind']}), found {row['found_at'][:10]};"
            " tongban checkpoint list, and call the alliance's office"
        )
    if count := now.get("requests"):
        yield f"{count} requests of operators wait for a second person"
    for reason, count in now.get("parked", {}).items():
        yield f"{count} cases are parked: {reason}"


def _members(node: Node, at: datetime) -> Json:
    try:
        members = alliance.latest_list(at)
    except NoMemberList:
        return {"version": None, "valid": False}
    until = format_instant(members.valid_until)
    peers = [peer.id for peer in members.peers if peer.id != node.id]
    expiry, own = judge_expiry(members, at), members.find_node(node.id)
    ends = find_key_ends(node, members, at, within=KEY_WARNING)
    return {
        "version": members.version, "valid": at <= members.valid_until, "until": until, "peers": len(peers),
        "stage": expiry.stage, "warning": expiry.warning, "stops_at": format_instant(expiry.stops_at),
        "suspended": own is not None and not own.active, "rivals": alliance.list_rivals(),
        "keys_ending": {purpose: format_instant(end) for purpose, end in ends.items()},
    }  # fmt: skip


def _recovery(node: Node) -> Json | None:
    """After a restore, until everybody has answered."""
    with scope(node.regions):
        view = get_recovery(node, node.regions)
    if view.since is None:
        return None
    waiting = {peer.peer: peer.last_error for peer in view.peers if peer.state != "done"}
    return {
        "since": format_instant(view.since), "reason": view.reason, "inc": view.inc, "read_only": view.read_only,
        "waiting": waiting,
    }  # fmt: skip


def _log_evidence(node: Node) -> list[Json]:
    """The first of each kind about each region's log."""
    first = {(found.region, found.kind): found for found in reversed(list_log_evidence(node))}
    return [
        {"region": region, "kind": kind, "found_at": format_instant(found.found_at)}
        for (region, kind), found in sorted(first.items(), key=lambda item: item[0])
    ]


def _requests(node: Node, at: datetime) -> int:
    with scope(node.regions):
        return len(operations.list_requests(node.regions, at))


def _agreements(at: datetime) -> list[Json]:
    return [{"id": a.id, "version": a.version, "members": list(a.members)} for a in alliance.list_agreements(at)]


def _definitions() -> dict[str, int]:
    """How many are held of each region."""
    return dict(sorted(Counter(publication.region for publication in catalogue.list_publications()).items()))


def _jobs() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


def _server_version() -> str:
    return connection.cursor().connection.info.parameter_status("server_version") or ""


def _outbox(node: Node) -> list[Json]:
    with scope(node.regions):
        found = exchange.list_backlogs(node.regions)
    return [{**asdict(backlog), "since": format_instant(backlog.since)} for backlog in found]


def _parked(node: Node) -> dict[str, int]:
    with scope(node.regions):
        return exchange.count_parked(node.regions)
