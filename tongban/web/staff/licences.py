"""Licences at a desk (证照): those of a case with what may be done about them, and those that could not be issued and wait for a person."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.cases import queries as cases
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.licences import queries, services
from tongban.licences.operations import IN_FORCE, OPERATIONS, REASONS, next_status
from tongban.licences.proposing import ProposalView, list_proposals
from tongban.licences.queries import HeldLicence
from tongban.people.identity import mask_name, mask_number
from tongban.web.access import door
from tongban.web.desk_roles import CASE_ROLES
from tongban.web.staff import officers
from tongban.web.staff.pages import page
from tongban.web.staff.performing import command, words

DECIDING = "chief"


@door("staff", *services.MENDING)
@require_safe
def listed(request: Any) -> HttpResponse:
    return _list(request)


@door("staff", *services.MENDING)
@require_POST
def retry(request: Any, reservation: int) -> HttpResponse:
    """What kept it from being issued was mended: a font, a key, a field."""
    try:
        services.retry_blocked(**_whose(request), reservation=reservation)
    except Missing:
        raise
    except Refused as refused:
        return _list(request, refused)
    return redirect("staff:licences")


@door("staff", DECIDING)
@require_POST
def stop(request: Any, reservation: int) -> HttpResponse:
    """It is issued otherwise, such as by hand."""
    services.stop_blocked(**_whose(request), reservation=reservation)
    return redirect("staff:licences")


@door("staff", *CASE_ROLES)
@require_safe
def licence(request: Any, case_id: UUID, seq: int) -> HttpResponse:
    return _show(request, case_id, seq)


@door("staff", DECIDING, fresh=True)
@require_POST
def change(request: Any, case_id: UUID, seq: int) -> HttpResponse:
    """暂停、解除、转出；注销、吊销须另一人复核"""
    held = _find(request, case_id, seq)
    said = words(request, "operation", "reason_code", "note", "article")
    try:
        given = command(request, case_id) | {"identifier": held.identifier} | said
        del given["case_id"]
        if said["operation"] in services.FOUR_EYES:
            del given["expected_seq"]
            services.propose_change(**given)
        else:
            services.change_licence(**given)
    except Refused as refused:
        return _show(request, case_id, seq, refused)
    return redirect("staff:licence", case_id=case_id, seq=seq)


@door("staff", *services.CONFIRMING, fresh=True)
@require_POST
def confirm(request: Any, case_id: UUID, seq: int) -> HttpResponse:
    """复核：由另一人确认注销或者吊销"""
    return _settle(request, case_id, seq, services.confirm_change)


@door("staff", *services.CONFIRMING)
@require_POST
def decline(request: Any, case_id: UUID, seq: int) -> HttpResponse:
    """退回，也可由提出人撤回"""
    return _settle(request, case_id, seq, services.decline_change)


def _settle(request: Any, case_id: UUID, seq: int, act: Callable[..., None]) -> HttpResponse:
    held = _find(request, case_id, seq)
    waiting = _proposals(request, held.identifier)
    if not waiting:
        return _show(request, case_id, seq, services.ProposalOver())
    try:
        act(**_whose(request), proposal=waiting[0].id)
    except Refused as refused:
        return _show(request, case_id, seq, refused)
    return redirect("staff:licence", case_id=case_id, seq=seq)


def _proposals(request: Any, identifier: str = "") -> list[ProposalView]:
    return list_proposals(node=request.node, region=request.staff.region, identifier=identifier)


def _list(request: Any, refused: Refused | None = None) -> HttpResponse:
    rows = queries.list_under_way(region=request.staff.region)
    known = {
        "section": "licences",
        "blocked": [row for row in rows if row.state == "blocked"],
        "under_way": [row for row in rows if row.state != "blocked"],
        "proposals": _named(request, _proposals(request)),
        "checked": queries.find_last_check(region=request.staff.region),
        "decides": DECIDING in request.staff.roles,
    }
    return page(request, "staff/licences/list.html", known, refused=refused)


def _named(request: Any, proposals: list[ProposalView]) -> list[tuple[ProposalView, str]]:
    """With the name of who proposed it."""
    names = officers.names_of(request, [one.by for one in proposals])
    return [(one, names.get(one.by, "")) for one in proposals]


def _show(request: Any, case_id: UUID, seq: int, refused: Refused | None = None) -> HttpResponse:
    """The holder is masked: whoever needs more opens the case."""
    held = _find(request, case_id, seq)
    whose = {"node": request.node, "region": request.staff.region, "by": request.actor}
    view = queries.get_licence(**whose, identifier=held.identifier)
    history = queries.list_changes(node=request.node, held=held)
    proposals = _proposals(request, held.identifier)
    former = queries.find_licence(held.follows, region=request.staff.region) if held.follows else None
    may = [OPERATIONS[id] for id in services.BY_HAND if next_status(held.status, id)]
    known = {
        "case": cases.get_case(**whose, case_id=case_id, at=now()),
        "licence": held,
        "content": view.content,
        "holder": (mask_name(view.content.holder.name), mask_number(view.content.holder.id_number)),
        "history": [(one, officers.names_of(request, [one.by]).get(one.by, "")) for one in history],
        "operations": may if DECIDING in request.staff.roles and held.issuer == request.staff.region else [],
        "two": services.FOUR_EYES,
        "proposals": _named(request, proposals),
        "confirms": bool(services.CONFIRMING & request.staff.roles),
        "own": any(one.by == request.actor.ref for one in proposals),
        "former": former,
        "former_stands": former is not None and former.status in IN_FORCE,
        "reasons": REASONS.items(),
        "typed": request.POST,
        "seq": seq,
        "cmd": new_id(),
    }
    return page(request, "staff/licences/licence.html", known, refused=refused)


def _find(request: Any, case_id: UUID, seq: int) -> HeldLicence:
    cases.require_sight(node=request.node, region=request.staff.region, case_id=case_id, by=request.actor)
    found = queries.list_licences(region=request.staff.region, case_ids=[case_id])
    held = next((one for one in found if one.seq == seq), None)
    if held is None:
        raise Missing
    return held


def _whose(request: Any) -> dict[str, Any]:
    return {"node": request.node, "region": request.staff.region, "by": request.actor, "at": now()}
