"""Is an item the same everywhere (事项核对)? One item at several places, or all items of an agreement; and what is to be settled."""

from typing import Annotated, Any

from ninja import Router
from pydantic import StringConstraints

from tongban.alliance.comparing import compare_agreement, get_own_agreement, list_own_agreements
from tongban.catalogue import queries as catalogue
from tongban.catalogue.comparing import Compared, compare_items
from tongban.catalogue.settling import Task, list_open_tasks
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.api import paging
from tongban.web.api.forms import Key, Out, TextOut, instant, listed

router = Router(tags=["items"])
Places = Annotated[str, StringConstraints(pattern=r"^([0-9]{6}(,[0-9]{6}){0,199})?$")]


class DifferenceOut(Out):
    """`standard` and `places`: what each says, null where it has nothing of it. `grades` by place: harmless, stricter or contradiction."""

    path: str
    group: str
    label: dict[str, str]
    grade: str
    standard: Any
    places: dict[str, Any]
    grades: dict[str, str]
    declared: dict[str, TextOut]


class StandardOut(Out):
    """The version that most of the places follow."""

    region: str
    version: int
    definition: str


class ComparisonOut(Out):
    """`astray`: places that do not follow the standard while others do."""

    key: str
    item: str
    name: TextOut
    places: list[str]
    standard: StandardOut | None
    astray: list[str]
    differences: list[DifferenceOut]


class AgreementComparison(Out):
    """Every item that two members publish."""

    agreement: str
    version: int
    items: list[ComparisonOut]


class TaskOut(Out):
    """What a place has to settle, `since` when it is known."""

    place: str
    key: str
    path: str
    grade: str
    what: TextOut
    since: str


class Tasks(Out):
    items: list[TaskOut]
    next: str | None


@router.get("/items/{key}", response=ComparisonOut, operation_id="compareItem")
@door("client", scope="items:read")
def compare_item(request: Any, key: Key, places: Places = "") -> Any:
    """At these places, else at every place that publishes it; two at least."""
    asked = places.split(",") if places else catalogue.list_regions(key)
    found = compare_items(on=legal_day(now()), places=asked, keys=[key])
    if not found:
        raise Missing
    return _show(found[0])


@router.get("/agreements/{agreement}", response=AgreementComparison, operation_id="compareAgreement")
@door("client", scope="items:read")
def compare_whole(request: Any, agreement: str) -> Any:
    """Of an agreement in force of a region of this node."""
    found = get_own_agreement(agreement, request.node.regions, now())
    compared = compare_agreement(found, now())
    return {"agreement": found.id, "version": found.version, "items": [_show(one) for one in compared]}


@router.get("/tasks", response=Tasks, operation_id="listLiaisonTasks")
@door("client", scope="items:read")
def list_tasks(request: Any, cursor: paging.Cursor = "", limit: paging.Limit = 50) -> Any:
    """Of every member of this node's agreements, the gravest first; compared every hour."""
    members = {member for one in list_own_agreements(request.node.regions, now()) for member in one.members}
    skip = paging.read("tasks", cursor) or 0
    found = list_open_tasks(members, skip=skip, most=limit + 1)
    page, next = paging.cut(found, limit, name="tasks", position=lambda _: skip + limit)
    return listed([_task(one) for one in page], next)


def _show(one: Compared) -> dict[str, Any]:
    return one.as_json()


def _task(one: Task) -> dict[str, Any]:
    return {
        "place": one.place, "key": one.key, "path": one.path, "grade": one.grade, "what": one.what.as_json(), "since": instant(one.since),
    }  # fmt: skip
