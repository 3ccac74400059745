"""Doors of agreements: what is held here, and what a peer brings. Whoever brings it, only the signatures in it count."""

from django.http import HttpResponse

from tongban.alliance import sharing, taking
from tongban.kernel import strictjson
from tongban.web.node.peers import Call, peer_endpoint


@peer_endpoint("GET", "POST")
def agreements(call: Call) -> HttpResponse:
    """GET `{"agreements": [hash], "open": {hash: [key id]}, "statements": [hash]}`. POST one envelope: `{"new": bool}`."""
    if call.request.method == "GET":
        return _json(strictjson.canonical(sharing.list_held(call.at, peer=call.peer).as_json()))
    return _answer(taking.take_agreement(raw=call.body, at=call.at))


@peer_endpoint("GET")
def agreement(call: Call, *, hash: str) -> HttpResponse:
    """With every signature that is held."""
    return _json(sharing.read_document_for(call.peer, hash, call.at))


@peer_endpoint("POST")
def statements(call: Call) -> HttpResponse:
    return _answer(taking.take_statement(raw=call.body, at=call.at))


@peer_endpoint("GET")
def statement(call: Call, *, hash: str) -> HttpResponse:
    return _json(sharing.read_statement_for(call.peer, hash, call.at))


def _answer(new: bool) -> HttpResponse:
    return _json(strictjson.canonical({"new": new}))


def _json(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")
