"""Giving a mandate (委托): written down, read, confirmed by who gives it, on line or at the counter."""

import base64
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from tongban.kernel.actors import ANY_ITEM, Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import citizens, models
from tongban.people.acts import ACTS, PRIVATE, in_order, with_needed
from tongban.people.identity import check_identity, check_phone
from tongban.people.mandate_endings import happened
from tongban.people.mandate_records import (
    agent_hash,
    organisation_name,
    seal_people,
    speaks_for,
    state_of,
)
from tongban.people.mandate_views import Party
from tongban.people.mandates import locked, party_of
from tongban.people.names import check_name
from tongban.people.queries import Citizen, find_citizen_by_ref, find_staff

LONGEST = timedelta(days=366)
FRESH = timedelta(minutes=5)
"""How old the proof of who one is may be when a mandate is given (SR-02, SR-10)."""


class NothingAllowed(Refused):
    status = 422
    text = Text("没有选择可以代办的事。", "Nothing was chosen that may be done for you.")
    advice = Text("请至少选择一项。", "Choose at least one.")


class UnknownAuthority(Refused):
    """An act, relation or item that is not on the list."""

    status = 422
    text = Text("委托内容有误。", "The mandate holds something unknown.")
    advice = Text("请从列表中选择。", "Choose from the lists.")


class WrongTerm(Refused):
    status = 422
    text = Text("委托期限有误：从今天起，最长一年。", "The term is wrong: from today on, at most a year.")
    advice = Text("请重新选择截止日期。", "Choose the last day again.")


class NotToYourself(Refused):
    status = 422
    text = Text("不能委托给自己。", "Nobody needs a mandate from themselves.")
    advice = Text("请填写对方的手机号码。", "Enter the other person's mobile number.")


class ProofTooOld(Refused):
    """Giving a mandate wants a proof of who one is that is not older than five minutes."""

    status = 403
    text = Text("给出委托前要再验证一次身份。", "Before a mandate is given, prove once more who you are.")
    advice = Text("请输入短信验证码，或重新登录。", "Enter a code from a message, or sign in again.")


@dataclass(frozen=True, slots=True)
class Named:
    """The agent as the principal names them: a phone, or a document; or a helper of the hall by `staff`."""

    name: str = ""
    phone: str = ""
    id_kind: str = ""
    id_number: str = ""
    staff: str = ""

    def __repr__(self) -> str:
        return "Named(…)"


@dataclass(frozen=True, slots=True)
class Extent:
    """What is allowed, for which items (codes) or which one case, from when until when, both days included."""

    acts: frozenset[str]
    until_on: date
    from_on: date
    items: frozenset[str] = frozenset({ANY_ITEM})
    case_id: UUID | None = None


def draft_mandate(
    *, node: Node, agent: Named, relation: str, extent: Extent, principal: str = "", by: Actor, at: datetime
) -> UUID:
    """Written down and sealed, in force for nobody until `sign_mandate`. `principal`: an organisation that `by` represents.

    Refuses `IdentityNotGiven`, `NothingAllowed`, `UnknownAuthority`, `WrongTerm`, `NotToYourself`, `WrongPhone`, `WrongName`.
    """
    giver = _own_account(node, by)
    if relation not in (("employee",) if principal else (*PRIVATE, "helper")):
        raise UnknownAuthority
    named = _named(node, agent, relation)
    if named.phone and named.phone == giver.phone and not principal:
        raise NotToYourself
    party = _organisation_party(node, principal, by) if principal else party_of(giver)
    return _write(node, principal or by.ref, party, named, relation, extent, at=at).id


def sign_mandate(*, node: Node, mandate_id: UUID, means: str, proved_at: datetime, by: Actor, at: datetime) -> None:
    """Given (委托) by the principal, on line. `means`: sms or oidc, `proved_at`: when it was last proved who is there.

    Refuses `ProofTooOld`, and `Missing` for anybody else's draft.
    """
    with transaction.atomic():
        row = locked(mandate_id)
        _require_principal(row, by)
        if state_of(row, legal_day(at)) != "drafted":
            return
        if not timedelta(0) <= at - proved_at <= FRESH:
            raise ProofTooOld
        _give(row, what="given", means=means, by=by, at=at)


def record_mandate(
    *, node: Node, principal: Party, agent: Named, relation: str, extent: Extent, means: str, evidence: bytes, by: Actor,
    at: datetime,
) -> UUID:  # fmt: skip
    """Given at the counter: the clerk checked the document and keeps the signature (`means`: paper, scanned; pad, drawn).

    Needs no account and no phone of the principal. Refuses `Forbidden` without the role or the evidence, and `NotToYourself`: a helper who
    also sits at the counter lets a colleague record it.
    """
    if not by.may("reception") or means not in ("paper", "pad") or not evidence:
        raise Forbidden
    if agent.staff == by.ref:
        raise NotToYourself
    with transaction.atomic():
        account = citizens.find_or_create_at_counter(
            node=node, name=principal.name, id_kind=principal.id_kind, id_number=principal.id_number, by=by, at=at
        )
        if relation not in (*PRIVATE, "helper"):
            raise UnknownAuthority
        named = _named(node, agent, relation)
        row = _write(node, account.ref, party_of(account), named, relation, extent, at=at)
        row.evidence = node.seal_locally(base64.b64encode(evidence).decode(), purpose="mandate-evidence")
        _give(row, what="recorded", means=means, by=by, at=at)
    return row.id


def _own_account(node: Node, by: Actor) -> Citizen:
    """Whoever acts for somebody gives no mandate in their name."""
    if by.kind != "citizen" or by.behalf:
        raise Forbidden
    found = find_citizen_by_ref(node=node, ref=by.ref)
    if found is None:
        raise Missing
    return found


def _organisation_party(node: Node, ref: str, by: Actor) -> Party:
    if ref == by.ref or not speaks_for(ref, by.ref):
        raise Missing
    return Party(organisation_name(node, ref))


def _named(node: Node, agent: Named, relation: str) -> Named:
    """Checked for form; a helper must be one."""
    if relation == "helper":
        staff = find_staff(node=node, ref=agent.staff)
        if staff is None or "helper" not in staff.roles:
            raise UnknownAuthority
        return Named(name=staff.display_name, staff=staff.ref)
    name = check_name(agent.name)
    if agent.id_number:
        identity = check_identity(agent.id_kind, agent.id_number, allow_demo=node.demo)
        return Named(name=name, id_kind=identity.kind, id_number=identity.number)
    return Named(name=name, phone=check_phone(agent.phone))


def _write(
    node: Node, principal: str, party: Party, agent: Named, relation: str, extent: Extent, *, at: datetime
) -> models.Mandate:
    _require_sensible(extent, at)
    who = Party(agent.name, agent.id_kind, agent.id_number, agent.phone)
    found_by = ("phone", agent.phone) if agent.phone else ("identity", f"{agent.id_kind} {agent.id_number}")
    return models.Mandate.objects.create(
        id=new_id(), principal=principal, agent=agent.staff,
        agent_hash="" if agent.staff else agent_hash(node, *found_by), relation=relation,
        acts=list(in_order(with_needed(extent.acts))), items=sorted(extent.items), case_id=extent.case_id,
        from_on=extent.from_on, until_on=extent.until_on,
        people=seal_people(node, principal=asdict(party), agent=asdict(who)), drafted_at=at,
    )  # fmt: skip


def _require_sensible(extent: Extent, at: datetime) -> None:
    if not extent.acts:
        raise NothingAllowed
    if not extent.acts <= set(ACTS) or not extent.items:
        raise UnknownAuthority
    if not legal_day(at) <= extent.from_on <= extent.until_on <= legal_day(at) + LONGEST:
        raise WrongTerm


def _give(row: models.Mandate, *, what: str, means: str, by: Actor, at: datetime) -> None:
    row.means, row.given_at = means, at
    row.save(update_fields=["means", "given_at", "evidence"])
    happened(row, what, by=by.ref, at=at)


def _require_principal(row: models.Mandate, by: Actor) -> None:
    if by.kind != "citizen" or by.behalf or not speaks_for(row.principal, by.ref):
        raise Missing
