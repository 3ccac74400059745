"""Event → what happens next. Read this table to see the flow of a case.

Each reaction defers a job in the transaction that stores the event; the job runs after the commit and is idempotent.
`where` says at which copy it runs: at the region that wrote the event, or at the one it is offered to. Files are fetched by the exchange itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings

from tongban.cases import jobs as cases
from tongban.cases.events import EVENTS
from tongban.cases.fold import has_files, is_supervised
from tongban.clients import jobs as clients
from tongban.documents.reading.process import is_installed
from tongban.feedback import jobs as feedback
from tongban.kernel import crash, registries
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.licences import copies
from tongban.licences import jobs as licences
from tongban.licences.reserving import reserve
from tongban.people import queries as people
from tongban.project.following import follow_soon
from tongban.project.sealing import ask_for_seals
from tongban.review import document_jobs as documents
from tongban.review import jobs as review
from tongban.review import supervision_jobs as supervision
from tongban.seals import queries as seals

Where = Callable[[StoredEvent], bool]
PUBLICATIONS = UUID("5b0d5c7e-1d53-5c4e-8a51-7f2f4f6f1c11")
"""Under which a publication has the id that a delivery about it names."""


def author(event: StoredEvent) -> bool:
    return event.own


def addressee(event: StoredEvent) -> bool:
    return event.payload.baton is not None and event.payload.baton.to == event.holder


def drawn_by_lot(event: StoredEvent) -> bool:
    """Officers are drawn by lot here; for a case that the rules have decided there is none to draw."""
    return event.own and settings.ASSIGN_OFFICERS == "random"


def supervised(event: StoredEvent) -> bool:
    """Its author, where the item names an office that looks after what was granted (审管联动)."""
    return event.own and is_supervised(event)


def has_papers(event: StoredEvent) -> bool:
    """Its author, where a person will look at the case, files came with it, and this node can read them (材料识读)."""
    return event.own and event.payload.body.get("outcome") != "approve" and is_installed() and has_files(event)


@dataclass(frozen=True)
class Reaction:
    job: Any
    where: Where

    def __call__(self, node: Node, event: StoredEvent) -> None:
        if self.where(event):
            self.job.defer(region=event.holder, case_id=str(event.case))
            crash.point("reaction.deferred")


def tell_clients(node: Node, event: StoredEvent) -> None:
    """Other systems that subscribed (回调): which case and what, nothing else."""
    clients.tell(
        region=event.holder,
        event=event.payload.kind_name,
        case_id=event.case,
        seq=event.seq,
        happened_at=event.payload.at,
        in_office=lambda ref: people.find_staff(node=node, ref=ref) is not None,
    )


def tell_of_catalogue(name: str, facts: Json, at: datetime) -> None:
    """Other systems that subscribed to changes of the catalogue, whichever place has published them. In a scope of its own: a peer's
    publication is taken in without any."""
    node = registries.find_node()
    if node is None:
        return
    with scope(node.regions):
        clients.tell_public(
            regions=node.regions, event=name, about=uuid5(PUBLICATIONS, facts["definition"]), seq=facts["version"], facts=facts,
            in_office=lambda ref: people.find_staff(node=node, ref=ref) is not None,
        )  # fmt: skip


def has_paper_seal(event: StoredEvent) -> bool:
    """Where the office of the paper has a seal for it."""
    body = event.payload.body
    place = body.get("place") or event.payload.region
    return place == event.holder and seals.has_seal(
        region=event.holder, office=str(body["office"]), use="paper", on=legal_day(event.payload.at)
    )


def note_rating(node: Node, event: StoredEvent) -> None:
    """Both places count the ratings that are about them (好差评)."""
    feedback.note_soon(event)


REACTIONS: dict[str, list[Reaction]] = {
    "cases.received": [Reaction(review.collect_evidence, author)],
    "cases.offered": [Reaction(cases.take_over, addressee)],
    "cases.sent_back": [Reaction(cases.take_over, addressee)],
    "cases.taken_over": [Reaction(review.consider, author)],
    "cases.supplemented": [Reaction(review.consider, author)],
    "cases.assessed": [Reaction(cases.draw_officer, drawn_by_lot), Reaction(documents.read_documents, has_papers)],
    "cases.tolerated_supplied": [Reaction(documents.read_documents, has_papers)],
    "cases.recused": [Reaction(cases.draw_officer, drawn_by_lot)],
    "cases.effective": [Reaction(supervision.push_to_supervision, supervised)],
    "cases.revoked": [Reaction(licences.end_revoked, author)],
    "cases.licence_issued": [Reaction(ask_for_seals, author)],
    "cases.paper_issued": [Reaction(ask_for_seals, has_paper_seal)],
}
IN_THE_TRANSACTION: dict[str, registries.Reaction] = {
    "cases.approved": reserve,
    "cases.licence_issued": copies.keep_licence,
    "cases.licence_changed": copies.keep_change,
}
"""What is done at once, not by a job: it stands or falls with the event."""

WITNESSED: dict[str, list[Reaction]] = {
    "cases.approved": [Reaction(review.push_effect, author)],
    "cases.revoked": [Reaction(supervision.tell_revocation, author)],
    "cases.licence_issued": [Reaction(licences.hand_over_witnessed, author)],
}
"""The same, once another node has stored the event too: what leaves for the world outside outlives the loss of this node (R18)."""


def register() -> None:
    registries.register_listener(tell_of_catalogue)
    for name, reactions in REACTIONS.items():
        for reaction in reactions:
            registries.register_reaction(name, reaction)
    for name in EVENTS:
        registries.register_reaction(name, tell_clients)
        registries.register_reaction(name, follow_soon)
    registries.register_reaction("cases.rated", note_rating)
    for name, at_once in IN_THE_TRANSACTION.items():
        registries.register_reaction(name, at_once)
    for name, reactions in WITNESSED.items():
        for reaction in reactions:
            registries.register_witnessed_reaction(name, reaction)
