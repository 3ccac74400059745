"""The to-do list of liaison officers (联络员待办): what has to be settled at which place, since when, and how it was settled.

It follows from the comparison: nobody ticks anything off. A task is settled by declaring the deviation with its reason, or by coming back to the
standard; a note says meanwhile what is being done.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.db import transaction

from tongban.catalogue.comparing import Compared, list_all_todos
from tongban.catalogue.differences import Todo
from tongban.catalogue.grading import Grade
from tongban.catalogue.models import LiaisonTask
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text

Outcome = Literal["", "aligned", "declared", "ended"]
NOTING = frozenset({"liaison", "catalogue_editor"})
MOST_WORDS = 500
MOST_OPEN = 100
MOST_SETTLED = 100
Name = tuple[str, str, str]
"""Place, key, path."""


class NoteUnusable(Refused):
    status = 422
    text = Text("说明没有写，或者太长。", "The note is missing or too long.")
    advice = Text("请写 1 至 {most} 个字，不写个人信息。", "Write between 1 and {most} characters, nothing personal.")


@dataclass(frozen=True, slots=True)
class Task:
    """`outcome` is empty while it is open."""

    id: int
    place: str
    key: str
    path: str
    grade: Grade
    what: Text
    since: datetime
    outcome: Outcome
    settled_at: datetime | None
    note: str
    noted_by: str
    noted_at: datetime | None


def list_open_tasks(places: Collection[str], *, skip: int = 0, most: int = MOST_OPEN) -> list[Task]:
    """The gravest first, then the oldest; so many, after so many."""
    rows = LiaisonTask.objects.filter(outcome="", place__in=places)
    rows = rows.order_by("grade", "since", "place", "key", "path", "id")
    return [_task(row) for row in rows[skip : skip + most]]


def count_open_tasks(places: Collection[str]) -> int:
    return LiaisonTask.objects.filter(outcome="", place__in=places).count()


def list_settled_tasks(places: Collection[str]) -> list[Task]:
    """The latest first, so many."""
    rows = LiaisonTask.objects.exclude(outcome="").filter(place__in=places).order_by("-settled_at", "place", "key")
    return [_task(row) for row in rows[:MOST_SETTLED]]


@transaction.atomic
def keep_tasks(*, compared: Collection[Compared], at: datetime) -> None:
    """Open what is new, settle what is no more. `compared`: everything that is compared now; a task of what is not has ended."""
    todos = {(one.place, one.item, one.path): one for one in list_all_todos(compared)}
    rows = {_name(row): row for row in LiaisonTask.objects.select_for_update().filter(outcome="")}
    LiaisonTask.objects.bulk_create([_new(todos[name], at) for name in todos.keys() - rows.keys()])
    covered = {(place, each.key) for each in compared for place in each.places}
    declared = {(place, one.item, one.path) for each in compared for one in each.differences for place in one.declared}
    for name in rows.keys() - todos.keys():
        _settle(rows[name], _outcome(name, covered, declared), at)
    _follow((rows[name], todos[name]) for name in rows.keys() & todos.keys())


def note_task(*, task: int, places: Collection[str], note: str, by: Actor, at: datetime) -> None:
    """What is being done about it; the last note counts. Of the own places only. Refuses `Forbidden`, `Missing`, `NoteUnusable`."""
    if not by.roles & NOTING:
        raise Forbidden
    words = note.strip()
    if not 0 < len(words) <= MOST_WORDS:
        raise NoteUnusable(most=MOST_WORDS)
    rows = LiaisonTask.objects.filter(id=task, place__in=places, outcome="")
    if not rows.update(note=words, noted_by=by.ref, noted_at=at):
        raise Missing


def _outcome(name: Name, covered: set[tuple[str, str]], declared: set[Name]) -> Outcome:
    if name in declared:
        return "declared"
    return "aligned" if name[:2] in covered else "ended"


def _settle(row: LiaisonTask, outcome: Outcome, at: datetime) -> None:
    row.outcome, row.settled_at = outcome, at
    row.save(update_fields=["outcome", "settled_at"])


def _follow(pairs: Iterable[tuple[LiaisonTask, Todo]]) -> None:
    """What it says may have changed while it was open."""
    for row, todo in pairs:
        if (row.grade, row.what) != (todo.grade, todo.what.as_json()):
            row.grade, row.what = todo.grade, todo.what.as_json()
            row.save(update_fields=["grade", "what"])


def _new(todo: Todo, at: datetime) -> LiaisonTask:
    return LiaisonTask(
        place=todo.place, key=todo.item, path=todo.path, grade=todo.grade, what=todo.what.as_json(), since=at
    )


def _name(row: LiaisonTask) -> Name:
    return row.place, row.key, row.path


def _task(row: LiaisonTask) -> Task:
    return Task(
        row.id, row.place, row.key, row.path, cast(Grade, row.grade), Text.from_json(row.what), row.since,
        cast(Outcome, row.outcome), row.settled_at, row.note, row.noted_by, row.noted_at,
    )  # fmt: skip
