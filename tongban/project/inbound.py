"""What a peer may ask for, and the service that answers. Runs in the transaction that stores the request."""

from datetime import datetime
from typing import Any

from tongban.cases import services as cases
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.node import Node


def take_up_proposal(*, node: Node, proposal: Any, at: datetime) -> None:
    """A supplement or withdrawal that the receiving place passes on (补正、撤回)."""
    cases.take_up_proposal(
        node=node,
        region=proposal.holder,
        case_id=proposal.case,
        author=proposal.payload.region,
        proposal=proposal.hash,
        kind=proposal.payload.kind,
        sealed=proposal.payload.sealed,
        by=system(proposal.holder),
        at=at,
    )


INBOUND = {
    "cases.supplement;v=1": take_up_proposal,
    "cases.withdraw;v=1": take_up_proposal,
}


def register() -> None:
    for kind, handler in INBOUND.items():
        registries.register_proposal(kind, handler)
