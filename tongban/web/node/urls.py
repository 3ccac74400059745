"""The doors of peers, under /txp/1/."""

from django.urls import path

from tongban.web.node import views

app_name = "node"
urlpatterns = [
    path("events", views.events, name="events"),
    path("cases/<uuid:case_id>/events", views.case_events, name="case-events"),
    path("blobs/<str:cipher>", views.blob, name="blob"),
    path("definitions", views.definitions, name="definitions"),
    path("definitions/<str:hash>", views.definition, name="definition"),
    path("members", views.members, name="members"),
]
