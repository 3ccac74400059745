"""Agreements (通办协议): who does what for whom, in force or about to be, with the entrustments that are published."""

from typing import Annotated, Any

from ninja import Query, Router
from pydantic import StringConstraints

from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.web.access import door
from tongban.web.api import paging
from tongban.web.api.forms import CLEAN, AnyRegion, Out, TextOut, listed
from tongban.web.components.agreements import Listed, list_current

router = Router(tags=["agreements"])
Item = Annotated[str, Query(max_length=60, pattern=CLEAN, description="an item code that an article names")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=CLEAN)]


class ArticleOut(Out):
    """`*` stands for every item, mode or member. `response_days`: working days."""

    number: str
    items: list[str]
    modes: list[str]
    receiving: list[str]
    deciding: list[str]
    response_days: int
    batches: list[str]


class BatchOut(Out):
    number: str
    name: TextOut
    items: list[str]


class EntrustmentOut(Out):
    number: str
    giver: str
    takers: list[str]
    what: TextOut
    items: list[str]
    published_on: str


class LeavingOut(Out):
    region: str
    last_day: str


class AgreementOut(Out):
    """`state`: in-force, coming (signed, not begun) or ending (has a last day). `hash` is that of the signed document. `helpers`: members whose
    helpers are recognised. `leaving`: members that have given notice."""

    id: str
    version: int
    state: str
    hash: str
    name: TextOut
    members: list[str]
    valid_from: str
    valid_until: str | None
    articles: list[ArticleOut]
    batches: list[BatchOut]
    entrustments: list[EntrustmentOut]
    helpers: list[str]
    notice_days: int | None
    leaving: list[LeavingOut]


class Agreements(Out):
    items: list[AgreementOut]
    next: str | None


@router.get("", response=Agreements, operation_id="listAgreements")
@door("client", scope="items:read")
def list_agreements(
    request: Any, region: AnyRegion = "", item: Item = "", cursor: paging.Cursor = "", limit: paging.Limit = 50
) -> Any:
    """Those in force and those that begin later, by id and version; of one member, or about one item."""
    after = paging.read("agreements", cursor) or ["", 0]
    found = sorted(list_current(now()), key=_position)
    fitting = [one for one in found if _fits(one, region, item) and _position(one) > after]
    page, next = paging.cut(fitting[: limit + 1], limit, name="agreements", position=_position)
    return listed([_show(one) for one in page], next)


@router.get("/{id}", response=AgreementOut, operation_id="getAgreement")
@door("client", scope="items:read")
def get_agreement(request: Any, id: Id) -> Any:
    """The version in force, else the first that comes."""
    found = sorted((one for one in list_current(now()) if one.agreement.id == id), key=_position)
    if not found:
        raise Missing
    return _show(found[0])


def _position(one: Listed) -> list[Any]:
    return [one.agreement.id, one.agreement.version]


def _fits(one: Listed, region: str, item: str) -> bool:
    named = {code for article in one.agreement.articles for code in article.items}
    return (not region or region in one.agreement.members) and (not item or bool(named & {item, "*"}))


def _show(one: Listed) -> dict[str, Any]:
    agreement = one.agreement
    nothing: dict[str, Any] = {"batches": [], "entrustments": [], "helpers": [], "notice_days": None}
    said = {**nothing, **agreement.as_json()}
    articles = [{"batches": [], **article} for article in said["articles"]]
    leaving = [{"region": code, "last_day": day.isoformat()} for code, day in one.leaving]
    return {**said, "articles": articles, "state": one.state, "hash": agreement.hash, "leaving": leaving}
