"""Drafts of definitions (事项草案) over the API: taken in as YAML, read, written anew, published by somebody else (四眼).

In the name of the member of staff to whom the token is bound. `If-Match` names the state that was seen, as `ETag` of every answer does: where
somebody has written since, nothing is done (412).
"""

import re
from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Header, Router, Status
from pydantic import StringConstraints

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.parts.text import find_line, write_text
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.review import drafting, publications
from tongban.review.drafting import DraftMovedOn, DraftView, PublishedSince
from tongban.review.drafts import MAX_DRAFT_BYTES, read_draft
from tongban.web import errors
from tongban.web.access import door
from tongban.web.api.forms import Day, In, Key, Out, Words, instant, listed

router = Router(tags=["drafts"])

TAG = re.compile(r'"([0-9]{1,9})"')
Tag = Annotated[str, Header(alias="If-Match", description="`ETag` of the draft as it was read", max_length=40)]
Yaml = Annotated[str, StringConstraints(min_length=1, max_length=MAX_DRAFT_BYTES, pattern=r"^[^\u0000]*$")]


class TagMissing(Refused):
    status = 428
    text = Text("缺少 If-Match 头。", "The header If-Match is missing.")
    advice = Text("请先读取草案，把 ETag 的值放在 If-Match 里。", "Read the draft and send its ETag as If-Match.")


class DraftWrittenSince(Refused):
    status = 412
    text = DraftMovedOn.text
    advice = Text("请重新读取草案，核对后再写。", "Read the draft again, look at it and write it then.")


class DraftIn(In):
    """`definition`: the whole of it as YAML, all layers merged, as `GET items/{key}/definition` gives it. `replaces`: an open draft too."""

    definition: Yaml
    replaces: bool = False


class WritingIn(In):
    definition: Yaml


class PublishingIn(In):
    """`valid_from`: a later day. `reason`: why, in Chinese and English, for the history. `without_rehearsal`: why none was made, where there
    are no past cases."""

    valid_from: Day
    reason_zh: Words = ""
    reason_en: Words = ""
    without_rehearsal: Words = ""


class PartOut(Out):
    """`change`: new, changed or gone; `id` is empty for the item's own keys and for another order."""

    part: str
    id: str
    change: str


class DraftOut(Out):
    """`base`: the published version it was begun from, empty where the item is new here. `own`: you wrote in it, so that somebody else
    publishes it. `must_rehearse`: it decides otherwise, and nobody has signed for that yet. `hash` is that of the content."""

    key: str
    region: str
    base: str
    hash: str
    edits: int
    own: bool
    must_rehearse: bool
    changed_at: str
    changes: list[PartOut]


class WholeDraftOut(DraftOut):
    definition: str


class Drafts(Out):
    items: list[DraftOut]
    next: None


class PublicationOut(Out):
    key: str
    region: str
    version: int
    valid_from: str
    definition: str


@router.get("", response=Drafts, operation_id="listDrafts")
@door("client", scope="definitions:write")
def list_drafts(request: Any) -> Any:
    """The open drafts of the place."""
    _require_editor(request)
    return listed([_show(request, one) for one in drafting.list_drafts(node=request.node, region=request.actor.region)])


@router.post("", response={201: WholeDraftOut}, operation_id="createDraft")
@door("client", scope="definitions:write")
def create(request: Any, body: DraftIn, response: HttpResponse) -> Any:
    """Take in a whole definition as the draft of its item. What is wrong is told in `errors`, with its line."""
    raw = body.definition.encode()
    try:
        draft = drafting.import_draft(**_who(request), document=read_draft(raw), replaces=body.replaces)
    except BadDefinition as bad:
        return _say_faults(raw, bad)
    return Status(201, _whole(request, draft, response))


@router.get("/{key}", response=WholeDraftOut, operation_id="getDraft")
@door("client", scope="definitions:write")
def read(request: Any, key: Key, response: HttpResponse) -> Any:
    return _whole(request, _find(request, key), response)


@router.post("/{key}", response=WholeDraftOut, operation_id="writeDraft")
@door("client", scope="definitions:write")
def write(request: Any, key: Key, body: WritingIn, response: HttpResponse, tag: Tag = "") -> Any:
    """The whole definition as it is now written, in place of the draft."""
    raw, seen = body.definition.encode(), _seen(tag)
    _find(request, key)
    try:
        drafting.save_document(**_who(request), key=key, document=read_draft(raw), seen=seen)
    except PublishedSince:
        raise
    except DraftMovedOn:
        raise DraftWrittenSince from None
    except BadDefinition as bad:
        return _say_faults(raw, bad)
    return _whole(request, _find(request, key), response)


@router.post("/{key}/publication", response={201: PublicationOut}, operation_id="publishDraft")
@door("client", scope="definitions:write")
def publish(request: Any, key: Key, body: PublishingIn, tag: Tag = "") -> Any:
    """By an editor who did not write it, from a later day on, under the next free version. Nothing of the draft is left then."""
    seen = _seen(tag)
    _find(request, key)
    why = Text(body.reason_zh, body.reason_en or body.reason_zh) if body.reason_zh else None
    try:
        made = publications.publish_draft(
            **_who(request), key=key, valid_from=date.fromisoformat(body.valid_from), seen=seen, why=why, without_rehearsal=body.without_rehearsal
        )  # fmt: skip
    except PublishedSince:
        raise
    except DraftMovedOn:
        raise DraftWrittenSince from None
    except BadDefinition as bad:
        return _say_faults(b"", bad)
    told = {"key": made.key, "region": made.region, "version": made.version, "definition": made.hash}
    return Status(201, {**told, "valid_from": made.valid_from.isoformat()})


@router.delete("/{key}", response={204: None}, operation_id="discardDraft")
@door("client", scope="definitions:write")
def discard(request: Any, key: Key, tag: Tag = "") -> Any:
    """Nothing is left of it."""
    seen = _seen(tag)
    if _find(request, key).edits != seen:
        raise DraftWrittenSince
    drafting.discard_draft(region=request.actor.region, key=key, by=request.actor)
    return Status(204, None)


def _who(request: Any) -> dict[str, Any]:
    return {"node": request.node, "region": request.actor.region, "by": request.actor, "at": now()}


def _require_editor(request: Any) -> None:
    """Refuses `Missing`: what is being written is nobody else's business."""
    if not request.actor.roles & drafting.WRITING:
        raise Missing


def _find(request: Any, key: str) -> DraftView:
    """Refuses `Missing`."""
    _require_editor(request)
    draft = drafting.find_draft(node=request.node, region=request.actor.region, key=key)
    if draft is None:
        raise Missing
    return draft


def _seen(tag: str) -> int:
    """What the header names; a tag that is none of ours fits no draft. Refuses `TagMissing`."""
    if not tag:
        raise TagMissing
    found = TAG.fullmatch(tag)
    return int(found[1]) if found else -1


def _show(request: Any, draft: DraftView) -> dict[str, Any]:
    return {
        "key": draft.key, "region": request.actor.region, "base": draft.base, "hash": draft.hash, "edits": draft.edits,
        "own": request.actor.ref in draft.writers, "changed_at": instant(draft.changed_at),
        "must_rehearse": bool(draft.base) and publications.needs_rehearsal(region=request.actor.region, draft=draft),
        "changes": [{"part": part, "id": id, "change": change} for (part, id), change in draft.parts.items()],
    }  # fmt: skip


def _whole(request: Any, draft: DraftView, response: HttpResponse) -> dict[str, Any]:
    response.headers["ETag"] = f'"{draft.edits}"'
    return {**_show(request, draft), "definition": write_text(draft.document)}


def _say_faults(raw: bytes, bad: BadDefinition) -> HttpResponse:
    """Each by its path and, where it is known, its line from 1."""
    found = [{"path": one.path, "line": find_line(raw, one.path), **one.text.as_json()} for one in bad.faults]
    return errors.problem(bad, errors=found)
