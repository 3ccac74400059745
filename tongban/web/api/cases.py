"""Cases (办件): hand in, look, supplement, withdraw, timeline, papers, record. Nobody finds a case that is not theirs to see."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from ninja import Router, Status
from pydantic import Field as Bounded

from tongban.cases import queries, services
from tongban.cases.drafts import Draft, Material
from tongban.cases.life_views import PaperView
from tongban.cases.views import CaseView
from tongban.clients import queries as clients
from tongban.clients import services as telling
from tongban.documents import services as documents
from tongban.kernel.clock import now
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.web.access import door
from tongban.web.admission import acting
from tongban.web.api import paging
from tongban.web.api.forms import FileIn, In, Key, Line, Name, Out, Region, TextOut, instant, listed, text
from tongban.web.api.items import in_force

router = Router(tags=["cases"])

Elements = Annotated[dict[Name, bool | int | Line], Bounded(max_length=100)]
Files = Annotated[list[FileIn], Bounded(max_length=20)]


SUPPLEMENTS: dict[str, Callable[..., Any]] = {
    "resubmit": services.resubmit,
    "supplement": services.supplement,
    "supply_tolerated": services.supply_tolerated,
}
"""What handing in more means now: the name of the act that the case allows."""


class NothingAsked(Refused):
    text = Text("现在没有需要补充的内容。", "Nothing is asked for now.")
    advice = Text("请查看办件的 correction 和 actions。", "See correction and actions of the case.")


class ApplicantIn(In):
    name: Line
    id_kind: Line
    id_number: Line
    phone: Line = ""


class CaseIn(In):
    """`receiving` is a region of the token, `deciding` publishes the item. `identity_check`: how the client proved who applies;
    card-reader and manual need a token bound to a reception clerk."""

    item: Key
    receiving: Region
    deciding: Region
    situation: Name
    mode: Name = "online"
    identity_check: Literal["sms", "oidc", "card-reader", "manual"]
    applicant: ApplicantIn
    elements: Elements = {}
    materials: Files = []


class SupplementIn(In):
    elements: Elements = {}
    materials: Files = []


class CaseRef(Out):
    id: UUID
    region: str
    number: str
    created_at: str


class CaseRefs(Out):
    items: list[CaseRef]
    next: str | None


class NamedText(Out):
    id: str
    name: TextOut


class CorrectionOut(Out):
    fields: list[str]
    materials: list[str]
    note: str
    due_on: str


class DecisionOut(Out):
    outcome: str
    by_rules: bool
    reason: str
    article: str
    at: str


class EffectOut(Out):
    state: str
    acknowledgement: str
    valid_from: str | None


class PointOut(Out):
    """`verdict` is null where it is unknown."""

    id: str
    label: TextOut
    verdict: bool | None


class CaseOut(Out):
    """`head` goes back as `seen` with a decision. `actions`: what the bearer of this token may do now."""

    id: UUID
    region: str
    number: str
    item: NamedText
    situation: NamedText
    state: str
    status: TextOut
    whose_turn: TextOut
    receiving: str
    deciding: str
    mode: TextOut
    channel: str
    agreement: TextOut
    submitted_at: str
    received_at: str | None
    due_on: str | None
    expected_on: str | None
    correction: CorrectionOut | None
    decision: DecisionOut | None
    effect: EffectOut | None
    points: list[PointOut]
    head: int
    actions: list[str]


class EventOut(Out):
    seq: int
    at: str
    sentence: TextOut
    region: str
    role: str
    hash: str


class Timeline(Out):
    items: list[EventOut]
    next: None


class PaperOut(Out):
    """`digest` is the SHA-256 of the PDF; `way` and `served_at` say how and when it reached the applicant, once it did."""

    kind: str
    name: TextOut
    number: str
    office: str
    place: str
    issued_on: str
    digest: str
    way: str
    served_at: str | None


class Papers(Out):
    items: list[PaperOut]
    next: None


@router.get("", response=CaseRefs, operation_id="listCases")
@door("client", scope="cases:read")
def list_cases(request: Any, cursor: paging.Cursor = "", limit: paging.Limit = 50) -> Any:
    """What this client handed in, newest first."""
    position = paging.read("cases", cursor)
    before = (datetime.fromisoformat(position[0]), UUID(position[1])) if position else None
    rows = clients.list_own_cases(client=request.access.client, before=before, limit=limit + 1)
    page, next = paging.cut(
        rows, limit, name="cases", position=lambda row: [row.created_at.isoformat(), str(row.case_id)]
    )
    shown = [
        {"id": row.case_id, "region": row.region, "number": row.number, "created_at": instant(row.created_at)}
        for row in page
    ]
    return listed(shown, next)


@router.post("", response={201: CaseOut}, operation_id="createCase")
@door("client", scope="cases:write")
def create_case(request: Any, body: CaseIn) -> Any:
    """Hand a case in and receive it, one act: either all of it happened or nothing."""
    if body.receiving not in request.access.regions:
        raise Forbidden
    definition = in_force(body.item, body.deciding)
    definition.situation(body.situation)
    whose: dict[str, Any] = {
        "node": request.node, "region": body.receiving, "by": acting(request, body.receiving), "at": now()
    }  # fmt: skip
    counter = body.identity_check in {"card-reader", "manual"}
    draft = services.start_draft(
        **whose, definition=definition, deciding=body.deciding, situation=body.situation, mode=body.mode,
        channel="counter" if counter else "online", applicant=body.applicant.model_dump(), elements=dict(body.elements),
    )  # fmt: skip
    draft = _attach(draft, body.materials, whose)
    services.submit_case(
        **whose, case_id=draft.case_id, version=draft.version, identity_check=body.identity_check, cmd=request.cmd
    )
    view = queries.get_case(**whose, case_id=draft.case_id)
    telling.note_case(access=request.access, region=view.region, case_id=view.case_id, number=view.number, at=now())
    return Status(201, show(view))


@router.get("/{uuid:case_id}", response=CaseOut, operation_id="getCase")
@door("client", scope="cases:read")
def get_case(request: Any, case_id: UUID) -> Any:
    return show(find(request, case_id))


@router.get("/{uuid:case_id}/timeline", response=Timeline, operation_id="getTimeline")
@door("client", scope="cases:read")
def get_timeline(request: Any, case_id: UUID) -> Any:
    """Every event with its hash, in order."""
    entries = find(request, case_id).timeline
    return listed([
        {"seq": e.seq, "at": instant(e.at), "sentence": text(e.sentence), "region": e.region_name, "role": e.role, "hash": e.hash}
        for e in entries
    ])  # fmt: skip


@router.get("/{uuid:case_id}/papers", response=Papers, operation_id="listPapers")
@door("client", scope="cases:read")
def list_papers(request: Any, case_id: UUID) -> Any:
    """Papers issued in the case (文书); empty while there are none."""
    return listed([_paper(paper) for paper in find(request, case_id).papers])


@router.get("/{uuid:case_id}/record", response={200: None}, operation_id="getRecord")
@door("client", scope="cases:read")
def get_record(request: Any, case_id: UUID) -> Any:
    """The record file: it can be verified without this node."""
    view = find(request, case_id)
    data = queries.export_record(**_whose(request, view), case_id=case_id)
    return HttpResponse(data, content_type="application/octet-stream")


@router.post("/{uuid:case_id}/supplement", response=CaseOut, operation_id="supplementCase")
@door("client", scope="cases:write")
def supplement_case(request: Any, case_id: UUID, body: SupplementIn) -> Any:
    """Hand in what was asked for: before receipt, in a correction, or what was allowed to follow. Everything else stays as it was."""
    view = find(request, case_id)
    whose = {**_whose(request, view), "case_id": case_id}
    handed = {"elements": dict(body.elements), "materials": tuple(_store(file, whose) for file in body.materials)}
    asked = next((act for act in SUPPLEMENTS if act in view.actions), None)
    if asked is None:
        raise NothingAsked
    if asked == "supply_tolerated":
        del handed["elements"]
    SUPPLEMENTS[asked](**whose, **handed, cmd=request.cmd)
    return show(queries.get_case(**whose))


@router.post("/{uuid:case_id}/withdraw", response=CaseOut, operation_id="withdrawCase")
@door("client", scope="cases:write")
def withdraw_case(request: Any, case_id: UUID) -> Any:
    """At once while the receiving place holds the case; otherwise its holder is asked."""
    whose = _whose(request, find(request, case_id))
    services.withdraw_case(**whose, case_id=case_id, cmd=request.cmd)
    return show(queries.get_case(**whose, case_id=case_id))


def find(request: Any, case_id: UUID) -> CaseView:
    """The copy of a region of the token, first of all the one that received it. Refuses `Missing`."""
    copies = [copy for region in request.access.regions if (copy := _copy(request, region, case_id))]
    if not copies:
        raise Missing
    return max(copies, key=lambda copy: copy.region == copy.receiving)


def _copy(request: Any, region: str, case_id: UUID) -> CaseView | None:
    try:
        return queries.get_case(node=request.node, region=region, case_id=case_id, by=acting(request, region), at=now())
    except Missing:
        return None


def _whose(request: Any, view: CaseView) -> dict[str, Any]:
    return {"node": request.node, "region": view.region, "by": acting(request, view.region), "at": now()}


def _attach(draft: Draft, files: list[FileIn], whose: dict[str, Any]) -> Draft:
    for file in files:
        draft = services.attach_material(
            **whose,
            case_id=draft.case_id,
            material=file.id,
            data=file.data(),
            filename=file.filename,
            original_seen=False,
        )
    return draft


def _store(file: FileIn, whose: dict[str, Any]) -> Material:
    stored = documents.store_upload(**whose, data=file.data(), filename=file.filename)
    return Material(file.id, "upload", stored.name, stored.media_type, stored.size, False, stored.ref)


def show(view: CaseView) -> dict[str, Any]:
    """Without a word about the person: who handed it in knows, and who decides reads the pages or the record."""
    return {
        "id": view.case_id, "region": view.region, "number": view.number,
        "item": {"id": view.item_code, "name": text(view.item)}, "situation": {"id": view.situation_id, "name": text(view.situation)},
        "state": view.state, "status": text(view.status), "whose_turn": text(view.whose_turn), "receiving": view.receiving,
        "deciding": view.deciding, "mode": text(view.mode), "channel": view.channel, "agreement": text(view.agreement_name),
        "submitted_at": instant(view.submitted_at), "received_at": instant(view.received_at),
        "due_on": _day(view.due_on), "expected_on": _day(view.expected_on), "correction": _correction(view),
        "decision": _decision(view), "effect": _effect(view),
        "points": [{"id": point.id, "label": text(point.label), "verdict": point.verdict} for point in view.points],
        "head": view.head, "actions": sorted(view.actions),
    }  # fmt: skip


def _correction(view: CaseView) -> dict[str, Any] | None:
    asked = view.correction
    if asked is None:
        return None
    fields, materials = list(asked.fields), list(asked.materials)
    return {"fields": fields, "materials": materials, "note": asked.note, "due_on": _day(asked.due_on)}


def _decision(view: CaseView) -> dict[str, Any] | None:
    made = view.decision
    if made is None:
        return None
    grounds = {"reason": made.reason, "article": made.article}
    return {"outcome": made.outcome, "by_rules": made.by_rules, **grounds, "at": instant(made.at)}


def _effect(view: CaseView) -> dict[str, Any] | None:
    effect = view.effect
    if effect is None:
        return None
    return {"state": effect.state, "acknowledgement": effect.acknowledgement, "valid_from": _day(effect.valid_from)}


def _paper(paper: PaperView) -> dict[str, Any]:
    return {
        "kind": paper.paper, "name": text(paper.name), "number": paper.number, "office": paper.office, "place": paper.place,
        "issued_on": paper.issued_on.isoformat(), "digest": paper.digest, "way": paper.way, "served_at": instant(paper.served_at),
    }  # fmt: skip


def _day(day: Any) -> str | None:
    return str(day) if day else None
