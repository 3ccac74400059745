"""Papers are read behind the first assessment: what is sure becomes facts, what differs is flagged, what is not sure waits for a person."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import ITEM, LINYI, LUO, SUN, citizen, clerk, examiner
from tongban.cases import services as cases
from tongban.catalogue.layers import load_document
from tongban.documents import blobs
from tongban.documents.reading import keeping, kinds
from tongban.documents.reading.page import Box, Page
from tongban.documents.reading.process import is_installed
from tongban.documents.tests.papers import letter, needs_font, photo
from tongban.kernel import strictjson
from tongban.kernel.actors import system
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.review import document_reading
from tongban.review.document_facts import list_known
from tongban.review.document_reading import (
    FilesNotHere,
    NotOnThisPaper,
    ReadingClosed,
    ReadingView,
    ValueUnusable,
    compare,
)
from tongban.review.facts import SOURCES_AGREE
from tongban.review.tests.factories import Road
from tongban.review.tests.letters import LETTER, assessed, taken_over
from tongban.rules.facts import Fact
from tongban.rules.points import facts_from_json

needs_reader = pytest.mark.skipif(not is_installed(), reason="the extra ocr is not installed")


def read_all(road: Road, case_id: UUID) -> None:
    document_reading.read_documents(node=road.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=road.at)


def view(road: Road, case_id: UUID, cipher: str) -> ReadingView:
    with scope([LINYI]):
        return document_reading.find_reading(node=road.linyi, region=LINYI, case_id=case_id, cipher=cipher)


def keep(road: Road, case_id: UUID, cipher: str, score: float = 0.6, **values: str) -> None:
    """As if the reader had read this."""
    read = tuple(kinds.ReadField(id, value, score, 0, Box(10, 20, 30, 40)) for id, value in values.items())
    with scope([LINYI]):
        keeping.keep_reading(
            node=road.linyi, region=LINYI, case_id=case_id, cipher=cipher, reading=kinds.Reading(LETTER, True, read),
            pages=[Page(100, 200, 90, (), b"picture")], at=road.at,
        )  # fmt: skip


def confirm(road: Road, case_id: UUID, cipher: str, field: str, value: str, **changes: Any) -> None:
    about: dict[str, Any] = {"by": examiner(), "cmd": new_id()} | changes
    with scope([LINYI]):
        document_reading.confirm_field(
            node=road.linyi, region=LINYI, case_id=case_id, cipher=cipher, field=field, value=value, at=road.at, **about
        )


def comparisons(shown: ReadingView) -> dict[str, str]:
    return {field.rule.id: field.comparison for field in shown.fields}


@needs_font
@needs_reader
def test_a_letter_of_somebody_else_lying_on_its_side_is_read_and_flagged(road: Road) -> None:
    """The whole way: a photo with grain, turned by 90 degrees, of a letter that names another person."""
    case_id, cipher = assessed(road, photo(letter(name=SUN.name), turned=90))
    read_all(road, case_id)
    shown = view(road, case_id, cipher)
    assert comparisons(shown) == {
        "name": "differs", "id_number": "same", "hospital": "same", "letter_on": "same", "to_hospital": "",
    }  # fmt: skip
    assert shown.kept.pages[0].turned == 90 and shown.kept.fits
    assert road.kinds(case_id)[-3:] == ["assessed", "document_read", "assessed"]
    (on,) = [fact for fact in road.opened(case_id).evidence if fact.element == "referral.letter_on"]
    assert (on.value, on.source) == ("2026-11-18", "document")
    assert on.evidence.startswith(f"file:{cipher[:16]}#page=1&box=")
    read_all(road, case_id)
    assert road.kinds(case_id)[-3:] == ["assessed", "document_read", "assessed"]


@needs_reader
def test_a_picture_without_words_is_left_to_people(road: Road) -> None:
    case_id, cipher = assessed(road)
    read_all(road, case_id)
    shown = view(road, case_id, cipher)
    assert not shown.fields and not shown.kept.fits
    assert road.kinds(case_id)[-1] == "assessed"


def test_what_is_not_sure_waits_and_says_nothing(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, hospital="临邑县入民医院", letter_on="2026-11-18")
    opened, shown = road.opened(case_id), view(road, case_id, cipher)
    (reads,) = [material.reads for material in opened.definition.situation("referral").materials if material.reads]
    assert shown.waiting == 2
    assert document_reading.facts_of(opened, reads, shown.kept, at=road.at) == []


def test_what_a_person_confirms_is_signed_with_the_place_on_the_page(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, hospital="临邑县入民医院", letter_on="2026-11-18")
    confirm(road, case_id, cipher, "hospital", " 临邑县人民医院 ")
    shown = view(road, case_id, cipher)
    assert (shown.waiting, comparisons(shown)["hospital"]) == (1, "same")
    assert road.kinds(case_id)[-2:] == ["document_read", "assessed"]
    (fact,) = road.opened(case_id).evidence[-1:]
    assert (fact.element, fact.value) == ("referral.hospital", "临邑县人民医院")
    assert fact.evidence == f"file:{cipher[:16]}#page=1&box=10,20,30,40"
    event = next(event for event in road.chain(case_id) if event.payload.kind_name == "cases.document_read")
    assert event.payload.body == {"material": LETTER, "elements": ["referral.hospital"], "reader": "person"}
    assert event.payload.actor["role"] in {"acceptance", "examiner"}


def test_a_day_that_differs_from_the_form_is_for_a_person(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, letter_on="2026-11-30")
    confirm(road, case_id, cipher, "letter_on", "2026年11月30日")
    assessment = road.opened(case_id).case.assessment
    assert (assessment["outcome"], assessment["points"]["letter-date"]) == ("refer", "false")
    assert "approved" not in road.kinds(case_id)


def without_the_letter_point(road: Road) -> None:
    """Published without the point that only an examiner knows, so that nothing but the reading stands against an automatic decision."""
    document = load_document(ITEM, LINYI)
    for situation in document["situations"]:
        situation["points"] = [point for point in situation["points"] if point != "letter"]
    road.publish(ITEM, {**document, "version": 99, "valid_from": "2020-01-02"})


@pytest.mark.parametrize(("reading", "last"), [(False, "approved"), (True, "assessed")])
def test_what_was_read_grants_nothing_by_itself(road: Road, reading: bool, last: str) -> None:
    """Nor when the rules are asked after it was read, as after a correction."""
    without_the_letter_point(road)
    case_id, cipher = taken_over(road)
    if reading:
        keep(road, case_id, cipher, letter_on="2026-11-18")
        confirm(road, case_id, cipher, "letter_on", "2026-11-18")
    road.consider(case_id)
    assert road.kinds(case_id)[-1] == last


def test_what_stood_on_a_file_that_was_replaced_no_longer_counts(road: Road) -> None:
    case_id, cipher = assessed(road)
    gone, here = (
        Fact("referral.letter_on", "2026-11-30", "document", road.at, f"file:{file[:16]}#page=1&box=1,2,3,4")
        for file in ("0" * 64, cipher)
    )
    assert list_known(replace(road.opened(case_id), evidence=(gone, here))) == [here]


def test_a_misread_day_that_was_corrected_is_disputed_no_longer(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, letter_on="2026-11-30")
    confirm(road, case_id, cipher, "letter_on", "2026-11-30")
    confirm(road, case_id, cipher, "letter_on", "2026-11-18")
    opened = road.opened(case_id)
    assert opened.case.assessment["points"]["letter-date"] == "true"
    assert SOURCES_AGREE not in facts_from_json(opened.parts["assessment"])


def test_a_file_that_has_not_arrived_is_read_when_it_has(road: Road) -> None:
    case_id, cipher = assessed(road)
    data = blobs.get(cipher)
    blobs.remove(cipher)
    with pytest.raises(FilesNotHere):
        read_all(road, case_id)
    blobs.put(data, suite=road.linyi.suite)
    read_all(road, case_id)
    assert view(road, case_id, cipher).kept.cipher == cipher


def test_what_was_read_before_the_worker_ended_is_recorded_when_it_is_back(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, 0.97, letter_on="2026-11-18")
    for _ in range(2):
        read_all(road, case_id)
        assert road.kinds(case_id)[-3:] == ["assessed", "document_read", "assessed"]


def test_nothing_is_confirmed_once_the_case_has_gone_on(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, letter_on="2026-11-30")
    with scope([LINYI]):
        cases.request_correction(
            node=road.linyi, region=LINYI, case_id=case_id, fields=["referral.letter_on"], materials=[], note="日期不清",
            expected_seq=road.opened(case_id).case.seq, cmd=new_id(), by=examiner(), at=road.at,
        )  # fmt: skip
    with pytest.raises(ReadingClosed):
        confirm(road, case_id, cipher, "letter_on", "2026-11-18")
    shown = view(road, case_id, cipher)
    assert not shown.open and shown.kept.field("letter_on").said == ""


def test_a_confirmed_name_is_kept_and_becomes_no_fact(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, name="罗建因")
    confirm(road, case_id, cipher, "name", LUO.name)
    assert comparisons(view(road, case_id, cipher)) == {"name": "same"}
    assert road.kinds(case_id)[-1] == "assessed" and "document_read" not in road.kinds(case_id)


def test_nothing_that_was_read_stands_in_the_clear(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, hospital="临邑县人民医院")
    confirm(road, case_id, cipher, "hospital", "临邑县人民医院")
    clear = b"".join(strictjson.canonical(event.payload.as_json()) for event in road.chain(case_id)).decode()
    assert "人民医院" not in clear


@pytest.mark.parametrize("by", [clerk(LINYI), clerk(), citizen(LINYI)])
def test_only_officers_of_the_deciding_place_confirm(road: Road, by: Any) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, hospital="临邑县人民医院")
    with pytest.raises(Forbidden):
        confirm(road, case_id, cipher, "hospital", "临邑县人民医院", by=by)


def test_what_is_no_day_is_not_confirmed(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, letter_on="2026-11-1O")
    with pytest.raises(ValueUnusable):
        confirm(road, case_id, cipher, "letter_on", "十一月十八")


def test_what_was_not_read_is_not_confirmed(road: Road) -> None:
    case_id, cipher = assessed(road)
    keep(road, case_id, cipher, hospital="临邑县人民医院")
    with pytest.raises(Missing):
        confirm(road, case_id, "0" * 64, "hospital", "临邑县人民医院")
    for field in ("name", "diagnosis"):
        with pytest.raises(NotOnThisPaper):
            confirm(road, case_id, cipher, field, "罗建国")


@pytest.mark.parametrize(
    ("element", "read", "stated", "comparison"),
    [
        ("applicant.name", "罗建国", "罗建国", "same"),
        ("applicant.name", "罗建因", "罗建国", "differs"),
        ("applicant.name", "阿依古丽买买提", "阿依古丽·买买提", "same"),
        ("applicant.name", "罗㛃", "罗洁", "look"),
        ("referral.hospital", "临邑县 人民医院", "临邑县人民医院", "same"),
        ("referral.hospital", "临邑县人民医院", "", ""),
    ],
)
def test_what_is_read_beside_what_is_stated(element: str, read: str, stated: str, comparison: str) -> None:
    assert compare(element, read, stated) == comparison
