"""Mandates as pages and services see them: opened rows, states, who may find which, what was done under them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tongban.kernel import strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import models
from tongban.people.acts import ACTS, ENDINGS, RELATIONS, in_order
from tongban.people.identity import mask_name
from tongban.people.mandate_views import BusyHelper, Client, DoneForMe, HistoryEntry, MandateView, Party, State
from tongban.people.queries import Citizen, Staff, citizen_of, find_citizen_by_ref, find_staff, find_staff_name

PURPOSE = "mandate"

_HAPPENED = {
    "given": Text("给出委托", "Given"),
    "recorded": Text("在窗口签名，由工作人员登记", "Signed at the counter, recorded by a clerk"),
    "accepted": Text("代理人接受", "Accepted by the agent"),
    "ended": Text("终止", "Ended"),
    "used": Text("代理人办理", "Used by the agent"),
}


def find_mandate(*, node: Node, mandate_id: UUID, person: Citizen | Staff, at: datetime) -> MandateView | None:
    """As one of its two sides sees it; an offer is seen by whom it names. None for everybody else."""
    row = models.Mandate.objects.filter(id=mandate_id).first()
    if row is None or not _is_side(node, row, person):
        return None
    return view_of(node, row, at=at)


def get_mandate(*, node: Node, mandate_id: UUID, person: Citizen | Staff, at: datetime) -> MandateView:
    """Refuses `Missing`."""
    found = find_mandate(node=node, mandate_id=mandate_id, person=person, at=at)
    if found is None:
        raise Missing
    return found


def list_given(*, node: Node, principal: str, at: datetime) -> list[MandateView]:
    """Newest first; what was never confirmed is left out."""
    rows = models.Mandate.objects.filter(principal=principal, given_at__isnull=False).order_by("-given_at")[:50]
    return [view_of(node, row, at=at) for row in rows]


def list_received(*, node: Node, person: Citizen | Staff, at: datetime) -> list[MandateView]:
    """Those accepted by this person and those that wait for it, newest first."""
    waiting = Q(agent="", agent_hash__in=_hashes(node, person), ended_at=None)
    rows = models.Mandate.objects.filter(Q(agent=person.ref) | waiting, given_at__isnull=False).order_by("-given_at")
    return [view_of(node, row, at=at) for row in rows[:200]]


def list_clients(*, node: Node, person: Citizen | Staff, at: datetime) -> list[MandateView]:
    """For whom this person may act today."""
    return [view for view in list_received(node=node, person=person, at=at) if view.state == "active"]


def find_client(*, node: Node, mandate_id: UUID | str, agent: Citizen | Staff, at: datetime) -> Client | None:
    """None as soon as the mandate is revoked, expired or not this person's: asked anew for every request."""
    row = models.Mandate.objects.filter(id=mandate_id, agent=agent.ref).first()
    view = view_of(node, row, at=at) if row else None
    if view is None or view.state != "active" or not _still_fits(view, agent):
        return None
    citizen = find_citizen_by_ref(node=node, ref=view.principal_ref)
    if citizen is None and not is_organisation(view.principal_ref):
        return None
    return Client(view, citizen)


def agent_actor(agent: Citizen | Staff, client: Client, *, region: str) -> Actor:
    """Who acts under a mandate: an applicant's side, in no role of its own."""
    return Actor("citizen", agent.ref, region, frozenset({"agent"}), behalf=client.mandate.behalf())


def describe_agent(*, node: Node, by: Actor) -> dict[str, str]:
    """What the sealed application says of the person who handed it in. The name of staff does not leave their office."""
    if by.behalf is None:
        return {}
    row = models.Mandate.objects.get(id=by.behalf.mandate)
    agent = _people(node, row)["agent"] if row.relation != "helper" else {"name": "", "id_kind": ""}
    return {
        "name": agent["name"], "id_kind": agent["id_kind"], "relation": row.relation, "mandate": str(row.id),
        "principal": row.principal,
    }  # fmt: skip


def list_done_for(*, node: Node, principal: str, case_id: UUID | None = None) -> list[DoneForMe]:
    """What others did in this account's cases, newest first; of one case or of all."""
    events = models.MandateEvent.objects.filter(mandate__principal=principal, what="used", case_id__isnull=False)
    if case_id:
        events = events.filter(case_id=case_id)
    found = events.select_related("mandate").order_by("-at", "-id")[:200]
    return [_done(node, event, event.case_id) for event in found if event.case_id]


def name_agents(*, node: Node, principal: str) -> dict[str, str]:
    """Accounts that act or have acted for this one → the names in their mandates, for whoever reads what was done."""
    rows = models.Mandate.objects.filter(principal=principal, accepted_at__isnull=False).order_by("accepted_at")
    return {row.agent: _people(node, row)["agent"]["name"] for row in rows if row.agent}


def list_agents(*, node: Node, principal: str, at: datetime) -> list[MandateView]:
    """Who may act for this account today, and what; the representative of a company first."""
    rows = models.Mandate.objects.filter(principal=principal, accepted_at__isnull=False, ended_at=None)
    views = [view_of(node, row, at=at) for row in rows.order_by("accepted_at")[:200]]
    return sorted((view for view in views if view.state == "active"), key=lambda view: view.relation != "legal")


def list_history(*, mandate_id: UUID) -> list[HistoryEntry]:
    events = models.MandateEvent.objects.filter(mandate=mandate_id).order_by("at", "id")
    return [_entry(event) for event in events]


def list_helpers(*, node: Node, region: str) -> list[Staff]:
    """Who of a place does other people's matters (帮办代办员)."""
    rows = models.Staff.objects.filter(region=region, left_at=None, roles__contains=["helper"]).order_by("id")
    found = (find_staff(node=node, ref=row.ref) for row in rows)
    return [staff for staff in found if staff]


def list_busy_helpers(*, node: Node, since: datetime, at_least: int) -> list[BusyHelper]:
    """Who handed in suspiciously many cases for others, the busiest first. For the supervisor."""
    handed_in = models.MandateEvent.objects.filter(what="used", act="hand_in", at__gte=since).values("by")
    counted = handed_in.annotate(
        cases=Count("case_id", distinct=True), clients=Count("mandate__principal", distinct=True)
    )
    rows = counted.filter(cases__gte=at_least).order_by("-cases", "by")
    return [BusyHelper(row["by"], _name_of(node, row["by"]), row["cases"], row["clients"]) for row in rows]


def view_of(node: Node, row: models.Mandate, *, at: datetime) -> MandateView:
    people = _people(node, row)
    return MandateView(
        id=row.id, state=state_of(row, legal_day(at)), relation=row.relation, acts=in_order(frozenset(row.acts)),
        items=tuple(row.items), case_id=row.case_id, from_on=row.from_on, until_on=row.until_on,
        principal=Party(**people["principal"]), agent=Party(**people["agent"]), principal_ref=row.principal,
        agent_ref=row.agent, means=row.means, given_at=row.given_at, accepted_at=row.accepted_at, ended_at=row.ended_at,
        ended_why=row.ended_why,
    )  # fmt: skip


def state_of(row: models.Mandate, today: date) -> State:
    if row.ended_at:
        return "declined" if row.ended_why == "declined" else "ended"
    if row.given_at is None:
        return "drafted"
    if row.until_on < today:
        return "expired"
    if row.accepted_at is None:
        return "offered"
    return "active" if row.from_on <= today else "not_yet"


def seal_people(node: Node, *, principal: dict[str, str], agent: dict[str, str]) -> bytes:
    value = strictjson.canonical({"principal": principal, "agent": agent}).decode()
    return node.seal_locally(value, purpose=PURPOSE)


def agent_hash(node: Node, kind: str, value: str) -> str:
    """`kind`: phone, identity. By it a person who has not signed in yet is found."""
    return node.keyed_hash(f"{kind} {value}", purpose="mandate-agent")


def is_named(node: Node, row: models.Mandate, person: Citizen | Staff) -> bool:
    """Whether an offer that nobody has accepted yet is for this person."""
    return row.agent == person.ref or (not row.agent and row.agent_hash in _hashes(node, person))


def _is_side(node: Node, row: models.Mandate, person: Citizen | Staff) -> bool:
    return speaks_for(row.principal, person.ref) or (row.given_at is not None and is_named(node, row, person))


def speaks_for(principal: str, ref: str) -> bool:
    """Whether an account gives and ends the mandates of this principal: itself, or the organisation that it represents."""
    return principal == ref or organisations_of(ref).filter(ref=principal).exists()


def organisations_of(ref: str) -> QuerySet[models.Organisation]:
    """Those whose legal representative this account is, proved."""
    return models.Organisation.objects.filter(legal=ref, proved_at__isnull=False, ended_at=None)


def organisation_name(node: Node, ref: str) -> str:
    row = models.Organisation.objects.filter(ref=ref).first()
    return organisation_profile(node, row)["name"] if row else ""


def organisation_profile(node: Node, row: models.Organisation) -> dict[str, str]:
    """name, uscc."""
    value: dict[str, str] = strictjson.parse(node.open_locally(bytes(row.profile), purpose="organisation").encode())
    return value


def _hashes(node: Node, person: Citizen | Staff) -> list[str]:
    """A phone was proved at sign-in; a number only when somebody vouched for it."""
    if isinstance(person, Staff):
        return []
    found = [agent_hash(node, "phone", person.phone)] if person.phone else []
    if person.verified and person.id_number:
        found.append(agent_hash(node, "identity", f"{person.id_kind} {person.id_number}"))
    return found


def _still_fits(view: MandateView, agent: Citizen | Staff) -> bool:
    return not isinstance(agent, Staff) or (view.relation == "helper" and "helper" in agent.roles)


def is_organisation(ref: str) -> bool:
    return ref.startswith("o-")


def _people(node: Node, row: models.Mandate) -> dict[str, dict[str, str]]:
    value: Any = strictjson.parse(node.open_locally(bytes(row.people), purpose=PURPOSE).encode())
    found: dict[str, dict[str, str]] = value
    return found


def _entry(event: models.MandateEvent) -> HistoryEntry:
    sentence = _HAPPENED[event.what]
    more = ACTS.get(event.act) or ENDINGS.get(event.reason)
    if more:
        sentence = Text(f"{sentence.zh}：{more.zh}", f"{sentence.en}: {more.en}")
    return HistoryEntry(event.at, event.what, sentence, event.by, event.act, event.case_id)


def _done(node: Node, event: models.MandateEvent, case_id: UUID) -> DoneForMe:
    row = event.mandate
    return DoneForMe(
        event.at, ACTS[event.act], _people(node, row)["agent"]["name"], RELATIONS[row.relation], row.id, case_id
    )


def _name_of(node: Node, ref: str) -> str:
    if ref.startswith("s-"):
        return find_staff_name(node=node, ref=ref) or ""
    row = models.Citizen.objects.filter(ref=ref).first()
    return mask_name(citizen_of(node, row).name or "") if row else ""
