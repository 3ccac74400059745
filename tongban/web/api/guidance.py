"""Guidance (导办): topics with their items, answers out of guides with the passage they rest on, and where one can go."""

from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field, StringConstraints

from tongban.guidance.answering import answer_question
from tongban.guidance.receivable import Receivable, list_receivable
from tongban.guidance.services import NUMBER
from tongban.guidance.topics import list_topics
from tongban.guidance.trees import Branch
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.regions import points
from tongban.regions.points import Point
from tongban.web.access import door
from tongban.web.api.forms import AnyRegion, In, Out, TextOut, text

router = Router(tags=["guidance"])


class NumberInQuestion(Refused):
    status = 422
    text = Text(
        "问题里像是有证件号、电话或卡号。", "There seems to be an identity, phone or card number in the question."
    )
    advice = Text("请把号码去掉再问。", "Take it out and ask again.")


Question = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, pattern=r"^[^\u0000]*$"),
    Field(description="a sentence; no names, no numbers"),
]


class QuestionIn(In):
    """`region`: whose guide to read; left out, the first that offers the item."""

    q: Question
    region: AnyRegion = ""


class BranchOut(Out):
    """A thing that is said; it leads to `branches`, or to `items` by their names."""

    say: TextOut
    items: list[str]
    branches: list["BranchOut"]


class TopicOut(Out):
    id: str
    root: BranchOut


class Topics(Out):
    items: list[TopicOut]


class PassageOut(Out):
    """Word for word from the guide. `anchor`: its place on the page of the guide."""

    aspect: str
    title: TextOut
    text: TextOut
    anchor: str
    verified: bool


class AnswerOut(Out):
    """`how`: answered (the passages say it), about (there is a guide and it does not say), named (an item without a guide), unknown (no item).

    `key`, `region` and `definition`: the guide that was read; empty where there is none.
    """

    how: Literal["answered", "about", "named", "unknown"]
    key: str
    region: str
    definition: str
    name: str
    passages: list[PassageOut]


class ReceivedOut(Out):
    """For a home place, the keys of the items that are taken in."""

    region: str
    items: list[str]


class ServicePointOut(Out):
    """Degrees are WGS 84. `open`: now; null where its hours are known to people only. `receives`: by the agreements in force."""

    id: int
    region: str
    town: str
    kind: str
    level: str
    name: TextOut
    address: TextOut
    phone: str
    hours: TextOut
    open: bool | None
    modes: list[str]
    latitude: float | None
    longitude: float | None
    verified: bool
    receives: list[ReceivedOut]


class ServicePoints(Out):
    items: list[ServicePointOut]


@router.get("topics", response=Topics, operation_id="listTopics")
@door("client", scope="items:read")
def get_topics(request: Any) -> Any:
    """What happens in a life, and the items it takes."""
    return {"items": [{"id": topic.id, "root": _branch(topic.root)} for topic in list_topics()]}


@router.post("answers", response=AnswerOut, operation_id="askGuides")
@door("client", scope="items:read")
def get_answer(request: Any, body: QuestionIn) -> Any:
    """Passages of a published guide, or the honest word that there is none. The question stands in the body, in no address and no log,
    and is not kept; nor is one that holds a number answered."""
    if NUMBER.search(body.q):
        raise NumberInQuestion
    found = answer_question(body.q, place=body.region, at=now())
    rests_on = found.rests_on
    return {
        "how": found.how, "key": rests_on.key if rests_on else "", "region": rests_on.region if rests_on else "",
        "definition": rests_on.hash if rests_on else "", "name": rests_on.name.zh if rests_on else found.name,
        "passages": [
            {"aspect": one.aspect, "title": text(one.title), "text": text(one.text), "anchor": one.anchor, "verified": one.verified}
            for one in found.passages
        ],
    }  # fmt: skip


@router.get("points", response=ServicePoints, operation_id="listPoints")
@door("client", scope="items:read")
def get_points(request: Any, region: AnyRegion = "", home: AnyRegion = "") -> Any:
    """Halls, windows, stations and kiosks, of one region (else of this node's); with `home`, those that take something in for it."""
    found = points.list_points([region] if region else request.node.regions)
    # Those of one region that serve the same ways receive the same.
    kinds = {(point.region, point.modes) for point in found}
    received = {kind: list_receivable(*kind, now(), home=home) for kind in kinds}
    shown = [_point(point, received[point.region, point.modes]) for point in found]
    return {"items": [one for one in shown if one["receives"] or not home]}


def _branch(branch: Branch) -> dict[str, Any]:
    return {"say": text(branch.say), "items": list(branch.items), "branches": [_branch(one) for one in branch.branches]}


def _point(point: Point, received: list[Receivable]) -> dict[str, Any]:
    latitude, longitude = point.position or (None, None)
    return {
        "id": point.id, "region": point.region, "town": point.town, "kind": point.kind, "level": point.level, "name": text(point.title),
        "address": text(point.where), "phone": point.phone, "hours": text(point.open_at), "open": point.is_open(now()),
        "modes": list(point.modes), "latitude": latitude, "longitude": longitude, "verified": point.verified,
        "receives": [{"region": one.home, "items": [card.key for card in one.cards]} for one in received],
    }  # fmt: skip
