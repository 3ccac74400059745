"""节点运行: how this node and its peers do, what waits and why, and the few things an operator may do about it.

Nothing here shows a person: cases are named by their id, and of events only what is clear.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.alliance import queries as alliance
from tongban.alliance.expiry import judge_expiry
from tongban.alliance.queries import NoMemberList
from tongban.exchange import explaining, operating, operations, oversight
from tongban.exchange import queries as exchange
from tongban.exchange.operations import OperationView
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.people import queries as people
from tongban.web.access import door
from tongban.web.staff import node_words
from tongban.web.staff.case import attachment
from tongban.web.staff.desks import NODE_ROLES
from tongban.web.staff.pages import page

SHOWN_ROWS = 50

Perform = Callable[..., str]


@door("staff", *NODE_ROLES)
@require_safe
def overview(request: Any) -> HttpResponse:
    return _overview(request)


@door("staff", *NODE_ROLES)
@require_safe
def case(request: Any, case_id: UUID) -> HttpResponse:
    return _case(request, case_id)


@door("staff", *NODE_ROLES)
@require_safe
def find(request: Any) -> HttpResponse:
    """By the id that stands in logs and messages; the number of a case belongs to those who may read it."""
    try:
        return redirect("staff:node-case", case_id=UUID(request.GET.get("case", "").strip()))
    except ValueError:
        return _overview(request, refused=Missing())


def act(perform: Callable[[Any, UUID], None]) -> Callable[..., HttpResponse]:
    """One domain call about a case; afterwards its page as it is now, or with the refusal on top and what was typed."""

    @door("staff", *NODE_ROLES)
    @require_POST
    @wraps(perform)
    def view(request: Any, case_id: UUID) -> HttpResponse:
        try:
            perform(request, case_id)
        except Refused as refused:
            return _case(request, case_id, refused=refused, act=perform.__name__)
        return redirect("staff:node-case", case_id=case_id)

    return view


@act
def release(request: Any, case_id: UUID) -> None:
    """提出放行: a second person confirms."""
    operating.request_release(**_whose(request), case_id=case_id, reason=request.POST.get("reason", ""))


@act
def answer(request: Any, case_id: UUID) -> None:
    """提出答复对方: a second person confirms."""
    proposal = request.POST.get("proposal", "")
    operating.request_answer(
        **_whose(request), case_id=case_id, proposal=_id(proposal) if proposal else None, code=request.POST.get("code", ""),
        reason=request.POST.get("reason", ""),
    )  # fmt: skip


@act
def retry(request: Any, case_id: UUID) -> None:
    """立即重发"""
    operating.retry_now(**_whose(request), case_id=case_id)


@act
def confirm(request: Any, case_id: UUID) -> None:
    """第二人确认"""
    operating.confirm_request(**_whose(request), request=_id(request.POST.get("request", "")))


@act
def withdraw(request: Any, case_id: UUID) -> None:
    """取消请求"""
    operations.withdraw_request(**_whose(request), request=_id(request.POST.get("request", "")))


@door("staff", *NODE_ROLES)
@require_POST
def retry_peer(request: Any) -> HttpResponse:
    """立即重发 everything that waits for one peer region."""
    try:
        operating.retry_now(**_whose(request), peer=request.POST.get("peer", ""))
    except Refused as refused:
        return _overview(request, refused=refused)
    return redirect("staff:node")


@door("staff", *NODE_ROLES)
@require_POST
def evidence(request: Any, case_id: UUID) -> HttpResponse:
    """The file that proves a fork. Taking it is recorded, so it is no link."""
    data = operating.export_fork_evidence(**_whose(request), case_id=case_id)
    return attachment(data, media_type="application/json", name=f"fork-{case_id}.json")


def _overview(request: Any, *, refused: Refused | None = None) -> HttpResponse:
    region, at = request.staff.region, now()
    rows = oversight.list_outbox([region], limit=SHOWN_ROWS + 1)
    known = {
        "peers": [node_words.peer_row(peer, at) for peer in oversight.list_peers(request.node, [region], at)],
        "outbox": rows[:SHOWN_ROWS],
        "more_rows": len(rows) > SHOWN_ROWS,
        "parked": oversight.list_parked([region]),
        "forks": oversight.list_fork_views([region]),
        "requests": _named(request, operations.list_requests([region], at)),
        "operations": _named(request, operations.list_operations([region], limit=10)),
        "statements": oversight.list_statements([region])[:10],
        "overdue": [node_words.overdue_row(row, at) for row in exchange.list_overdue([region])[:SHOWN_ROWS]],
        "members": _expiry(at),
        "recovery": node_words.recovery(oversight.get_recovery(request.node, [region]), at),
        "what": node_words.WHAT,
    }
    return page(request, "staff/node/overview.html", {"section": "node", **known}, refused=refused)


def _case(request: Any, case_id: UUID, *, refused: Refused | None = None, act: str = "") -> HttpResponse:
    region, at = request.staff.region, now()
    explained = explaining.explain_case(node=request.node, region=region, case_id=case_id, at=at)
    waiting = [row for row in operations.list_requests([region], at) if row.case_id == case_id]
    known = {
        "explained": explained,
        "who": node_words.WHO[explained.who],
        "state": node_words.STATES[explained.state],
        "detail": _parked(region, case_id),
        "forks": oversight.list_fork_views([region], case_id),
        "outbox": oversight.list_outbox([region], case_id=case_id),
        "requests": _named(request, waiting),
        "operations": _named(request, operations.list_operations([region], case_id=case_id)),
        "statements": oversight.list_statements([region], case_id),
        "answers": operating.ANSWERS.items(),
        "typed": request.POST,
        "act": act,
    }
    return page(request, "staff/node/case.html", {"section": "node", **known}, refused=refused)


def _parked(region: str, case_id: UUID) -> oversight.ParkedDetail | None:
    try:
        return oversight.get_parked(region, case_id)
    except Missing:
        return None


def _named(request: Any, rows: Iterable[OperationView]) -> list[tuple[OperationView, str, bool]]:
    """Each with the name of who did it and whether that is the person who looks."""
    return [(row, _name(request, row.who), row.who == request.staff.ref) for row in rows]


def _name(request: Any, ref: str) -> str:
    return people.find_staff_name(node=request.node, ref=ref) or ref


def _expiry(at: Any) -> Any:
    try:
        return judge_expiry(alliance.latest_list(at), at)
    except NoMemberList:
        return None


def _whose(request: Any) -> dict[str, Any]:
    return {"node": request.node, "region": request.staff.region, "by": request.actor, "at": now()}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Missing from None
