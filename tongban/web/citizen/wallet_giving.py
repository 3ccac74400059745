"""A licence from the wallet for an application (免提交): which fit, what is given to whom, and the holder's word."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.cases.drafts import Draft
from tongban.catalogue import queries as catalogue
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.licences import giving
from tongban.licences.wallet import Card
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.citizen import drafts
from tongban.web.components.application import acting
from tongban.web.components.faults import Fault, by_anchor, fault_of

NONE_CHOSEN = Text("请选择一份可以使用的证照。", "Choose a licence that can be used.")


@door("citizen", act="fill_in")
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: Any, case_id: UUID) -> HttpResponse:
    draft = drafts.get(request, case_id)
    fitting = _fitting(request, draft)
    if request.method != "POST":
        return _page(request, draft, fitting, [])
    material, _, key = request.POST.get("licence", "").partition(" ")
    card = next((card for card in fitting.get(material, ()) if card.key == key), None)
    if card is None:
        return _page(request, draft, fitting, [Fault("licences", NONE_CHOSEN)])
    try:
        giving.give_licence(
            node=request.node, region=draft.region, draft_id=case_id, material=material, card=card,
            consent=request.POST.get("consent") == "yes", by=acting(request, draft.region), at=now(),
        )  # fmt: skip
    except giving.ConsentMissing as refused:
        return _page(request, draft, fitting, [fault_of(refused, "consent")])
    return redirect("citizen:materials", case_id=case_id)


def _fitting(request: Any, draft: Draft) -> dict[str, list[Card]]:
    by = acting(request, draft.region)
    return giving.list_fitting(node=request.node, draft=draft, by=by, at=now())


def _page(request: Any, draft: Draft, fitting: dict[str, list[Card]], errors: list[Fault]) -> HttpResponse:
    definition = catalogue.get_definition(draft.definition)
    names = {one.id: one.name for one in definition.situation(draft.situation).materials}
    known = {
        "draft": draft, "item": definition.name, "errors": errors, "wrong": by_anchor(errors),
        "deciding": regions.get_region(draft.deciding).name,
        "fitting": [(names[id], id, cards) for id, cards in fitting.items()],
    }  # fmt: skip
    return render(request, "citizen/wallet/give.html", known, status=422 if errors else 200)
