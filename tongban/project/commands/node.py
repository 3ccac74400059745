"""One node: bring up to date, ask. Making it is in `newnode.py`, its processes in `processes.py`."""

import json
from argparse import Namespace
from datetime import UTC, datetime

from tongban.exchange import services as exchange
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.project import basics
from tongban.project import status as state


def migrate(args: Namespace) -> None:
    basics.bring_up_to_date(registries.current_node())
    print("up to date")


def recover(args: Namespace) -> None:
    """The worker does the rest. For a restore that the seal cannot tell: a whole machine set back, a database of one's own, a new node."""
    node = registries.current_node()
    life = exchange.begin_recovery(node=node, reason=args.reason, by=system(node.regions[0]), at=now())
    print(f"recovering as incarnation {life.inc}; only read until peers have answered. See: tongban node status")


def status(args: Namespace) -> int:
    """1 when the node is not well, so that a monitor needs to read nothing."""
    now = state.get_status(registries.current_node(), at=datetime.now(UTC))
    print(json.dumps(now, ensure_ascii=False) if args.json else "\n".join(state.as_lines(now)))
    return 0 if now["ok"] else 1
