"""Doors of the logs: a node shows its checkpoints, and any node of the alliance may ask what was shown here. No case is named."""

import base64

from django.http import HttpResponse

from tongban.exchange import services as exchange
from tongban.kernel import strictjson
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.web.node.peers import Call, peer_endpoint


@peer_endpoint("GET", "POST")
def checkpoints(call: Call) -> HttpResponse:
    """POST `{"checkpoint", "from", "proof"}`: co-signed, or what contradicts it. GET `?region=&node=`: the last one co-signed here."""
    if call.request.method == "GET":
        region, author = call.query.get("region", ""), call.query.get("node", "")
        return _json(exchange.read_held_checkpoint(call.node, region, author))
    answer = exchange.co_sign_checkpoint(node=call.node, message=call.body, peer=call.peer, at=call.at)
    texts = {"co_signature": answer.co_signature, "held": answer.held}
    said = {name: base64.b64encode(raw).decode() for name, raw in texts.items() if raw}
    return _json({"status": answer.status, **said})


@peer_endpoint("GET")
def proof(call: Call) -> HttpResponse:
    """`?region=&from=&to=`: that the log of this node's region with `to` leaves begins with the one of `from`."""
    region, old, new = call.query.get("region", ""), _size(call, "from"), _size(call, "to")
    if not call.node.hosts(region):
        raise Missing
    with scope([region]):
        found = exchange.prove_log(region, old=old, new=new, suite=call.node.suite)
    return _json({"proof": [hash.hex() for hash in found]})


def _size(call: Call, name: str) -> int:
    text = call.query.get(name, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise Missing
    return int(text)


def _json(value: object) -> HttpResponse:
    return HttpResponse(strictjson.canonical(value), content_type="application/json")
