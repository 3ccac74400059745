"""What peers have not confirmed yet."""

from argparse import Namespace

from tongban.exchange import operating, oversight
from tongban.exchange.oversight import OutboxView
from tongban.kernel import registries
from tongban.kernel.scope import scope
from tongban.project.commands.operator import acting, say


def list(args: Namespace) -> None:
    node = registries.current_node()
    with scope(node.regions):
        rows = oversight.list_outbox(node.regions, peer=args.peer or "", case_id=args.case)
    say(args, {"rows": rows}, [_line(row) for row in rows] or ["nothing waits"])


def retry_now(args: Namespace) -> None:
    with acting(args) as whose:
        count = operating.retry_now(**whose, case_id=args.case, peer=args.peer or "")
    say(args, {"due": count}, [f"{count} rows are due now"])


def _line(row: OutboxView) -> str:
    place = f"#{row.seq} " if row.seq else ""
    when = "rejected" if row.rejected else f"next try {row.next_try:%Y-%m-%d %H:%M:%S}Z"
    said = (
        f"{row.case_id} {place}{row.what} for {row.peer}: since {row.since:%Y-%m-%d %H:%M}Z, {row.tries} tries, {when}"
    )
    return f"{said} ({row.reason})" if row.reason else said
