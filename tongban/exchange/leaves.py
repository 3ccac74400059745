"""The log of a region (日志): the hash of every event it holds, in the order in which the log met it, and the nodes of its Merkle tree.

Events are not added where they are stored: `collect` finds the heads that have moved since. No row can be skipped by that, however its
transaction and others overlap, for a head says itself up to where it is logged (C5). Reads are called inside a scope that holds the region.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tongban.exchange import merkle
from tongban.exchange.models import LogLeaf, LogTile
from tongban.kernel.crypto import Suite
from tongban.kernel.scope import scope

TILE = 8
"""Tree levels between two that are kept: one row for 256 leaves, one more for 65,536."""
HEADS_AT_ONCE = 200


def collect(region: str, *, suite: Suite) -> int:
    """Add what has been stored since the last time; how many leaves the log has now. Copies that somebody works on wait for the next time.

    Opens scopes of its own, so that no copy stays locked for long: must not run inside a transaction.
    """
    while _collect_some(region) == HEADS_AT_ONCE:
        continue
    with scope([region]):
        _lock(region)
        _keep_tiles(region, suite)
        return count_leaves(region)


def count_leaves(region: str) -> int:
    last = LogLeaf.objects.filter(region=region).order_by("-n").values_list("n", flat=True).first()
    return 0 if last is None else last + 1


def hasher(suite: Suite) -> merkle.Hash:
    return lambda data: bytes.fromhex(suite.hash(data))


def find_root(region: str, size: int, *, suite: Suite) -> str:
    """Of the first `size` leaves, in hexadecimal. The log must have as many."""
    return merkle.root(size, node=_node_of(region, suite), hash=hasher(suite)).hex()


def prove(region: str, old: int, new: int, *, suite: Suite) -> list[bytes]:
    """That the log of `new` leaves begins with the one of `old`."""
    return merkle.prove_consistency(old, new, node=_node_of(region, suite), hash=hasher(suite))


def _collect_some(region: str) -> int:
    with scope([region]), connection.cursor() as cursor:
        _lock(region)
        # A statement of its own: the next one then sees every event up to the positions that are locked here.
        cursor.execute(
            "SELECT case_id, logged, seq FROM exchange_casehead WHERE region = %s AND logged < seq"
            " LIMIT %s FOR UPDATE SKIP LOCKED",
            [region, HEADS_AT_ONCE],
        )
        heads: list[tuple[UUID, int, int]] = cursor.fetchall()
        if heads:
            _add(cursor, region, heads)
    return len(heads)


def _lock(region: str) -> None:
    """One at a time: places are given out in order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"tongban.log {region}"])


def _add(cursor: CursorWrapper, region: str, heads: list[tuple[UUID, int, int]]) -> None:
    cases, logged, positions = zip(*heads, strict=True)
    moved = [list(cases), list(logged), list(positions)]
    cursor.execute(
        "INSERT INTO exchange_logleaf (region, n, case_id, seq, hash)"
        " SELECT %s, %s - 1 + row_number() OVER (ORDER BY e.received_at, e.case_id, e.seq), e.case_id, e.seq, e.hash"
        " FROM unnest(%s::uuid[], %s::int[], %s::int[]) AS head (case_id, logged, seq) JOIN exchange_event e"
        " ON e.case_id = head.case_id AND e.region = %s AND e.seq > head.logged AND e.seq <= head.seq"
        " WHERE NOT EXISTS (SELECT FROM exchange_logleaf leaf"
        " WHERE leaf.case_id = e.case_id AND leaf.region = e.region AND leaf.seq = e.seq)",
        [region, count_leaves(region), *moved, region],
    )
    cursor.execute(
        "UPDATE exchange_casehead SET logged = head.seq FROM unnest(%s::uuid[], %s::int[], %s::int[])"
        " AS head (case_id, logged, seq) WHERE exchange_casehead.case_id = head.case_id AND region = %s",
        [*moved, region],
    )


def _keep_tiles(region: str, suite: Suite) -> None:
    """Those that have become complete, lowest level first."""
    level, below = TILE, count_leaves(region)
    while below := below >> TILE:
        kept = LogTile.objects.filter(region=region, level=level).count()
        for index in range(kept, below):
            root = merkle.join(_row(region, level - TILE, index << TILE, 1 << TILE, suite), hash=hasher(suite))
            LogTile.objects.create(region=region, level=level, index=index, hash=root.hex())
        level += TILE


def _node_of(region: str, suite: Suite) -> merkle.NodeOf:
    def node(level: int, index: int) -> bytes:
        base = level - level % TILE
        width = 1 << (level - base)
        return merkle.join(_row(region, base, index * width, width, suite), hash=hasher(suite))

    return node


def _row(region: str, level: int, first: int, count: int, suite: Suite) -> list[bytes]:
    """That many neighbours of a kept level, or hashes of leaves. Raises LookupError when there are fewer."""
    if level:
        tiles = LogTile.objects.filter(region=region, level=level, index__gte=first, index__lt=first + count)
        found = [bytes.fromhex(hash) for hash in tiles.order_by("index").values_list("hash", flat=True)]
    else:
        leaves = LogLeaf.objects.filter(region=region, n__gte=first, n__lt=first + count)
        hash = hasher(suite)
        found = [
            merkle.leaf_hash(bytes.fromhex(leaf), hash=hash)
            for leaf in leaves.order_by("n").values_list("hash", flat=True)
        ]
    if len(found) != count:
        raise LookupError(f"level {level} has a gap at {first}")
    return found


def find_missing(region: str) -> tuple[int, UUID, int] | None:
    """The first leaf whose event is not here any more, or is another: its place, case and position (G1, G2)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT leaf.n, leaf.case_id, leaf.seq FROM exchange_logleaf leaf LEFT JOIN exchange_event e"
            " ON e.case_id = leaf.case_id AND e.region = leaf.region AND e.seq = leaf.seq"
            " WHERE leaf.region = %s AND e.hash IS DISTINCT FROM leaf.hash ORDER BY leaf.n LIMIT 1",
            [region],
        )
        row: tuple[int, UUID, int] | None = cursor.fetchone()
    return row


def find_gap(region: str) -> int | None:
    """The first place without a leaf, although there are later ones."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place FROM (SELECT n, row_number() OVER (ORDER BY n) - 1 AS place FROM exchange_logleaf"
            " WHERE region = %s) numbered WHERE n <> place ORDER BY place LIMIT 1",
            [region],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def compute_root(region: str, size: int, *, suite: Suite) -> str:
    """The same as `find_root` from the leaves alone, whatever was kept. Raises LookupError when there are fewer leaves."""
    hash = hasher(suite)
    hashes = LogLeaf.objects.filter(region=region, n__lt=size).order_by("n").values_list("hash", flat=True)
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf), hash=hash) for leaf in hashes.iterator(chunk_size=10_000)]
    if len(leaves) != size:
        raise LookupError("leaves are missing")
    return merkle.root(size, node=_in_memory(leaves, hash), hash=hash).hex()


def _in_memory(leaves: list[bytes], hash: merkle.Hash) -> Callable[[int, int], bytes]:
    return lambda level, index: merkle.join(leaves[index << level : (index + 1) << level], hash=hash)
