"""The clock, read at the edges only (views, jobs, commands) and passed in as `at=`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The instant in UTC, cut to milliseconds: the precision of every signed instant."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
