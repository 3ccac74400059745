"""What licences look like (证照版式): every template with a specimen on it. A specimen has no signature; nothing can make it verify."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_safe

from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.licences.content import Content
from tongban.licences.forms.printing import print_specimen, show_specimen
from tongban.licences.forms.specimens import make_specimen
from tongban.licences.types import get_type, list_types
from tongban.regions import queries as regions
from tongban.seals.views import READING
from tongban.web.access import door
from tongban.web.staff.pages import page


@door("staff", *READING)
@require_safe
def listed(request: Any) -> HttpResponse:
    return page(request, "staff/seals/forms.html", {"section": "seals", "tab": "forms", "types": list_types()})


@door("staff", *READING)
@require_GET
def picture(request: Any, type: str) -> HttpResponse:
    """PNG."""
    return HttpResponse(show_specimen(_specimen(request, type)), content_type="image/png")


@door("staff", *READING)
@require_GET
def specimen(request: Any, type: str) -> HttpResponse:
    """PDF, with the same signs of a specimen as the picture."""
    name = f"attachment; filename=specimen-{get_type(type).id}.pdf"
    data = print_specimen(_specimen(request, type))
    return HttpResponse(data, content_type="application/pdf", headers={"Content-Disposition": name})


def _specimen(request: Any, type_id: str) -> Content:
    place = regions.get_region(request.staff.region).name
    return make_specimen(get_type(type_id), issuer=f"{place}（发证机关）", year=legal_day(now()).year)
