"""The form of a mandate: what was typed, what can be chosen, and where a refusal belongs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse_lazy

from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import ANY_ITEM
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import giving, mandate_records, organisations
from tongban.people.acts import ACTS, PRIVATE, RELATIONS, TERMS
from tongban.people.giving import Extent, Named
from tongban.people.identity import WrongPhone
from tongban.people.names import WrongName
from tongban.regions import queries as regions

ME, NEW = reverse_lazy("citizen:me"), reverse_lazy("citizen:mandate-new")
ALL_ITEMS = Text("所有事项", "All services")
USUAL = ("see", "fill_in", "hand_in", "correct")
_ANCHORS: dict[type[Refused], str] = {
    WrongName: "name", WrongPhone: "phone", giving.NotToYourself: "phone", giving.NothingAllowed: "act-see",
    giving.WrongTerm: "days",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """As it was typed. `case`: a case or draft of one's own that it is limited to; `organisation`: in whose name it is given."""

    relation: str
    name: str
    phone: str
    helper: str
    acts: tuple[str, ...]
    item: str
    days: str
    case: UUID | None
    organisation: UUID | None
    principal: str

    def agent(self) -> Named:
        return Named(staff=self.helper) if self.relation == "helper" else Named(name=self.name, phone=self.phone)

    def extent(self, at: datetime) -> Extent:
        today = legal_day(at)
        days = int(self.days) if self.days in TERMS else 0
        return Extent(
            frozenset(self.acts), from_on=today, until_on=today + timedelta(days=days or 30),
            items=frozenset({self.item}), case_id=self.case,
        )  # fmt: skip


def read(request: Any) -> Asked:
    typed = request.POST if request.method == "POST" else request.GET
    company = _uuid(typed.get("organisation", ""))
    acts = tuple(act for act in typed.getlist("act") if act in ACTS) if request.method == "POST" else USUAL
    item = typed.get("item", ANY_ITEM)
    return Asked(
        relation="employee" if company else typed.get("relation", ""), name=_text(typed, "name"), phone=_text(typed, "phone"),
        helper=_text(typed, "helper"), acts=acts, item=item if item in _items() else ANY_ITEM, days=typed.get("days", "90"),
        case=_uuid(typed.get("case", "")), organisation=company, principal=_principal(request, company),
    )  # fmt: skip


def choices(request: Any, asked: Asked) -> dict[str, Any]:
    helpers = [] if asked.organisation else _helpers(request)
    relations = (*PRIVATE, "helper") if helpers else PRIVATE
    return {
        "relations": [(relation, RELATIONS[relation]) for relation in relations],
        "helpers": helpers,
        "acts": list(ACTS.items()),
        "items": [(ANY_ITEM, ALL_ITEMS), *_items().items()],
        "terms": list(TERMS.items()),
    }


def item_names(items: tuple[str, ...]) -> list[Text]:
    known = _items()
    return [ALL_ITEMS if item == ANY_ITEM else known.get(item, Text(item, item)) for item in items]


def anchor_of(refused: Refused) -> str:
    return _ANCHORS.get(type(refused), "relation")


def _items() -> dict[str, Text]:
    """Item code → name, of what is offered here today."""
    today = legal_day(now())
    found = (catalogue.find_in_force(p.key, p.region, today) for p in catalogue.list_publications())
    return {definition.item: definition.name for definition in found if definition}


def _helpers(request: Any) -> list[tuple[str, str]]:
    return [
        (staff.ref, f"{staff.display_name}（{regions.get_region(region).name}）")
        for region in request.node.regions
        for staff in mandate_records.list_helpers(node=request.node, region=region)
    ]


def _principal(request: Any, company: UUID | None) -> str:
    if company is None:
        return ""
    found = organisations.get_organisation(node=request.node, organisation_id=company, legal=request.actor.ref)
    return found.ref


def _text(typed: Any, name: str) -> str:
    return str(typed.get(name, "")).replace("\x00", "").strip()


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Missing from None
