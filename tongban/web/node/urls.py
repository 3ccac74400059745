"""The doors of peers, under /txp/1/."""

from django.urls import path

from tongban.web.node import agreements, comparing, licences, logs, papers, recovering, views

app_name = "node"
urlpatterns = [
    path("events", views.events, name="events"),
    path("cases/<uuid:case_id>/events", views.case_events, name="case-events"),
    path("cases/<uuid:case_id>/items", recovering.items, name="case-items"),
    path("promises", recovering.promises, name="promises"),
    path("declarations", recovering.declarations, name="declarations"),
    path("cases/<uuid:case_id>/receipts", comparing.receipts, name="case-receipts"),
    path("cases/<uuid:case_id>/credential", licences.credential, name="case-credential"),
    path("buckets", comparing.buckets, name="buckets"),
    path("heads", comparing.listed, name="heads"),
    path("blobs/<str:cipher>", views.blob, name="blob"),
    path("definitions", views.definitions, name="definitions"),
    path("definitions/<str:hash>", views.definition, name="definition"),
    path("members", views.members, name="members"),
    path("members/<int:version>", papers.members, name="member-list"),
    path("agreements", agreements.agreements, name="agreements"),
    path("agreements/<str:hash>", agreements.agreement, name="agreement"),
    path("agreement-statements", agreements.statements, name="agreement-statements"),
    path("agreement-statements/<str:hash>", agreements.statement, name="agreement-statement"),
    path("fences", papers.fences, name="fences"),
    path("checkpoints", logs.checkpoints, name="checkpoints"),
    path("checkpoints/proof", logs.proof, name="checkpoint-proof"),
]
