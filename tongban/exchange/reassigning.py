"""Events of reassignment (R17): whether they are by order of the alliance, here where lists and chains are held."""

from tongban.alliance import fences
from tongban.alliance import queries as alliance
from tongban.alliance.fences import Order
from tongban.exchange import chain, orders
from tongban.exchange.arrivals import Arrival, NotNow
from tongban.exchange.chain import Head
from tongban.exchange.log import Copy
from tongban.exchange.models import Event
from tongban.exchange.orders import BadOrder
from tongban.kernel.events import Payload
from tongban.kernel.refusals import Missing, Refused


def require_order(payload: Payload, head: Head) -> Order:
    """`head`: what the event would follow. Refuses `BadOrder`, and `Missing` while the list that it names is not held here."""
    return orders.require_order(payload, head, find_list=alliance.find_list)


def require_fences_of_chain(order: Order, region: str) -> None:
    """Shorter chains of survivors lie in the one that goes on. Called where all events before it are stored. Refuses `BadOrder`."""
    held = dict(Event.objects.filter(case_id=order.case, region=region).values_list("seq", "hash"))
    for raw in order.fences:
        fence = fences.read_fence(raw, find_list=alliance.find_list, suite=alliance.get_list(order.list).suite)
        if fence.seq and held.get(fence.seq) != fence.head:
            raise BadOrder(reason=f"{fence.region} holds another chain")


def is_lawful(arrival: Arrival, head: Head) -> bool:
    try:
        require_order(arrival.payload, head)
    except Refused:
        return False
    return True


def require_lawful(arrival: Arrival, head: Head, region: str) -> None:
    """Raises `Rejected`, or `NotNow` while the list is not held here."""
    try:
        require_fences_of_chain(require_order(arrival.payload, head), region)
    except Missing:
        raise NotNow("newer-member-list") from None
    except BadOrder:
        raise arrival.rejected("order-invalid") from None


def was_reassigned(copy: Copy, *, after: int) -> bool:
    return Event.objects.filter(case_id=copy.case_id, region=copy.region, baton=chain.REASSIGN, seq__gt=after).exists()


def was_taken_from(arrival: Arrival, region: str) -> bool:
    """Whether the author writes where the alliance has given the case to another region: the tail of a suspended node (R17)."""
    given = Event.objects.filter(
        case_id=arrival.payload.case, region=region, baton=chain.REASSIGN, seq__lte=arrival.payload.seq
    )
    last = given.order_by("-seq").first()
    if last is None:
        return False
    return Event.objects.get(case_id=last.case_id, region=region, seq=last.seq - 1).writer == arrival.payload.region
