"""Rounds of signing (签署): a proposed version, who has signed it, who has declined, and what it waits for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

from django.db.models import Q, QuerySet

from tongban.alliance import queries, services
from tongban.alliance.agreements import Agreement
from tongban.alliance.documents import MAX_DOCUMENT_BYTES
from tongban.alliance.members import MemberList, UntrustedKey
from tongban.alliance.models import (
    AgreementConsent,
    AgreementProposal,
    AgreementSignature,
    AgreementStatement,
    AgreementVersion,
)
from tongban.alliance.statements import DECLINED, WITHDRAWN
from tongban.kernel import envelopes, strictjson
from tongban.kernel.envelopes import Envelope, Signature
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

KEPT = timedelta(days=30)
"""So long after the last day of signing a proposal is still compared with peers and listed; then it is on record only."""
PAGE = 50
State = Literal["complete", "withdrawn", "declined", "late", "waiting", "confirming", "signing"]


class NotAsked(Refused):
    status = 403
    text = Text("本地区不是这份协议的签署方。", "This place is not asked to sign this agreement.")
    advice = Text("请由协议成员签署。", "Its members sign it.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a member does not sign, or takes its proposal back, and why."""

    member: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """`asked`: everybody who must sign, members that leave with this version too. `signed`: region → since when that is known here.
    `late`: its last day of signing came before everybody had signed; it can only be proposed anew. `waiting`: the version that it follows
    is not held here. `confirming`: all have signed, and a second node has not said yet that it has seen that."""

    agreement: Agreement
    asked: tuple[str, ...]
    signed: Mapping[str, datetime]
    declined: tuple[Refusal, ...]
    withdrawn: Refusal | None
    received_at: datetime
    state: State

    @property
    def hash(self) -> str:
        return self.agreement.hash

    @property
    def proposed_by(self) -> str:
        return self.agreement.terms.proposed_by

    @property
    def waits_for(self) -> tuple[str, ...]:
        said_no = {one.member for one in self.declined}
        return tuple(code for code in self.asked if code not in self.signed and code not in said_no)


def list_rounds(at: datetime, *, region: str = "") -> list[Round]:
    """Those being signed and those that came to an end lately, the newest first; of one region, those that ask it to sign."""
    rounds = [_round(row, at) for row in list_working(at).order_by("-received_at", "-id")]
    return [one for one in rounds if not region or region in one.asked]


def list_past_rounds(at: datetime, *, region: str, before: int = 0) -> tuple[list[Round], int]:
    """The record, the newest first, from those before the place `before` on; with the place where the next page begins, 0 at the end."""
    rows = AgreementProposal.objects.order_by("-id")
    page = list((rows.filter(id__lt=before) if before else rows)[:PAGE])
    found = [one for one in (_round(row, at) for row in page) if region in one.asked]
    return found, page[-1].id if len(page) == PAGE else 0


def list_working(at: datetime) -> QuerySet[AgreementProposal]:
    since = legal_day(at) - KEPT
    return AgreementProposal.objects.filter(Q(sign_until__isnull=True) | Q(sign_until__gte=since))


def list_unfinished(agreement: str) -> QuerySet[AgreementProposal]:
    """Of one agreement, those that are no version yet."""
    finished = AgreementVersion.objects.filter(agreement=agreement).values("hash")
    return AgreementProposal.objects.filter(agreement=agreement).exclude(hash__in=finished).order_by("version", "id")


def get_round(hash: str, at: datetime) -> Round:
    """Refuses `Missing`."""
    return _round(get_row(hash), at)


def get_row(hash: str) -> AgreementProposal:
    row = AgreementProposal.objects.filter(hash=hash).first()
    if row is None:
        raise Missing
    return row


def find_consent(region: str, document: str) -> tuple[str, datetime] | None:
    """Who of the region has signed here, and when."""
    return AgreementConsent.objects.filter(region=region, document=document).values_list("by", "at").first()


def read_proposed(row: AgreementProposal) -> Agreement:
    return _read(row.hash, bytes(row.payload))


@lru_cache(maxsize=512)
def _read(hash: str, payload: bytes) -> Agreement:
    return Agreement.from_json(strictjson.parse(payload, max_bytes=MAX_DOCUMENT_BYTES), hash=hash)


def list_valid(document: str, members: MemberList, at: datetime) -> list[AgreementSignature]:
    """Signatures whose key still serves: one made with a key that has ended since must be made again."""
    known = queries.list_lists()
    rows = AgreementSignature.objects.filter(document=document)
    return [row for row in rows if serves(row.key_id, members, at) and not _is_stolen(row.key_id, known)]


def _is_stolen(key_id: str, known: Sequence[MemberList]) -> bool:
    entries = (members.find_key(key_id) for members in known)
    return any(entry.compromised_since for entry in entries if entry)


def serves(key_id: str, members: MemberList, at: datetime) -> bool:
    try:
        members.owner_of(key_id, "event", at)
    except UntrustedKey:
        return False
    return True


def assemble(payload: bytes, rows: Iterable[AgreementSignature]) -> Envelope | None:
    signatures = [Signature(row.key_id, bytes(row.value)) for row in sorted(rows, key=lambda row: row.key_id)]
    return envelopes.assemble(payload, type=envelopes.AGREEMENT, signatures=signatures) if signatures else None


def _round(row: AgreementProposal, at: datetime) -> Round:
    agreement, members = read_proposed(row), queries.latest_list(at)
    complete = AgreementVersion.objects.filter(hash=row.hash).exists()
    times = {one.node: one.received_at for one in list_valid(row.hash, members, at)}
    asked = (*agreement.members, *([] if complete else services.list_former(agreement, members, at)))
    hosts = {code: members.node_of(code).id for code in asked}
    over = agreement.signable_until < legal_day(at)
    said = [
        (one.act, Refusal(one.member, queries.reason_of(one), one.received_at))
        for one in AgreementStatement.objects.filter(document=row.hash, act__in=(DECLINED, WITHDRAWN)).order_by("id")
    ]
    declined = tuple(refusal for act, refusal in said if act == DECLINED)
    withdrawn = next((refusal for act, refusal in said if act == WITHDRAWN), None)
    signed = {code: times[node] for code, node in hosts.items() if node in times}
    state: State = (
        "complete" if complete else "withdrawn" if withdrawn else "declined" if declined else "late" if over
        else "waiting" if not services.follows_held(agreement) else "confirming" if len(signed) == len(asked) else "signing"
    )  # fmt: skip
    return Round(agreement, asked, signed, declined, withdrawn, row.received_at, state)
