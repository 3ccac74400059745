"""Event → what happens next. Read this table to see the flow of a case.

Each reaction defers a job in the transaction that stores the event; the job runs after the commit and is idempotent.
`where` says at which copy it runs: at the region that wrote the event, or at the one it is offered to. Files are fetched by the exchange itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tongban.cases import jobs as cases
from tongban.kernel import crash, registries
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.review import jobs as review

Where = Callable[[StoredEvent], bool]


def author(event: StoredEvent) -> bool:
    return event.own


def addressee(event: StoredEvent) -> bool:
    return event.payload.baton is not None and event.payload.baton.to == event.holder


@dataclass(frozen=True)
class Reaction:
    job: Any
    where: Where

    def __call__(self, node: Node, event: StoredEvent) -> None:
        if self.where(event):
            self.job.defer(region=event.holder, case_id=str(event.case))
            crash.point("reaction.deferred")


REACTIONS: dict[str, list[Reaction]] = {
    "cases.received": [Reaction(review.collect_evidence, author)],
    "cases.offered": [Reaction(cases.take_over, addressee)],
    "cases.sent_back": [Reaction(cases.take_over, addressee)],
    "cases.taken_over": [Reaction(review.consider, author)],
    "cases.supplemented": [Reaction(review.consider, author)],
}

WITNESSED: dict[str, list[Reaction]] = {
    "cases.approved": [Reaction(review.push_effect, author)],
}
"""The same, once another node has stored the event too: what leaves for the world outside outlives the loss of this node (R18)."""


def register() -> None:
    for name, reactions in REACTIONS.items():
        for reaction in reactions:
            registries.register_reaction(name, reaction)
    for name, reactions in WITNESSED.items():
        for reaction in reactions:
            registries.register_witnessed_reaction(name, reaction)
