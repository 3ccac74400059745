"""The free set of physical seals: asked for once, made and numbered, delivered; every step written down."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, transaction

from tests.cast import JIYANG, clerk, examiner
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.seals import models, order_queries, orders
from tongban.seals.orders import FreeSetTaken, RecordNumberTaken, SealOrderMovedOn, SealOrderUnusable
from tongban.seals.physical import OrderView, list_kinds
from tongban.seals.tests.workshop import chief

USCC, OTHER = "91370100MA3C0DE10W", "91371400MA3C0DE246"
KINDS = ("official", "finance")


@pytest.fixture
def place(db: Any, at: Any) -> Any:
    """济阳 with one maker."""
    with scope([JIYANG]):
        orders.add_maker(region=JIYANG, name="济阳印章社（演示）", by=chief(), at=at)
        yield


def order(at: Any, **changed: Any) -> UUID:
    asked: dict[str, Any] = {
        "organisation": "济阳好粮有限公司（演示）", "uscc": USCC, "kinds": KINDS, "recipient": "罗**", "phone": "199****0001", "by": clerk(),
    }  # fmt: skip
    return orders.order_seals(region=JIYANG, at=at, **asked | changed)


def sent(at: Any, **changed: Any) -> dict[str, Any]:
    """At the maker; what the next step is called with."""
    step = {"region": JIYANG, "order_id": order(at, **changed), "by": clerk(), "at": at}
    (maker,) = order_queries.list_makers(region=JIYANG)
    orders.send_to_maker(maker=maker.id, **step)
    return step


def made(at: Any) -> dict[str, Any]:
    step = sent(at)
    orders.note_made(numbers=numbers(), **step)
    return step


def numbers(first: int = 1) -> dict[str, str]:
    return {kind: f"370115{first + place:07d}" for place, kind in enumerate(KINDS)}


def look(order_id: UUID) -> OrderView:
    return order_queries.get_order(region=JIYANG, order_id=order_id)


def test_from_the_window_to_the_maker_and_back(place: Any, at: Any) -> None:
    step = made(at)
    orders.deliver_seals(way="posted", receiver="罗**", waybill="SF1234567890", **step)
    seen = look(step["order_id"])
    assert [one.state for one in seen.steps] == ["ordered", "at_maker", "made", "delivered"]
    assert [seal.number for seal in seen.seals] == ["3701150000001", "3701150000002"]
    assert (seen.steps[-1].words, seen.steps[-1].waybill, seen.steps[-1].by) == ("罗**", "SF1234567890", "s-zhaomin")


def test_a_second_set_is_not_free_and_the_day_of_the_first_is_named(place: Any, at: Any) -> None:
    order(at)
    with pytest.raises(FreeSetTaken) as refused:
        order(at, organisation="改了名字的公司")
    assert f"{at.year}年" in refused.value.sentence("zh")
    order(at, uscc=OTHER)


def test_what_was_withdrawn_may_be_asked_for_anew(place: Any, at: Any) -> None:
    step = sent(at) | {"by": chief()}
    orders.withdraw_order(reason="名称登记有误", **step)
    assert look(order(at)).row.state == "ordered"
    assert look(step["order_id"]).steps[-1].words == "名称登记有误"


def test_a_clerk_does_not_set_the_free_set_free_again(place: Any, at: Any) -> None:
    with pytest.raises(Forbidden):
        orders.withdraw_order(reason="重复", **sent(at))
    with pytest.raises(Forbidden):
        orders.add_maker(region=JIYANG, name="另一家印章社", by=clerk(), at=at)
    with pytest.raises(Forbidden):
        order(at, by=examiner())


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("uscc", "91370100MA3C0DE101"), ("uscc", ""), ("organisation", " "), ("kinds", ()), ("kinds", ("seal-of-mars",)),
        ("kinds", ("official", "official")), ("recipient", "罗建国"), ("phone", "19900000001"),
    ],
)  # fmt: skip
def test_what_is_wrong_or_says_too_much_of_a_person_is_refused(place: Any, at: Any, part: str, value: Any) -> None:
    with pytest.raises(SealOrderUnusable):
        order(at, **{part: value})
    assert order_queries.count_orders(region=JIYANG) == 0


@pytest.mark.parametrize(
    "given", [{}, {"official": "3701150000001"}, dict.fromkeys(KINDS, "3701150000001"), dict.fromkeys(KINDS, "12")]
)
def test_every_seal_has_its_own_number(place: Any, at: Any, given: dict[str, str]) -> None:
    step = sent(at)
    with pytest.raises(SealOrderUnusable):
        orders.note_made(numbers=given, **step)
    assert look(step["order_id"]).row.state == "at_maker"


def test_a_number_stands_on_one_seal(place: Any, at: Any) -> None:
    made(at)
    with pytest.raises(RecordNumberTaken) as refused:
        orders.note_made(numbers=numbers(2), **sent(at, uscc=OTHER))
    assert refused.value.details == {"number": "3701150000002"}


@pytest.mark.parametrize(
    "given", [{"way": "posted", "receiver": "罗**"}, {"way": "by owl", "receiver": "罗**"}, {"way": "collected", "receiver": "罗建国"}]
)  # fmt: skip
def test_a_delivery_says_how_and_to_whom(place: Any, at: Any, given: dict[str, str]) -> None:
    with pytest.raises(SealOrderUnusable):
        orders.deliver_seals(**given, **made(at))


def test_no_step_is_taken_twice_or_left_out(place: Any, at: Any) -> None:
    step = sent(at)
    with pytest.raises(SealOrderMovedOn):
        orders.deliver_seals(way="collected", receiver="罗**", **step)
    orders.note_made(numbers=numbers(), **step)
    orders.deliver_seals(way="collected", receiver="罗**", **step)
    with pytest.raises(SealOrderMovedOn):
        orders.withdraw_order(reason="太晚了", **step | {"by": chief()})


def test_a_maker_who_left_the_list_gets_nothing_new(place: Any, at: Any) -> None:
    step = {"region": JIYANG, "order_id": order(at), "by": clerk(), "at": at}
    (maker,) = order_queries.list_makers(region=JIYANG)
    orders.end_maker(region=JIYANG, maker=maker.id, by=chief(), at=at)
    with pytest.raises(SealOrderUnusable):
        orders.send_to_maker(maker=maker.id, **step)


def test_a_step_is_never_changed(place: Any, at: Any) -> None:
    order(at)
    with pytest.raises(DatabaseError), transaction.atomic():
        models.SealOrderStep.objects.update(by="s-somebody-else")


def test_what_is_under_way_stands_first_in_the_list(place: Any, at: Any) -> None:
    orders.deliver_seals(way="collected", receiver="罗**", **made(at))
    order(at - timedelta(days=1), uscc=OTHER)
    rows = order_queries.list_orders(region=JIYANG)
    assert [(row.state, row.count) for row in rows] == [("ordered", 2), ("delivered", 2)]
    assert order_queries.list_orders(region=JIYANG, skip=1, most=1) == rows[1:]


def test_no_kind_of_the_set_is_said_to_be_law(db: Any) -> None:
    assert list_kinds() and not any(kind.verified for kind in list_kinds().values())
