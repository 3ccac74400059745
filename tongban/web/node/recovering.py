"""What a node asks that was restored from a backup (R15, R16), and the events of a case with all that belongs to them."""

from uuid import UUID

from django.http import HttpResponse

from tongban.exchange import services as exchange
from tongban.exchange import wire
from tongban.web.node.peers import BadBatch, Call, peer_endpoint


@peer_endpoint("POST")
def promises(call: Call) -> HttpResponse:
    """Nothing of an older life is taken in any more; answered with a page of the cases that both regions hold."""
    try:
        answer = exchange.answer_promise(node=call.node, peer=call.peer, body=call.body, at=call.at)
    except wire.BadMessage as bad:
        raise BadBatch(reason=str(bad)) from None
    return _json(answer)


@peer_endpoint("POST")
def declarations(call: Call) -> HttpResponse:
    """What of the older life is its past."""
    try:
        answer = exchange.take_declaration(node=call.node, peer=call.peer, body=call.body, at=call.at)
    except wire.BadMessage as bad:
        raise BadBatch(reason=str(bad)) from None
    return _json(answer)


@peer_endpoint("GET")
def items(call: Call, *, case_id: UUID) -> HttpResponse:
    """`?region=` whose copy, `for=` a region of the asker that is in its audience, `from=` which position; a batch, empty at the end."""
    first = call.query.get("from", "1")
    if not (first.isascii() and first.isdecimal() and 0 < len(first) < 10):
        raise BadBatch(reason="from")
    answer = exchange.list_items_for(
        node=call.node, peer=call.peer, region=call.query.get("region", ""), receiver=call.query.get("for", ""),
        case_id=case_id, first=max(int(first), 1), at=call.at,
    )  # fmt: skip
    return _json(answer)


def _json(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")
