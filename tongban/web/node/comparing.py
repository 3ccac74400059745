"""What peers compare (对账): digests and heads of shared cases, and the receipts that a region here has signed about one.

Only of cases whose audience holds both regions: of any other not even the number can be told.
"""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse

from tongban.alliance import queries as alliance
from tongban.exchange import answers, heads
from tongban.kernel.events import parse_instant
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.web.node.peers import BadBatch, Call, peer_endpoint

FULL_SECONDS = 0.5
"""A comparison of everything uses up so many seconds of the asker's share."""


@peer_endpoint("GET")
def buckets(call: Call) -> HttpResponse:
    """`?region=` hosted here, `with=` a region of the asker, `since=` leaves out what has not moved."""
    region, peer = _pair(call)
    since = _since(call)
    if since is None:
        call.charge(seconds=FULL_SECONDS)
    with scope([region]):
        found = heads.digests(region, peer, since=since)
    return _json(heads.write_digests(found))


@peer_endpoint("GET")
def listed(call: Call) -> HttpResponse:
    """The same, and `bucket=` two hexadecimal digits for each, `after=` a case id; with `more` when there are further ones."""
    region, peer = _pair(call)
    try:
        wanted = heads.read_buckets(call.query.get("bucket", ""))
        after = UUID(call.query.get("after", str(heads.FIRST)))
    except ValueError:
        raise BadBatch(reason="bucket") from None
    with scope([region]):
        found = heads.list_heads(region, peer, buckets=wanted, since=_since(call), after=after, limit=heads.PAGE + 1)
    return _json(heads.write_heads(found[: heads.PAGE], more=len(found) > heads.PAGE))


@peer_endpoint("GET")
def receipts(call: Call, *, case_id: UUID) -> HttpResponse:
    """`?region=` whose own receipts."""
    region = call.query.get("region", "")
    if not call.node.hosts(region):
        raise Missing
    with scope([region]):
        found = answers.read_receipts_for(peer=call.peer, region=region, case_id=case_id, at=call.at)
    return _json(answers.write_receipts(found))


def _pair(call: Call) -> tuple[str, str]:
    region, peer = call.query.get("region", ""), call.query.get("with", "")
    if not call.node.hosts(region) or not alliance.current_list(call.at).hosts(call.peer, peer, call.at):
        raise Missing
    return region, peer


def _since(call: Call) -> datetime | None:
    text = call.query.get("since", "")
    try:
        return parse_instant(text) if text else None
    except ValueError:
        raise BadBatch(reason="since") from None


def _json(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/json")
