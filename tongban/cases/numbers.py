"""Case numbers (办件编号): region, legal day, running number of that region on that day: 370115-20261120-000123.

Whoever hands in holds a number until the transaction ends. So that nobody waits for it there are several lanes, each with every eighth number; the
lowest number whose lane is free is taken. Numbers have no doubles, and stand in order unless several are handed in at the same moment.
"""

from datetime import date, datetime

from django.db import connection

from tongban.kernel.workdays import legal_day

LANES = 8
LEFT_OUT = 10_000
"""A multiple of `LANES`."""

_TAKE = f"""
UPDATE cases_numbercounter SET next = next + {LANES} WHERE id = (
    SELECT id FROM cases_numbercounter WHERE region = %s AND day = %s ORDER BY next LIMIT 1 FOR UPDATE {{skip}}
) RETURNING next - {LANES}
"""  # noqa: S608  a constant
_TAKE_FREE, _TAKE_OR_WAIT = _TAKE.format(skip="SKIP LOCKED"), _TAKE.format(skip="")
_OPEN = f"""
INSERT INTO cases_numbercounter (region, day, lane, next) SELECT %s, %s, lane, lane FROM generate_series(1, {LANES}) AS lane
ON CONFLICT (region, day, lane) DO NOTHING
"""  # noqa: S608  a constant
_PASS = f"""
UPDATE cases_numbercounter SET next = greatest(next, %(given)s + 1 + (lane + {LANES} - (%(given)s + 1) %% {LANES}) %% {LANES})
WHERE region = %(region)s AND day = %(day)s
"""  # noqa: S608  a constant
_LEAVE_OUT = "UPDATE cases_numbercounter SET next = next + %s WHERE region = %s AND day = %s"


def take_number(*, region: str, at: datetime) -> str:
    """A number that nobody else has; its lane stays locked until the transaction ends."""
    day = legal_day(at)
    running = _take(_TAKE_FREE, region, day)
    if running is None:
        _open(region, day)
        running = _take(_TAKE_OR_WAIT, region, day)
    return f"{region}-{day:%Y%m%d}-{running:06d}"


def pass_number(number: str, *, region: str) -> None:
    """`number` was given here already, as others say. Anything that is not one of this region is passed over."""
    try:
        given_by, day, running = number.split("-")
        values: dict[str, str | date | int] = {
            "region": region, "day": date.fromisoformat(day), "given": int(running),
        }  # fmt: skip
    except ValueError:
        return
    if given_by == region:
        _open(region, date.fromisoformat(day))
        with connection.cursor() as cursor:
            cursor.execute(_PASS, values)


def leave_numbers_out(*, region: str, at: datetime) -> None:
    """Numbers of the day that may have been given to people after a backup: a gap is better than a double."""
    day = legal_day(at)
    _open(region, day)
    with connection.cursor() as cursor:
        cursor.execute(_LEAVE_OUT, [LEFT_OUT, region, day])


def _take(statement: str, region: str, day: date) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [region, day])
        row = cursor.fetchone()
    return row[0] if row else None


def _open(region: str, day: date) -> None:
    """The lanes of a day."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [region, day])
