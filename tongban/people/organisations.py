"""Companies and other bodies (单位、企业): the legal representative (法定代表人) claims one, is proved, and appoints handling persons (经办人).

An organisation signs in nowhere: whoever acts for it, its representative too, does so under a mandate.
"""

import base64
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tongban.kernel import strictjson
from tongban.kernel.actors import ANY_ITEM, Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import models
from tongban.people.acts import ACTS
from tongban.people.adapters.business_registers import BusinessRegister, Entry
from tongban.people.identity import check_uscc
from tongban.people.mandate_endings import end, happened
from tongban.people.mandate_records import organisation_profile, seal_people
from tongban.people.mandates import party_of
from tongban.people.queries import Citizen, find_citizen_by_ref

MAX_NAME = 100
NO_END = date(9999, 12, 31)
"""A representative's own mandate lasts as long as the office; another representative ends it."""


class NotTheRepresentative(Refused):
    """The register names somebody else."""

    status = 403
    text = Text("登记信息中的法定代表人不是您。", "The register names somebody else as the legal representative.")
    advice = Text(
        "请由法定代表人本人认领；刚变更的，带营业执照和身份证到窗口核验。",
        "Let the legal representative claim it; after a recent change, bring licence and identity card to the counter.",
    )


class OrganisationNameMissing(Refused):
    status = 422
    text = Text("请填写单位名称。", "Enter the name of the organisation.")
    advice = Text("与营业执照或登记证上一样。", "As on the licence or certificate.")


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """`proved`: the register or a clerk confirmed the representative; before that it can do nothing."""

    id: UUID
    ref: str
    name: str
    uscc: str
    proved: bool
    proved_by: str
    legal: str


def claim_organisation(
    *, node: Node, uscc: str, name: str, register: BusinessRegister, by: Actor, at: datetime
) -> OrganisationView:
    """The citizen says they are its legal representative. Proved at once when the register names this very person and the citizen's
    identity was vouched for; otherwise it waits for a clerk who sees the licence: a typed number proves nothing.

    Refuses `WrongCreditCode`, `IdentityNotGiven`, `NotTheRepresentative`, `OrganisationNameMissing`.
    """
    citizen = _claimant(node, by)
    code = check_uscc(uscc)
    entry = register.find(code)
    with transaction.atomic():
        row = _claim(node, code, citizen, name=entry.name if entry else " ".join(name.split()), at=at)
        if entry and row.proved_at is None and _proves(entry, citizen):
            _prove(node, row, citizen, by_whom="register", at=at)
    return _view(node, row)


def confirm_organisation(
    *, node: Node, organisation_id: UUID, evidence: bytes, by: Actor, at: datetime
) -> OrganisationView:
    """A clerk has seen the licence and the representative's document. `evidence`: the scan that is kept. Refuses `Forbidden`, `Missing`."""
    if not by.may("reception") or not evidence:
        raise Forbidden
    with transaction.atomic():
        row = models.Organisation.objects.select_for_update().filter(id=organisation_id, ended_at=None).first()
        citizen = find_citizen_by_ref(node=node, ref=row.legal) if row else None
        if row is None or citizen is None:
            raise Missing
        row.evidence = node.seal_locally(base64.b64encode(evidence).decode(), purpose="organisation-evidence")
        if row.proved_at is None:
            _prove(node, row, citizen, by_whom=by.ref, at=at)
    return _view(node, row)


def list_organisations(*, node: Node, legal: str) -> list[OrganisationView]:
    """What this account claimed, proved or waiting."""
    rows = models.Organisation.objects.filter(legal=legal, ended_at=None).order_by("claimed_at")
    return [_view(node, row) for row in rows]


def get_organisation(*, node: Node, organisation_id: UUID, legal: str) -> OrganisationView:
    """For its representative only. Refuses `Missing`."""
    row = models.Organisation.objects.filter(id=organisation_id, legal=legal, ended_at=None).first()
    if row is None:
        raise Missing
    return _view(node, row)


def list_claims(*, node: Node, uscc: str) -> list[tuple[OrganisationView, Citizen]]:
    """Who waits at the counter to be confirmed for this code. Refuses `WrongCreditCode`."""
    hashed = _hash(node, check_uscc(uscc))
    rows = models.Organisation.objects.filter(uscc_hash=hashed, proved_at=None, ended_at=None).order_by("claimed_at")
    found = [(row, find_citizen_by_ref(node=node, ref=row.legal)) for row in rows]
    return [(_view(node, row), citizen) for row, citizen in found if citizen]


def _claimant(node: Node, by: Actor) -> Citizen:
    if by.kind != "citizen" or by.behalf:
        raise Forbidden
    citizen = find_citizen_by_ref(node=node, ref=by.ref)
    if citizen is None:
        raise Missing
    party_of(citizen)
    return citizen


def _proves(entry: Entry, citizen: Citizen) -> bool:
    same = (entry.legal_id_kind, entry.legal_id_number) == (citizen.id_kind, citizen.id_number)
    if not same and citizen.verified:
        raise NotTheRepresentative
    return same and citizen.verified


def _claim(node: Node, code: str, citizen: Citizen, *, name: str, at: datetime) -> models.Organisation:
    hashed = _hash(node, code)
    same = models.Organisation.objects.select_for_update().filter(uscc_hash=hashed, legal=citizen.ref, ended_at=None)
    if row := same.first():
        return row
    if not 0 < len(name) <= MAX_NAME:
        raise OrganisationNameMissing
    profile = strictjson.canonical({"name": name, "uscc": code}).decode()
    return models.Organisation.objects.create(
        id=new_id(), ref=f"o-{new_id().hex[-16:]}", uscc_hash=hashed, legal=citizen.ref,
        profile=node.seal_locally(profile, purpose="organisation"), claimed_at=at,
    )  # fmt: skip


def _prove(node: Node, row: models.Organisation, citizen: Citizen, *, by_whom: str, at: datetime) -> None:
    for former in models.Organisation.objects.select_for_update().filter(
        uscc_hash=row.uscc_hash, proved_at__isnull=False, ended_at=None
    ):
        _end_former(former, by=by_whom, at=at)
    row.proved_at, row.proved_by = at, by_whom
    row.save(update_fields=["proved_at", "proved_by", "evidence"])
    _own_mandate(node, row, citizen, at=at)


def _end_former(row: models.Organisation, *, by: str, at: datetime) -> None:
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    for mandate in models.Mandate.objects.select_for_update().filter(principal=row.ref, ended_at=None):
        end(mandate, "representative_changed", by=by, at=at)


def _own_mandate(node: Node, row: models.Organisation, citizen: Citizen, *, at: datetime) -> None:
    """What the office itself allows: everything, for every item."""
    party = party_of(citizen)
    people = seal_people(
        node,
        principal={"name": organisation_profile(node, row)["name"]},
        agent={"name": party.name, "id_kind": party.id_kind, "id_number": party.id_number, "phone": party.phone},
    )
    mandate = models.Mandate.objects.create(
        id=new_id(), principal=row.ref, agent=citizen.ref, relation="legal", acts=list(ACTS), items=[ANY_ITEM],
        from_on=legal_day(at), until_on=NO_END, people=people, means="office", drafted_at=at, given_at=at, accepted_at=at,
    )  # fmt: skip
    happened(mandate, "given", by=citizen.ref, at=at)


def _hash(node: Node, code: str) -> str:
    return node.keyed_hash(code, purpose="organisation")


def _view(node: Node, row: models.Organisation) -> OrganisationView:
    profile = organisation_profile(node, row)
    return OrganisationView(
        row.id, row.ref, profile["name"], profile["uscc"], row.proved_at is not None, row.proved_by, row.legal
    )
