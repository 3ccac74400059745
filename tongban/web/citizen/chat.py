"""Asking a person (人工导办): a talk with a clerk of the hall, without signing in. Whose it is says the session of this browser alone."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from tongban.catalogue.guides import offers
from tongban.guidance import queries, services
from tongban.guidance.queries import ConversationView
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import points
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.limits import Limiter
from tongban.web.network import network_of
from tongban.web.visit import CONVERSATION, CONVERSATIONS

DAY = timedelta(days=1)
PER_SECOND, AT_ONCE = 0.2, 15
BEGUN_PER_SECOND, BEGUN_AT_ONCE = 0.1, 20
MOST_BEGUN = 10
"""By one browser within a day."""


class TooManyLines(Refused):
    status = 429
    text = Text("发得太快了。", "That was too fast.")
    advice = Text("请等一会儿再发。", "Wait a moment and send it again.")


class TooManyConversations(Refused):
    status = 429
    text = Text("今天已经问过很多次了。", "You have begun many talks today.")
    advice = Text("请接着上一次的对话问，或者打大厅电话。", "Go on with the last one, or ring the hall.")


@cache
def _lines() -> Limiter:
    return Limiter(PER_SECOND, AT_ONCE, refusal=TooManyLines)


@cache
def _begun() -> Limiter:
    return Limiter(BEGUN_PER_SECOND, BEGUN_AT_ONCE, refusal=TooManyLines)


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def chat(request: Any) -> HttpResponse:
    """`text`: what is said, which begins a talk where none goes on. `end`: it is over. `again`: a new one."""
    found = _find(request)
    if request.method != "POST":
        return _page(request, found)
    try:
        _do(request, found, now())
    except Refused as refused:
        return _page(request, _find(request), refused)
    return redirect("citizen:chat")


def _do(request: Any, found: ConversationView | None, at: datetime) -> None:
    posted, who = request.POST, network_of(request)
    where = {"region": request.node.regions[0], "at": at}
    if "end" in posted:
        if found:
            services.close(**where, conversation=found.id, by=None)
    elif "again" in posted:
        if found:
            services.close(**where, conversation=found.id, by=None)
        request.session.pop(CONVERSATION, None)
    elif found and not found.closed_at:
        _lines().take(who, "line")
        services.say(node=request.node, **where, conversation=found.id, text=_typed(request))
    else:
        _begun().take(who, "begin")
        earlier = _require_few(request, at)
        begun = services.begin_conversation(
            node=request.node, **where, text=_typed(request), about=posted.get("about", "").replace("\x00", "")
        )
        request.session[CONVERSATION] = str(begun)
        request.session[CONVERSATIONS] = [*earlier, at.isoformat()]


def _require_few(request: Any, at: datetime) -> list[str]:
    """When this browser began its talks within a day. Refuses `TooManyConversations`."""
    begun = [one for one in request.session.get(CONVERSATIONS, []) if at - datetime.fromisoformat(one) < DAY]
    if len(begun) >= MOST_BEGUN:
        raise TooManyConversations
    return begun


def _find(request: Any) -> ConversationView | None:
    """The talk of this browser; None where there is none, or it has been deleted."""
    held = request.session.get(CONVERSATION)
    if not held:
        return None
    try:
        return queries.get_conversation(node=request.node, region=request.node.regions[0], conversation=UUID(held))
    except Missing:
        del request.session[CONVERSATION]
        return None


def _page(request: Any, found: ConversationView | None, refused: Refused | None = None) -> HttpResponse:
    region, at = request.node.regions[0], now()
    halls = regions.list_halls(region)
    about = _about(found.about if found else request.POST.get("about", ""), at)
    known = {
        "talk": found, "refusal": _spoken(request, refused), "staffed": points.is_staffed(region, at), "halls": halls,
        "kept_days": services.KEPT.days, "typed": _typed(request) if refused else request.POST.get("q", ""), "about": about,
        "longest": services.LONGEST,
    }  # fmt: skip
    return render(request, "citizen/chat/chat.html", known, status=refused.status if refused else 200)


def _about(key: str, at: datetime) -> offers.Card | None:
    """The item it is about, as any place offers it."""
    key = key.replace("\x00", "")
    return offers.find_named_cards([key], legal_day(at)).get(key)


def _typed(request: Any) -> str:
    text: str = request.POST.get("text", "").replace("\x00", "")
    return text


def _spoken(request: Any, refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    return {"sentence": refused.sentence(request.language), "advice": refused.next_step(request.language)}
