"""The same everywhere, or provably different: every difference once, graded, with who must act."""

from typing import Any

import pytest

from tongban.catalogue.differences import find_agreement_differences, find_differences, list_todos
from tongban.catalogue.tests.factories import JIYANG, KEY, LINYI, document

Place = dict[str, Any]


def compare(mine: Place, **options: Any) -> dict[str, str]:
    """Path → grade, of a standard and a place that differs."""
    return {
        one.path: one.grade
        for one in find_differences({JIYANG: document(), LINYI: mine}, standard=document(), **options)
    }


def changed_everywhere() -> Place:
    """One material, one limit, one rule."""
    mine = document()
    mine["materials"].append({**mine["materials"][0], "id": "household"})
    mine["situations"][0]["materials"].append("household")
    mine["limits"]["promise"] = {"days": 1, "verified": True}
    mine["points"][0]["conditions"] = [*mine["points"][0]["conditions"], "regions.same_province"]
    return mine


def test_a_place_that_says_the_same_does_not_differ():
    assert compare(document()) == {}


def test_one_material_one_limit_and_one_rule_are_exactly_three_differences():
    mine = changed_everywhere()
    assert compare(mine) == {
        "materials[household]": "stricter",
        "limits.promise": "harmless",
        f"points[{mine['points'][0]['id']}]": "stricter",
    }


def test_marks_versions_and_the_name_of_the_office_are_no_differences():
    mine = document(version=9, valid_from="2027-01-01", region=JIYANG, department={"zh": "别处", "en": "elsewhere"})
    mine["limits"]["promise"]["verified"] = not mine["limits"]["promise"]["verified"]
    mine["materials"][0]["cited"] = "别的来源"
    assert compare(mine) == {}


@pytest.mark.parametrize(
    ("collection", "field", "value", "grade"),
    [
        ("materials", "original", True, "stricter"),
        ("materials", "ways", ["upload"], "stricter"),
        ("materials", "name", {"zh": "另一名称", "en": "another name"}, "harmless"),
        ("points", "on_false", "demand", "contradiction"),
        ("points", "label", {"zh": "另一说法", "en": "in other words"}, "harmless"),
        ("points", "conditions", ["case.submitted_on == today"], "contradiction"),
        ("elements", "type", "integer", "contradiction"),
        ("materials", "something_new", 1, "contradiction"),
    ],
)
def test_how_much_a_difference_matters(collection: str, field: str, value: object, grade: str):
    mine = document()
    one = mine[collection][1]
    one[field] = value
    assert compare(mine)[f"{collection}[{one['id']}]"] == grade


@pytest.mark.parametrize(("days", "grade"), [(1, "harmless"), (9, "stricter")])
def test_a_shorter_promise_is_allowed_and_a_longer_one_is_not(days: int, grade: str):
    mine = document()
    mine["limits"]["promise"]["days"] = days
    assert compare(mine) == {"limits.promise": grade}


def test_less_time_to_correct_burdens_the_person():
    mine = document()
    mine["limits"]["correct"]["days"] -= 1
    assert compare(mine) == {"limits.correct": "stricter"}


def test_a_fee_burdens_the_person_and_another_name_of_the_item_contradicts():
    mine = document(name={"zh": "另一事项", "en": "another item"})
    mine["fee"]["fen"] = 500
    assert compare(mine) == {"fee": "stricter", "name": "contradiction"}


def test_a_condition_written_otherwise_is_the_same_condition():
    mine = document()
    point = mine["points"][0]
    point["conditions"] = [f" ( {source} ) " for source in point["conditions"]]
    assert compare(mine) == {}


def test_a_situation_that_is_missing_is_told_once_with_what_only_it_asks():
    mine = document()
    gone = mine["situations"].pop()
    assert compare(mine) == {f"situations[{gone['id']}]": "stricter"}


def test_a_situation_that_a_third_place_lacks_hides_nothing():
    mine, third = changed_everywhere(), document()
    mine["situations"].insert(0, mine["situations"].pop())
    gone = third["situations"].pop(0)
    found = find_differences({JIYANG: document(), LINYI: mine, "371621": third}, standard=document())
    told = {(place, one.path) for one in found for place in one.grades}
    assert told == {
        (LINYI, "materials[household]"), (LINYI, "limits.promise"), (LINYI, f"points[{mine['points'][0]['id']}]"),
        ("371621", f"situations[{gone['id']}]"),
    }  # fmt: skip


def test_what_all_places_say_alike_differs_only_from_an_agreed_standard():
    mine = document()
    mine["limits"]["promise"]["days"] = 9
    places = {JIYANG: mine, LINYI: mine}
    assert find_differences(places, standard=document()) == []
    (found,) = find_differences(places, standard=document(), agreed=True)
    assert dict(found.grades) == {JIYANG: "stricter", LINYI: "stricter"}


def test_the_liaison_officer_of_the_place_has_to_act_unless_it_is_declared():
    found = find_differences({JIYANG: document(), LINYI: changed_everywhere()}, standard=document())
    assert [(todo.place, todo.path) for todo in list_todos(found)] == [
        (LINYI, "materials[household]"),
        (LINYI, f"points[{document()['points'][0]['id']}]"),
    ]
    declared = {(LINYI, KEY, "materials[household]"): "户籍改革试点"}
    found = find_differences({JIYANG: document(), LINYI: changed_everywhere()}, standard=document(), declared=declared)
    assert [todo.path for todo in list_todos(found)] == [f"points[{document()['points'][0]['id']}]"]


def test_the_items_of_an_agreement_are_told_together():
    items = {"a": {JIYANG: document(), LINYI: changed_everywhere()}, "b": {JIYANG: document(), LINYI: document()}}
    found = find_agreement_differences(items, standards={"a": document(), "b": document()})
    assert {one.item for one in found} == {"a"}
    assert len(found) == 3
