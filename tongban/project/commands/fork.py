"""Forks held as evidence. Verifying the file needs no node: see `evidence.py`."""

from argparse import Namespace

from tongban.exchange import operating, oversight
from tongban.project.commands.operator import acting, looking, say


def show(args: Namespace) -> None:
    with looking(args.case) as region:
        forks = oversight.list_fork_views([region], args.case)
    lines = [
        f"#{fork.seq}: {fork.ours.kind} {fork.ours.hash} and {fork.theirs.kind} {fork.theirs.hash}, found {fork.found_at:%Y-%m-%d %H:%M}Z,"
        f" the second by {fork.theirs.region}{'' if fork.by_writer else ', which was not entitled to write'}"
        for fork in forks
    ]
    say(args, {"forks": forks}, lines or ["no fork"])


def export(args: Namespace) -> None:
    with acting(args) as whose:
        data = operating.export_fork_evidence(**whose, case_id=args.case)
    args.out.write_bytes(data)
    say(args, {"file": str(args.out), "bytes": len(data)}, [f"{args.out}: {len(data)} bytes"])
