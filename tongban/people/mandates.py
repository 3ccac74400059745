"""Mandates (委托) once given (`giving.py`): accepted by the agent, used, revoked at once. Whatever nobody allowed is refused.

民法典 Art. 163–173: a mandate names the agent, the matter, the authority and the term (to be verified). Death ends it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import models
from tongban.people.acts import ACTS
from tongban.people.mandate_endings import end, happened, may_end_all
from tongban.people.mandate_records import (
    is_named,
    speaks_for,
    state_of,
    view_of,
)
from tongban.people.mandate_views import MandateView, Party
from tongban.people.names import check_name
from tongban.people.queries import Citizen, Staff


class NotInMandate(Refused):
    """The mandate does not list this act, not for this item or case, or is over."""

    status = 403
    text = Text("委托书没有授权您代办“{act.zh}”。", "The mandate does not allow you to: {act.en}.")
    advice = Text(
        "请由本人办理，或请本人重新委托。", "Let the person do it, or ask them for a mandate that includes it."
    )


class PledgeNeedsAuthority(Refused):
    """A pledge is signed by the person; an agent needs express authority for it."""

    status = 403
    text = Text(
        "委托书没有授权您代签承诺，已保存其余内容。",
        "The mandate does not allow you to sign the pledge; the rest is kept.",
    )
    advice = Text(
        "请本人登录后签署并提交，或由本人在委托中另行授权“代签个人承诺书”。",
        "Let the person sign in, sign it and hand it in, or give express authority to sign pledges.",
    )


class IdentityNotGiven(Refused):
    """A mandate names both people; this account has no name and number yet."""

    status = 422
    text = Text("还没有填写您的姓名和证件号码。", "Your own name and document number are not known yet.")
    advice = Text("请先填写您的身份信息。", "Fill in who you are first.")


class AnotherPerson(Refused):
    """The account's name is not the one that the mandate names."""

    text = Text("您的姓名与委托书上的代理人不同。", "Your name is not the agent's name on this mandate.")
    advice = Text(
        "请让委托人核对姓名和手机号码后重新委托。",
        "Ask the other person to check name and number and to give it again.",
    )


def accept_mandate(*, node: Node, mandate_id: UUID, person: Citizen | Staff, by: Actor, at: datetime) -> None:
    """From now on the agent may act. Refuses `Missing`, `IdentityNotGiven`, `AnotherPerson`."""
    with transaction.atomic():
        row = _offered_to(node, mandate_id, person, by, at)
        if isinstance(person, Citizen):
            _require_same_name(view_of(node, row, at=at), person)
        row.agent, row.accepted_at = person.ref, at
        row.save(update_fields=["agent", "accepted_at"])
        happened(row, "accepted", by=by.ref, at=at)


def decline_mandate(*, node: Node, mandate_id: UUID, person: Citizen | Staff, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        end(_offered_to(node, mandate_id, person, by, at), "declined", by=by.ref, at=at)


def end_mandate(*, mandate_id: UUID, reason: str, by: Actor, at: datetime) -> None:
    """At once: the agent's next request is refused. The principal may revoke and the agent lay down, without giving a reason;
    a reception clerk or supervisor records a death, a supervisor a ban. A clerk who has seen the principal and the document ends it for
    who has no phone (`revoked_at_counter`).

    Refuses `Missing` for others. Ending twice changes nothing.
    """
    with transaction.atomic():
        row = locked(mandate_id)
        if not _may_end(row, reason, by):
            raise Missing
        if row.ended_at is None:
            end(row, reason, by=by.ref, at=at)


def require_act(by: Actor, act: str, *, item: str, case_id: UUID | None) -> None:
    """Every service that an agent may call asks this. Who acts for themselves needs no mandate. Refuses `NotInMandate`."""
    if by.behalf and not by.behalf.covers(act, item=item, case_id=case_id):
        raise NotInMandate(act=ACTS[act])


def use_act(*, by: Actor, act: str, item: str, case_id: UUID, at: datetime) -> None:
    """`require_act` for what leaves a trace: asked of the row once more, so that a mandate revoked a moment ago counts, and noted in it."""
    require_act(by, act, item=item, case_id=case_id)
    if by.behalf is None:
        return
    row = models.Mandate.objects.select_for_update().filter(id=by.behalf.mandate, agent=by.ref).first()
    if row is None or act not in row.acts or state_of(row, legal_day(at)) != "active":
        raise NotInMandate(act=ACTS[act])
    happened(row, "used", by=by.ref, at=at, act=act, case_id=case_id)


def party_of(citizen: Citizen) -> Party:
    """Refuses `IdentityNotGiven`."""
    if not citizen.name or not citizen.id_number:
        raise IdentityNotGiven
    return Party(citizen.name, citizen.id_kind or "", citizen.id_number, citizen.phone)


def locked(mandate_id: UUID) -> models.Mandate:
    row = models.Mandate.objects.select_for_update().filter(id=mandate_id).first()
    if row is None:
        raise Missing
    return row


def _offered_to(
    node: Node, mandate_id: UUID, person: Citizen | Staff, by: Actor, at: datetime
) -> models.Mandate:  # fmt: skip
    row = locked(mandate_id)
    if (
        by.ref != person.ref
        or by.behalf
        or state_of(row, legal_day(at)) != "offered"
        or not is_named(node, row, person)
    ):
        raise Missing
    return row


def _require_same_name(view: MandateView, person: Citizen) -> None:
    if check_name(view.agent.name) != party_of(person).name:
        raise AnotherPerson


def _may_end(row: models.Mandate, reason: str, by: Actor) -> bool:
    if reason == "revoked":
        return by.kind == "citizen" and not by.behalf and speaks_for(row.principal, by.ref)
    if reason == "revoked_at_counter":
        return by.kind == "staff" and by.may("reception")
    if reason == "laid_down":
        return bool(by.ref) and by.ref == row.agent
    return may_end_all(reason, row.agent, by)
