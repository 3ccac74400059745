"""Addresses of the API: each operation behind its door, and the two pages that describe them."""

from collections.abc import Iterator

from django.urls import URLPattern, path
from ninja.utils import normalize_path, replace_path_param_notation

from tongban.web.api import (
    agreements,
    cases,
    comparisons,
    decisions,
    definitions,
    drafts,
    guidance,
    guides,
    imports,
    item_history,
    items,
    licences,
    national_tables,
    notices,
    search,
    webhooks,
    worklists,
)
from tongban.web.api.openapi import pages
from tongban.web.api.operations import make_api, view_of

app_name = "api"
BASE = "/api/v1/"

api = make_api(title="Tongban", version="1", description="通办接口。Places handle each other's services.")
api.add_router("agreements", agreements.router)
api.add_router("items", items.router)
api.add_router("items", item_history.router)
api.add_router("items", definitions.router)
api.add_router("drafts", drafts.router)
api.add_router("imports", imports.router)
api.add_router("national-tables", national_tables.router)
api.add_router("search", search.router)
api.add_router("guides", guides.router)
api.add_router("guidance", guidance.router)
api.add_router("comparisons", comparisons.router)
api.add_router("cases", cases.router)
api.add_router("cases", notices.router)
api.add_router("worklists", worklists.router)
api.add_router("decisions", decisions.router)
api.add_router("licences", licences.router)
api.add_router("webhooks", webhooks.router)


def _patterns() -> Iterator[URLPattern]:
    for bound in api._get_bound_routers():
        for route, path_view in bound.path_operations.items():
            whole = normalize_path("/".join(part for part in (bound.prefix, route) if part)).lstrip("/")
            yield path(
                replace_path_param_notation(whole), view_of(path_view), name=path_view.operations[0].operation_id
            )


document, page = pages(api, BASE)
urlpatterns = [path("openapi.json", document, name="openapi"), path("docs", page, name="docs"), *_patterns()]
