"""What also the place that does not hold the case may put on its chain: papers, their service, ratings, urging, materials that followed.

One way for all: at once where this place writes, otherwise as a proposal that the holder checks and takes up.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import events, queries
from tongban.cases import inspection_events as inspection
from tongban.cases import life_events as life
from tongban.cases.bodies import CaseEvent
from tongban.cases.defined import is_day
from tongban.cases.drafts import Material
from tongban.cases.inspection_changes import next_inspection
from tongban.cases.projection import Case
from tongban.cases.services.correcting import correct_application, digest, require_nothing_else
from tongban.cases.services.receiving import require_to_supplement
from tongban.cases.services.staffing import STAFF_REF
from tongban.cases.states import NotAllowedNow, next_state
from tongban.cases.writing import Step, act_as, command_of, current, is_done, require_role, write
from tongban.exchange import services as exchange
from tongban.kernel import strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, SealedRef, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

ADDITION = "cases.addition;v=1"
LONGEST = 80
LONGEST_ORDER = timedelta(days=180)
MOST = 20
WAYS = frozenset({"online", "counter", "courier"})
URGING = ("citizen", "reception", "acceptance", "examiner", "chief", "supervisor", "liaison")


class AdditionUnusable(Refused):
    """Not one of the kinds that may be added, or values that do not belong into it."""

    status = 422
    text = Text("补充记录的内容不符合要求。", "This cannot be added to the case: its content is not as it must be.")
    advice = Text("请核对内容后重新提交。", "Check it and send it again.")


class RatedAlready(Refused):
    text = Text("已经评价过了，每项只能评价一次。", "This has been rated already; it can be rated once.")
    advice = Text("如有新的意见，可以投诉或建议。", "If there is more to say, make a complaint or a suggestion.")


class PaperUnknown(Refused):
    text = Text("没有待送达的这份文书。", "There is no such paper that waits to be served.")
    advice = Text("请核对文号；已送达的不必再次登记。", "Check its number; what was served need not be served again.")


class PaperNumberTaken(Refused):
    text = Text("此文号已经使用。", "This paper number is in use already.")
    advice = Text("请重新取号。", "Take a new number.")


class UrgedToday(Refused):
    text = Text("今天已经催办过，办理单位已收到。", "Somebody has urged this case today; the office knows.")
    advice = Text("请明天再试，或拨打办理单位电话。", "Try again tomorrow, or call the office.")


def add_to_case(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    event: CaseEvent,
    parts: Sequence[Sealed] = (),
    refs: Sequence[SealedRef] = (),
    cmd: UUID,
    by: Actor,
    role: str,
    at: datetime,
    request: bytes = b"",
) -> None:
    """Put one of `ADDITIONS` on the chain: at once while `region` holds the case, otherwise through the holder.

    `parts` are sealed anew, `refs` were stored before (files). The same `cmd` with the same body, or `request`, changes nothing.
    Refuses `AdditionUnusable`, `NotAllowedNow`, and what its kind refuses; `Missing` for a case that `by` may not see.
    """
    if by.region != region:
        raise Forbidden
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    event = _of_place(event, region)
    require_addition(event, [*(part.ref.name for part in parts), *(ref.name for ref in refs)])
    request = request or strictjson.canonical([_name(event), event.body()])
    if stands_there(case, event) or is_done(node=node, region=region, case_id=case_id, cmd=cmd, request=request):
        return
    require_once_a_day(case, event, at)
    common: dict[str, Any] = {
        "node": node, "region": region, "case_id": case_id, "cmd": cmd, "request": request, "by": by, "role": role, "at": at,
    }  # fmt: skip
    if case.writer == region and not case.offered_to:
        require_new(case, event)
        write(steps=[Step(event, parts=parts, refs=refs)], **common)
        return
    next_state(case.state, _name(event))
    sealed = (*(part.ref for part in parts), *refs)
    body = {"event": _name(event), "body": event.body()}
    exchange.propose(kind=ADDITION, body=body, sealed=sealed, parts=parts, **common)


def take_up_addition(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    author: str,
    body: Json,
    sealed: tuple[SealedRef, ...],
    proposal: str,
    by: Actor,
    at: datetime,
) -> None:
    """The holder puts what the other place asked for on the chain, as that place's; or says on the chain that it came too late."""
    case = current(region=region, case_id=case_id)
    if author not in {case.receiving, case.deciding}:
        raise Forbidden
    event = _read(body)
    event = replace(_of_place(event, author), proposal=proposal)  # type: ignore[call-arg]
    require_addition(event, [ref.name for ref in sealed])
    require_in_time(event, at)
    require_new(case, event)
    require_once_a_day(case, event, at)
    if isinstance(event, life.ToleratedSupplied):
        wanted: Json = {"fields": [], "materials": event.materials}
        require_nothing_else(node=node, region=region, case_id=case_id, case=case, wanted=wanted, sealed=sealed)
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "by": by, "role": "system", "at": at}
    cmd = command_of(case_id, f"proposal {proposal}", 0)
    try:
        with transaction.atomic():
            write(steps=[Step(event, refs=sealed)], cmd=cmd, **common)
    except NotAllowedNow:
        declined = events.ProposalDeclined(proposal=proposal, reason=case.state)
        write(steps=[Step(declined)], cmd=cmd, **common)


def urge_case(*, node: Node, region: str, case_id: UUID, cmd: UUID, by: Actor, at: datetime) -> None:
    """Ask the office to hurry (催办), once a day. Refuses `UrgedToday`, `NotAllowedNow` while it is not the office's turn."""
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    role = act_as(case, by, *URGING, region=region)
    event = life.CaseUrged(by="applicant" if role == "citizen" else "office")
    add_to_case(node=node, region=region, case_id=case_id, event=event, cmd=cmd, by=by, role=role, at=at)


def supply_tolerated(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    materials: Sequence[Material],
    cmd: UUID,
    by: Actor,
    at: datetime,
) -> None:
    """Hand in what was allowed to follow (容缺补交). Refuses `Missing` for somebody else's case, `NothingTolerated`."""
    role = require_role(by, "citizen", "agent", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    request = digest(node, region, {}, materials)
    if is_done(node=node, region=region, case_id=case_id, cmd=cmd, request=request):
        return
    require_to_supplement(case, case_id, {}, materials, by, at)
    wanted = {"fields": [], "materials": case.tolerated.get("materials", [])}
    came = sorted({material.id for material in materials} & set(wanted["materials"]))
    if not came:
        raise NothingTolerated
    sealed, files = correct_application(
        node=node, region=region, case_id=case_id, case=case, wanted=wanted, elements={}, materials=materials, by=by, at=at
    )  # fmt: skip
    event = life.ToleratedSupplied(materials=came)
    add_to_case(
        node=node, region=region, case_id=case_id, event=event, parts=[sealed], refs=files, cmd=cmd, by=by, role=role, at=at,
        request=request,
    )  # fmt: skip


class NothingTolerated(Refused):
    text = Text("没有等待补交的容缺材料。", "Nothing of this was allowed to follow.")
    advice = Text("请刷新页面，查看还缺哪些材料。", "Reload the page to see what is missing.")


def require_new(case: Case, event: CaseEvent) -> None:
    """Nothing is said twice. Refuses `RatedAlready`, `PaperNumberTaken`, `PaperUnknown`, `NothingTolerated`."""
    if isinstance(event, life.CaseRated) and any(known["about"] == event.about for known in case.ratings):
        raise RatedAlready
    if isinstance(event, life.PaperIssued) and _find_paper(case, event.place, event.number):
        raise PaperNumberTaken
    if isinstance(event, life.PaperServed):
        paper = _find_paper(case, event.issuer or event.place, event.number)
        if paper is None or paper["served"]:
            raise PaperUnknown
    if _name(event) in INSPECTING:
        next_inspection(case.inspection.get("state", ""), _name(event), finding=getattr(event, "finding", ""))
    if isinstance(event, life.ToleratedSupplied) and not {*event.materials} <= {*case.tolerated.get("materials", [])}:
        raise NothingTolerated


def require_in_time(event: CaseEvent, at: datetime) -> None:
    """An order leaves time, and not for ever: from tomorrow, within `LONGEST_ORDER`. Refuses `AdditionUnusable`."""
    if isinstance(event, inspection.OrderedToCorrect) and not is_in_time(date.fromisoformat(event.due_on), at):
        raise AdditionUnusable


def is_in_time(day: date, at: datetime) -> bool:
    today = legal_day(at)
    return today < day <= today + LONGEST_ORDER


def require_once_a_day(case: Case, event: CaseEvent, at: datetime) -> None:
    """Refuses `UrgedToday`."""
    urged = case.urged_at and legal_day(parse_instant(case.urged_at))
    if isinstance(event, life.CaseUrged) and urged == legal_day(at):
        raise UrgedToday


def stands_there(case: Case, event: CaseEvent) -> bool:
    """A paper or its service that is on the record already, said once more in the same words."""
    if isinstance(event, life.PaperIssued):
        paper = _find_paper(case, event.place, event.number)
        return paper is not None and paper["digest"] == event.digest
    if isinstance(event, life.PaperServed):
        paper = _find_paper(case, event.issuer or event.place, event.number)
        return paper is not None and paper["served"].get("way") == event.way
    return False


def _find_paper(case: Case, place: str, number: str) -> Json | None:
    return next((paper for paper in case.papers if (paper["place"], paper["number"]) == (place, number)), None)


# What may be added, and what its values may be


def _paper(event: life.PaperIssued) -> bool:
    return bool(
        event.paper and event.number and re.fullmatch(r"[0-9a-f]{64}", event.digest) and is_day(event.issued_on)
    )


def _sealed(event: life.DocumentSealed) -> bool:
    hashes = all(re.fullmatch(r"[0-9a-f]{64}", value) for value in (event.document, event.digest))
    return event.subject in {"licence", "paper"} and bool(event.ref) and len(event.ref) <= 120 and hashes


def _served(event: life.PaperServed) -> bool:
    return bool(event.number) and event.way in WAYS and (not event.served_on or is_day(event.served_on))


def _rated(event: life.CaseRated) -> bool:
    return event.about in {"window", "result"} and 1 <= event.grade <= 5


def _urged(event: life.CaseUrged) -> bool:
    return event.by in {"applicant", "office"}


def _supplied(event: life.ToleratedSupplied) -> bool:
    return bool(event.materials)


def _claimed(event: inspection.InspectionClaimed) -> bool:
    return bool(STAFF_REF.fullmatch(event.officer))


def _inspected(event: inspection.CaseInspected) -> bool:
    return event.finding == "in_order" or (event.finding == "differs" and bool(event.article))


def _ordered(event: inspection.OrderedToCorrect) -> bool:
    return bool(event.article) and is_day(event.due_on)


def _met(event: inspection.OrderMet) -> bool:
    return True


ADDITIONS: dict[str, tuple[type[CaseEvent], Callable[[Any], bool]]] = {
    "paper_issued": (life.PaperIssued, _paper),
    "document_sealed": (life.DocumentSealed, _sealed),
    "served": (life.PaperServed, _served),
    "rated": (life.CaseRated, _rated),
    "urged": (life.CaseUrged, _urged),
    "tolerated_supplied": (life.ToleratedSupplied, _supplied),
    "inspection_claimed": (inspection.InspectionClaimed, _claimed),
    "inspected": (inspection.CaseInspected, _inspected),
    "ordered_to_correct": (inspection.OrderedToCorrect, _ordered),
    "order_met": (inspection.OrderMet, _met),
}
INSPECTING = frozenset({"inspection_claimed", "inspected", "ordered_to_correct", "order_met"})
_NEEDED = {"tolerated_supplied": "application", "ordered_to_correct": "notice", "document_sealed": "file"}


def require_addition(event: CaseEvent, sealed: Sequence[str]) -> None:
    """Refuses `AdditionUnusable`."""
    name = _name(event)
    kind, is_sensible = ADDITIONS.get(name, (None, None))
    if kind is None or is_sensible is None or not _is_plain(event) or not is_sensible(event):
        raise AdditionUnusable
    only_once = [part for part in sealed if part != "file"]
    if not set(sealed) <= set(kind.KIND.sealed) or len(only_once) != len(set(only_once)):
        raise AdditionUnusable
    needed = _needed_part(event)
    if needed and needed not in sealed:
        raise AdditionUnusable


def _needed_part(event: CaseEvent) -> str:
    """The part without which the event says nothing, or ""."""
    if isinstance(event, inspection.CaseInspected):
        return "notice" if event.finding == "differs" else ""
    return _NEEDED.get(_name(event), "")


def _read(body: Json) -> CaseEvent:
    kind, _ = ADDITIONS.get(str(body.get("event")), (None, None))
    value = body.get("body")
    if kind is None or not isinstance(value, dict):
        raise AdditionUnusable
    try:
        return kind.read(value)
    except TypeError:
        raise AdditionUnusable from None


def _is_plain(event: CaseEvent) -> bool:
    """Codes, numbers and days: nothing that could tell a story in clear."""
    return all(_is_code(getattr(event, f.name), f.type) for f in fields(event))


def _is_code(value: Any, type_: Any) -> bool:
    if type_ is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if type_ is str:
        return isinstance(value, str) and len(value) <= LONGEST and (not value or value.isprintable())
    return isinstance(value, list) and len(value) <= MOST and all(_is_code(item, str) for item in value)


def _of_place(event: CaseEvent, place: str) -> CaseEvent:
    try:
        return replace(event, place=place, proposal="")  # type: ignore[call-arg]
    except TypeError:
        raise AdditionUnusable from None


def _name(event: CaseEvent) -> str:
    return event.KIND.name.removeprefix("cases.")
