"""Exact search: by number, by a whole identity number, by the code on the receipt; of the own region only."""

import pytest

from tests.cast import JIYANG, LINYI, LUO, SUN
from tongban.cases import worklists
from tongban.cases.tests.zone import Zone
from tongban.cases.worklists import Found
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope


def find(zone: Zone, words: str) -> Found:
    with scope([JIYANG]):
        return worklists.find_cases(node=zone.jiyang, region=JIYANG, words=words, at=zone.at)


def test_a_number_finds_its_case(zone: Zone) -> None:
    number = zone.submit(zone.draft()).number
    found = find(zone, f" {number} ")
    assert ([row.number for row in found.rows], found.by) == ([number], "number")


@pytest.mark.parametrize("typed", [LUO.id_number, f" {LUO.id_number[:6]} {LUO.id_number[6:]}", LUO.id_number.lower()])
def test_a_whole_identity_number_finds_every_case_of_the_person(zone: Zone, typed: str) -> None:
    cases = {zone.submit(zone.draft()).case_id, zone.submit(zone.draft()).case_id}
    found = find(zone, typed)
    assert ({row.case_id for row in found.rows}, found.by, found.more) == (cases, "identity", False)


@pytest.mark.parametrize("words", ["", "\x00", LUO.id_number[:-1], SUN.id_number, "370115-20260101-000001", "罗建国"])
def test_nothing_but_the_whole_finds_anything(zone: Zone, words: str) -> None:
    zone.submit(zone.draft())
    assert find(zone, words) == Found()


def test_another_region_finds_nothing(zone: Zone) -> None:
    number = zone.submit(zone.draft()).number
    with scope([LINYI]):
        assert worklists.find_cases(node=zone.linyi, region=LINYI, words=number, at=zone.at) == Found()


def test_chosen_cases_are_those_of_the_region(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    with scope([JIYANG]):
        rows = worklists.get_rows(node=zone.jiyang, region=JIYANG, case_ids=[case_id, new_id()], at=zone.at)
    assert [row.case_id for row in rows] == [case_id]
