"""What others may ask: drafts, one case as a person may see it, my cases, worklists."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from tongban.cases import models, record, sentences
from tongban.cases.drafts import Draft, open_content
from tongban.cases.fold import applicant_hash
from tongban.cases.projection import DESKS, Case
from tongban.cases.reading import Opened, between_places, open_case
from tongban.cases.views import CaseView, Lamp, MyCase, Worklist, WorklistRow
from tongban.cases.writing import case_key
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.exchange import queries as exchange
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.events import SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import Calendar, legal_day
from tongban.people import queries as people
from tongban.regions import queries as regions

STAFF_ROLES = frozenset({"reception", "acceptance", "examiner", "chief", "exit", "supervisor", "liaison"})


def find_draft(*, node: Node, region: str, case_id: UUID, by: Actor, lock: bool = False) -> Draft | None:
    """The actor's own draft; `lock` keeps others from changing it until the transaction ends."""
    rows = models.Draft.objects.select_for_update() if lock else models.Draft.objects
    row = rows.filter(case_id=case_id, region=region, owner=by.ref).first()
    return _draft(node, row) if row else None


def get_draft(*, node: Node, region: str, case_id: UUID, by: Actor) -> Draft:
    """Only its owner finds it; for everybody else it is `Missing`."""
    draft = find_draft(node=node, region=region, case_id=case_id, by=by)
    if draft is None:
        raise Missing
    return draft


def list_drafts(*, node: Node, region: str, by: Actor) -> list[Draft]:
    rows = models.Draft.objects.filter(region=region, owner=by.ref).order_by("-updated_at")[:20]
    return [_draft(node, row) for row in rows]


def get_case(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> CaseView:
    """A region's copy of a case. Staff see those of their region; a citizen only their own (`Missing` otherwise)."""
    row = _visible(node, region, case_id, by)
    opened = open_case(node, Case.from_json(row.folded), region=region, case_id=case_id)
    return opened.view(by=by, at=at)


def require_sight(*, node: Node, region: str, case_id: UUID, by: Actor) -> None:
    """For services that act on a case: whoever may not see it finds nothing. Refuses `Missing`."""
    _visible(node, region, case_id, by)


def open_case_for_review(*, node: Node, region: str, case_id: UUID) -> Opened:
    """The case as the machine reads it, to ask registers and evaluate points."""
    row = models.Case.objects.filter(case_id=case_id, region=region).only("folded").first()
    if row is None:
        raise Missing
    return open_case(node, Case.from_json(row.folded), region=region, case_id=case_id)


def export_record(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime, opened: bool = True) -> bytes:
    """The record file (see `record.py`) of this region's copy, for a person who may see the case.

    With `opened` it shows the sealed parts, personal data with them; without, it proves the history just as well.
    """
    _visible(node, region, case_id, by)
    chain = exchange.get_chain(region=region, case_id=case_id)
    receipts = exchange.list_receipts(region=region, case_id=case_id)
    openings = [
        {"cipher": ref.cipher, "name": ref.name, "plaintext": plaintext}
        for ref, plaintext in (_plaintexts(node, region, case_id, chain, by=by) if opened else ())
    ]
    return record.write_record(
        node=node, region=region, case_id=case_id, events=[event.envelope for event in chain],
        receipts=[receipt.envelope for receipt in receipts], openings=openings,
    )  # fmt: skip


BETWEEN_OFFICES = frozenset({"message", "note"})
"""Sealed parts that the applicant's own record proves without showing them."""


def _plaintexts(
    node: Node, region: str, case_id: UUID, chain: list[StoredEvent], *, by: Actor
) -> Iterator[tuple[SealedRef, bytes]]:
    """The small parts; files prove themselves by the commitment inside the application."""
    left_out = BETWEEN_OFFICES if by.kind == "citizen" else frozenset()
    key = case_key(node=node, region=region, case_id=case_id)
    for event in chain:
        for ref in event.payload.sealed:
            if ref.name != exchange.BLOB and ref.name not in left_out:
                yield ref, vault.read_plaintext(ref, key=key, node=node, region=region)


def list_my_cases(*, node: Node, by: Actor, at: datetime) -> list[MyCase]:
    """What this account handed in and, once its identity is proved, what was filed for that person anywhere here. Newest first.

    Where this node hosts both places, the copy of the receiving one is shown: there the applicant can act.
    """
    found: list[models.Case] = []
    for region in node.regions:
        mine = Q(owner=by.ref) | Q(applicant__in=_proved(node, by, region))
        found += models.Case.objects.filter(mine, region=region).order_by("-updated_at")[:50]
    once = {row.case_id: row for row in sorted(found, key=lambda row: row.folded["receiving"] == row.region)}
    return [_my_case(row, at) for row in sorted(once.values(), key=lambda row: row.updated_at, reverse=True)]


def list_worklist(
    *,
    node: Node,
    region: str,
    desk: str,
    at: datetime,
    page: int = 1,
    size: int = 50,
    number: str = "",
) -> Worklist:
    """The cases on a desk, the most urgent first; `desk` "all" lists every case of the region, newest first; `number` finds one."""
    rows = models.Case.objects.filter(region=region).defer("applicant")
    if number:
        rows = rows.filter(number=number.strip())
    elif desk == "all":
        rows = rows.order_by("-updated_at")
    else:
        rows = rows.filter(desk=desk).order_by("due_on", "case_id")
    start = (page - 1) * size
    found = list(rows[start : start + size + 1])
    calendar = get_calendar(region)
    shown = tuple(_worklist_row(node, row, calendar, at) for row in found[:size])
    return Worklist(shown, page=page, has_next=len(found) > size, counts=_counts(region))


def _counts(region: str) -> dict[str, int]:
    rows = models.Case.objects.filter(region=region, desk__in=DESKS).values("desk").annotate(n=Count("*"))
    return dict.fromkeys(DESKS, 0) | {row["desk"]: row["n"] for row in rows}


def _worklist_row(node: Node, row: models.Case, calendar: Calendar, at: datetime) -> WorklistRow:
    case = Case.from_json(row.folded)
    return WorklistRow(
        case_id=row.case_id, number=row.number, label=node.open_locally(bytes(row.label), purpose="label", region=row.region),
        item=Text.from_json(case.title), situation=_situation(case), state=case.state, status=sentences.status(case),
        desk=row.desk, partner_name=region_name(row.partner, at), received_at=row.received_at, due_on=row.due_on,
        lamp=lamp(row.due_on, calendar, legal_day(at)),
    )  # fmt: skip


def lamp(due_on: date | None, calendar: Calendar, today: date) -> Lamp:
    """Red: the day has passed. Amber: today or the next working day. No lamp where no clock runs."""
    if due_on is None:
        return "none"
    if due_on < today:
        return "red"
    return "amber" if calendar.working_days_between(today, due_on) <= 1 else "green"


def _my_case(row: models.Case, at: datetime) -> MyCase:
    case = Case.from_json(row.folded)
    names = {"receiving": region_name(case.receiving, at), "deciding": region_name(case.deciding, at)}
    between = between_places(region=row.region, case_id=row.case_id, final=case.final)
    return MyCase(
        case_id=row.case_id, region=row.region, number=case.number, item=Text.from_json(case.title), situation=_situation(case),
        state=case.state, status=sentences.status(case), whose_turn=sentences.whose_turn(case, between=between, **names),
        expected_on=date.fromisoformat(case.due_on) if case.due_on else None, updated_at=row.updated_at,
    )  # fmt: skip


def _situation(case: Case) -> Text:
    definition: Definition = catalogue.get_definition(case.definition)
    return definition.situations[case.situation].name


def region_name(code: str, at: datetime) -> str:
    return regions.get_region(code, legal_day(at)).name


def _visible(node: Node, region: str, case_id: UUID, by: Actor) -> models.Case:
    row = models.Case.objects.filter(case_id=case_id, region=region).first()
    if row is None or not _may_see(node, row, by):
        raise Missing
    return row


def _may_see(node: Node, row: models.Case, by: Actor) -> bool:
    if by.kind == "citizen":
        return row.owner == by.ref or row.applicant in _proved(node, by, row.region)
    return by.region == row.region and (by.kind == "system" or bool(by.roles & STAFF_ROLES))


def _proved(node: Node, by: Actor, region: str) -> set[str]:
    """The keyed hash of a citizen's identity, once proved by the identity provider; a typed number proves nothing."""
    citizen = people.find_citizen_by_ref(node=node, ref=by.ref)
    if citizen is None or not citizen.verified or not citizen.id_kind or not citizen.id_number:
        return set()
    return {applicant_hash(node, id_kind=citizen.id_kind, id_number=citizen.id_number, region=region)}


def _draft(node: Node, row: models.Draft) -> Draft:
    key = case_key(node=node, region=row.region, case_id=row.case_id)
    content: dict[str, Any] = open_content(bytes(row.sealed), key=key, suite=node.suite)
    return Draft(
        case_id=row.case_id, region=row.region, owner=row.owner, item=row.item, definition=row.definition, version=row.version,
        updated_at=row.updated_at, **content,
    )  # fmt: skip
