"""Rounds of signing (签署): a proposed version, who has signed it, who has declined, and what it waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
from tongban.kernel.refusals import Missing
from tongban.kernel.workdays import legal_day

MOST = 200
"""Rounds in a list; older ones are found by their agreement."""
State = Literal["complete", "withdrawn", "declined", "late", "signing"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """That a member does not sign, or takes its proposal back, and why."""

    member: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Round:
    """`asked`: everybody who must sign, members that leave with this version too. `signed`: region → since when that is known here.
    `late`: its first day came before everybody had signed; it can only be proposed anew."""

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
    """The newest first; of one region, those that ask it to sign."""
    rounds = [_round(row, at) for row in AgreementProposal.objects.order_by("-received_at", "-id")[:MOST]]
    return [one for one in rounds if not region or region in one.asked]


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
    return Agreement.from_json(strictjson.parse(bytes(row.payload), max_bytes=MAX_DOCUMENT_BYTES), hash=row.hash)


def list_valid(document: str, members: MemberList, at: datetime) -> list[AgreementSignature]:
    """Signatures whose key still serves: one made with a key that has ended since must be made again."""
    return [row for row in AgreementSignature.objects.filter(document=document) if serves(row.key_id, members, at)]


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
    said = [
        (one.act, Refusal(one.member, queries.reason_of(one), one.received_at))
        for one in AgreementStatement.objects.filter(document=row.hash, act__in=(DECLINED, WITHDRAWN)).order_by("id")
    ]
    declined = tuple(refusal for act, refusal in said if act == DECLINED)
    withdrawn = next((refusal for act, refusal in said if act == WITHDRAWN), None)
    late = agreement.valid_from < legal_day(at)
    state: State = (
        "complete" if complete else "withdrawn" if withdrawn else "declined" if declined else "late" if late else "signing"
    )  # fmt: skip
    signed = {code: times[node] for code, node in hosts.items() if node in times}
    return Round(agreement, asked, signed, declined, withdrawn, row.received_at, state)
