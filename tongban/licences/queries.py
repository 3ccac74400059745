"""What others may ask about licences: those of a case, one with its content opened, where it stands, what is blocked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from tongban.cases import queries as cases
from tongban.cases.talk import read_note
from tongban.exchange import queries as exchange
from tongban.kernel import vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.licences import models
from tongban.licences.content import Content, read_content
from tongban.licences.face import Face, SignedFace, read_face
from tongban.licences.operations import IN_FORCE, OPERATIONS, REASONS, STATUSES, VALID
from tongban.licences.types import name_of
from tongban.licences.wording import FINDINGS, GIVING, STATES, WHY

SIGNED_WITHIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class HeldLicence:
    """A licence as a region holds it; nothing personal. `status`: 01 to 99. `valid`: handed out, in force and within its term.

    `witnessed`: another node has stored it; until then it is signed and not yet valid, and nobody is given it.
    """

    region: str
    case_id: UUID
    identifier: str
    type: str
    name: Text
    number: str
    issuer: str
    operation: str
    follows: str
    status: str
    from_: date
    until: date | None
    demo: bool
    issued_at: datetime
    witnessed_at: datetime | None
    seq: int
    signed: SignedFace = field(repr=False)

    @property
    def face(self) -> Face:
        return self.signed.face

    @property
    def signature(self) -> bytes:
        return self.signed.signature

    @property
    def witnessed(self) -> bool:
        return self.witnessed_at is not None

    @property
    def status_text(self) -> Text:
        return STATUSES[self.status]

    def in_force(self, day: date) -> bool:
        return self.witnessed and self.status == VALID and self.face.covers(day)


@dataclass(frozen=True, slots=True)
class LicenceView:
    """A licence with its content opened: personal, for pages and forms."""

    held: HeldLicence
    content: Content

    @property
    def signed(self) -> SignedFace:
        return self.held.signed


def find_licence(identifier: str, *, region: str) -> HeldLicence | None:
    """The copy of `region`; nothing personal, and no check of who asks."""
    row = models.Licence.objects.filter(region=region, identifier=identifier).first()
    return _held(row) if row else None


def find_by_number(number: str, *, region: str, type: str) -> HeldLicence | None:
    """The newest version that `region` itself issued under this number."""
    rows = models.Licence.objects.filter(region=region, issuer=region, number=number, type=type)
    row = rows.order_by("-issued_at", "-id").first()
    return _held(row) if row else None


def list_in_force(*, region: str, type: str, case_ids: Sequence[UUID]) -> list[HeldLicence]:
    """That `region` itself issued in these cases and that have not ended, the newest first."""
    rows = models.Licence.objects.filter(region=region, issuer=region, type=type, case_id__in=case_ids)
    return [_held(row) for row in rows.filter(status__in=IN_FORCE).order_by("-issued_at", "-id")]


def list_licences(*, region: str, case_ids: Sequence[UUID]) -> list[HeldLicence]:
    """Of these cases, as `region` holds them, the newest first. Whoever asks has found the cases before."""
    rows = models.Licence.objects.filter(region=region, case_id__in=case_ids).order_by("-issued_at", "-id")
    return [_held(row) for row in rows]


def get_licence(*, node: Node, region: str, identifier: str, by: Actor) -> LicenceView:
    """For who may see its case; a citizen only once it was handed out. Refuses `Missing`."""
    held = find_licence(identifier, region=region)
    if held is None:
        raise Missing
    cases.require_sight(node=node, region=region, case_id=held.case_id, by=by)
    if by.kind == "citizen" and not held.witnessed:
        raise Missing
    return LicenceView(held, read_held_content(held, node=node))


def read_held_content(held: HeldLicence, *, node: Node) -> Content:
    """Opened under the key of its case and proved against what was signed. Raises `BadContent`, `BadPart`; refuses `KeyErased`."""
    row = models.Licence.objects.get(region=held.region, identifier=held.identifier)
    key = vault.get_key(node=node, region=held.region, case_id=held.case_id)
    content: bytes = vault.read_bytes(SealedRef(**row.part), key=key, node=node, region=held.region)
    return read_content(content)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A licence that a decision calls for and that nobody has yet. `state`: of `wording.py`; `reason`: the code of what was refused."""

    id: int
    region: str
    case_id: UUID
    type: str
    name: Text
    operation: str
    state: str
    reason: str
    identifier: str
    since: datetime

    @property
    def state_name(self) -> Text:
        return STATES[self.state]

    @property
    def reason_text(self) -> Text:
        return WHY.get(self.reason, WHY[""])

    @property
    def operation_name(self) -> Text:
        return GIVING[self.operation]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """Something that was done with a licence; `notice` was told to the holder, `by` is a member of staff, or empty."""

    operation: Text
    status: Text
    reason: Text
    article: str
    notice: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What the checker found the last time: what and how many."""

    at: datetime
    checked: int
    findings: tuple[tuple[Text, int], ...]


def list_changes(*, node: Node, held: HeldLicence) -> list[ChangeView]:
    """Newest first, with what the holder was told. Whoever asks may see the case."""
    events = exchange.list_events(held.region, held.case_id, first=held.seq + 1)
    changes = [event for event in events if event.payload.kind_name == "cases.licence_changed"]
    own = [event for event in changes if event.payload.body["identifier"] == held.identifier]
    return [_change(event, node=node) for event in reversed(own)]


def find_last_check(*, region: str) -> LastCheck | None:
    row = models.CheckRun.objects.filter(region=region).order_by("-at").first()
    if row is None:
        return None
    found = tuple((FINDINGS.get(code, Text(code, code)), int(count)) for code, count in row.findings.items())
    return LastCheck(row.at, row.checked, found)


def list_under_way(*, region: str, case_id: UUID | None = None, blocked: bool = False) -> list[UnderWay]:
    """Oldest first; of one case, or only what a person must mend."""
    rows = models.Reservation.objects.filter(region=region).exclude(state__in=("valid", "stopped"))
    if case_id is not None:
        rows = rows.filter(case_id=case_id)
    if blocked:
        rows = rows.filter(state="blocked")
    return [_under_way(row) for row in rows.order_by("id")[:200]]


@dataclass(frozen=True, slots=True)
class WaitingCount:
    """`unsigned`: for longer than a running signer takes; `blocked`: a person must mend them."""

    unsigned: int
    blocked: int


def count_waiting(regions: Sequence[str], *, at: datetime) -> WaitingCount:
    rows = models.Reservation.objects.filter(region__in=regions)
    unsigned = rows.filter(state__in=("reserved", "signing"), reserved_at__lt=at - SIGNED_WITHIN)
    return WaitingCount(unsigned.count(), rows.filter(state="blocked").count())


def list_statuses(*, region: str, list_id: str) -> list[tuple[int, str]]:
    """Position and status of every licence of a status list that `region` issued, by position."""
    rows = models.Licence.objects.filter(region=region, issuer=region, status_list=list_id)
    return list(rows.order_by("status_index").values_list("status_index", "status"))


def list_status_lists(*, region: str) -> list[str]:
    rows = models.Licence.objects.filter(region=region, issuer=region)
    return list(rows.order_by("status_list").values_list("status_list", flat=True).distinct())


def _under_way(row: models.Reservation) -> UnderWay:
    return UnderWay(
        row.id, row.region, row.case_id, row.type, name_of(row.type), row.operation, row.state, row.reason, row.identifier,
        row.reserved_at,
    )  # fmt: skip


def _change(event: StoredEvent, *, node: Node) -> ChangeView:
    body, actor = event.payload.body, event.payload.actor
    part = next((part.as_json() for part in event.payload.sealed if part.name == "notice"), None)
    unknown = Text(body["operation"], body["operation"])
    return ChangeView(
        operation=OPERATIONS[body["operation"]].name if body["operation"] in OPERATIONS else unknown,
        status=STATUSES.get(body["status"], unknown), reason=REASONS.get(body["reason_code"], unknown), article=body.get("article", ""),
        notice=read_note(part, node=node, region=event.holder, case_id=event.case), at=event.payload.at,
        by=actor["ref"] if actor["kind"] == "staff" else "",
    )  # fmt: skip


def _held(row: models.Licence) -> HeldLicence:
    face = read_face(bytes(row.face))
    return HeldLicence(
        region=row.region, case_id=row.case_id, identifier=row.identifier, type=row.type, name=name_of(row.type),
        number=row.number, issuer=row.issuer, operation=row.operation, follows=row.follows, status=row.status,
        from_=row.valid_from, until=row.valid_until, demo=row.demo, issued_at=row.issued_at, witnessed_at=row.witnessed_at,
        seq=row.seq,
        signed=SignedFace(face, bytes(row.signature)),
    )  # fmt: skip
