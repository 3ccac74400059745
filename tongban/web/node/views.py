"""TXP/1 endpoints, one call each. Reads are checked: what a peer node has no region for looks like what is not there."""

import base64
from uuid import UUID

from django.http import HttpResponse

from tongban.alliance import queries as alliance
from tongban.catalogue import queries as catalogue
from tongban.exchange import services as exchange
from tongban.exchange import wire
from tongban.kernel import strictjson
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.web.node import ranges
from tongban.web.node.peers import BadBatch, Call, peer_endpoint

MAX_EVENTS = 100


@peer_endpoint("POST")
def events(call: Call) -> HttpResponse:
    """Events and proposals of one region for one region hosted here."""
    try:
        batch = wire.read_batch(call.body)
    except wire.BadMessage as bad:
        raise BadBatch(reason=str(bad)) from None
    answers = exchange.receive(node=call.node, batch=batch, peer=call.peer, at=call.at)
    return _json(wire.write_answers(answers))


@peer_endpoint("GET")
def case_events(call: Call, *, case_id: UUID) -> HttpResponse:
    """`?region=` whose copy, `from=` which position; at most 100 envelopes."""
    region = call.query.get("region", "")
    if not call.node.hosts(region):
        raise Missing
    with scope([region]):
        have, found = exchange.read_events_for(
            peer=call.peer, region=region, case_id=case_id, first=_position(call), limit=MAX_EVENTS, at=call.at
        )
    envelopes = [base64.b64encode(event.envelope).decode() for event in found]
    return _json(strictjson.canonical({"have": have, "events": envelopes}))


@peer_endpoint("GET", "HEAD")
def blob(call: Call, *, cipher: str) -> HttpResponse:
    """`?case=` the case that refers to it; all of it or one range."""
    try:
        case_id = UUID(call.query.get("case", ""))
    except ValueError:
        raise Missing from None
    with scope(call.node.regions):
        found = exchange.find_blob_for(
            peer=call.peer, regions=call.node.regions, case_id=case_id, cipher=cipher, at=call.at
        )
        return ranges.respond(call.request, etag=cipher, size=found.size, read=found.read)


@peer_endpoint("GET")
def definitions(call: Call) -> HttpResponse:
    """What is held here, by hash."""
    index = [
        {"hash": publication.hash, "region": publication.region, "key": publication.key, "version": publication.version}
        for publication in catalogue.list_publications()
    ]
    return _json(strictjson.canonical({"definitions": index}))


@peer_endpoint("GET")
def definition(call: Call, *, hash: str) -> HttpResponse:
    """As signed by the region that published it."""
    return _json(catalogue.get_publication(hash).envelope)


@peer_endpoint("GET")
def members(call: Call) -> HttpResponse:
    """The newest member list held here, as signed."""
    newest = alliance.newest_list()
    if newest is None:
        raise Missing
    return _json(alliance.get_list_bytes(newest.version))


def _position(call: Call) -> int:
    text = call.query.get("from", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise BadBatch(reason="from")
    return int(text)


def _json(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")
