"""Jobs that follow a case without moving it on (随后作业): printing, telling. No decision waits for them.

They have a queue of their own, in which few run at once, and begin some seconds after the event: what happens to a case within them is
followed once.
"""

from typing import Any
from uuid import UUID

from django.db import connection

QUEUE = "behind"
_WAITING = """
SELECT id FROM procrastinate_jobs
WHERE status = 'todo' AND task_name = %s AND args ->> 'case_id' = %s AND args ->> 'region' = %s AND scheduled_at <= now() + %s * interval '1 second'
FOR UPDATE
"""


def defer_once(task: Any, *, region: str, case_id: UUID, wait: int, **arguments: Any) -> None:
    """In the transaction that stores an event. One job for all events of a case that come before it begins, `wait` seconds from now.

    A job that still waits is held here: it cannot begin before this transaction ends, and then sees what was stored.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [task.name, str(case_id), region, wait])
        if cursor.fetchone():
            return
    task.configure(schedule_in={"seconds": wait}).defer(region=region, case_id=str(case_id), **arguments)
