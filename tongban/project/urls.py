"""All doors. A test walks them and fails where one has no declared access."""

from django.urls import URLPattern, URLResolver, include, path

from tongban.web.components.language import language

handler400 = "tongban.web.errors.bad_request"
handler404 = "tongban.web.errors.not_found"
handler500 = "tongban.web.errors.bug"

urlpatterns: list[URLPattern | URLResolver] = [
    path("staff/", include("tongban.web.staff.urls")),
    path("txp/1/", include("tongban.web.node.urls")),
    path("language", language, name="language"),
    path("", include("tongban.web.citizen.urls")),
]
