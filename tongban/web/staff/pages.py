"""What the pages of the desks have in common."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused


def page(
    request: Any,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page of a desk; with a refusal on top it carries the refusal's status."""
    known = {"refusal": _spoken(request, refused), **(context or {})}
    return render(request, template, known, status=refused.status if refused else status)


def who(request: Any) -> dict[str, Any]:
    """What a service is told of who calls it, for which place, and when."""
    return {"node": request.node, "region": request.staff.region, "by": request.actor, "at": now()}


def _spoken(request: Any, refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    return {"sentence": refused.sentence(request.language), "advice": refused.next_step(request.language)}
