"""Items (事项): what can be applied for, and where."""

from typing import Any

from ninja import Router

from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.api import paging
from tongban.web.api.forms import AnyRegion, Key, Out, Region, TextOut, listed

router = Router(tags=["items"])


class StandingOut(Out):
    """Why it cannot be applied for: `act` is suspended, withdrawn or merged; `into` is the key of the item that a merged one is part of."""

    act: str
    since: str
    reason: TextOut
    into: str


class ItemOut(Out):
    """`region` decides; `definition` is the hash of the version in force, which a case keeps. `standing` is null where one may apply."""

    key: str
    region: str
    code: str
    code_verified: bool
    name: TextOut
    summary: TextOut
    kind: str
    department: TextOut
    definition: str
    version: int
    valid_from: str
    standing: StandingOut | None


class Items(Out):
    items: list[ItemOut]
    next: str | None


@router.get("", response=Items, operation_id="listItems")
@door("client", scope="items:read")
def list_items(request: Any, region: AnyRegion = "", cursor: paging.Cursor = "", limit: paging.Limit = 50) -> Any:
    """The items in force, of one deciding region or of all."""
    key, place = paging.read("items", cursor) or ["", ""]
    found = catalogue.list_in_force(legal_day(now()), region=region, after=(key, place), most=limit + 1)
    page, next = paging.cut(found, limit, name="items", position=lambda one: [one.key, one.region])
    return listed([show(one) for one in page], next)


@router.get("/{key}", response=ItemOut, operation_id="getItem")
@door("client", scope="items:read")
def get_item(request: Any, key: Key, region: Region) -> Any:
    return show(in_force(key, region))


def in_force(key: str, region: str) -> Definition:
    """Refuses `Missing`."""
    definition = catalogue.find_in_force(key, region, legal_day(now()))
    if definition is None:
        raise Missing
    return definition


def show(one: Definition) -> dict[str, Any]:
    return {
        "key": one.key, "region": one.region, "code": one.code.value, "code_verified": one.code.verified,
        "name": one.name.as_json(), "summary": one.summary.as_json(), "kind": one.kind, "department": one.department.as_json(),
        "definition": one.hash, "version": one.version, "valid_from": one.valid_from.isoformat(),
        "standing": {"into": "", **one.standing.as_json()} if one.standing else None,
    }  # fmt: skip
