"""What a node would say of itself: for operators, monitors and the demo. Imported after `home.prepare`."""

import platform
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from typing import Any

from django.db import connection

from tongban.alliance import queries as alliance
from tongban.alliance.queries import NoMemberList
from tongban.exchange import queries as exchange
from tongban.kernel.events import format_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.project import home

Json = dict[str, Any]


def get_status(node: Node, *, at: datetime) -> Json:
    """Counts and names only. `ok` is False when tables are behind, no member list is in force, or a job has failed for good."""
    pending = home.pending_migrations()
    now: Json = {
        "node": node.id,
        "regions": list(node.regions),
        "url": node.url,
        "versions": {"tongban": version("tongban"), "python": platform.python_version()},
        "database": {"server": _server_version(), "pending_migrations": pending},
    }
    if not pending:
        now |= {"members": _members(at), "agreements": _agreements(at), "jobs": _jobs(), "outbox": _outbox(node)}
    now["ok"] = not pending and now["members"]["valid"] and not now["jobs"].get("failed")
    return now


def as_lines(now: Json) -> list[str]:
    """The same for people."""
    return [f"{name:<12} {_plain(value)}" for name, value in now.items()]


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(item)}" for name, item in value.items()) or "-"
    if isinstance(value, list):
        return "; ".join(map(_plain, value)) or "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)


def _members(at: datetime) -> Json:
    try:
        members = alliance.latest_list(at)
    except NoMemberList:
        return {"version": None, "valid": False}
    until = format_instant(members.valid_until)
    return {"version": members.version, "valid": at <= members.valid_until, "until": until, "peers": len(members.peers)}


def _agreements(at: datetime) -> list[Json]:
    return [{"id": a.id, "version": a.version, "members": list(a.members)} for a in alliance.list_agreements(at)]


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
