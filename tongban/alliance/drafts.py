"""Drafts of agreements (协议草案): written part by part at one place, before anybody signs; also of the next version of one in force.

A draft may be incomplete: `find_faults` says what is wrong in which part, and nothing with a fault is signed.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries
from tongban.alliance.models import AgreementDraft, AgreementProposal
from tongban.alliance.terms import EVERY
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

DRAFTING = frozenset({"liaison", "catalogue_editor"})
MOST_DAYS = 3660
NOT_WRITTEN = ("id", "version", "alliance", "proposed_by", "prev", "sign_by")
"""Keys of the document of the version before that are not taken over."""


class AgreementDraftMovedOn(Refused):
    """Somebody else changed the draft after this page was opened."""

    text = Text("协议草案已被修改，您的改动没有保存。", "The draft has been changed since; your change was not kept.")
    advice = Text("请刷新页面，核对后重新填写。", "Reload the page, look at it and write it again.")


@dataclass(frozen=True, slots=True)
class DraftFault:
    """What is wrong in `part`: head, members, batches, articles, entrustments."""

    part: str
    text: Text


@dataclass(frozen=True, slots=True)
class AgreementDraftView:
    """`edits` is what a change must name as seen; `version` the one that it would become."""

    id: UUID
    agreement: str
    version: int
    document: Json
    edits: int
    writers: tuple[str, ...]
    changed_by: str
    changed_at: datetime


@transaction.atomic
def begin_draft(*, node: Node, region: str, by: Actor, at: datetime, agreement: str = "") -> UUID:
    """An empty one, or of the next version of `agreement`; one that is open already is gone on with. Refuses `Forbidden`, `Missing`."""
    require_role(by, region, DRAFTING)
    open = AgreementDraft.objects.filter(region=region, agreement=agreement, sent="").first() if agreement else None
    if open:
        return open.id
    document = _follow(agreement, region) if agreement else _blank(region)
    name = agreement or f"{region}-{legal_day(at):%Y%m%d}-{secrets.token_hex(2)}"
    id = new_id()
    AgreementDraft.objects.create(
        id=id, region=region, agreement=name, document=document, begun_at=at, changed_by=by.ref, changed_at=at
    )
    return id


@transaction.atomic
def save_draft(*, region: str, draft_id: UUID, document: Json, seen: int, by: Actor, at: datetime) -> None:
    """`document` with one part changed; `seen`: the edits that the writer saw. Refuses `Forbidden`, `Missing`, `AgreementDraftMovedOn`."""
    row = open_draft(region, draft_id, by=by, roles=DRAFTING)
    if row.edits != seen:
        raise AgreementDraftMovedOn
    row.document, row.edits = _expand(document), row.edits + 1
    row.writers = [*{*row.writers, by.ref}]
    row.changed_by, row.changed_at = by.ref, at
    row.save()


@transaction.atomic
def discard_draft(*, region: str, draft_id: UUID, by: Actor) -> None:
    """Refuses `Forbidden`, `Missing`."""
    open_draft(region, draft_id, by=by, roles=DRAFTING).delete()


def get_draft(region: str, draft_id: UUID) -> AgreementDraftView:
    """Refuses `Missing`, also once it was signed."""
    row = AgreementDraft.objects.filter(region=region, id=draft_id, sent="").first()
    if row is None:
        raise Missing
    return _view(row)


def list_drafts(region: str) -> list[AgreementDraftView]:
    """Not signed yet; the one changed last first."""
    return [_view(row) for row in AgreementDraft.objects.filter(region=region, sent="").order_by("-changed_at")]


def next_version(agreement: str) -> int:
    """A number is never proposed twice, also not of a version that somebody declined."""
    held = [one.version for one in queries.list_versions(agreement)]
    proposed = AgreementProposal.objects.filter(agreement=agreement).values_list("version", flat=True)
    return 1 + max([*held, *proposed], default=0)


def open_draft(region: str, draft_id: UUID, *, by: Actor, roles: frozenset[str]) -> AgreementDraft:
    """Locked. Refuses `Forbidden`, `Missing`."""
    require_role(by, region, roles)
    row = AgreementDraft.objects.select_for_update().filter(region=region, id=draft_id, sent="").first()
    if row is None:
        raise Missing
    return row


def require_role(by: Actor, region: str, roles: frozenset[str]) -> None:
    if by.region != region or not by.roles & roles:
        raise Forbidden


def find_faults(document: Json, *, region: str, at: datetime) -> list[DraftFault]:
    """What keeps the draft from being signed."""
    found = chain(
        _head(document, legal_day(at)), _members(document, region, at), _batches(document), _articles(document)
    )
    return [DraftFault(part, Text(zh, en)) for part, zh, en in chain(found, _entrustments(document))]


_Found = Iterator[tuple[str, str, str]]


def _head(document: Json, today: date) -> _Found:
    if not (document["name"]["zh"] and document["name"]["en"]):
        yield "head", "请填写协议的中文和英文名称。", "Give it a name in Chinese and in English."
    first, last = read_day(document["valid_from"]), read_day(document["valid_until"] or "")
    if first is None or first < today:
        yield "head", "请填写生效日期，不早于今天。", "Give its first day, today at the earliest."
    if document["valid_until"] and (last is None or (first and last < first)):
        yield "head", "终止日期应当在生效日期之后，或者不填。", "Its last day comes after the first, or is left open."
    if document.get("sign_by"):
        yield from _sign_by(read_day(document["sign_by"]), first, today)
    days = document.get("notice_days")
    if days is not None and not (isinstance(days, int) and 1 <= days <= MOST_DAYS):
        yield "head", "退出预告期请填 1 至 3660 天，或者不填。", "The notice is 1 to 3660 days, or left open."


def _sign_by(day: date | None, first: date | None, today: date) -> _Found:
    if day is None or day < today or (first and day > first):
        yield (
            "head",
            "签署期限应当在今天与生效日期之间，或者不填（即生效日期）。",
            "The last day of signing lies between today and the first day, or is left open (then it is the first day).",
        )


def _members(document: Json, region: str, at: datetime) -> _Found:
    members, alliance = document["members"], queries.latest_list(at)
    if len(members) < 2:
        yield "members", "请至少选择两个成员。", "Choose two members at least."
    if region not in members:
        yield "members", "本地区应当是成员。", "This place must be a member."
    for code in members:
        if not alliance.is_active(code, at):
            yield "members", f"{code} 不在成员名单中。", f"{code} does not stand in the member list."


def _batches(document: Json) -> _Found:
    for one in document.get("batches", []):
        if not (one["number"] and one["name"]["zh"] and one["name"]["en"]):
            yield (
                "batches",
                "每个批次都要有编号和中英文名称。",
                "Every batch has a number and a name in both languages.",
            )
        if not one["items"]:
            yield "batches", f"批次 {one['number']} 还没有事项。", f"Batch {one['number']} has no items."
    if _twice(one["number"] for one in document.get("batches", [])):
        yield "batches", "批次编号重复。", "Two batches have the same number."


def _articles(document: Json) -> _Found:
    articles = document["articles"]
    if not articles:
        yield "articles", "请至少写一个条款。", "Write one article at least."
    if _twice(one["number"] for one in articles):
        yield "articles", "条款编号重复。", "Two articles have the same number."
    for one in articles:
        if not all(one[name] for name in ("number", "items", "modes", "receiving", "deciding")):
            yield (
                "articles",
                f"条款 {one['number']} 缺事项、方式或地区。",
                f"Article {one['number']} lacks items, modes or places.",
            )
        if not (isinstance(one["response_days"], int) and 1 <= one["response_days"] <= 60):
            yield (
                "articles",
                f"条款 {one['number']} 的答复期限请填 1 至 60 个工作日。",
                f"Article {one['number']}: answer within 1 to 60 days.",
            )
        yield from _strangers("articles", one["number"], [*one["receiving"], *one["deciding"]], document["members"])


def _entrustments(document: Json) -> _Found:
    for one in document.get("entrustments", []):
        if not (one["number"] and one["giver"] and one["takers"] and one["what"]["zh"] and one["what"]["en"]):
            yield "entrustments", f"委托 {one['number']} 没有写全。", f"Entrustment {one['number']} is incomplete."
        if read_day(one["published_on"]) is None:
            yield (
                "entrustments",
                f"请填写委托 {one['number']} 的公布日期。",
                f"Entrustment {one['number']}: say when it was published.",
            )
        yield from _strangers("entrustments", one["number"], [one["giver"], *one["takers"]], document["members"])
    yield from _strangers("members", "", document.get("helpers", []), document["members"])


def _strangers(part: str, number: str, codes: list[str], members: list[str]) -> _Found:
    for code in sorted(set(codes) - {*members, EVERY, ""}):
        yield part, f"{number} 写到的 {code} 不是成员。", f"{number} names {code}, which is no member."


def _twice(numbers: Iterator[str]) -> bool:
    known = list(numbers)
    return len(set(known)) != len(known)


def read_day(text: object) -> date | None:
    """None for what is no day."""
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _blank(region: str) -> Json:
    return {
        "name": {"zh": "", "en": ""}, "members": [region], "articles": [], "valid_from": "", "valid_until": None, "liaison": {},
        "batches": [], "entrustments": [], "helpers": [],
    }  # fmt: skip


def _follow(agreement: str, region: str) -> Json:
    """The newest version, whose first day is to be chosen anew."""
    held = queries.list_versions(agreement)
    if not held or region not in held[-1].members:
        raise Missing
    document: dict[str, Any] = {**_blank(region), **held[-1].as_json(), "valid_from": ""}
    return {name: said for name, said in document.items() if name not in NOT_WRITTEN}


def _expand(document: Json) -> Json:
    """An article that names batches has the items of them all: older releases know items only."""
    items = {one["number"]: one["items"] for one in document.get("batches", [])}
    articles = [
        {**one, "items": sorted({code for number in one["batches"] for code in items.get(number, [])})} if one.get("batches") else one
        for one in document["articles"]
    ]  # fmt: skip
    return {**document, "articles": articles}


def _view(row: AgreementDraft) -> AgreementDraftView:
    return AgreementDraftView(
        row.id, row.agreement, next_version(row.agreement), row.document, row.edits, tuple(row.writers), row.changed_by, row.changed_at
    )  # fmt: skip
