"""The seal of a licence: the printed form is handed to the seals, comes back sealed, and is kept in the case. It never holds a licence up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from tongban.cases import sealed_documents
from tongban.cases import services as cases
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day
from tongban.licences import models, queries
from tongban.licences.forms.ofd import print_ofd
from tongban.licences.forms.printing import print_licence, spot_of
from tongban.licences.queries import HeldLicence
from tongban.seals import queries as seal_queries
from tongban.seals import services as seals
from tongban.seals.views import MAIN_SUITE

SUBJECT = "licence"
LOOK_BACK = timedelta(days=30)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Form:
    """A licence as PDF. `sealed`: with the electronic seal of the issuer; without, the code on it still proves what it says."""

    data: bytes = field(repr=False)
    sealed: bool


def ask_for_seals(*, node: Node, region: str, case_id: UUID, at: datetime) -> list[str]:
    """For every licence of the case that this region issued; their identifiers. An office without a seal has none put on.

    May be called again. Refuses `SealProofStale`, `StamperSilent`, `FontMissing`.
    """
    asked = []
    for held in queries.list_licences(region=region, case_ids=[case_id]):
        if held.issuer == region and _ask(held, node=node, region=region, at=at):
            asked.append(held.identifier)
    return asked


def _ask(held: HeldLicence, *, node: Node, region: str, at: datetime) -> bool:
    content = queries.read_held_content(held, node=node)
    office = content.issuer.office
    if not seal_queries.has_seal(region=region, office=office, use=SUBJECT, on=legal_day(at)):
        log.info("no seal", region=region, kind=SUBJECT)
        return False
    pdf = print_licence(content, held.face, held.signature)
    seals.request_seal(
        node=node, region=region, office=office, use=SUBJECT, subject=SUBJECT, ref=held.identifier, pdf=pdf,
        spot=spot_of(content.template), at=at,
    )  # fmt: skip
    seals.request_national_seal(
        node=node, region=region, office=office, use=SUBJECT, subject=SUBJECT, ref=held.identifier,
        ofd=print_ofd(content, held.signed, pdf=pdf), spot=spot_of(content.template), at=at,
    )  # fmt: skip
    return True


def keep_sealed(*, node: Node, region: str, ref: str, suite: str, by: Actor, at: datetime) -> bool:
    held = queries.find_licence(ref, region=region)
    return held is not None and cases.keep_sealed(
        node=node, region=region, case_id=held.case_id, subject=SUBJECT, ref=ref, suite=suite, by=by, at=at
    )


def knows(region: str, ref: str, document: str) -> bool:
    """What the signer asks: a licence of this region, issued by it."""
    return models.Licence.objects.filter(region=region, issuer=region, identifier=ref).exists()


def list_unsealed(*, region: str, at: datetime) -> list[UUID]:
    """Cases whose licences were never handed to the seals, as while an office had none."""
    recent = models.Licence.objects.filter(region=region, issuer=region, issued_at__gte=at - LOOK_BACK)
    known = dict(recent.values_list("identifier", "case_id"))
    asked = seal_queries.list_asked(region=region, subject=SUBJECT, refs=list(known))
    return list(dict.fromkeys(case_id for identifier, case_id in known.items() if identifier not in asked))


def read_form(*, node: Node, region: str, identifier: str, by: Actor) -> Form:
    """The licence as PDF, sealed where the sealed file is here, else printed now. Refuses `Missing` and what the press refuses."""
    view = queries.get_licence(node=node, region=region, identifier=identifier, by=by)
    held, content = view.held, view.content
    sealed = sealed_documents.read_sealed(
        node=node, region=region, case_id=held.case_id, subject=SUBJECT, ref=identifier, suite=MAIN_SUITE
    )
    return Form(sealed or print_licence(content, held.face, held.signature), sealed is not None)
