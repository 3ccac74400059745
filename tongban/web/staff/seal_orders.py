"""Free physical seals (免费刻章): a set asked for at the window, taken to a maker, handed over; and the makers of the place."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.people.identity import check_phone, check_uscc, mask_name, mask_phone
from tongban.seals import order_queries, orders
from tongban.seals.physical import DECIDING, HANDLING, WAYS, OrderView, count_digits, list_kinds
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.numbered import number_page
from tongban.web.staff.pages import page
from tongban.web.staff.performing import words

MOST_LINES = 50


@door("staff", *sorted(HANDLING))
@require_safe
def listed(request: Any) -> HttpResponse:
    return _list(request)


@door("staff", *sorted(HANDLING))
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Any) -> HttpResponse:
    return _order(request) if request.method == "POST" else _form(request)


@door("staff", *sorted(HANDLING))
@require_safe
def shown(request: Any, order_id: UUID) -> HttpResponse:
    return _show(request, order_id)


@door("staff", *sorted(HANDLING))
@require_POST
def send(request: Any, order_id: UUID) -> HttpResponse:
    typed = request.POST.get("maker", "")
    maker = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    return _do(request, order_id, orders.send_to_maker, maker=maker)


@door("staff", *sorted(HANDLING))
@require_POST
def made(request: Any, order_id: UUID) -> HttpResponse:
    numbers = {kind: request.POST.get(f"number-{kind}", "").strip() for kind in list_kinds()}
    return _do(request, order_id, orders.note_made, numbers=numbers)


@door("staff", *sorted(HANDLING))
@require_POST
def deliver(request: Any, order_id: UUID) -> HttpResponse:
    typed = words(request, "way", "receiver", "waybill")
    return _do(request, order_id, orders.deliver_seals, **{**typed, "receiver": mask_name(typed["receiver"])})


@door("staff", *sorted(DECIDING))
@require_POST
def withdraw(request: Any, order_id: UUID) -> HttpResponse:
    return _do(request, order_id, orders.withdraw_order, **words(request, "reason"))


@door("staff", *sorted(DECIDING))
@require_POST
def add_maker(request: Any) -> HttpResponse:
    try:
        orders.add_maker(region=request.staff.region, by=request.actor, at=now(), **words(request, "name"))
    except Refused as refused:
        return _list(request, refused)
    return redirect("staff:seal-orders")


@door("staff", *sorted(DECIDING))
@require_POST
def end_maker(request: Any, maker: int) -> HttpResponse:
    orders.end_maker(region=request.staff.region, maker=maker, by=request.actor, at=now())
    return redirect("staff:seal-orders")


def _do(request: Any, order_id: UUID, act: Any, **typed: Any) -> HttpResponse:
    try:
        act(region=request.staff.region, order_id=order_id, by=request.actor, at=now(), **typed)
    except Refused as refused:
        return _show(request, order_id, refused)
    return redirect("staff:seal-order", order_id=order_id)


def _order(request: Any) -> HttpResponse:
    """Name and number are masked here; no table has them in full."""
    typed = words(request, "organisation", "uscc", "recipient", "phone")
    try:
        order_id = orders.order_seals(
            region=request.staff.region, organisation=typed["organisation"], uscc=check_uscc(typed["uscc"]),
            kinds=request.POST.getlist("kind"), recipient=mask_name(typed["recipient"]),
            phone=mask_phone(check_phone(typed["phone"])), by=request.actor, at=now(),
        )  # fmt: skip
    except orders.FreeSetTaken as refused:
        taken = order_queries.list_orders_of(uscc=check_uscc(typed["uscc"]))
        return _form(request, refused, first=next((row for row in taken if row.state != "withdrawn"), None))
    except Refused as refused:
        return _form(request, refused)
    return redirect("staff:seal-order", order_id=order_id)


def _form(request: Any, refused: Refused | None = None, **more: Any) -> HttpResponse:
    kinds = list_kinds().values()
    ticked = request.POST.getlist("kind") if refused else [kind.id for kind in kinds if kind.usual]
    known = {"section": "seal-orders", "kinds": kinds, "ticked": ticked, "typed": request.POST, **more}
    return page(request, "staff/seals/order-new.html", known, refused=refused)


def _list(request: Any, refused: Refused | None = None) -> HttpResponse:
    region = request.staff.region
    sheet = number_page(request, order_queries.count_orders(region=region), most=MOST_LINES)
    known = {
        "section": "seal-orders", "tab": "orders", "sheet": sheet, "makers": order_queries.list_makers(region=region),
        "orders": order_queries.list_orders(region=region, skip=sheet.skip, most=MOST_LINES), "typed": request.POST,
        "decides": bool(request.staff.roles & DECIDING),
    }  # fmt: skip
    return page(request, "staff/seals/orders.html", known, refused=refused)


def _show(request: Any, order_id: UUID, refused: Refused | None = None) -> HttpResponse:
    region = request.staff.region
    order = order_queries.get_order(region=region, order_id=order_id)
    known = {
        "section": "seal-orders", "order": order, "makers": order_queries.list_makers(region=region), "ways": WAYS.items(),
        "digits": count_digits(), "numbers": _numbers(request, order), "typed": request.POST,
        "names": officers.names_of(request, [step.by for step in order.steps]),
        "withdraws": order.row.state in ("ordered", "at_maker", "made") and bool(request.staff.roles & DECIDING),
    }  # fmt: skip
    return page(request, "staff/seals/order.html", known, refused=refused)


def _numbers(request: Any, order: OrderView) -> list[dict[str, Any]]:
    """Each seal with what was typed for it, after a refusal."""
    return [{"seal": seal, "typed": request.POST.get(f"number-{seal.kind}", "")} for seal in order.seals]
