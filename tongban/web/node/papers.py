"""What the alliance has signed: any version of the member list; and fence statements for a case of a suspended node (R17, R19)."""

from django.http import HttpResponse

from tongban.alliance import queries as alliance
from tongban.exchange import fencing
from tongban.web.node.peers import BadBatch, Call, peer_endpoint


@peer_endpoint("GET")
def members(call: Call, *, version: int) -> HttpResponse:
    """One version, as signed."""
    return _json(alliance.get_list_bytes(version))


@peer_endpoint("POST")
def fences(call: Call) -> HttpResponse:
    """The statement of every region hosted here that has the case with the region that asks."""
    try:
        case_id, fenced, asking, have = fencing.read_question(call.body)
    except ValueError as bad:
        raise BadBatch(reason=str(bad)) from None
    raws = fencing.fence_for(
        node=call.node, peer=call.peer, case_id=case_id, fenced=fenced, asking=asking, have=have, at=call.at
    )
    return _json(fencing.write_answer(raws))


def _json(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")
