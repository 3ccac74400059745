"""The description of the API: OpenAPI 3.1 as JSON, and the same as a page without anything from a third party."""

from collections.abc import Iterator
from functools import cache
from http.client import responses
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from tongban.clients.services import SCOPES
from tongban.web.access import Door, door
from tongban.web.api.forms import Problem
from tongban.web.api.operations import IDEMPOTENCY_KEY, KEY_FORM

METHODS = ("get", "post", "delete")
REFUSALS = (400, 401, 403, 404, 405, 409, 410, 412, 413, 415, 422, 428, 429, 503)
RECORD = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
KEY = {
    "in": "header",
    "name": IDEMPOTENCY_KEY,
    "required": True,
    "schema": {"type": "string", "pattern": f"^{KEY_FORM.pattern}$"},
    "description": "a new one for every new request; the same one repeats the answer",
}


@cache
def describe(api: NinjaAPI, base: str) -> dict[str, Any]:
    document: dict[str, Any] = dict(OpenAPISchema(api, base.lstrip("/")))
    doors = {operation.operation_id: operation.view_func.door for operation in operations(api)}
    for path in document["paths"].values():
        for method in METHODS:
            if method in path:
                path[method] = _complete(path[method], method, doors[path[method]["operationId"]])
    components = document["components"]
    components["schemas"]["Problem"] = Problem.model_json_schema()
    components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return document


def operations(api: NinjaAPI) -> Iterator[Any]:
    for bound in api._get_bound_routers():
        for path_view in bound.path_operations.values():
            yield from path_view.operations


def _complete(operation: dict[str, Any], method: str, door: Door) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answers = {str(code): answer for code, answer in operation["responses"].items()}
    answers |= {str(code): {"description": responses[code], "content": problem} for code in REFUSALS}
    if operation["operationId"] == "getRecord":
        answers["200"]["content"] = RECORD
    keys = [KEY] if method == "post" else []
    return {
        **operation,
        "parameters": [*operation["parameters"], *keys],
        "responses": answers,
        "security": [{"token": [door.scope]}],
        "x-scope": door.scope,
    }


def pages(api: NinjaAPI, base: str) -> tuple[Any, Any]:
    """The views of the document and of the page."""

    @door("anyone")
    @require_safe
    def document(request: HttpRequest) -> HttpResponse:
        return JsonResponse(describe(api, base), json_dumps_params={"ensure_ascii": False})

    @door("anyone")
    @require_safe
    def page(request: HttpRequest) -> HttpResponse:
        return render(request, "api/docs.html", {"operations": list(_rows(describe(api, base))), "scopes": SCOPES})

    return document, page


def _rows(document: dict[str, Any]) -> Iterator[dict[str, str]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            what = operation.get("description") or operation["summary"]
            yield {"method": method.upper(), "path": path, "scope": operation["x-scope"], "what": what}
