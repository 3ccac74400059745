"""A place's own layout: in force from its day, carried by the licence, printed alike by every member, and never a program."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import JIYANG, LINYI
from tongban.kernel.actors import Actor
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.licences import queries
from tongban.licences.content import Template, read_content
from tongban.licences.forms import editing, layouts, printing
from tongban.licences.forms.specimens import make_specimen
from tongban.licences.tests.desk import Desk
from tongban.licences.types import get_type

TYPE = "remote-medical-filing"
EDITOR = Actor("staff", "s-editor", LINYI, frozenset({"catalogue_editor"}))
CHIEF = Actor("staff", "s-chief", LINYI, frozenset({"chief"}))
INTRO = "本版式由临邑启用 #panic() *不是* 代码"


def published(desk: Desk, **changes: Any) -> editing.FormView:
    layout = replace(editing.usual_layout(get_type(TYPE)), **({"intro": INTRO} | changes))
    with scope([LINYI]):
        draft = editing.save_draft(region=LINYI, type=TYPE, layout=layout, edits=0, by=EDITOR, at=desk.at)
        return editing.publish_form(
            region=LINYI, type=TYPE, edits=draft.edits, from_=legal_day(desk.at), by=CHIEF, at=desk.at
        )


def test_a_licence_carries_the_layout_of_its_day_and_keeps_it(desk: Desk) -> None:
    before = desk.licensed()
    first = published(desk)
    licence = desk.licensed()
    published(desk, colour="wine")
    with scope([LINYI]):
        old = queries.read_held_content(before, node=desk.linyi)
        content = queries.read_held_content(licence, node=desk.linyi)
    assert (old.template, content.template) == (get_type(TYPE).template, first.template)
    with scope([JIYANG]):
        there = queries.read_held_content(desk.licence(licence.case_id, JIYANG), node=desk.jiyang)
    ours, theirs = (printing.print_licence(one, licence.face, licence.signature) for one in (content, there))
    assert ours == theirs and read_content(content.as_bytes()) == content


def test_before_its_day_the_former_one_is_used(desk: Desk) -> None:
    form = published(desk)
    today = legal_day(desk.at)
    with scope([LINYI]):
        found = [editing.find_in_force(region=LINYI, type=TYPE, on=day) for day in (today - timedelta(days=1), today)]
    assert found == [None, form]


@pytest.mark.parametrize("sheet", layouts.SHEETS)
def test_every_sheet_holds_every_type_on_one_page_with_the_seal_inside(sheet: str) -> None:
    for type_ in (get_type("hygiene-licence"), get_type(TYPE)):
        layout = replace(editing.usual_layout(type_), sheet=sheet)
        editing.require_usable(layout, type_)
        spot = layout.room.spot
        half, room = spot.across / 2, layout.room
        assert half < spot.x < room.width - half and half < spot.y < room.height - half


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"v":1}', '{"v":2}', "x" * 9000])
def test_a_layout_that_is_none_prints_nothing(text: str) -> None:
    content = make_specimen(get_type(TYPE), issuer="某某局", year=2026)
    with pytest.raises(printing.TemplateMissing):
        printing.print_specimen(replace(content, template=Template("of-elsewhere", 1, text)))


@pytest.mark.parametrize(
    "changes", [{"sheet": "a3"}, {"term": ""}, {"intro": "字" * 201}, {"note": "\x07"}, {"lines": ()}], ids=str
)
def test_a_layout_holds_choices_and_words_of_a_length(changes: dict[str, Any]) -> None:
    with pytest.raises(layouts.BadLayout):
        replace(editing.usual_layout(get_type(TYPE)), **changes)


def test_a_line_that_is_never_empty_is_not_left_out(desk: Desk) -> None:
    usual = editing.usual_layout(get_type(TYPE))
    with scope([LINYI]), pytest.raises(editing.LayoutUnusable):
        editing.save_draft(
            region=LINYI, type=TYPE, layout=replace(usual, lines=usual.lines[1:]), edits=0, by=EDITOR, at=desk.at
        )
