"""Pages that begin behind the last row of the page before (keyset): the thousandth costs what the first does.

A cursor is a text for an address: the place in the order and the case's id. One that is not a cursor begins at the first page.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from tongban.cases.models import Case

NO_DAY = "none"


@dataclass(frozen=True)
class Page:
    """`after`: the cursor of the next page, empty on the last one."""

    rows: list[Case]
    after: str


def newest_first(rows: QuerySet[Case], *, after: str, size: int) -> Page:
    """By the time at which they were begun, with which their ids begin."""
    place = _read(after, lambda text: {"": None}[text])
    if place:
        rows = rows.filter(case_id__lt=place[1])
    return _page(rows.order_by("-case_id")[: size + 1], size, lambda row: "")


def most_urgent_first(rows: QuerySet[Case], *, after: str, size: int) -> Page:
    """By the day it is due; at the end those for which no clock runs."""
    parts = _behind(rows, after)
    # The second part is asked for only where the first does not fill the page.
    found = chain.from_iterable(part.order_by("due_on", "case_id")[: size + 1] for part in parts)
    return _page(found, size, lambda row: row.due_on.isoformat() if row.due_on else NO_DAY)


def _behind(rows: QuerySet[Case], after: str) -> Iterator[QuerySet[Case]]:
    day = _read(after, date.fromisoformat)
    endless = _read(after, lambda text: {NO_DAY: None}[text])
    if endless:
        yield rows.filter(due_on=None, case_id__gt=endless[1])
    elif day:
        yield rows.filter(TupleGreaterThan(Tuple(F("due_on"), F("case_id")), day))
        yield rows.filter(due_on=None)
    else:
        yield rows


def _page(found: Iterable[Case], size: int, place: Callable[[Case], str]) -> Page:
    rows = list(islice(found, size + 1))
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], f"{place(last)}.{last.case_id.hex}" if last else "")


def _read(cursor: str, place: Callable[[str], Any]) -> tuple[Any, UUID] | None:
    words, _, id = cursor.partition(".")
    try:
        return place(words), UUID(id)
    except (ValueError, KeyError, OverflowError):
        return None
