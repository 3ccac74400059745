"""What others may do with slips: open and close a visit, print a query code, carry a draft on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.slips import codes, models
from tongban.slips.printed import derive_query_code, factor_hash, query_hash

QUERY_VALID = timedelta(days=400)
RESUME_LENGTH = 10
RESUME_VALID = timedelta(days=7)
TICKET_LENGTH = 12


class ResumeCodeUnusable(Refused):
    """Unknown, used, expired, or the draft has gone on since: all look the same."""

    status = 422
    text = Text(
        "这个续办码不能用：已用过、已过期或输错了。", "This code cannot be used: used before, expired, or mistyped."
    )
    advice = Text("请核对后重新输入，或重新取一个续办码。", "Check it and type it again, or make a new one.")


@dataclass(frozen=True, slots=True)
class Carried:
    """A draft on its way to another desk or phone. `owner`: the account that made the code."""

    region: str
    case_id: UUID
    owner: str


def open_visit(*, region: str, ticket: str, by: Actor, at: datetime) -> UUID:
    """`ticket`: the number that was called, or empty for who walked in."""
    called = ticket.strip()[:TICKET_LENGTH]
    return models.Visit.objects.create(region=region, id=new_id(), ticket=called, clerk=by.ref, opened_at=at).id


def note_case(*, region: str, visit: UUID, case_id: UUID, by: Actor, at: datetime) -> None:
    models.Visit.objects.filter(region=region, id=visit, clerk=by.ref).update(case_id=case_id)


def close_visit(*, region: str, visit: UUID, by: Actor, at: datetime) -> None:
    """The screen is cleared. Closing twice keeps the first time."""
    models.Visit.objects.filter(region=region, id=visit, clerk=by.ref, closed_at=None).update(closed_at=at)


def issue_query_code(
    *, node: Node, region: str, case_id: UUID, id_number: str, name: str, by: Actor, at: datetime
) -> str:
    """The code of a case's receipt. Asked again it is the same one, so that a paper may be printed twice; it is never stored."""
    code = derive_query_code(node=node, region=region, case_id=case_id)
    models.QueryCode.objects.get_or_create(
        region=region, case_id=case_id,
        defaults={
            "code": query_hash(node, code), "factors": _factors(node, code, id_number, name), "issued_by": by.ref,
            "issued_at": at, "expires_at": at + QUERY_VALID,
        },
    )  # fmt: skip
    return code


def _factors(node: Node, code: str, id_number: str, name: str) -> list[str]:
    """The last four signs of the number, or the last character of the name."""
    known = (id_number[-4:], name.strip()[-1:])
    return [factor_hash(node, code, factor) for factor in known if factor]


def issue_resume_code(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> str:
    """A new code for a draft; an earlier one that nobody used is good for nothing any more."""
    models.ResumeCode.objects.filter(region=region, case_id=case_id, used_at=None, expires_at__gt=at).update(
        expires_at=at
    )
    code = codes.make(length=RESUME_LENGTH)
    models.ResumeCode.objects.create(
        region=region, case_id=case_id, code=_resume_hash(node, code), issued_by=by.ref, issued_at=at,
        expires_at=at + RESUME_VALID,
    )  # fmt: skip
    return code


def find_carried(*, node: Node, code: str, at: datetime, lock: bool = False) -> Carried:
    """The draft a code stands for; the code is not used up. Refuses `ResumeCodeUnusable`."""
    read = codes.read(code, length=RESUME_LENGTH)
    rows = models.ResumeCode.objects.select_for_update() if lock else models.ResumeCode.objects
    row = rows.filter(code=_resume_hash(node, read), region__in=node.regions, used_at=None, expires_at__gt=at).first()
    if row is None:
        raise ResumeCodeUnusable
    return Carried(row.region, row.case_id, row.issued_by)


def use_resume_code(*, node: Node, code: str, by: Actor, at: datetime) -> Carried:
    """The same, once: whoever comes second is refused `ResumeCodeUnusable`. Inside the transaction that passes the draft on."""
    carried = find_carried(node=node, code=code, at=at, lock=True)
    hashed = _resume_hash(node, codes.read(code, length=RESUME_LENGTH))
    models.ResumeCode.objects.filter(region=carried.region, code=hashed).update(used_at=at, used_by=by.ref)
    return carried


def _resume_hash(node: Node, code: str) -> str:
    return node.keyed_hash(code, purpose="resume-code")
