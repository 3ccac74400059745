"""What others may do: rate a case, note a rating, follow a bad one up, complain, answer."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from tongban.cases import life_events as life
from tongban.cases import queries as case_queries
from tongban.cases import services as cases
from tongban.cases.writing import current, seal_text
from tongban.exchange import queries as exchange
from tongban.feedback.models import Complaint, FollowUp, FollowUpStep, Rating
from tongban.feedback.queries import TEXT, open_to_rating
from tongban.feedback.words import BAD, GRADES, KINDS, ORDER, TAGS
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people import queries as people

VERIFY_WITHIN, FINISH_WITHIN = 1, 15
"""Working days after a bad rating: to verify it, and to be done. Practice (国办发〔2019〕51号 not read in the text): not verified."""
ANSWER_WITHIN = 15
"""Working days for a complaint. Practice: not verified."""
LONGEST = 2000
OPEN_AT_ONCE = 10
ANSWERING = ("supervisor", "liaison")


class NobodyElseRates(Refused):
    """Only the person who was served rates."""

    status = 403
    text = Text("评价只能由本人作出，不能代为评价。", "Only the person served rates; nobody does it for them.")
    advice = Text("请由本人登录后评价。", "Let them sign in and do it themselves.")


class NotYetToRate(Refused):
    text = Text("现在还不能评价这一项。", "This cannot be rated now.")
    advice = Text(
        "收件后可以评价收件服务，作出决定后可以评价办理结果。",
        "The reception can be rated once it was received, the result once it was decided.",
    )


class NoGrade(Refused):
    status = 422
    text = Text("还没有选择评价等级。", "No grade was chosen.")
    advice = Text("请在五个等级中选择一个。", "Choose one of the five.")


class NothingWritten(Refused):
    status = 422
    text = Text("还没有写内容，或内容过长。", "Nothing was written, or too much.")
    advice = Text("请写 1 至 {most} 个字。", "Write between 1 and {most} characters.")


class TooManyComplaints(Refused):
    status = 429
    text = Text("您有多件投诉建议还在办理。", "Several complaints of yours are still being looked at.")
    advice = Text("请等答复后再提交，或到窗口反映。", "Wait for the answers, or speak to the counter.")


class NextStepFirst(Refused):
    text = Text("请按核实、整改、回访的顺序办理。", "First verify, then correct, then call back.")
    advice = Text("请刷新页面，办理下一步。", "Reload the page and take the next step.")


def rate_case(
    *, node: Node, region: str, case_id: UUID, about: str, grade: int, tags: Sequence[str] = (), text: str = "", cmd: UUID, by: Actor,
    at: datetime,
) -> None:  # fmt: skip
    """评价, once for each of `window` and `result`; both places see it on the chain. Refuses `NobodyElseRates`, `NotYetToRate`, `NoGrade`,
    `RatedAlready`."""
    if by.kind != "citizen" or by.behalf:
        raise NobodyElseRates
    case_queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    if grade not in GRADES:
        raise NoGrade
    if about not in open_to_rating(current(region=region, case_id=case_id)):
        raise NotYetToRate
    words = text.strip()[:LONGEST]
    parts = [seal_text(node=node, region=region, case_id=case_id, name="words", text=words)] if words else []
    event = life.CaseRated(about=about, grade=grade, tags=sorted(set(tags) & set(TAGS)))
    cases.add_to_case(
        node=node, region=region, case_id=case_id, event=event, parts=parts, cmd=cmd, by=by, role="citizen", at=at
    )


def note_rating(*, node: Node, region: str, case_id: UUID, seq: int, at: datetime) -> None:
    """At the place that the rating is about: it is counted, and a bad one gets its clock. May be called again."""
    case, events = current(region=region, case_id=case_id), exchange.list_events(region, case_id, first=seq, last=seq)
    if not events:
        raise Missing
    rated = life.CaseRated.read(events[0].payload.body)
    if region != (case.receiving if rated.about == "window" else case.deciding):
        return
    which = {"region": region, "case_id": case_id, "about": rated.about}
    given = {"seq": seq, "item": case.item, "grade": rated.grade, "tags": rated.tags, "at": events[0].payload.at}
    Rating.objects.get_or_create(**which, defaults=given)
    if rated.grade <= BAD:
        due = get_calendar(region).deadline(legal_day(at), VERIFY_WITHIN).on
        opened = {"id": new_id(), "grade": rated.grade, "step": "open", "opened_at": at, "due_on": due}
        FollowUp.objects.get_or_create(**which, defaults=opened)


def take_step(*, node: Node, region: str, follow_up: UUID, step: str, note: str, by: Actor, at: datetime) -> None:
    """核实、整改、回访, one after the other. Refuses `Forbidden`, `NextStepFirst`, `NothingWritten`."""
    if by.region != region or not by.may("supervisor"):
        raise Forbidden
    row = FollowUp.objects.select_for_update().filter(region=region, id=follow_up).first()
    if row is None:
        raise Missing
    if row.closed_at or step != ORDER[ORDER.index(row.step) + 1]:
        raise NextStepFirst
    sealed = _seal(node, region, note)
    FollowUpStep.objects.create(follow_up=row, region=region, step=step, note=sealed, by=by.ref, at=at)
    row.step = step
    row.due_on = get_calendar(region).deadline(legal_day(row.opened_at), FINISH_WITHIN).on
    row.closed_at = at if step == ORDER[-1] else None
    row.save(update_fields=["step", "due_on", "closed_at"])


def complain(
    *, node: Node, region: str, kind: str, text: str, concerns: str, case_id: UUID | None, by: Actor, at: datetime
) -> str:
    """投诉建议, with a case of one's own or without; returns its number. Refuses `Forbidden`, `NothingWritten`, `TooManyComplaints`."""
    if by.kind != "citizen" or by.behalf or kind not in KINDS:
        raise Forbidden
    if case_id:
        case_queries.require_sight(node=node, region=region, case_id=case_id, by=by)
        case = current(region=region, case_id=case_id)
        concerns = concerns if concerns in {case.receiving, case.deciding} else case.receiving
    if Complaint.objects.filter(region=region, owner=by.ref, answered_at=None).count() >= OPEN_AT_ONCE:
        raise TooManyComplaints
    number = _number(region, legal_day(at).year)
    Complaint.objects.create(
        id=new_id(), region=region, number=number, owner=by.ref, kind=kind, concerns=concerns or region, case_id=case_id,
        text=_seal(node, region, text), filed_at=at, due_on=get_calendar(region).deadline(legal_day(at), ANSWER_WITHIN).on,
    )  # fmt: skip
    return number


def answer_complaint(*, node: Node, region: str, complaint: UUID, answer: str, by: Actor, at: datetime) -> str:
    """答复, once; returns the account that is to be told. Refuses `Forbidden`, `Missing`, `NothingWritten`."""
    if by.region != region or not any(by.may(role) for role in ANSWERING):
        raise Forbidden
    row = Complaint.objects.select_for_update().filter(region=region, id=complaint, answered_at=None).first()
    if row is None:
        raise Missing
    row.answer, row.answered_at, row.answered_by = _seal(node, region, answer), at, by.ref
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    return row.owner


def find_phone(*, node: Node, region: str, follow_up: UUID, by: Actor) -> str:
    """Whom a supervisor calls back: the account's own phone, or empty. Refuses `Forbidden`, `Missing`."""
    if by.region != region or not by.may("supervisor"):
        raise Forbidden
    row = FollowUp.objects.filter(region=region, id=follow_up).first()
    if row is None:
        raise Missing
    person = people.find_citizen_by_ref(node=node, ref=case_queries.find_owner(region=region, case_id=row.case_id))
    return person.phone if person else ""


def _seal(node: Node, region: str, text: str) -> bytes:
    text = text.replace("\x00", "").strip()
    if not 1 <= len(text) <= LONGEST:
        raise NothingWritten(most=LONGEST)
    return node.seal_locally(text, purpose=TEXT, region=region)


def _number(region: str, year: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO feedback_complaintcounter (region, year, last) VALUES (%s, %s, 1)"
            " ON CONFLICT (region, year) DO UPDATE SET last = feedback_complaintcounter.last + 1 RETURNING last",
            [region, year],
        )
        (running,) = cursor.fetchone()
    return f"TS-{region}-{year}-{running:05d}"
