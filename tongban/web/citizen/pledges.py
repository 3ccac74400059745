"""Notice and pledge (告知承诺): the published list, and taking a pledge back before the decision."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases import services
from tongban.catalogue.pledges import REGIMES, get_pledge_list
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.web.access import door
from tongban.web.citizen.cases import get
from tongban.web.components.application import acting, command


@door("anyone")
@require_safe
def listed(request: Any) -> HttpResponse:
    """告知承诺事项清单: which items, what a pledge stands in for, and where law leaves no room for one."""
    known = get_pledge_list()
    entries = [(entry, REGIMES[entry.regime]) for entry in known.entries]
    return render(request, "citizen/pledge_items.html", {"published": known, "entries": entries})


@door("citizen", act="pledge")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Any, case_id: UUID) -> HttpResponse:
    """撤回承诺: the application goes on by the ordinary way."""
    view = get(request, case_id)
    if "withdraw_pledge" not in view.actions:
        return redirect("citizen:case", case_id=case_id)
    if request.method != "POST":
        return render(request, "citizen/withdraw_pledge.html", {"case": view, "cmd": new_id()})
    services.withdraw_pledge(
        node=request.node, region=view.region, case_id=case_id, cmd=command(request), by=acting(request, view.region), at=now()
    )  # fmt: skip
    return redirect("citizen:case", case_id=case_id)
