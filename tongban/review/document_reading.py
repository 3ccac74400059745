"""The papers of a case are read at the deciding place (材料识读), and what was read becomes facts of the source `document`.

What the reader is sure of goes on the chain by itself; what it is not sure of waits for a person. Reading decides nothing: it runs behind the
first assessment, and the assessment that follows it grants nothing. What differs from what the applicant stated is shown, and where a point
reads it a person decides.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import structlog

from tongban.cases import queries as cases
from tongban.cases import services as case_services
from tongban.cases.reading import Opened
from tongban.cases.views import CaseMaterial
from tongban.catalogue.definition import Reads
from tongban.documents import queries as documents
from tongban.documents.reading import keeping
from tongban.documents.reading.keeping import KeptField, KeptReading
from tongban.documents.reading.kinds import KINDS, FieldRule, Reading, read_fields
from tongban.documents.reading.page import Page
from tongban.documents.reading.process import Unreadable, read_pages
from tongban.documents.scanning import InfectedFile
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.people.names import needs_a_person
from tongban.review import facts as known
from tongban.review.document_facts import SOURCE, file_of, list_known
from tongban.rules.facts import Fact, Value
from tongban.rules.points import Assessment, evaluate, facts_from_json

log = structlog.get_logger()

LONGEST = 200

Comparison = Literal["", "same", "differs", "look"]
"""Beside what is stated: nothing is stated; the same; another; a person compares, for the reader is not sure or a name has many forms."""


class FilesNotHere(Exception):
    """Files of the case are still on their way here; reading is worth trying again."""


class ReadingClosed(Refused):
    """The case lies elsewhere or waits for something, or is decided: what is read now belongs to it no more."""

    text = Text(
        "办件现在不在本地办理阶段，未作确认。", "The case is not being handled here now; nothing was confirmed."
    )
    advice = Text("请在办件回到本地办理后再确认。", "Confirm when the case is being handled here again.")


class ValueUnusable(Refused):
    """What an officer typed is no value of this field."""

    status = 422
    text = Text("填写的内容不是有效的“{label.zh}”。", "What was typed is no valid {label.en}.")
    advice = Text(
        "请按材料上的内容填写，例如日期写成 2026-11-20。", "Type what stands on the paper; a date as 2026-11-20."
    )


class NotOnThisPaper(Refused):
    status = 422
    text = Text("材料上没有识读出这一项。", "Nothing of this name was read on the paper.")
    advice = Text("请重新打开识读结果，再确认。", "Open what was read again, then confirm.")


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field of a paper beside what is stated of it. `waits`: the reader was not sure, and nobody has confirmed it yet."""

    rule: FieldRule
    kept: KeptField
    stated: str
    comparison: Comparison

    @property
    def waits(self) -> bool:
        return not self.kept.settled


@dataclass(frozen=True, slots=True)
class ReadingView:
    """What was read on one file of a material. `name`: what kind of paper it should be. `open`: what is confirmed now counts."""

    cipher: str
    material: str
    label: Text
    name: Text
    kept: KeptReading
    fields: tuple[FieldView, ...]
    open: bool

    @property
    def differences(self) -> int:
        return sum(field.comparison == "differs" for field in self.fields)

    @property
    def waiting(self) -> int:
        return sum(field.waits for field in self.fields)


def read_documents(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> None:
    """Read every file of the case that may be read and has not been. Takes seconds for each page; nothing is locked meanwhile.

    What was read and did not get onto the chain is put there now. A file that waits for its malware scan refuses `FileQuarantined`, one that
    is still on its way raises `FilesNotHere`: then the job comes again.
    """
    with scope([region]):
        opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
        done = keeping.list_readings(node=node, region=region, case_id=case_id)
        papers = list(_readable(opened))
        missing = documents.missing_blobs(region, case_id, [ref.cipher for _, ref, _ in papers])
    if not case_services.may_read_documents(opened.case, region):
        return
    for material, ref, reads in papers:
        if ref.cipher in missing:
            continue
        if ref.cipher not in done:
            _read(opened, ref, reads, at=at)
        _record_reading(opened, material.id, ref, reads, by=by, at=at)
    if missing:
        raise FilesNotHere


def list_readings(opened: Opened) -> list[ReadingView]:
    """Everything that was read in this region's copy of the case, in the order of its materials."""
    kept = keeping.list_readings(node=opened.node, region=opened.region, case_id=opened.case_id)
    return [
        _view(opened, material, reads, kept[ref.cipher])
        for material, ref, reads in _readable(opened)
        if ref.cipher in kept
    ]


def list_readings_of(*, node: Node, region: str, case_id: UUID) -> list[ReadingView]:
    """The same for a page; the case is opened only where something was read. The caller has checked who looks."""
    if not keeping.has_readings(region=region, case_id=case_id):
        return []
    return list_readings(cases.open_case_for_review(node=node, region=region, case_id=case_id))


def find_reading(*, node: Node, region: str, case_id: UUID, cipher: str) -> ReadingView:
    """Refuses `Missing`. The caller has checked who looks."""
    opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    return _get(list_readings(opened), cipher)


def confirm_field(
    *, node: Node, region: str, case_id: UUID, cipher: str, field: str, value: str, cmd: UUID, by: Actor, at: datetime
) -> None:
    """An officer looked at the paper and says what stands there. Where it answers an element it goes on the chain.

    Refuses `Forbidden`, `Recused`, `ReadingClosed`, `Missing`, `NotOnThisPaper`, `ValueUnusable`.
    """
    opened = cases.open_case_for_review(node=node, region=region, case_id=case_id)
    case_services.may_confirm(opened.case, by, region=region)
    if not case_services.may_read_documents(opened.case, region):
        raise ReadingClosed
    view = _get(list_readings(opened), cipher)
    clean = _clean(view, field, value)
    reads = next(reads for _, ref, reads in _readable(opened) if ref.cipher == cipher)
    kept = keeping.confirm_field(
        node=node, region=region, case_id=case_id, cipher=cipher, field=field, value=clean, by=by, at=at
    )
    found = [fact for fact in facts_of(opened, reads, kept, at=at) if fact.element == reads.facts.get(field)]
    _record(opened, view.material, found, by=by, at=at, cmd=cmd)


def _clean(view: ReadingView, field: str, value: str) -> str:
    rule = next((each.rule for each in view.fields if each.rule.id == field), None)
    if rule is None:
        raise NotOnThisPaper
    clean = rule.clean(value[:LONGEST])
    if clean is None:
        raise ValueUnusable(label=rule.label)
    return clean


def facts_of(opened: Opened, reads: Reads, kept: KeptReading, *, at: datetime) -> list[Fact]:
    """The values that count: read for sure or confirmed, and of an element that takes them from a paper. With file and place as evidence."""
    elements = opened.definition.elements
    return [
        Fact(element, _value(opened, element, field.value), SOURCE, field.said_at or at, _evidence(kept, field))
        for field in kept.fields
        if field.settled
        and (element := reads.facts.get(field.read.id))
        and element in elements
        and SOURCE in elements[element].sources
    ]


def compare(element: str, read: str, stated: str) -> Comparison:
    """What a paper says beside what is stated. Only names of people may be written in more than one way."""
    if not stated:
        return ""
    if _bare(read) == _bare(stated):
        return "same"
    return (
        "look" if element.endswith("applicant.name") and (needs_a_person(stated) or needs_a_person(read)) else "differs"
    )


def _readable(opened: Opened) -> Iterator[tuple[CaseMaterial, SealedRef, Reads]]:
    """The files of materials of which the definition says what may be read there."""
    reads = {material.id: material.reads for material in opened.definition.situation(opened.case.situation).materials}
    for material in opened.materials:
        how = reads.get(material.id)
        if material.ref and how and how.kind in KINDS:
            yield material, material.ref, how


def _read(opened: Opened, ref: SealedRef, reads: Reads, *, at: datetime) -> None:
    """Kept in a transaction of its own: it took minutes, and nothing that fails after it makes them be spent again."""
    begun = time.monotonic()
    whose: dict[str, Any] = {"node": opened.node, "region": opened.region, "case_id": opened.case_id, "at": at}
    with scope([opened.region]):
        try:
            data = documents.read_file(ref=ref, **whose)
        except InfectedFile:
            return
    pages, reason = _pages(data)
    reading = read_fields(KINDS[reads.kind], pages) if pages else Reading(reads.kind, False, ())
    seconds = round(time.monotonic() - begun, 1)
    log.info("document read", case=str(opened.case_id), reason=reason or "read", seconds=seconds)
    with scope([opened.region]):
        keeping.keep_reading(cipher=ref.cipher, reading=reading, pages=pages, reason=reason, seconds=seconds, **whose)


def _record_reading(opened: Opened, material: str, ref: SealedRef, reads: Reads, *, by: Actor, at: datetime) -> None:
    """What counts of the reading of one file and is not on the chain yet."""
    with scope([opened.region]):
        kept = keeping.find_reading(node=opened.node, region=opened.region, case_id=opened.case_id, cipher=ref.cipher)
        if kept is None:
            return
        now = cases.open_case_for_review(node=opened.node, region=opened.region, case_id=opened.case_id)
        said = {(fact.element, fact.evidence) for fact in now.evidence}
        found = [fact for fact in facts_of(now, reads, kept, at=at) if (fact.element, fact.evidence) not in said]
        _record(now, material, found, by=by, at=at)


def _pages(data: bytes) -> tuple[list[Page], str]:
    try:
        return read_pages(data), ""
    except Unreadable as unreadable:
        return [], unreadable.reason


def _record(
    opened: Opened, material: str, found: list[Fact], *, by: Actor, at: datetime, cmd: UUID | None = None
) -> None:
    """In the transaction of the caller."""
    assessment = _assessed_anew(opened, found, at=at)
    case_services.record_reading(
        node=opened.node, region=opened.region, case_id=opened.case_id, material=material, facts=[fact.as_json() for fact in found],
        assessment=assessment, cmd=cmd, by=by, at=at,
    )  # fmt: skip


def _assessed_anew(opened: Opened, found: list[Fact], *, at: datetime) -> case_services.NewAssessment | None:
    """The points over what was known and what was read now. None: the case was not assessed before, and soon will be."""
    if not found or opened.assessment is None:
        return None
    before = [
        fact
        for fact in facts_from_json(opened.parts["assessment"]).values()
        # What was read stands on the chain, with every file, and may have been corrected since.
        if fact.element != known.SOURCES_AGREE and fact.source != SOURCE
    ]
    everything = [*opened.declared(), *list_known(opened, found), *before]
    rules = opened.definition.rule_set(opened.case.situation)
    assessment = evaluate(rules, opened.definition.best_facts(everything))
    different = known.conflicts(everything, elements=rules.reads)
    return _new(known.disputed(assessment, different, at=at) if different else assessment)


def _new(assessment: Assessment) -> case_services.NewAssessment:
    points = known.points_as_text(assessment.points)
    return case_services.NewAssessment(assessment.outcome, points, assessment.as_json())


def _view(opened: Opened, material: CaseMaterial, reads: Reads, kept: KeptReading) -> ReadingView:
    kind = KINDS[reads.kind]
    fields = tuple(
        _field(opened, reads, rule, kept) for rule in kind.fields if rule.id in {f.read.id for f in kept.fields}
    )
    still_open = case_services.may_read_documents(opened.case, opened.region)
    return ReadingView(kept.cipher, material.id, material.label, kind.name, kept, fields, still_open)


def _field(opened: Opened, reads: Reads, rule: FieldRule, kept: KeptReading) -> FieldView:
    field, element = kept.field(rule.id), reads.facts.get(rule.id, "")
    stated = _stated(opened, element)
    said = compare(element, field.value, stated)
    return FieldView(rule, field, stated, "look" if said == "differs" and not field.settled else said)


def _stated(opened: Opened, element: str) -> str:
    """By the applicant: in the form, or as who they are."""
    who, _, name = element.partition(".")
    value = (
        opened.application["applicant"].get(name) if who == "applicant" else opened.application["elements"].get(element)
    )
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _value(opened: Opened, element: str, value: str) -> Value:
    return int(value) if opened.definition.elements[element].type == "integer" and value.isdecimal() else value


def _evidence(kept: KeptReading, field: KeptField) -> str:
    """The file by the beginning of its hash, the page from 1, and the box on its picture; who confirmed it stands in the event."""
    box = ",".join(map(str, field.read.box.as_json()))
    return f"{file_of(kept.cipher)}#page={field.read.page + 1}&box={box}"


def _bare(text: str) -> str:
    return "".join(character for character in text if character.isalnum()).upper()


def _get(views: Iterable[ReadingView], cipher: str) -> ReadingView:
    found = next((view for view in views if view.cipher == cipher), None)
    if found is None:
        raise Missing
    return found
