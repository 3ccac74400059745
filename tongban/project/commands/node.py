"""One node: bring up to date, ask. Making it is in `newnode.py`, its processes in `processes.py`."""

import json
from argparse import Namespace
from datetime import UTC, datetime

from tongban.kernel import registries
from tongban.project import basics
from tongban.project import status as state


def migrate(args: Namespace) -> None:
    basics.bring_up_to_date(registries.current_node())
    print("up to date")


def status(args: Namespace) -> int:
    """1 when the node is not well, so that a monitor needs to read nothing."""
    now = state.get_status(registries.current_node(), at=datetime.now(UTC))
    print(json.dumps(now, ensure_ascii=False) if args.json else "\n".join(state.as_lines(now)))
    return 0 if now["ok"] else 1
