"""What a peer may ask for, and the service that answers. Runs in the transaction that stores the request."""

from datetime import datetime
from typing import Any

from tongban.cases import services as cases
from tongban.exchange import operating as exchange
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.node import Node


def take_up_proposal(*, node: Node, proposal: Any, at: datetime) -> None:
    """A supplement or withdrawal that the receiving place passes on (补正、撤回)."""
    payload = proposal.payload
    cases.take_up_proposal(kind=payload.kind, sealed=payload.sealed, **_asked(node, proposal, at))


def take_up_recall(*, node: Node, proposal: Any, at: datetime) -> None:
    """The receiving place wants a case back that was not taken over yet (撤回转办)."""
    cases.take_up_recall(**_asked(node, proposal, at))


def take_up_message(*, node: Node, proposal: Any, at: datetime) -> None:
    """A word of the place that does not hold the case (两地沟通)."""
    payload = proposal.payload
    cases.take_up_message(role=payload.actor["role"], sealed=payload.sealed, **_asked(node, proposal, at))


def take_up_pledge_withdrawal(*, node: Node, proposal: Any, at: datetime) -> None:
    """The applicant takes a pledge back at the receiving place (撤回承诺)."""
    cases.take_up_pledge_withdrawal(**_asked(node, proposal, at))


def note_statement(*, node: Node, proposal: Any, at: datetime) -> None:
    """What the other side's operator says about a parked case: stored, and shown to the operator here."""
    exchange.note_statement(
        region=proposal.holder, case_id=proposal.case, author=proposal.payload.region, body=proposal.payload.body, at=at
    )


def _asked(node: Node, proposal: Any, at: datetime) -> dict[str, Any]:
    return {
        "node": node, "region": proposal.holder, "case_id": proposal.case, "author": proposal.payload.region,
        "proposal": proposal.hash, "by": system(proposal.holder), "at": at,
    }  # fmt: skip


def take_up_addition(*, node: Node, proposal: Any, at: datetime) -> None:
    """A paper, its service, a rating, urging or a material that followed, of the place that does not hold the case."""
    payload = proposal.payload
    cases.take_up_addition(body=payload.body, sealed=payload.sealed, **_asked(node, proposal, at))


INBOUND: dict[str, registries.ProposalHandler] = {
    "cases.supplement;v=1": take_up_proposal,
    "cases.withdraw;v=1": take_up_proposal,
    cases.PLEDGE_WITHDRAWAL: take_up_pledge_withdrawal,
    "cases.message;v=1": take_up_message,
    cases.ADDITION: take_up_addition,
}
WHILE_OFFERED: dict[str, registries.ProposalHandler] = {"cases.recall;v=1": take_up_recall}
"""Taken up before the offer is answered."""
AT_ANY_TIME: dict[str, registries.ProposalHandler] = {"exchange.parked;v=1": note_statement}
"""Taken note of whoever holds the case."""


def register() -> None:
    for kind, handler in INBOUND.items():
        registries.register_proposal(kind, handler)
    for kind, handler in WHILE_OFFERED.items():
        registries.register_proposal(kind, handler, while_offered=True)
    for kind, handler in AT_ANY_TIME.items():
        registries.register_proposal(kind, handler, at_any_time=True)
