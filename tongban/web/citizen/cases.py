"""My cases (我的办件): where each stands, whose turn it is, what it rests on, and what I can do."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.cases import queries, services, turning, worklists
from tongban.cases.drafts import Draft
from tongban.cases.states import FINAL
from tongban.cases.views import CaseView
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.feedback import queries as feedback
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.people import mandate_records
from tongban.people.acts import ACTS
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.components import correction, words
from tongban.web.components.application import acting, command
from tongban.web.components.duty import find_duty
from tongban.web.components.portals import CITIZEN

PAGES = ["GET", "HEAD", "POST"]


@door("citizen", act="see")
@require_safe
def mine(request: Any) -> HttpResponse:
    found = worklists.list_my_cases(node=request.node, by=request.actor, at=now())
    done = mandate_records.list_done_for(node=request.node, principal=request.actor.owner)
    # Newest first: the last one counts for the mark is the first of its case.
    handed_in = {one.case_id: one for one in reversed(done) if one.act is ACTS["hand_in"]}
    known = {"cases": [(case, handed_in.get(case.case_id)) for case in found], "drafts": _drafts(request)}
    return render(request, "citizen/cases.html", known)


@door("citizen", act="see")
@require_safe
def case(request: Any, case_id: UUID) -> HttpResponse:
    view = get(request, case_id)
    done = mandate_records.list_done_for(node=request.node, principal=request.actor.owner, case_id=case_id)
    by = acting(request, view.region)
    to_rate = feedback.list_to_rate(node=request.node, region=view.region, case_id=case_id, by=by)
    known = {"case": view, "to_rate": to_rate, "done_for_me": done, "cmd": new_id()}
    return render(request, "citizen/case.html", {**known, **_decided(request, view), **_while_unreachable(view)})


def _decided(request: Any, view: CaseView) -> dict[str, Any]:
    """The decision in the words of its kind; of a refusal, what would have changed it; of a grant, the check that follows."""
    if view.decision is None:
        return {}
    definition, outcome = catalogue.get_definition(view.definition), view.decision.outcome
    whose: dict[str, Any] = {"node": request.node, "region": view.region, "case_id": view.case_id}
    return {
        "outcome": words.outcome(definition, outcome),
        "acknowledged": words.decided(definition).acknowledged,
        "turning": turning.list_turning(**whose, by=acting(request, view.region)) if outcome == "refused" else (),
        "post_check": definition.situation(view.situation_id).post_check if outcome == "approved" else None,
    }


def _while_unreachable(view: CaseView) -> dict[str, Any]:
    """Whom to call and what holds for whoever cannot wait, while the deciding place is away. Of no interest once the case has ended."""
    waits = [wait for wait in view.waiting if wait.failed]
    if not waits or view.state in FINAL:
        return {}
    return {
        "unreachable": waits,
        "duty": find_duty(view.deciding, clause=view.clause),
        "urgent": catalogue.get_definition(view.definition).urgent,
    }


@door("citizen", act="see")
@require_safe
def submitted(request: Any, case_id: UUID) -> HttpResponse:
    """The confirmation, which is also the receipt (收件凭证) to print."""
    view = get(request, case_id)
    result = catalogue.get_definition(view.definition).result
    known = {"case": view, "result": result, "halls": regions.list_halls(view.receiving)}
    return render(request, "citizen/submitted.html", known)


@door("citizen", act="see")
@require_safe
def record(request: Any, case_id: UUID) -> HttpResponse:
    """The record file: it can be verified without this site."""
    view = get(request, case_id)
    by = acting(request, view.region)
    data = queries.export_record(node=request.node, region=view.region, case_id=case_id, by=by, at=now())
    response = HttpResponse(data, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{view.number}.tbrec") or "attachment"
    return response


@door("citizen", act="correct")
@require_http_methods(PAGES)
def correct(request: Any, case_id: UUID) -> HttpResponse:
    """Give what the deciding place asked for, all of it on one page (补正)."""
    view = get(request, case_id)
    if view.correction is None or "supplement" not in view.actions:
        return redirect("citizen:case", case_id=case_id)
    back = reverse("citizen:case", args=[case_id])
    page = correction.page(request, portal=CITIZEN, case=view, asked=view.correction, back=back)
    return page or redirect(back)


@door("citizen", act="correct")
@require_http_methods(PAGES)
def resubmit(request: Any, case_id: UUID) -> HttpResponse:
    """Change what was sent home before its receipt, and hand it in again (重新提交)."""
    view, back = get(request, case_id), reverse("citizen:case", args=[case_id])
    if "resubmit" not in view.actions:
        return redirect(back)
    asked = correction.asked_before_receipt(view)
    page = correction.page(request, portal=CITIZEN, case=view, asked=asked, back=back, send=services.resubmit)
    return page or redirect(back)


@door("citizen", act="correct")
@require_http_methods(PAGES)
def supply_tolerated(request: Any, case_id: UUID) -> HttpResponse:
    """Hand in what was allowed to follow (容缺补交)."""
    view, back = get(request, case_id), reverse("citizen:case", args=[case_id])
    if view.tolerated is None or "supply_tolerated" not in view.actions:
        return redirect(back)
    asked, send = correction.asked_to_follow(view.tolerated), correction.supply_tolerated
    page = correction.page(request, portal=CITIZEN, case=view, asked=asked, back=back, send=send)
    return page or redirect(back)


@door("citizen")
@require_POST
def urge(request: Any, case_id: UUID) -> HttpResponse:
    """Ask the office to hurry (催办), once a day."""
    view = get(request, case_id)
    if "urge_case" in view.actions:
        services.urge_case(
            node=request.node, region=view.region, case_id=case_id, cmd=command(request), by=acting(request, view.region), at=now()
        )  # fmt: skip
    return redirect("citizen:case", case_id=case_id)


@door("citizen", act="withdraw")
@require_http_methods(PAGES)
def withdraw(request: Any, case_id: UUID) -> HttpResponse:
    view = get(request, case_id)
    if "withdraw" not in view.actions:
        return redirect("citizen:case", case_id=case_id)
    if request.method != "POST":
        return render(request, "citizen/withdraw.html", {"case": view, "cmd": new_id()})
    by = acting(request, view.region)
    services.withdraw_case(
        node=request.node,
        region=view.region,
        case_id=case_id,
        cmd=command(request),
        by=by,
        at=now(),
    )
    return redirect("citizen:case", case_id=case_id)


def get(request: Any, case_id: UUID) -> CaseView:
    """The citizen's own case in a region hosted here, first of all in the one that received it. Refuses `Missing`."""
    copies = [copy for region in request.node.regions for copy in _copies(request, region, case_id)]
    if not copies:
        raise Missing
    return max(copies, key=lambda copy: copy.region == copy.receiving)


def _copies(request: Any, region: str, case_id: UUID) -> list[CaseView]:
    try:
        by = acting(request, region)
        return [queries.get_case(node=request.node, region=region, case_id=case_id, by=by, at=now())]
    except Missing:
        return []


def _drafts(request: Any) -> list[tuple[Draft, Definition]]:
    found = [
        d
        for region in request.node.regions
        for d in queries.list_drafts(node=request.node, region=region, by=request.actor)
    ]
    return [(draft, catalogue.get_definition(draft.definition)) for draft in found]
