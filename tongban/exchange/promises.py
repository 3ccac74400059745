"""What this node's regions have promised restored peers (R15, R16): nothing of an older life, but for the past it declared itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongban.exchange.models import DeclaredPast, Promise

_READ = "SELECT node, inc, seen FROM exchange_promise WHERE region = %s"
_NOTE = (
    "INSERT INTO exchange_promise (region, node, inc, nonce, seen) VALUES (%s, %s, 0, '', %s)"
    " ON CONFLICT (region, node) DO UPDATE SET seen = greatest(exchange_promise.seen, excluded.seen)"
)
_PROMISE = (
    "INSERT INTO exchange_promise (region, node, inc, nonce, seen, made_at) VALUES (%s, %s, %s, %s, 0, %s)"
    " ON CONFLICT (region, node) DO UPDATE SET inc = excluded.inc, nonce = excluded.nonce, made_at = excluded.made_at"
    " WHERE exchange_promise.inc < excluded.inc"
)
_DECLARE = (
    "INSERT INTO exchange_declaredpast AS held (case_id, region, node, inc, hashes) VALUES (%s, %s, %s, %s, %s)"
    " ON CONFLICT (case_id, region, node) DO UPDATE SET inc = excluded.inc,"
    " hashes = ARRAY(SELECT DISTINCT unnest(held.hashes || excluded.hashes)) WHERE held.inc <= excluded.inc"
)


@dataclass(slots=True)
class Promises:
    """Of one region, for one transaction: read after a copy was locked, for a promise waits for those who hold one (`make`)."""

    region: str
    made: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, region: str) -> "Promises":
        with connection.cursor() as cursor:
            cursor.execute(_READ, [region])
            rows = cursor.fetchall()
        return cls(region, {node: inc for node, inc, _ in rows}, {node: seen for node, _, seen in rows})

    def allows(self, *, node: str, inc: int, case_id: UUID, hash: str) -> bool:
        """Whether an event of that node and incarnation may still be taken in."""
        return inc >= self.made.get(node, 0) or self._declared(node, case_id, hash)

    def note(self, *, node: str, inc: int) -> None:
        """Something that a node signed in this incarnation was taken in."""
        if inc <= max(self.seen.get(node, 1), self.made.get(node, 0)):
            return
        self.seen[node] = inc
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [self.region, node, inc])

    def _declared(self, node: str, case_id: UUID, hash: str) -> bool:
        return DeclaredPast.objects.filter(
            region=self.region, case_id=case_id, node=node, hashes__contains=[hash]
        ).exists()


@dataclass(frozen=True, slots=True)
class Made:
    """`inc`: what is promised to the node that asked, or 0; `seen`: the highest incarnation of it that is known here."""

    inc: int
    seen: int


def make(*, region: str, node: str, inc: int, nonce: str, at: datetime) -> Made:
    """Promise a restored node to take in nothing of a life before `inc`; not when it has lived in `inc` already (I9).

    Durable, and nothing older is still on its way into the database, when the transaction around this has committed.
    """
    before = _judge(region, node, inc, nonce)
    if before is not None:
        return before
    with connection.cursor() as cursor:
        # Everybody who writes waits behind this: rather ask again than hold them up for one that does not end.
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("LOCK TABLE exchange_casehead IN EXCLUSIVE MODE")
        cursor.execute("SET LOCAL lock_timeout = DEFAULT")
        cursor.execute(_PROMISE, [region, node, inc, nonce, at])
    return _judge(region, node, inc, nonce) or Made(0, inc)


def _judge(region: str, node: str, inc: int, nonce: str) -> Made | None:
    """None when it can be promised anew. The same number in another recovery is another life."""
    row = Promise.objects.filter(region=region, node=node).first()
    if row is None:
        return None
    if (row.inc, row.nonce) == (inc, nonce):
        return Made(inc, max(row.inc, row.seen))
    return Made(0, max(row.inc, row.seen)) if inc <= max(row.inc, row.seen) else None


def learn(*, region: str, lives: dict[str, tuple[int, str]], at: datetime) -> None:
    """What a peer has promised others, and its own incarnation: a restored region promises it again, for it has forgotten (I9)."""
    with connection.cursor() as cursor:
        for node, (inc, nonce) in sorted(lives.items()):
            cursor.execute(_PROMISE, [region, node, inc, nonce, at])


def list_lives(region: str) -> dict[str, tuple[int, str]]:
    """What this region has promised, by node: incarnation and nonce."""
    rows = Promise.objects.filter(region=region, inc__gt=0).values_list("node", "inc", "nonce")
    return {node: (inc, nonce) for node, inc, nonce in rows}


def declare(*, region: str, node: str, inc: int, nonce: str, past: Iterable[tuple[UUID, list[str]]]) -> bool:
    """Keep what a restored node itself calls its past (R16). False for a word of an older life: it knew another past."""
    row = Promise.objects.filter(region=region, node=node).first()
    if row and (inc < max(row.inc, row.seen) or (inc == row.inc and row.nonce not in ("", nonce))):
        return False
    with connection.cursor() as cursor:
        for case_id, hashes in past:
            cursor.execute(_DECLARE, [case_id, region, node, inc, hashes])
    return True
