"""From an operation of django-ninja to a view with doors: unknown parameters refused, repeated requests answered as before, problems as RFC 9457."""

import re
from functools import partial
from typing import Any
from uuid import UUID, uuid5

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation, PathView
from ninja.parser import Parser

from tongban.clients import services as clients
from tongban.kernel import strictjson
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.web import errors
from tongban.web.access import Door

IDEMPOTENCY_KEY = "Idempotency-Key"
KEY_FORM = re.compile(r"[\x21-\x7e]{8,100}")
LONGEST_BODY = settings.MAX_UPLOAD_BYTES * 4 // 3 + 64 * 1024


class InputUnusable(Refused):
    """`errors` of the problem says where; what was sent is not repeated."""

    status = 422
    text = Text("请求内容不符合接口定义。", "The request does not have the form that this operation defines.")
    advice = Text("请按 errors 中的位置修改。", "See errors for the places to change.")


class BodyUnreadable(Refused):
    status = 400
    text = Text("请求体不是规范的 JSON。", "The body is not strict JSON.")
    advice = Text("请使用 UTF-8，无重复键，无小数。", "Send UTF-8 without duplicate keys and without fractions.")


class BodyTooLarge(Refused):
    status = 413
    text = Text("请求体过大。", "The body is too large.")
    advice = Text("请分次提交文件，每个不超过 20 MB。", "Send files one by one, each of at most 20 MB.")


class ParameterUnknown(Refused):
    status = 422
    text = Text("有接口未定义的查询参数。", "There is a query parameter that this operation does not define.")
    advice = Text("请删除后重试。", "Leave it out and try again.")


class MethodUnknown(Refused):
    status = 405
    text = Text("此地址不支持该方法。", "This address does not know this method.")
    advice = Text("请查看 Allow 头。", "See the header Allow.")


class KeyMissing(Refused):
    status = 422
    text = Text("缺少幂等键，或其格式不正确。", "The idempotency key is missing or has another form.")
    advice = Text(
        "请在 Idempotency-Key 头中提供 8 至 100 个可见字符。",
        "Send 8 to 100 visible characters in the header Idempotency-Key.",
    )


class StrictParser(Parser):
    def parse_body(self, request: Any) -> Any:
        return strictjson.parse(request.body, max_bytes=LONGEST_BODY)


def make_api(**about: Any) -> NinjaAPI:
    """Refusals pass through to the door, which undoes what was begun."""
    api = NinjaAPI(openapi_url=None, docs_url=None, urls_namespace="api", parser=StrictParser(), **about)
    api.add_exception_handler(ValidationError, _say_where)
    api.add_exception_handler(HttpError, lambda request, error: errors.problem(BodyUnreadable()))
    return api


def view_of(path_view: PathView) -> Any:
    """A Django view with a door for each method. An operation without one stops the start."""
    operations = {method: operation for operation in path_view.operations for method in operation.methods}
    view = partial(_serve, operations=operations, inner=path_view.get_view())
    view.doors = {method: _door(operation) for method, operation in operations.items()}  # type: ignore[attr-defined]
    view.door = next(iter(view.doors.values()))  # type: ignore[attr-defined]
    view.csrf_exempt = True  # type: ignore[attr-defined]
    view.__module__, view.__name__ = __name__, "operation"  # type: ignore[attr-defined]
    return view


def _door(operation: Operation) -> Door:
    door: Door | None = getattr(operation.view_func, "door", None)
    if door is None or door.who != "client" or door.scope not in clients.SCOPES:
        raise ImproperlyConfigured(f"{operation.view_func.__name__} of the API has no door for clients")
    return door


def _serve(request: Any, *args: Any, operations: dict[str, Operation], inner: Any, **kwargs: Any) -> HttpResponse:
    operation = operations.get(request.method)
    if operation is None:
        answer = errors.problem(MethodUnknown())
        answer.headers["Allow"] = ", ".join(sorted(operations))
        return answer
    if not set(request.GET) <= parameters(operation, "query"):
        raise ParameterUnknown
    _read_body(request)
    act = partial(inner, request, *args, **kwargs)
    response: HttpResponse = once(request, act) if request.method == "POST" else act()
    return response


def parameters(operation: Operation, source: str) -> set[str]:
    models = [model for model in operation.models if model.__ninja_param_source__ == source]
    return {name for model in models for name in model.__ninja_flatten_map__}


def once(request: Any, act: Any) -> HttpResponse:
    """The same key with the same request: the answer of the first time. `request.cmd` is the command that the key stands for."""
    key = request.headers.get(IDEMPOTENCY_KEY, "")
    if not KEY_FORM.fullmatch(key):
        raise KeyMissing
    asked = f"{request.method} {request.path}\n".encode() + request.body
    known: dict[str, Any] = {"node": request.node, "access": request.access, "key": key, "request": asked}
    if before := clients.find_answer(**known):
        return _as_before(before)
    request.cmd = command(request.access.client, key)
    response: HttpResponse = act()
    if response.status_code < 300:
        clients.keep_answer(**known, answer=clients.Answer(response.status_code, response.content), at=now())
    return response


def command(client: UUID, key: str) -> UUID:
    """So that even a forgotten key does the same act once only."""
    return uuid5(client, key)


def _as_before(answer: clients.Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json; charset=utf-8")
    response.headers["Idempotency-Replayed"] = "true"
    return response


def _read_body(request: Any) -> None:
    """Files travel inside JSON here: more than a form of our own pages may hold, and checked by its length before it is read."""
    length = int(request.META.get("CONTENT_LENGTH") or 0)
    if length > LONGEST_BODY:
        raise BodyTooLarge
    request._body = request.read(length) if length else b""


def _say_where(request: Any, error: Any) -> HttpResponse:
    """`error`: a `ValidationError` of django-ninja. Where and of which kind; neither the value nor a name that was made up."""
    found = [{"where": [str(part) for part in fault["loc"]], "kind": fault["type"]} for fault in error.errors[:50]]
    return errors.problem(InputUnusable(), errors=found)
