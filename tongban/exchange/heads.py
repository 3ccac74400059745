"""What two regions compare (对账, protocol §3.8): the heads of the cases that both subscribe to, in 256 buckets, so that equal ones cost little.

`since` keeps a comparison to the cases that moved lately, by the signed time of their events: equal chains are in it on both sides or on neither.
Digests say where to look; they prove nothing, so they are SHA-256 under every suite.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from tongban.exchange.models import CaseHead
from tongban.kernel import strictjson
from tongban.kernel.events import format_instant, parse_instant

BUCKETS = 256
PAGE = 4000
"""Heads in one answer; with 120 bytes each it stays below 1 MiB."""
FIRST = UUID(int=0)

_SHARED = """
    SELECT case_id, seq, head FROM exchange_casehead
    WHERE region = %(region)s AND audience @> ARRAY[%(peer)s]::varchar[]
"""
_MOVED = " AND case_id IN (SELECT case_id FROM exchange_event WHERE region = %(region)s AND at >= %(since)s)"
_BUCKET = "get_byte(sha256(uuid_send(case_id)), 0)"


@dataclass(frozen=True, slots=True)
class Listed:
    """One copy as it is compared. `at`: the signed time of its last event."""

    case_id: UUID
    seq: int
    head: str
    at: datetime


Kind = Literal["behind", "ahead", "unlisted", "forked"]


@dataclass(frozen=True, slots=True)
class Difference:
    """`behind`: the peer has events from `seq` on that we lack. `ahead`: it lacks ours from `seq` on. `unlisted`: it has not our head, and
    did not say which. `forked`: another event at `seq`."""

    case_id: UUID
    kind: Kind
    seq: int
    at: datetime


def digests(region: str, peer: str, *, since: datetime | None = None) -> dict[int, str]:
    """Bucket → hash over the sorted (case, seq, head) of the cases that `region` shares with `peer`; empty buckets are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_BUCKET}, encode(sha256(convert_to(string_agg(case_id || ' ' || seq || ' ' || head, E'\\n' ORDER BY case_id),"  # noqa: S608
            f" 'UTF8')), 'hex') FROM ({_shared(since)}) AS shared GROUP BY 1",
            {"region": region, "peer": peer, "since": since},
        )
        return dict(cursor.fetchall())


def list_heads(
    region: str, peer: str, *, buckets: Collection[int], since: datetime | None = None, after: UUID = FIRST,
    limit: int = PAGE, last: UUID | None = None,
) -> list[Listed]:  # fmt: skip
    """The shared cases of some buckets, by case id, from behind `after` up to and with `last`."""
    upto = " AND case_id <= %(last)s" if last else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT h.case_id, h.seq, h.head, e.at FROM ({_shared(since)} AND case_id > %(after)s{upto}"  # noqa: S608
            f" AND {_BUCKET} = ANY(%(buckets)s) ORDER BY case_id LIMIT %(limit)s) AS h JOIN exchange_event e"
            " ON e.case_id = h.case_id AND e.region = %(region)s AND e.seq = h.seq ORDER BY h.case_id",
            {
                "region": region, "peer": peer, "since": since, "after": after, "last": last, "limit": limit,
                "buckets": sorted(buckets),
            },
        )  # fmt: skip
        return [Listed(*row) for row in cursor.fetchall()]


def find_heads(region: str, case_ids: Collection[UUID]) -> dict[UUID, tuple[int, str]]:
    """Position and hash of this region's copies, whoever shares them."""
    rows = CaseHead.objects.filter(region=region, case_id__in=case_ids).values_list("case_id", "seq", "head")
    return {case_id: (seq, head) for case_id, seq, head in rows}


def compare(region: str, ours: Iterable[Listed], theirs: Iterable[Listed]) -> Iterator[Difference]:
    """What the two lists of one range say."""
    told = {listed.case_id: listed for listed in theirs}
    for mine in ours:
        if mine.case_id not in told:
            yield Difference(mine.case_id, "unlisted", mine.seq, mine.at)
    held = find_heads(region, list(told))
    hashes = _hashes(region, [theirs for theirs in told.values() if theirs.seq < held.get(theirs.case_id, (0, ""))[0]])
    for case_id, peer in told.items():
        seq, head = held.get(case_id, (0, ""))
        if difference := _differ(peer, seq, hashes.get(case_id, head)):
            yield difference


def _differ(peer: Listed, seq: int, hash: str) -> Difference | None:
    """`hash`: of our event at the lower of both positions, when we have it."""
    if peer.seq > seq:
        return Difference(peer.case_id, "behind", seq + 1, peer.at)
    if peer.head != hash:
        return Difference(peer.case_id, "forked", peer.seq, peer.at)
    return Difference(peer.case_id, "ahead", peer.seq + 1, peer.at) if peer.seq < seq else None


def write_digests(found: Mapping[int, str]) -> bytes:
    return strictjson.canonical({"buckets": {f"{bucket:02x}": digest for bucket, digest in found.items()}})


def read_digests(data: bytes, *, max_bytes: int) -> dict[int, str]:
    """Raises ValueError for whatever is none."""
    try:
        value: Any = strictjson.parse(data, max_bytes=max_bytes)["buckets"]
        return {int(bucket, 16): str(digest) for bucket, digest in value.items() if 0 <= int(bucket, 16) < BUCKETS}
    except (KeyError, TypeError, AttributeError):
        raise ValueError("no digests") from None


def write_heads(listed: Iterable[Listed], *, more: bool) -> bytes:
    rows = [[str(one.case_id), one.seq, one.head, format_instant(one.at)] for one in listed]
    return strictjson.canonical({"heads": rows, "more": more})


def read_heads(data: bytes, *, max_bytes: int) -> tuple[list[Listed], bool]:
    """Raises ValueError for whatever is none."""
    try:
        value: Any = strictjson.parse(data, max_bytes=max_bytes)
        rows = [Listed(UUID(case), int(seq), str(head), parse_instant(at)) for case, seq, head, at in value["heads"]]
        return sorted(rows, key=lambda row: row.case_id), bool(value["more"])
    except (KeyError, TypeError, AttributeError):
        raise ValueError("no heads") from None


def read_buckets(text: str) -> list[int]:
    """Two hexadecimal digits for each bucket, nothing between them. Raises ValueError."""
    return list(bytes.fromhex(text))


def _shared(since: datetime | None) -> str:
    return _SHARED + (_MOVED if since else "")


def _hashes(region: str, wanted: Collection[Listed]) -> dict[UUID, str]:
    """Our event at the position where the peer stands."""
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.case_id, e.hash FROM exchange_event e JOIN unnest(%s::uuid[], %s::int[]) AS wanted (case_id, seq)"
            " ON e.case_id = wanted.case_id AND e.seq = wanted.seq WHERE e.region = %s",
            [[one.case_id for one in wanted], [one.seq for one in wanted], region],
        )
        return dict(cursor.fetchall())
