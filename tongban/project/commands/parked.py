"""Cases that wait until somebody has looked. What is dangerous happens when a second person confirms it."""

from argparse import Namespace
from typing import Any

from tongban.exchange import operating, operations, oversight
from tongban.exchange.operations import OperationView
from tongban.exchange.oversight import ParkedView
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.project.commands.operator import acting, looking, say


class CaseOrRequest(Refused):
    status = 422
    text = Text("须给出办件标识，或用 --confirm 给出请求编号。", "Name a case, or a request with --confirm.")
    advice = Text("请先运行 parked list 查看。", "Run parked list first.")


def list(args: Namespace) -> None:
    node = registries.current_node()
    with scope(node.regions):
        parked, asked = oversight.list_parked(node.regions), operations.list_requests(node.regions, now())
    lines = [*map(_line, parked), *map(_asked, asked)]
    say(args, {"parked": parked, "requests": asked}, lines or ["nothing is parked"])


def show(args: Namespace) -> None:
    with looking(args.case) as region:
        detail = oversight.get_parked(region, args.case)
    events = [f"  #{event.seq} {event.kind} by {event.region}: {event.body}" for event in detail.unfolded]
    forks = [f"  fork at #{fork.seq}: {fork.ours.hash} and {fork.theirs.hash}" for fork in detail.forks]
    said = [f"  {one.author} says {one.code}: {one.text}" for one in detail.statements]
    say(args, detail, [_line(detail.parked), *events, *forks, *said])


def release(args: Namespace) -> int:
    """1 when it stays parked."""
    with acting(args) as whose:
        if args.confirm:
            return _confirmed(args, operating.confirm_request(**whose, request=args.confirm))
        if not args.case:
            raise CaseOrRequest
        return _waits(args, operating.request_release(**whose, case_id=args.case, reason=args.reason))


def answer(args: Namespace) -> int:
    with acting(args) as whose:
        if args.confirm:
            return _confirmed(args, operating.confirm_request(**whose, request=args.confirm))
        if not args.case:
            raise CaseOrRequest
        about: dict[str, Any] = {
            "case_id": args.case,
            "proposal": args.proposal,
            "code": args.answer,
            "reason": args.reason,
        }
        return _waits(args, operating.request_answer(**whose, **about))


def _waits(args: Namespace, asked: OperationView) -> int:
    say(args, {"request": asked.id, "until": asked.until}, [
        f"request {asked.id} waits for a second person until {asked.until:%Y-%m-%d %H:%M}Z:",
        "on the page of the node, or here with --confirm",
    ])  # fmt: skip
    return 0


def _confirmed(args: Namespace, why: str) -> int:
    say(args, {"parked": why}, [f"stays parked: {why}" if why else "done"])
    return 1 if why else 0


def _line(parked: ParkedView) -> str:
    what = f"request {parked.proposal} " if parked.proposal else ""
    never = "; nobody here can release it: the alliance decides" if parked.never else ""
    return (
        f"{parked.case_id} {what}({parked.reason}): {parked.kind} of {parked.author}, {parked.waiting} waiting{never}"
    )


def _asked(asked: OperationView) -> str:
    return f"request {asked.id} ({asked.what} {asked.case_id}) waits for a second person until {asked.until:%Y-%m-%d %H:%M}Z"
