"""The second wall between regions: every transaction names the regions whose rows it may touch (row-level security)."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from tongban.kernel.refusals import Refused


@contextmanager
def scope(regions: Iterable[str]) -> Iterator[None]:
    """One transaction that sees the rows of `regions` only. Nested scopes restore the outer one."""
    names = sorted(set(regions))
    if not names or not all(name.isalnum() for name in names):
        raise ValueError("a scope names at least one region, each by its code")
    wanted = ",".join(names)
    kept: Refused | None = None
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        before = _exchange(wanted)
        # Any other exception rolls back to the savepoint and so brings the outer scope back; an outermost one ends with its transaction.
        try:
            yield
        except Refused as refusal:
            if not refusal.keeps:
                raise
            kept = refusal
        if not outermost:
            _exchange(before)
    if kept:
        raise kept


def _exchange(wanted: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('tongban.scope', true), ''), set_config('tongban.scope', %s, true)",
            [wanted],
        )
        before: str = cursor.fetchone()[0]
    return before
