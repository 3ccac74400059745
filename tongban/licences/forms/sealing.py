"""The seal of a licence: the printed form is handed to the seals, comes back sealed, and is kept in the case. It never holds a licence up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

import structlog

from tongban.cases import sealed_documents
from tongban.cases import services as cases
from tongban.kernel.actors import Actor
from tongban.kernel.crypto import BadSignature
from tongban.kernel.node import Node
from tongban.kernel.sealing import BadPart
from tongban.kernel.signer_keys import load_signer_keys
from tongban.kernel.workdays import legal_day
from tongban.licences import models, queries
from tongban.licences.content import BadContent, Content
from tongban.licences.face import SignedFace, verify_face
from tongban.licences.forms.ofd import print_ofd
from tongban.licences.forms.printing import print_licence, spot_of
from tongban.licences.queries import HeldLicence
from tongban.seals import queries as seal_queries
from tongban.seals import services as seals
from tongban.seals.subjects import NotAsFixed, Sealable
from tongban.seals.views import MAIN_SUITE, NATIONAL_SUITE

SUBJECT = "licence"
SUITES = (MAIN_SUITE, NATIONAL_SUITE)
LOOK_BACK = timedelta(days=30)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Form:
    """A licence as PDF. `sealed`: with the electronic seal of the issuer; without, the code on it still proves what it says."""

    data: bytes = field(repr=False)
    sealed: bool


def ask_for_seals(*, node: Node, region: str, case_id: UUID, at: datetime) -> list[str]:
    """For every licence of the case that this region issued; their identifiers. An office without a seal has none put on.

    May be called again. Refuses `StamperSilent`.
    """
    asked = []
    for held in queries.list_licences(region=region, case_ids=[case_id]):
        if held.issuer == region and _ask(held, node=node, region=region, at=at):
            asked.append(held.identifier)
    return asked


def _ask(held: HeldLicence, *, node: Node, region: str, at: datetime) -> bool:
    office = queries.read_held_content(held, node=node).issuer.office
    if not seal_queries.has_seal(region=region, office=office, use=SUBJECT, on=legal_day(at)):
        log.info("no seal", region=region, kind=SUBJECT)
        return False
    seals.request_seal(
        region=region, office=office, use=SUBJECT, subject=SUBJECT, ref=held.identifier, suites=SUITES, at=at
    )  # fmt: skip
    return True


def keep_sealed(*, node: Node, region: str, ref: str, suite: str, by: Actor, at: datetime) -> bool:
    held = queries.find_licence(ref, region=region)
    return held is not None and cases.keep_sealed(
        node=node, region=region, case_id=held.case_id, subject=SUBJECT, ref=ref, suite=suite, by=by, at=at
    )


def read_unsealed(node: Node, region: str, ref: str, national: bool) -> Sealable | None:
    """For the signer: a licence of this region, printed anew. It must have been signed by the signer's own key, which signs reservations only, and
    say what was signed. Raises `NotAsFixed`; refuses what printing refuses."""
    held = queries.find_licence(ref, region=region)
    if held is None or held.issuer != region:
        return None
    content = _prove(held, node)
    pdf = _print(content, held.signed)
    ofd = print_ofd(content, held.signed, pdf=pdf) if national else b""
    return Sealable(content.issuer.office, pdf, spot_of(content.template), ofd)


def _prove(held: HeldLicence, node: Node) -> Content:
    """The column is no proof: the signature covers the face, and the face the content."""
    keys = load_signer_keys(node.home)
    try:
        verify_face(held.signed, suite=node.suite, public_key_of=lambda id: keys[id].public)
        content = queries.read_held_content(held, node=node)
    except (BadSignature, LookupError, BadContent, BadPart):
        raise NotAsFixed from None
    same = held.face.identifier == held.identifier == content.identifier
    if not same or not held.face.matches(content, suite=node.suite) or content.issuer.region != held.region:
        raise NotAsFixed
    return content


@lru_cache(maxsize=1)
def _print(content: Content, signed: SignedFace) -> bytes:
    """Both suites, one after the other, want the same pages."""
    return print_licence(content, signed.face, signed.signature)


def list_unsealed(*, region: str, at: datetime) -> list[UUID]:
    """Cases whose licences lack a seal that nobody has asked for, as while an office had none, or that could not be put on."""
    recent = models.Licence.objects.filter(region=region, issuer=region, issued_at__gte=at - LOOK_BACK)
    known = dict(recent.values_list("identifier", "case_id"))
    refs = list(known)
    asked = [seal_queries.list_asked(region=region, subject=SUBJECT, refs=refs, suite=suite) for suite in SUITES]
    return list(
        dict.fromkeys(case_id for identifier, case_id in known.items() if any(identifier not in one for one in asked))
    )


def read_form(*, node: Node, region: str, identifier: str, by: Actor) -> Form:
    """The licence as PDF, sealed where the sealed file is here, else printed now. Refuses `Missing` and what the press refuses."""
    view = queries.get_licence(node=node, region=region, identifier=identifier, by=by)
    held, content = view.held, view.content
    sealed = sealed_documents.read_sealed(
        node=node, region=region, case_id=held.case_id, subject=SUBJECT, ref=identifier, suite=MAIN_SUITE
    )
    return Form(sealed or print_licence(content, held.face, held.signature), sealed is not None)
