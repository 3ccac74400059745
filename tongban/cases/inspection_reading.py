"""Reads the inspection after a decision for a page."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from tongban.cases.inspection_changes import STATES, due_on
from tongban.cases.inspection_views import AnswerView, ConfirmedView, InspectionView, OrderView, RevokedView
from tongban.cases.talk import read_note
from tongban.cases.timeline import words_of
from tongban.catalogue.definition import Definition
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, parse_instant
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

if TYPE_CHECKING:
    from tongban.cases.reading import Opened


def read_inspection(opened: "Opened", *, by: Actor, at: datetime) -> InspectionView:
    found, definition = opened.case.inspection, opened.definition
    check, office = definition.situation(opened.case.situation).post_check, definition.supervision
    day = due_on(found)
    return InspectionView(
        state=found["state"], status=STATES[found["state"]], office=office_name(found["office"], definition), place=found["place"],
        place_name=opened.name_of(found["place"]), pledged=found["pledged"], due_on=date.fromisoformat(day) if day else None,
        overdue=bool(day) and day < legal_day(at).isoformat(), text=check.text if check else None, task=check.task if check else None,
        verified=all(each.verified for each in (check, office) if each), asked_at=parse_instant(found["asked_at"]),
        officer="" if by.kind == "citizen" else found.get("officer", ""),
        claimed_at=parse_instant(found["claimed_at"]) if "claimed_at" in found else None,
        answer=_answer(opened, found["answer"], by) if "answer" in found else None,
        orders=tuple(_order(opened, order) for order in found["orders"]),
        met=_met(opened, found["met"]) if "met" in found else None,
        told_late=date.fromisoformat(found["told_late"]) if "told_late" in found else None,
        revoked=_revoked(opened, found) if "revoked" in found else None, remedy=office.remedy if office else None,
    )  # fmt: skip


def office_name(code: str, definition: Definition) -> Text:
    """As the item names it; the code where the item names another one."""
    known = definition.supervision
    return known.name if known and known.office == code else Text(code, code)


def _text(opened: "Opened", part: Json | None) -> str:
    return read_note(part, node=opened.node, region=opened.region, case_id=opened.case_id)


def _answer(opened: "Opened", entry: Json, by: Actor) -> AnswerView:
    labels = {point.id: point.label for point in opened.definition.rule_set(opened.case.situation).points}
    return AnswerView(
        finding=entry["finding"], name=words_of("finding", entry["finding"]),
        points=tuple(labels[id] for id in entry["points"] if id in labels), article=entry["article"],
        notice=_text(opened, entry["notice"]), at=parse_instant(entry["at"]), by="" if by.kind == "citizen" else entry["by"],
    )  # fmt: skip


def _order(opened: "Opened", entry: Json) -> OrderView:
    notice = _text(opened, entry["notice"])
    return OrderView(date.fromisoformat(entry["due_on"]), entry["article"], notice, parse_instant(entry["at"]))


def _met(opened: "Opened", entry: Json) -> ConfirmedView:
    return ConfirmedView(_text(opened, entry["notice"]), parse_instant(entry["at"]))


def _revoked(opened: "Opened", found: Json) -> RevokedView:
    entry = found["revoked"]
    return RevokedView(
        article=entry["article"], notice=_text(opened, entry["notice"]), at=parse_instant(entry["at"]),
        told=tuple((words_of("system", system), reference) for system, reference in found["told"].items()),
    )  # fmt: skip
