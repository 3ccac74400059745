"""What others may do with papers: issue what is due, keep copies of the other place's, serve."""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction

from tongban.cases import life_events as life
from tongban.cases import projection
from tongban.cases import services as cases
from tongban.cases.writing import command_of, require_role, seal_text
from tongban.catalogue import queries as catalogue
from tongban.documents import services as documents
from tongban.exchange import queries as exchange
from tongban.kernel import sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.papers import models, queries
from tongban.papers.kinds import EVENTS, PaperKind, list_made_by
from tongban.papers.numbers import agency_word, take_number
from tongban.papers.press import GlyphMissing
from tongban.papers.queries import SERVING
from tongban.papers.writing import Occasion, WordMissing, is_due, office_of

log = structlog.get_logger()


class WaybillMissing(Refused):
    status = 422
    text = Text("邮寄送达须填写运单号。", "Service by courier needs the number of the waybill.")
    advice = Text("请填写运单号后再登记。", "Enter it and record the service again.")


def issue_due(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> list[str]:
    """Make every paper that the chain makes due here, that must be served, and that is not made yet.

    May be called again at any time. Returns the new numbers. What cannot be printed for want of a character or a word is noted, and tried again with
    the next call. Refuses `FontMissing`, and what `cases.add_to_case` refuses.
    """
    require_role(by, "system", region=region)
    events = exchange.list_events(region, case_id)
    standings = queries.standings(events)
    if not standings:
        raise Missing
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "at": at}
    type_ = catalogue.get_definition(standings[-1][1].definition).item_type
    made = _made(region, case_id)
    numbers: list[str] = []
    for event, standing in standings:
        kinds = [
            kind
            for kind in list_made_by(event.payload.kind_name.removeprefix("cases."), type_, told=True)
            if (event.seq, kind.id) not in made and office_of(kind, standing, event)[0] == region
        ]
        if kinds:
            numbers += _issue_of(kinds, standing, event, by=by, **common)
    return numbers


def keep_copies(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> int:
    """Of the papers that the chain names and this copy does not hold, those that are printed here to the byte: how many were kept.

    Kept, they stay readable when a later release of the typesetter prints otherwise. Refuses `FontMissing`.
    """
    require_role(by, "system", region=region)
    events = exchange.list_events(region, case_id)
    case = projection.fold(None, events)
    if case is None:
        raise Missing
    held = set(models.IssuedPaper.objects.filter(region=region, case_id=case_id).values_list("place", "number"))
    lacking = [entry for entry in case.papers if (entry["place"], entry["number"]) not in held]
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "at": at}
    return sum(_keep_copy(entry, events=events, **common) for entry in lacking)


def serve_paper(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    number: str,
    place: str,
    way: str,
    signature: str = "",
    waybill: str = "",
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Record that a paper reached the applicant (送达): online by themselves, at the counter or by courier by a clerk; once.

    `place`: whose paper it is. `signature`: data of a pad; it and the waybill are sealed. Refuses `WaybillMissing`, `PaperUnknown`.
    """
    roles = ("citizen", "agent") if way == "online" else SERVING
    role = require_role(by, *roles, region=region)
    if way == "courier" and not waybill.strip():
        raise WaybillMissing
    event = life.PaperServed(number=number, way=way, served_on=legal_day(at).isoformat(), issuer=place)
    parts = _proof(node, region, case_id, signature.strip() or waybill.strip())
    cases.add_to_case(
        node=node, region=region, case_id=case_id, event=event, parts=parts, cmd=cmd, by=by, role=role, at=at
    )


def _proof(node: Node, region: str, case_id: UUID, text: str) -> list[Sealed]:
    return [seal_text(node=node, region=region, case_id=case_id, name="signature", text=text)] if text else []


def is_of_interest(event: StoredEvent) -> bool:
    """Whether storing this event may make a paper due here that must be issued."""
    return event.own and event.payload.kind_name in EVENTS


# Making one


def _made(region: str, case_id: UUID) -> set[tuple[int, str]]:
    rows = models.IssuedPaper.objects.filter(region=region, case_id=case_id, place=region)
    return set(rows.values_list("seq", "kind"))


def _issue_of(
    kinds: list[PaperKind],
    case: projection.Case,
    event: StoredEvent,
    *,
    node: Node,
    region: str,
    case_id: UUID,
    by: Actor,
    at: datetime,
) -> list[str]:
    """The papers of one event, for which the case is opened once."""
    occasion = queries.occasion_of(node=node, region=region, case_id=case_id, case=case, event=event)
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "at": at}
    due = (kind for kind in kinds if is_due(kind, occasion))
    return [number for kind in due if (number := _try(kind, occasion, by=by, **common))]


def _try(
    kind: PaperKind, occasion: Occasion, *, node: Node, region: str, case_id: UUID, by: Actor, at: datetime
) -> str:
    """The number, or "" where it cannot be printed, which is noted."""
    which = {"region": region, "case_id": case_id, "seq": occasion.event.seq, "kind": kind.id}
    try:
        # Rolled back with its number: none is left out.
        with transaction.atomic():
            number = _issue(kind, occasion, node=node, region=region, case_id=case_id, by=by, at=at)
    except (GlyphMissing, WordMissing) as refused:
        models.UnprintedPaper.objects.get_or_create(**which, defaults={"code": refused.code, "since": at})
        log.warning("paper not printed", case=str(case_id), region=region, code=refused.code)
        return ""
    models.UnprintedPaper.objects.filter(**which).delete()
    return number


def _issue(
    kind: PaperKind, occasion: Occasion, *, node: Node, region: str, case_id: UUID, by: Actor, at: datetime
) -> str:
    """Number, PDF, row and event, all or none."""
    office = office_of(kind, occasion.opened.case, occasion.event)[1]
    day = legal_day(occasion.at)
    word = agency_word(region=region, office=office, kind=kind)
    number = take_number(region=region, word=word, year=day.year)
    data = queries.print_paper(kind, occasion, number=number, issued_on=day)
    row = _keep(
        data, node=node, region=region, case_id=case_id, place=region, seq=occasion.event.seq, kind=kind.id, number=number,
        office=office, issued_on=day, made_at=at,
    )  # fmt: skip
    event = life.PaperIssued(paper=kind.id, number=number, office=office, issued_on=day.isoformat(), digest=row.digest)
    cmd = command_of(case_id, f"paper {kind.id}", occasion.event.seq)
    cases.add_to_case(node=node, region=region, case_id=case_id, event=event, cmd=cmd, by=by, role="system", at=at)
    return number


def _keep(data: bytes, *, node: Node, region: str, case_id: UUID, **columns: Any) -> models.IssuedPaper:
    key = vault.get_key(node=node, region=region, case_id=case_id)
    sealed = sealing.seal(data, name="paper", key=key, suite=node.suite)
    documents.store_blob(
        node=node,
        region=region,
        case_id=case_id,
        cipher=sealed.ref.cipher,
        data=sealed.ciphertext,
        at=columns["made_at"],
        made_here=True,
    )
    return models.IssuedPaper.objects.create(
        region=region, case_id=case_id, digest=node.suite.hash(data), part=sealed.ref.as_json(), **columns
    )


def _keep_copy(entry: Json, *, node: Node, region: str, case_id: UUID, events: list[StoredEvent], at: datetime) -> bool:
    found = queries.print_again(node=node, region=region, case_id=case_id, events=events, entry=entry)
    if found is None:
        log.warning("no copy of a paper", case=str(case_id), region=region, kind=entry["paper"])
        return False
    event, data = found
    _keep(
        data, node=node, region=region, case_id=case_id, place=entry["place"], seq=event.seq, kind=entry["paper"],
        number=entry["number"], office=entry["office"], issued_on=entry["issued_on"], made_at=at,
    )  # fmt: skip
    return True
