"""What of the exchange is late, for `tongban node status`.

Evidence that has not come, peers that are away or whose clock is off, jobs that go on failing.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from tongban.alliance import queries as alliance
from tongban.alliance.queries import NoMemberList
from tongban.exchange import peers
from tongban.exchange import services as exchange
from tongban.kernel.clock import now
from tongban.kernel.events import format_instant
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

Json = dict[str, Any]
STUBBORN_TRIES = 28
"""With growing waits that is more than half an hour."""
LACKS = {
    "stored": "{count} cases have not been confirmed by another place in time",
    "admitted": "{count} offers have not been answered in time",
    "opened": "{count} offers have not been looked at in time",
}


def get_lateness(node: Node) -> Json:
    with scope(node.regions):
        overdue = exchange.count_overdue(node.regions)
    return {
        "overdue": [{"rung": rung, "level": level, "count": count} for (rung, level), count in overdue.items()],
        "peers": [_peer(view) for view in peers.list_peers(_peer_ids(node))],
        "stubborn_jobs": _stubborn_jobs(),
    }


def list_sentences(late: Json) -> Iterator[str]:
    for row in late["overdue"]:
        yield f"{LACKS[row['rung']].format(count=row['count'])} ({row['level']})"
    for peer in late["peers"]:
        if peer["last_failed_at"]:
            yield f"{peer['node']} does not answer: {peer['error']}"
        if peer["skewed"]:
            yield f"the clock of {peer['node']} and ours differ by {round(peer['skew_ms'] / 1000)} s"
    for task, count in late["stubborn_jobs"].items():
        yield f"{count} jobs {task} have failed again and again; log/worker.log says why"


def _peer_ids(node: Node) -> list[str]:
    try:
        return [entry.id for entry in alliance.latest_list(now()).peers if entry.id != node.id]
    except NoMemberList:
        return []


def _peer(view: peers.PeerView) -> Json:
    away = view.last_failed_at if view.failures >= peers.PATIENCE else None
    return {
        "node": view.node, "last_failed_at": format_instant(away) if away else "", "error": view.last_error,
        "skew_ms": view.skew_ms, "skewed": view.skewed, "differences": view.differences,
        "swept_at": format_instant(view.swept_at) if view.swept_at else "",
    }  # fmt: skip


def _stubborn_jobs() -> dict[str, int]:
    """An agreement that has ended, a register that refuses: tried for ever, so it must be seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, count(*) FROM procrastinate_jobs WHERE status = 'todo' AND attempts >= %s GROUP BY 1 ORDER BY 1",
            [STUBBORN_TRIES],
        )
        return dict(cursor.fetchall())
