"""How the peers do."""

from argparse import Namespace

from tongban.exchange import oversight
from tongban.exchange.oversight import PeerView
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.project.commands.operator import say


def peers(args: Namespace) -> None:
    node = registries.current_node()
    with scope(node.regions):
        found = oversight.list_peers(node, node.regions, now())
    say(args, {"node": node.id, "peers": found}, [_line(peer) for peer in found] or ["no peers"])


def _line(peer: PeerView) -> str:
    since = f" since {peer.since:%Y-%m-%d %H:%M}Z" if peer.since else ""
    parts = [
        f"{peer.node} ({', '.join(peer.regions)}): {peer.waiting} waiting{since}",
        f"{peer.rejected} rejected" if peer.rejected else "",
        "" if peer.active else "suspended",
        f"breaker {peer.breaker}" + (f" ({peer.last_error})" if peer.failures else ""),
        f"clock {peer.skew_ms:+d} ms" if peer.skew_ms is not None else "clock not known",
        f"list {peer.list_version}" if peer.list_version else "",
        f"compared {peer.swept_at:%Y-%m-%d %H:%M}Z, {peer.differences} differences"
        if peer.swept_at
        else "never compared",
    ]
    return "; ".join(part for part in parts if part)
