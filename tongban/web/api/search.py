"""Search (导办检索): everyday words → items, with what can be begun where. Nothing of the words is kept."""

from typing import Annotated, Any, Literal

from ninja import Query, Router

from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.api.forms import AnyRegion, Out, TextOut
from tongban.web.components.finding import Found, search

router = Router(tags=["items"])
Words = Annotated[str, Query(min_length=1, max_length=60, description="everyday words; no names, no numbers")]
Most = Annotated[int, Query(ge=1, le=20, description="how many at most")]


class FoundOut(Out):
    """`state`: here (can be begun, received by this node), choose (likewise once `region` is given), uncovered (no agreement lets this node
    receive it for `region`), elsewhere (`region` has not published it), closed (suspended there), listed (known by name only; `key` is empty).
    `meant`: the official words that the everyday ones were taken for."""

    name: TextOut
    key: str
    state: Literal["here", "choose", "uncovered", "elsewhere", "closed", "listed"]
    department: str
    verified: bool
    regions: list[str]
    meant: str


class FoundItems(Out):
    items: list[FoundOut]


@router.get("", response=FoundItems, operation_id="searchItems")
@door("client", scope="items:read")
def find_items(
    request: Any,
    q: Words,
    region: AnyRegion = "",
    audience: Literal["", "person", "organisation"] = "",
    limit: Most = 10,
) -> Any:
    """The best first; an item known by name only has its Chinese name in both languages."""
    found = search(q, place=region, audience=audience, receiving=request.node.regions, at=now(), limit=limit)
    return {"items": [_show(one) for one in found]}


def _show(one: Found) -> dict[str, Any]:
    entry = one.entry
    name = one.name.as_json() if one.name else {"zh": entry.name, "en": entry.name}
    return {
        "name": name, "key": entry.service, "state": one.state, "department": entry.department, "verified": entry.verified,
        "regions": sorted(entry.places), "meant": one.hit.meant,
    }  # fmt: skip
