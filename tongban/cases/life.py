"""Reads the life of a case beside the straight road for a page: returns, pauses, opinions, papers, ratings."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from tongban.cases.inspection_reading import read_inspection
from tongban.cases.life_views import (
    ArchiveView,
    CountersignView,
    ExaminedView,
    ExtensionView,
    PaperView,
    PledgeView,
    PrecheckView,
    RatingView,
    SpecialView,
    ToleratedView,
)
from tongban.cases.marks import lamp_told
from tongban.cases.talk import read_note
from tongban.cases.timeline import is_officer, paper_name, words_of
from tongban.catalogue.pledges import REGIMES
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, parse_instant
from tongban.kernel.text import Text

if TYPE_CHECKING:
    from tongban.cases.reading import Opened


def read_life(opened: "Opened", *, by: Actor, at: datetime) -> dict[str, Any]:
    """The fields of `CaseView` that this module fills; what belongs to the offices only for their people."""
    case = opened.case
    seen: dict[str, Any] = {
        "item_kind": opened.definition.kind,
        "urged": case.urged,
        "corrections": case.corrections,
        "deemed": case.deemed,
        "prechecks": tuple(_precheck(opened, entry) for entry in case.prechecks),
        "tolerated": _tolerated(opened),
        "pledge": _pledge(opened) if opened.case.pledge.get("at") else None,
        "special": _special(opened, case.special) if case.special else None,
        "specials": tuple(_special(opened, entry) for entry in case.specials),
        "extended": _extended(opened),
        "papers": tuple(_paper(opened, entry) for entry in case.papers),
        "ratings": () if is_officer(by) else tuple(_rating(opened, entry) for entry in case.ratings),
        "archived": _archived(case.archived) if case.archived else None,
        "inspection": read_inspection(opened, by=by, at=at) if case.inspection else None,
    }
    return seen if by.kind == "citizen" else seen | _for_staff(opened)


def _for_staff(opened: "Opened") -> dict[str, Any]:
    case = opened.case
    return {
        "officer": case.officer,
        "recused": case.recused,
        "corrections_allowed": case.corrections_allowed,
        "identity": dict(case.identity),
        "escalated": lamp_told(case),
        "examined": _examined(opened) if case.examined else None,
        "countersigns": tuple(_countersign(opened, entry) for entry in case.countersigns),
    }


def _text(opened: "Opened", part: Json | None) -> str:
    return read_note(part, node=opened.node, region=opened.region, case_id=opened.case_id)


def _labels(opened: "Opened", fields: list[str], materials: list[str]) -> tuple[Text, ...]:
    elements = opened.definition.elements
    named = {material.id: material.name for material in opened.definition.situation(opened.case.situation).materials}
    return (
        *(elements[id].label for id in fields if id in elements),
        *(named[id] for id in materials if id in named),
    )


def _precheck(opened: "Opened", entry: Json) -> PrecheckView:
    return PrecheckView(
        reason=words_of("reason", entry["reason"]), notice=_text(opened, entry["notice"]), fields=tuple(entry["fields"]),
        materials=tuple(entry["materials"]), labels=_labels(opened, entry["fields"], entry["materials"]),
        since=parse_instant(entry["since"]), at=parse_instant(entry["at"]),
        back_at=parse_instant(entry["back_at"]) if entry["back_at"] else None,
    )  # fmt: skip


def _tolerated(opened: "Opened") -> ToleratedView | None:
    left = opened.case.tolerated
    if not left:
        return None
    labels = _labels(opened, [], left["materials"])
    return ToleratedView(tuple(left["materials"]), labels, date.fromisoformat(left["until"]))


def _pledge(opened: "Opened") -> PledgeView | None:
    signed, definition = opened.case.pledge, opened.definition
    way = definition.situation(signed["situation"]).pledge
    if way is None:
        return None
    points = definition.rule_set(signed["situation"]).points
    return PledgeView(
        regime=REGIMES[way.regime], words=signed["words"], signer=words_of("signer", signed["signer"]),
        way=words_of("signed", signed["way"]), signed_at=parse_instant(signed["at"]), instead=definition.situation(way.instead).name,
        ended=signed.get("ended", ""), ended_at=parse_instant(signed["ended_at"]) if "ended_at" in signed else None,
        notice=_text(opened, signed.get("notice")),
        point=next((one.label for one in points if one.id == signed.get("point")), None),
    )  # fmt: skip


def _special(opened: "Opened", entry: Json) -> SpecialView:
    ended = entry.get("ended_at", "")
    return SpecialView(
        procedure=entry["procedure"], name=words_of("procedure", entry["procedure"]), basis=entry["basis"],
        until=date.fromisoformat(entry["until"]), notice=_text(opened, entry["notice"]), at=parse_instant(entry["at"]),
        ended_at=parse_instant(ended) if ended else None,
    )  # fmt: skip


def _extended(opened: "Opened") -> ExtensionView | None:
    entry = opened.case.extended
    if not entry:
        return None
    notice = _text(opened, entry["notice"])
    return ExtensionView(entry["days"], date.fromisoformat(entry["due_on"]), notice, parse_instant(entry["at"]))


def _examined(opened: "Opened") -> ExaminedView:
    entry = opened.case.examined
    opinion = _text(opened, entry["opinion"])
    return ExaminedView(entry["recommends"], entry["article"], opinion, entry["by"], parse_instant(entry["at"]))


def _countersign(opened: "Opened", entry: Json) -> CountersignView:
    return CountersignView(
        role=entry["role"], question=_text(opened, entry["question"]), asked_by=entry["asked_by"],
        asked_at=parse_instant(entry["asked_at"]), opinion=entry["opinion"], note=_text(opened, entry["note"]), by=entry["by"],
        at=parse_instant(entry["at"]) if entry["at"] else None,
    )  # fmt: skip


def _paper(opened: "Opened", entry: Json) -> PaperView:
    served = entry["served"]
    return PaperView(
        paper=entry["paper"], name=paper_name(entry["paper"], opened.definition), number=entry["number"], office=entry["office"],
        issued_on=date.fromisoformat(entry["issued_on"]), digest=entry["digest"], place=entry["place"],
        place_name=opened.name_of(entry["place"]), way=served.get("way", ""),
        served_at=parse_instant(served["at"]) if served else None,
    )  # fmt: skip


def _rating(opened: "Opened", entry: Json) -> RatingView:
    words = _text(opened, entry["words"])
    return RatingView(entry["about"], entry["grade"], tuple(entry["tags"]), words, parse_instant(entry["at"]))


def _archived(entry: Json) -> ArchiveView:
    return ArchiveView(date.fromisoformat(entry["until"]), entry["retention_years"], parse_instant(entry["at"]))
