"""The table of papers: complete, and never a 许可 on a paper of a filing."""

from dataclasses import replace
from datetime import date

import pytest

from tests.cast import JIYANG
from tongban.cases.events import EVENTS
from tongban.cases.sentences import PAPERS
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.kernel.scope import scope
from tongban.papers import queries
from tongban.papers.kinds import BY_ID, FILING, KINDS, LICENCE, PaperKind, list_made_by
from tongban.papers.sheet import Sheet
from tongban.papers.writing import NEEDS, SHOWN, Occasion, WordMissing, write_sheet

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
BODY = {
    "due_on": "2026-12-11", "decision_due_on": "2026-12-11", "until": "2026-12-11", "valid_from": "2026-11-20", "article": "办法第三条",
    "tolerated_until": "2026-12-11", "tolerated": ["identity"], "days": 10, "procedure": "hearing", "basis": "办法第五条", "number": "1号",
    "way": "counter", "served_on": "2026-11-21", "words": "0" * 64, "point": "no-overdue-pledge",
}  # fmt: skip
"""What the events that make papers say, all of it."""


@pytest.fixture
def occasion(zone: Zone) -> Occasion:
    case_id = zone.submit(zone.draft()).case_id
    with scope([JIYANG]):
        events = exchange.list_events(JIYANG, case_id)
        event, case = queries.standings(events)[1]
        found = queries.occasion_of(node=zone.jiyang, region=JIYANG, case_id=case_id, case=case, event=event)
        found.opened.parts["application"]["agent"] = {"name": "罗小明", "relation": "child"}
        event = replace(found.event, payload=replace(found.event.payload, body=BODY))
        yield replace(found, event=event)


def words(sheet: Sheet) -> str:
    blocks = [
        word
        for block in sheet.blocks
        for word in (block.heading, *block.items, *(w for row in block.rows for w in row))
    ]
    return "\n".join((sheet.title, *sheet.paragraphs, *blocks, *sheet.closing, *sheet.signs, sheet.agency, sheet.foot))


def test_no_paper_of_a_filing_speaks_of_a_licence(occasion: Occasion) -> None:
    for kind in KINDS:
        if FILING in kind.types:
            sheet = write_sheet(kind, occasion, number="1号", issued_on=date(2026, 11, 20))
            assert "许可" not in words(sheet) + "".join(kind.text) + kind.name.zh, kind.id


def test_every_paper_can_be_written(occasion: Occasion) -> None:
    for kind in KINDS:
        sheet = write_sheet(kind, occasion, number="1号", issued_on=date(2026, 11, 20))
        assert sheet.paragraphs and "{" not in words(sheet), kind.id
        assert not kind.told or (sheet.addressee == "罗建国" and sheet.agency and sheet.date == "2026年11月20日")


def test_without_a_word_it_needs_there_is_no_paper(occasion: Occasion) -> None:
    del occasion.opened.parts["application"]["agent"]
    with pytest.raises(WordMissing):
        write_sheet(BY_ID["mandate"], occasion, number="1号", issued_on=date(2026, 11, 20))


@every_kind
def test_a_kind_hangs_on_what_there_is(kind: PaperKind) -> None:
    assert not kind.event or f"cases.{kind.event}" in EVENTS
    assert kind.needs in {"", *NEEDS}
    assert set(kind.shows) <= set(SHOWN)
    assert not kind.told or kind.id in PAPERS


@every_kind
def test_only_what_must_be_served_has_a_number(kind: PaperKind) -> None:
    assert kind.told == bool(kind.word)
    assert not kind.told or (kind.event and not kind.needs)


def test_ids_are_given_once() -> None:
    assert len({kind.id for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize(
    ("event", "filing", "licence"),
    [
        ("accepted", set(), {"acceptance-notice"}),
        ("not_accepted", {"filing-non-acceptance"}, {"non-acceptance-notice"}),
        ("correction_requested", {"filing-correction-notice"}, {"correction-notice"}),
        ("extended", set(), {"extension-notice"}),
        ("special_started", set(), {"special-notice"}),
        ("approved", set(), {"grant"}),
        ("effective", {"result-notice"}, set()),
        ("refused", {"refusal-notice"}, {"refusal"}),
        ("received", {"receipt"}, {"receipt"}),
        ("pledge_not_open", {"ordinary-way"}, {"ordinary-way"}),
    ],
)  # fmt: skip
def test_what_the_applicant_is_told(event: str, filing: set[str], licence: set[str]) -> None:
    for type_, wanted in ((FILING, filing), (LICENCE, licence)):
        assert {kind.id for kind in list_made_by(event, type_, told=True)} == wanted
