"""A point changed in a copy of a document, and everything that can be wrong with it, said in its place."""

from tongban.catalogue.checks import find_faults
from tongban.catalogue.editing import (
    drop_point,
    find_point,
    find_point_faults,
    list_changes,
    list_situations,
    put_point,
)
from tongban.catalogue.tests.factories import LINYI, document

PERMIT = ("long_term_permit", "supply_permit")


def changed(point="residence", **values):
    before = document()
    value = {**find_point(before, point), **values}
    return put_point(before, value, situations=list_situations(before, point), layer=LINYI)


def faults(**values):
    return [(one.part, one.condition, one.at, one.blocks) for one in find_point_faults(changed(**values), "residence")]


def test_a_changed_point_is_told_and_says_who_stated_it():
    after = changed(conditions=["residence.registered && true"])
    assert list_changes(document(), after) == {"residence": "changed"}
    assert after["origins"]["points[residence].conditions"] == LINYI
    assert LINYI in after["layers"] and find_faults(after) == []


def test_the_document_it_comes_from_stays_as_it_was():
    before = document()
    put_point(before, {**find_point(before, "residence"), "conditions": ["true"]}, situations=(), layer=LINYI)
    assert before == document()


def test_a_new_point_stands_where_it_is_used():
    new = {**find_point(document(), "residence"), "id": "extra", "conditions": ["filing.address != ''"]}
    after = put_point(document(), new, situations=["long_term_permit"], layer=LINYI)
    assert list_situations(after, "extra") == ("long_term_permit",)
    assert list_changes(document(), after) == {"extra": "new"}


def test_a_point_taken_away_leaves_every_situation():
    after = drop_point(document(), "residence", layer=LINYI)
    assert list_situations(after, "residence") == () and list_changes(document(), after) == {"residence": "gone"}


def test_a_mistake_in_a_condition_says_where_it_is():
    assert faults(conditions=["residence.registered &&"]) == [("conditions", 0, 23, True)]
    assert faults(conditions=["residence.registered", "nope"]) == [("conditions", 1, 0, True)]


def test_a_fault_of_another_part_names_the_part():
    assert faults(label={"zh": "", "en": "x"}) == [("label", None, 0, True)]
    assert ("basis", None, 0, True) in faults(basis=[])
    assert faults(on_false="correct") == [("correct", None, 0, True)]


def test_what_is_senseless_may_be_kept_and_says_so():
    assert faults(conditions=['insured.status == "x"'])[0] == ("conditions", 0, 18, False)
    assert faults(conditions=["true"]) == [("conditions", None, 0, False)]
    assert faults(conditions=["residence.registered"]) == []
