"""Connects what the contexts declare: folds, reactions, inbound handlers. Called once at start-up."""

from tongban.cases.fold import fold_events
from tongban.kernel import registries
from tongban.project import inbound, reactions


def connect() -> None:
    """Fill the kernel's registries. Harmless when called again."""
    registries.register_fold("cases", fold_events)
    reactions.register()
    inbound.register()
