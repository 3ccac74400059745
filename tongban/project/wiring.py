"""Connects what the contexts declare: folds, reactions, inbound handlers. Called once at start-up."""

from collections.abc import Sequence

from tongban.cases import taking_back
from tongban.cases.fold import fold_events
from tongban.enquiries import fold as enquiries
from tongban.kernel import registries
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.licences import copies
from tongban.papers import numbers as paper_numbers
from tongban.project import inbound, reactions, sealing


def connect() -> None:
    """Fill the kernel's registries. Harmless when called again."""
    registries.register_fold("cases", fold_events)
    registries.register_fold("enquiries", enquiries.fold_events)
    registries.register_taking_back("cases", take_back)
    registries.register_preparation(taking_back.leave_numbers_out)
    registries.register_preparation(paper_numbers.leave_numbers_out)
    reactions.register()
    inbound.register()
    sealing.register()


def take_back(node: Node, events: Sequence[StoredEvent]) -> None:
    """Of cases: what the cases keep beside their projection, and the licences that were issued."""
    taking_back.take_back(node, events)
    copies.take_back(node, events)
