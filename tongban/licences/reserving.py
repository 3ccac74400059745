"""Reservations (占号): in the transaction of a decision the number of its licence is taken and the bytes to be signed are fixed. Never twice.

reserved → signing → signed → issued → valid; or blocked, until a person has mended what is missing; or stopped, when the decision is no more.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from tongban.alliance import queries as alliance
from tongban.alliance.own_keys import find_signer_key
from tongban.cases import queries as cases
from tongban.cases.fold import read_folded
from tongban.cases.reading import Opened
from tongban.catalogue import queries as catalogue
from tongban.exchange import queries as exchange
from tongban.kernel import crash, sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.licences import models, queries
from tongban.licences.codes import Identifier, make_serial, read_identifier
from tongban.licences.content import Content, make_salt
from tongban.licences.face import PURPOSE, StatusPlace, make_face
from tongban.licences.forms.editing import with_form_of
from tongban.licences.forms.printing import require_printable
from tongban.licences.freezing import (
    FormerLicenceUnknown,
    Frozen,
    NothingHeld,
    day_asked,
    freeze,
    id_number_asked,
    lines_asked,
    number_asked,
)
from tongban.licences.operations import IN_FORCE
from tongban.licences.types import GivenBy, LicenceType, get_type, list_given

LIST_SIZE = 1 << 20
"""Licences to one status list."""

log = structlog.get_logger()


class FormerLicenceEnded(Refused):
    """What was revoked, cancelled or moved out is not brought back by a newer version."""

    text = Text("所涉证照已不再有效。", "The licence that this is about is no longer in force.")
    advice = Text(
        "请核对证照状态；需要的，终止后人工办理。", "Check how it stands; otherwise give this up and act by hand."
    )


class VersionUnderWay(Refused):
    """Another decision about the same licence is being issued: this one follows that."""

    text = Text("同一证照的另一新版本正在签发。", "Another version of the same licence is being issued.")
    advice = Text("系统会自动重试。", "It is tried again by itself.")


class NoLicenceKey(Refused):
    """A home of before has none, or the alliance has not listed it yet."""

    status = 503
    text = Text("本节点没有可用的证照签名密钥。", "This node has no key for licences that the alliance has listed.")
    advice = Text(
        "请运行 tongban node key-new --purpose licence，并更新成员名单。", "Make one, and have the member list name it."
    )


def reserve(node: Node, event: StoredEvent) -> None:
    """At storing `cases.approved`, in its transaction. Nothing that goes wrong here undoes the decision: it is noted and a person mends it."""
    if event.own:
        reserve_for(node=node, region=event.holder, case_id=event.case, decision_seq=event.seq, at=event.received_at)


def reserve_for(*, node: Node, region: str, case_id: UUID, decision_seq: int, at: datetime) -> list[int]:
    """Reserve what the decision gives and is not reserved yet; ids of the new reservations."""
    given = _given_by(region, case_id)
    if not given:
        return []
    try:
        with transaction.atomic():
            opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    except (Refused, ValueError, LookupError) as error:
        log.warning("no licence reserved", case=str(case_id), region=region, code=type(error).__name__)
        return []
    made = [_take(type_, by, node=node, opened=opened, decision_seq=decision_seq, at=at) for type_, by in given]
    crash.point("licence.reserved")
    return [row.id for row in made if row]


def retry_blocked(*, node: Node, region: str, reservation: int, by: Actor, at: datetime) -> bool:
    """Fix the bytes of a blocked one now; whether it went on. By the machine, or by a person at its region. Refuses `Forbidden`, `Missing`."""
    if by.region != region or not (by.kind == "system" or by.roles & MENDING):
        raise Forbidden
    row = _blocked(region, reservation)
    opened = cases.open_case_for_review(node=node, region=region, case_id=row.case_id)
    given = next((g for t, g in list_given(opened.definition.key, opened.case.situation) if t.id == row.type), None)
    if given is None or row.face:
        # Fixed bytes never change: the signer lacked their key and takes them up again.
        _settle(row, "reserved" if row.face else "blocked", row.reason if not row.face else "")
        return bool(row.face)
    _fix(row, get_type(row.type), given, node=node, opened=opened, at=at)
    return row.state != "blocked"


def stop_blocked(*, node: Node, region: str, reservation: int, by: Actor, at: datetime) -> None:
    """A person gives it up: the licence is issued otherwise, such as by hand for a place that the platform does not know. Refuses `Forbidden`."""
    if by.region != region or not by.may("chief"):
        raise Forbidden
    _settle(_blocked(region, reservation), "stopped", "given-up")


def _blocked(region: str, reservation: int) -> models.Reservation:
    rows = models.Reservation.objects.select_for_update().filter(id=reservation, region=region, state="blocked")
    row = rows.first()
    if row is None:
        raise Missing
    return row


MENDING = frozenset({"examiner", "chief", "supervisor"})
"""Roles that try a blocked one again."""


def list_undone(*, region: str, since: datetime) -> list[tuple[UUID, int]]:
    """Decisions of this region since then for which nothing is reserved, as after a restore: case and position."""
    decided = [event for event in exchange.list_events_of("cases.approved", region=region, since=since) if event.own]
    rows = models.Reservation.objects.filter(region=region, case_id__in=[event.case for event in decided])
    known = set(rows.values_list("case_id", "decision_seq"))
    return [(event.case, event.seq) for event in decided if (event.case, event.seq) not in known]


def _given_by(region: str, case_id: UUID) -> list[tuple[LicenceType, GivenBy]]:
    """Most decisions give no licence: then no case is opened."""
    case = read_folded(region, case_id)
    return list_given(catalogue.get_definition(case.definition).key, case.situation) if case else []


def _take(
    type_: LicenceType, given: GivenBy, *, node: Node, opened: Opened, decision_seq: int, at: datetime
) -> models.Reservation | None:
    """The row, or None where there is one: the unique key decides, whoever else is at it."""
    row, made = models.Reservation.objects.get_or_create(
        region=opened.region, case_id=opened.case_id, decision_seq=decision_seq, type=type_.id,
        defaults={
            "operation": given.operation, "state": "blocked", "inc": node.inc, "reserved_at": at,
            "serial": make_serial(region=opened.region, inc=node.inc),
        },
    )  # fmt: skip
    if made:
        _fix(row, type_, given, node=node, opened=opened, at=at)
    return row if made else None


def _fix(
    row: models.Reservation, type_: LicenceType, given: GivenBy, *, node: Node, opened: Opened, at: datetime
) -> None:
    """All of it or nothing; what is refused is the reason why it is blocked."""
    try:
        with transaction.atomic():
            former = _former(type_, given, node=node, opened=opened) if given.is_about_another else None
            if given.operation == "cancel" and former:
                _require_none_under_way(row, read_identifier(former.identifier).serial)
                _settle(row, "issued", "", follows=former.identifier, due_on=day_asked(opened, given))
            else:
                given = given if former else replace(given, operation="new")
                _freeze(row, type_, given, former, node=node, opened=opened, at=at)
    except NothingHeld as nothing:
        _settle(row, "stopped", nothing.code)
    except Refused as refused:
        _settle(row, "blocked", refused.code)
    except (ValueError, LookupError, TypeError, IntegrityError) as error:
        # A bug here must not undo a decision; it is seen on the list of what is blocked.
        log.error("licence not fixed", case=str(row.case_id), region=row.region, code=type(error).__name__)
        _settle(row, "blocked", type(error).__name__)


def _freeze(
    row: models.Reservation, type_: LicenceType, given: GivenBy, former: Content | None, *, node: Node, opened: Opened, at: datetime
) -> None:  # fmt: skip
    public = find_signer_key(node, alliance.latest_list(at), PURPOSE, at)
    if public is None:
        raise NoLicenceKey
    identifier = name_version(row, type_, former)
    number = former.number if former else _number(row, type_, at)
    type_ = with_form_of(type_, region=row.region, on=legal_day(at))
    frozen = Frozen(type_, given, identifier, number, former)
    content = freeze(opened, frozen, demo=node.demo or opened.practice, salt=make_salt())
    require_printable(content)
    status = StatusPlace(f"{row.region}-{row.inc}-{row.id // LIST_SIZE}", row.id % LIST_SIZE)
    face = make_face(content, key_id=public.id, status=status, suite=node.suite)
    key = vault.get_key(node=node, region=row.region, case_id=row.case_id)
    sealed = sealing.seal(content.as_bytes(), name="licence", key=key, suite=node.suite)
    columns: dict[str, Any] = {
        "identifier": content.identifier, "number": content.number, "follows": content.follows, "serial": identifier.serial,
        "version": identifier.version, "key": public.id, "face": face.as_bytes(), "content": sealed.ciphertext,
        "part": sealed.ref.as_json(), "operation": given.operation,
    }  # fmt: skip
    _settle(row, "reserved", "", **columns)


def _former(type_: LicenceType, given: GivenBy, *, node: Node, opened: Opened) -> Content | None:
    """What the licence said that this decision is about; None where none is held and a new one is given instead.

    Refuses `FormerLicenceUnknown`, `FormerLicenceEnded`, `NothingHeld`.
    """
    if given.finds:
        found = _find_of_holder(type_, given, node=node, opened=opened)
        if found is None and given.unheld == "nothing":
            raise NothingHeld
        return found
    held = queries.find_by_number(number_asked(opened, given), region=opened.region, type=type_.id)
    if held is None:
        raise FormerLicenceUnknown
    content = queries.read_held_content(held, node=node)
    if not held.face.is_of(id_number_asked(opened, type_), salt=content.salt, suite=node.suite):
        raise FormerLicenceUnknown
    if held.status not in IN_FORCE:
        raise FormerLicenceEnded
    return content


def _find_of_holder(type_: LicenceType, given: GivenBy, *, node: Node, opened: Opened) -> Content | None:
    """Among the licences in force of whoever applies, the newest that says what the application says of it."""
    same = cases.list_cases_of_applicant(region=opened.region, case_id=opened.case_id)
    id_number, lines = id_number_asked(opened, type_), lines_asked(opened, given)
    for held in queries.list_in_force(region=opened.region, type=type_.id, case_ids=same):
        content = queries.read_held_content(held, node=node)
        said = {field.id: field.value for field in content.fields}
        if content.holder.id_number == id_number and lines.items() <= said.items():
            return content
    return None


def name_version(row: models.Reservation, type_: LicenceType, former: Content | None) -> Identifier:
    """A new licence, or the next version of one. Refuses `VersionUnderWay`."""
    if former is None:
        return Identifier(type_.code, row.region, row.serial, 1)
    before = read_identifier(former.identifier)
    others = _require_none_under_way(row, before.serial)
    # A version that was stopped is never given again.
    last = others.aggregate(last=Max("version"))["last"] or 0
    return replace(before, version=max(before.version, last) + 1)


def _require_none_under_way(row: models.Reservation, serial: str) -> QuerySet[models.Reservation]:
    """The other versions of a licence. Refuses `VersionUnderWay`."""
    others = models.Reservation.objects.filter(region=row.region, serial=serial).exclude(id=row.id)
    if others.filter(state__in=("reserved", "signing", "signed", "blocked")).exists():
        raise VersionUnderWay
    return others


def _number(row: models.Reservation, type_: LicenceType, at: datetime) -> str:
    """Unique at its region without a counter that two decisions would wait for: the row's own number, in its life of the node."""
    return f"{type_.word}〔{at.year}〕第{row.region}{row.inc:02d}{row.id:08d}号"


def _settle(row: models.Reservation, state: str, reason: str, **columns: Any) -> None:
    for name, value in {"state": state, "reason": reason, **columns}.items():
        setattr(row, name, value)
    row.save(update_fields=["state", "reason", *columns, *(["follows"] if "follows" not in columns else [])])
