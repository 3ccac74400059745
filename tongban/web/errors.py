"""Refusal → page, fragment or problem+json (RFC 9457), in one place. Anything else is a bug with an incident number."""

import secrets
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text

log = structlog.get_logger()


def answer(request: HttpRequest, refused: Refused) -> HttpResponse:
    if wants_json(request):
        return problem(refused)
    language = getattr(request, "language", "zh")
    page = {"sentence": refused.sentence(language), "advice": refused.next_step(language), "code": refused.code}
    return render(request, "refused.html", page, status=refused.status)


def problem(refused: Refused, **more: Any) -> JsonResponse:
    """`more`: members of this problem beside those that every one has."""
    body = {
        "type": f"urn:tongban:refusal:{refused.code}",
        "title": refused.sentence("en"),
        "status": refused.status,
        "detail": refused.next_step("en"),
        "zh": {"title": refused.sentence("zh"), "detail": refused.next_step("zh")},
        **more,
    }
    return JsonResponse(body, status=refused.status, content_type="application/problem+json")


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith(("/txp/", "/api/")) or "application/json" in request.headers.get("Accept", "")


class BadRequest(Refused):
    """Not a request of our own pages: a foreign host name, a body beyond all limits."""

    status = 400
    text = Text("无法处理此请求。", "This request cannot be read.")
    advice = Text(
        "请返回首页重新操作；文件较大时请分次上传。", "Start again from the first page; send large files one by one."
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(BadRequest()) if wants_json(request) else HttpResponse(_plain(request), status=400)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return answer(request, Missing())


def bug(request: HttpRequest) -> HttpResponse:
    """The reference on the page finds the line in the log; the page says nothing else."""
    incident = secrets.token_hex(4)
    log.error("bug", incident=incident, method=request.method, route=_route(request), exc_info=True)
    if wants_json(request):
        body = {"type": "urn:tongban:bug", "title": "Internal error", "status": 500, "incident": incident}
        return JsonResponse(body, status=500, content_type="application/problem+json")
    return render(request, "bug.html", {"incident": incident}, status=500)


def _plain(request: HttpRequest) -> str:
    """Without a page around it: a page is made of the request, which is what cannot be trusted here."""
    language = getattr(request, "language", "zh")
    return f"<!doctype html><meta charset=utf-8><title>400</title><p>{BadRequest.text.in_(language)}<p>{BadRequest.advice.in_(language)}"


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "csrf.html", status=403)


def _route(request: Any) -> str:
    return request.resolver_match.route if request.resolver_match else "unknown"
