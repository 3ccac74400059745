"""All doors. A test walks them and fails where one has no declared access."""

from django.urls import URLPattern, URLResolver, include, path

from tongban.web.components.language import language
from tongban.web.kiosk import end

handler400 = "tongban.web.errors.bad_request"
handler404 = "tongban.web.errors.not_found"
handler500 = "tongban.web.errors.bug"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", include("tongban.web.staff.urls")),
    path("txp/1/", include("tongban.web.node.urls")),
    path("api/v1/", include("tongban.web.api.urls")),
    path("embed/", include("tongban.web.embed.urls")),
    path("language", language, name="language"),
    path("kiosk/end", end, name="kiosk-end"),
    path("", include("tongban.web.citizen.urls")),
]
