"""Verify a licence (核验证照), for anybody, without sign-in: who has its code or its file learns whether it counts. A number alone tells nothing.

The page brings member lists, status lists and the words of each verdict along, and verifies without a network; what a browser cannot read by
itself is sent here, judged, and not kept.
"""

from functools import lru_cache
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from tongban.alliance import queries as alliance
from tongban.kernel import strictjson
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.licences import publishing, verifying
from tongban.licences.looking_up import Compared, find_compared
from tongban.licences.reading_apart import find_share_code_apart, read_shown_apart
from tongban.licences.share_codes import read_share_code
from tongban.licences.share_opening import CheckedShare, check_share
from tongban.licences.showing import MAX_FILE
from tongban.licences.status import TTL, TYPE
from tongban.licences.types import list_types
from tongban.licences.verdicts import WORDS, Reason, Verdict
from tongban.people.identity import mask_name, mask_number
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.citizen.verify import trust_file
from tongban.web.limits import Limiter
from tongban.web.network import network_of

KIND = "verify licence"
LISTS_WITHIN = 2 * 1024 * 1024
"""More than this is not put into the page: it is fetched for the one licence."""


class TooManyVerifications(Refused):
    """Trying codes one after the other leads nowhere; looking at one is never refused for long."""

    status = 429
    text = Text("核验次数过多。", "Too many licences were verified from here.")
    advice = Text(
        "请一分钟后再试。此页离线也能核验，不受此限。",
        "Try again in a minute. Without a network this page verifies as many as you like.",
    )


@lru_cache(maxsize=1)
def limiter() -> Limiter:
    return Limiter(0.5, 30, refusal=TooManyVerifications)


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def verify_licence(request: Any) -> HttpResponse:
    at = now()
    if request.method == "POST":
        limiter().take(network_of(request), KIND)
    share = _find_share(request) if request.method == "POST" else None
    found = _verify(request) if request.method == "POST" and share is None else None
    known = {"trust": trust_file().decode(), "words": _words(), "names": _names(), "lists": _lists(request, at)}
    shown: dict[str, Any] = {"verdict": found, "compared": None, "compare": False, "fits": None, "share": share}
    if share:
        shown |= {
            "place": _place(share.region),
            "holder": mask_name(share.content.holder.name) if share.content else "",
        }
    if found and found.face:
        compared = find_compared(found, node=request.node)
        number = request.POST.get("holder", "").strip()
        fits = compared.is_of(number) if number else None
        shown |= {"compared": _masked(compared, found), "compare": bool(number), "fits": fits}
        shown |= {"type": _type_names().get(found.face.type, found.face.type), "place": _place(found.region)}
    response = render(request, "citizen/verify/licence.html", {**known, **shown})
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
    return response


@door("anyone")
@require_safe
def status_lists(request: Any) -> HttpResponse:
    """The names of the lists that this node makes."""
    return _public(JsonResponse({"lists": list(publishing.list_own(node=request.node))}))


@door("anyone")
@require_safe
def status_list(request: Any, list_id: str) -> HttpResponse:
    """The newest version held here, signed by the node that makes it."""
    token = publishing.get_token(node=request.node, list_id=list_id, at=now())
    return _public(HttpResponse(token, content_type=f"application/{TYPE}"))


def _find_share(request: Any) -> CheckedShare | None:
    """The code on a picture that somebody was shown; None for anything else."""
    file, text = request.FILES.get("file"), request.POST.get("code", "")
    code = read_share_code(text)
    if file and file.size <= MAX_FILE:
        code = find_share_code_apart(file.read())
        file.seek(0)
    if code is None:
        return None
    return check_share(node=request.node, code=code, at=now())


def _verify(request: Any) -> Verdict:
    at, issuers = now(), publishing.find_issuers()
    file, text = request.FILES.get("file"), request.POST.get("code", "").replace("\x00", "")
    if file and file.size > MAX_FILE:
        return Verdict(Reason.TOO_LARGE, at)
    how: dict[str, Any] = {"issuers": issuers, "lists_of": publishing.lists_for(request.node, issuers, at), "at": at}
    return (
        verifying.verify_file(file.read(), **how, read_file=read_shown_apart)
        if file
        else verifying.verify_text(text, **how)
    )


def _masked(compared: Compared, found: Verdict) -> Compared:
    """Who shows a code alone gets enough to compare, and no name. Nobody reads the whole number from a screen: it is typed in and compared."""
    if compared.content is None:
        return compared
    holder = compared.content.holder
    name = holder.name if found.content else mask_name(holder.name)
    return compared.with_holder(name, mask_number(holder.id_number))


def _lists(request: Any, at: Any) -> str:
    for name in publishing.list_own(node=request.node):
        publishing.publish_list(node=request.node, list_id=name, at=at)
    tokens = publishing.list_tokens()
    return strictjson.canonical(tokens if sum(map(len, tokens)) <= LISTS_WITHIN else []).decode()


@lru_cache(maxsize=1)
def _words() -> str:
    words = {
        reason.value: {"tone": tone, "text": text.as_json(), "advice": advice.as_json()}
        for reason, (tone, text, advice) in WORDS.items()
    }
    return strictjson.canonical(words).decode()


def _names() -> str:
    newest = alliance.newest_list()
    places = {entry.code: _place(entry.code).zh for entry in (newest.regions if newest else ())}
    types = {id: name.zh for id, name in _type_names().items()}
    return strictjson.canonical({"regions": places, "types": types}).decode()


def _type_names() -> dict[str, Text]:
    return {type_.id: type_.name for type_ in list_types()}


def _place(region: str) -> Text:
    try:
        return regions.path_text(region)
    except Refused:
        return Text(region, region)


def _public(response: HttpResponse) -> HttpResponse:
    """Signed and the same for everybody: wallets and pages anywhere may read and keep it for a while."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = f"public, max-age={int(TTL.total_seconds()) // 5}"
    return response
