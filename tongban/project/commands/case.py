"""Why a case waits and who must act; the operator reads no case."""

from argparse import Namespace

from tongban.exchange.explaining import explain_case
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.project.commands.operator import looking, say


def explain(args: Namespace) -> None:
    with looking(args.case) as region:
        found = explain_case(node=registries.current_node(), region=region, case_id=args.case, at=now())
    sentences = [line for text in found.sentences for line in (text.zh, f"  {text.en}")]
    say(
        args,
        found,
        [f"{found.case_id} #{found.seq} {found.state}, writer {found.writer}, who acts: {found.who}", *sentences],
    )
