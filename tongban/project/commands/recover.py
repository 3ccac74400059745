"""What a restored node still waits for."""

from argparse import Namespace

from tongban.exchange import oversight
from tongban.kernel import registries
from tongban.kernel.scope import scope
from tongban.project.commands.operator import say


def status(args: Namespace) -> None:
    node = registries.current_node()
    with scope(node.regions):
        found = oversight.get_recovery(node, node.regions)
    state = f"recovering since {found.since:%Y-%m-%d %H:%M}Z ({found.reason})" if found.since else "not recovering"
    peers = [
        f"  {peer.region} asks {peer.peer}: {peer.state}, {peer.cases} cases, {peer.fetched} fetched"
        + (f" ({peer.last_error})" if peer.last_error else "")
        for peer in found.peers
    ]
    say(args, found, [f"{state}; incarnation {found.inc}; {found.read_only} cases can only be read", *peers])
