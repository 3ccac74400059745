"""Case numbers (办件编号): region, legal day, running number of that region on that day: 370115-20261120-000123."""

from datetime import datetime

from django.db import connection

from tongban.kernel.workdays import legal_day

_NEXT = """
INSERT INTO cases_numbercounter (region, day, last) VALUES (%s, %s, 1)
ON CONFLICT (region, day) DO UPDATE SET last = cases_numbercounter.last + 1 RETURNING last
"""


def take_number(*, region: str, at: datetime) -> str:
    """The next number; its row stays locked until the transaction ends, so numbers have no gaps and no doubles."""
    day = legal_day(at)
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [region, day])
        (running,) = cursor.fetchone()
    return f"{region}-{day:%Y%m%d}-{running:06d}"
