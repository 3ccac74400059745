"""After the decision (审管联动): what the supervising office has to look into, each with what was pledged, what was found, and what follows."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.cases import inspections, services
from tongban.cases import queries as cases
from tongban.cases.inspection_views import InspectionView
from tongban.cases.views import CaseView
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.people.identity import mask_name, mask_phone
from tongban.web.access import door
from tongban.web.staff import facts, officers
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page
from tongban.web.staff.performing import command, day, without_head, words

INSPECTOR, REVOKING = "inspector", "chief"
TRAYS: dict[inspections.Tray, Text] = {
    "open": Text("待办", "To do"),
    "overdue": Text("已超期", "Overdue"),
    "done": Text("已办结", "Done"),
}


@door("staff", *inspections.READING)
@require_safe
def listed(request: Any) -> HttpResponse:
    wanted = request.GET.get("tray")
    tray: inspections.Tray = next((each for each in TRAYS if each == wanted), "open")
    here = {"region": request.staff.region, "by": request.actor, "at": now()}
    counts = inspections.count_inspections(**here)
    rows = inspections.list_inspections(node=request.node, tray=tray, **here)
    names = officers.names_of(request, (row.officer for row in rows))
    known = {
        "section": "supervision",
        "tray": tray,
        "tabs": [(name, label, counts.get(name)) for name, label in TRAYS.items()],
        "rows": [(row, names.get(row.officer, "")) for row in rows],
    }
    return page(request, "staff/supervision/list.html", known)


@door("staff", *inspections.READING)
@require_safe
def shown(request: Any, case_id: UUID) -> HttpResponse:
    return _show(request, case_id)


def _act(*roles: str, fresh: bool = False) -> Callable[[Callable[[Any, UUID], None]], Callable[..., HttpResponse]]:
    """One act on one inspection; afterwards the page stands as it is now, or with the refusal and everything that was typed."""

    def wrap(perform: Callable[[Any, UUID], None]) -> Callable[..., HttpResponse]:
        @door("staff", *roles, fresh=fresh)
        @require_POST
        @wraps(perform)
        def view(request: Any, case_id: UUID) -> HttpResponse:
            try:
                perform(request, case_id)
            except Missing:
                raise
            except Refused as refused:
                return _show(request, case_id, act=perform.__name__, refused=refused)
            return redirect("staff:inspection", case_id=case_id)

        return view

    return wrap


@_act(INSPECTOR)
def claim(request: Any, case_id: UUID) -> None:
    """认领"""
    services.claim_inspection(**without_head(request, case_id))


@_act(INSPECTOR)
def report(request: Any, case_id: UUID) -> None:
    """反馈核查结果"""
    services.report_inspection(
        **without_head(request, case_id), **words(request, "finding", "article", "note"), points=request.POST.getlist("point")
    )  # fmt: skip


@_act(INSPECTOR)
def order(request: Any, case_id: UUID) -> None:
    """责令限期改正"""
    services.order_to_correct(
        **without_head(request, case_id), **words(request, "article", "note"), due_on=day(request, "due_on")
    )


@_act(INSPECTOR)
def corrected(request: Any, case_id: UUID) -> None:
    """改正复核"""
    services.confirm_corrected(**without_head(request, case_id), **words(request, "note"))


@_act(REVOKING, fresh=True)
def revoke(request: Any, case_id: UUID) -> None:
    """撤销"""
    services.revoke_decision(
        **command(request, case_id), **words(request, "reason", "article"), heard="heard" in request.POST
    )


def _show(request: Any, case_id: UUID, *, act: str = "", refused: Refused | None = None) -> HttpResponse:
    view = cases.get_case(
        node=request.node, region=request.staff.region, case_id=case_id, by=request.actor, at=now()
    )  # fmt: skip
    found = view.inspection
    if found is None:
        raise Missing
    typed = {"act": act, "typed": request.POST, "ticked": request.POST.getlist("point"), "cmd": new_id()}
    return page(request, "staff/supervision/one.html", {**_told(request, view, found), **typed}, refused=refused)


def _told(request: Any, view: CaseView, found: InspectionView) -> dict[str, Any]:
    inspects = INSPECTOR in request.staff.roles and found.place == view.region
    mine = inspects and found.officer == request.staff.ref
    acts = _acts(found.state, mine=mine) if inspects else frozenset()
    in_full = mine or "revoke" in view.actions
    definition = catalogue.get_definition(view.definition)
    return {
        "section": "supervision",
        "case": view,
        "found": found,
        "acts": acts | ({"revoke"} if "revoke" in view.actions and _may_be_revoked(found) else set()),
        "points": definition.rule_set(view.situation_id).points,
        "definition": definition,
        "names": officers.names_of(request, [found.officer, found.answer.by if found.answer else ""]),
        "stated": view.answers if in_full else tuple(facts.masked(view.answers)),
        "person": _person(view, masked=not in_full),
        "reads_case": bool(request.staff.roles & set(CASE_ROLES)),
    }


def _may_be_revoked(found: InspectionView) -> bool:
    """What was ordered may be put right until its day is over."""
    return found.state == "differs" or found.overdue


def _acts(state: str, *, mine: bool) -> frozenset[str]:
    """What an inspector of the office may do; `mine`: they have taken it on."""
    if not mine:
        return frozenset({"claim"}) if state in {"asked", "claimed", "differs", "ordered"} else frozenset()
    following = {"claimed": {"report"}, "differs": {"order"}, "ordered": {"order", "corrected"}}
    return frozenset(following.get(state, ()))


def _person(view: CaseView, *, masked: bool) -> dict[str, Any]:
    name, phone = (str(view.applicant.get(key) or "") for key in ("name", "phone"))
    if masked:
        name, phone = mask_name(name), mask_phone(phone)
    return {"name": name, "phone": phone, "masked": masked}
