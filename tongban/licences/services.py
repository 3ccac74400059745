"""What others may do with licences. Each name is a use case in a module of its own."""

from datetime import datetime

from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.licences.changing import (
    BY_HAND,
    FOUR_EYES,
    NEEDS_ARTICLE,
    NeedsTwo,
    NotInThisStatus,
    WhyIsMissing,
    change_licence,
)
from tongban.licences.issuing import end_licence, end_with_decision, hand_over, issue
from tongban.licences.proposing import (
    CONFIRMING,
    ProposalOver,
    ProposedAlready,
    SameProposer,
    confirm_change,
    decline_change,
    propose_change,
)
from tongban.licences.reserving import MENDING, reserve, reserve_for, retry_blocked, stop_blocked


def go_on(*, node: Node, region: str, reservation: int, by: Actor, at: datetime) -> None:
    """Whatever comes next for a reservation that was signed, or that ends a licence."""
    issue(node=node, region=region, reservation=reservation, by=by, at=at)
    end_licence(node=node, region=region, reservation=reservation, by=by, at=at)


__all__ = [
    "BY_HAND",
    "CONFIRMING",
    "FOUR_EYES",
    "MENDING",
    "NEEDS_ARTICLE",
    "NeedsTwo",
    "NotInThisStatus",
    "ProposalOver",
    "ProposedAlready",
    "SameProposer",
    "WhyIsMissing",
    "change_licence",
    "confirm_change",
    "decline_change",
    "end_licence",
    "end_with_decision",
    "go_on",
    "hand_over",
    "issue",
    "propose_change",
    "reserve",
    "reserve_for",
    "retry_blocked",
    "stop_blocked",
]
