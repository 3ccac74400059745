"""The entrances of the framed portal; every other address under /embed/ is one of the portal itself (`profile.py`)."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from tongban.kernel.refusals import Missing
from tongban.web.access import door
from tongban.web.embed.profile import PREFIX

app_name = "embed"


@door("anyone")
@require_safe
def apply(request: Any, key: str) -> HttpResponse:
    """To the first question of the item. Refuses `Missing` where no partner may frame anything."""
    if not settings.EMBED_ORIGINS:
        raise Missing
    return HttpResponseRedirect(PREFIX + reverse("citizen:places", args=[key]))


urlpatterns = [path("apply/<slug:key>", apply, name="apply")]
