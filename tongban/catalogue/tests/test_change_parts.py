"""A part changed in a copy of a document: put, moved, taken away; who stated it; what is wrong in its place."""

import pytest

from tongban.catalogue.checks import find_faults
from tongban.catalogue.parts.changes import list_part_changes
from tongban.catalogue.parts.changing import drop, list_users, move, put, state
from tongban.catalogue.parts.faults import find_part_faults
from tongban.catalogue.parts.table import PARTS
from tongban.catalogue.tests.factories import LINYI, document

MATERIALS, GROUPS, LIMITS = (PARTS[id] for id in ("materials", "groups", "limits"))
PERMIT = "residence-permit"


def changed(**values):
    before = document()
    return put(before, MATERIALS, {**MATERIALS.find(before, PERMIT), **values}, situations=None, layer=LINYI)


def faults(part, id, after):
    return [(fault.path, fault.blocks) for fault in find_part_faults(after, part, id)]


def test_a_changed_material_is_told_and_says_who_stated_it():
    after = changed(original=False)
    assert list_part_changes(document(), after) == {("materials", PERMIT): "changed"}
    assert after["origins"][f"materials[{PERMIT}].original"] == LINYI
    assert find_faults(after) == []


def test_what_is_put_back_unchanged_changes_nothing():
    assert changed() == document()
    assert state(document(), document(), LINYI) == document()


def test_a_new_material_is_used_where_it_is_said():
    new = {**MATERIALS.find(document(), PERMIT), "id": "marriage-certificate"}
    after = put(document(), MATERIALS, new, situations=["long_term_permit"], layer=LINYI)
    assert list_users(after, MATERIALS, "marriage-certificate") == ("long_term_permit",)
    assert list_part_changes(document(), after)["materials", "marriage-certificate"] == "new"
    assert find_faults(after) == []


def test_a_material_is_used_no_more_and_then_gone():
    before = document()
    used = put(before, MATERIALS, MATERIALS.find(before, PERMIT), situations=[], layer=LINYI)
    assert list_users(used, MATERIALS, PERMIT) == ()
    gone = drop(used, MATERIALS, PERMIT, layer=LINYI)
    assert list_part_changes(before, gone)["materials", PERMIT] == "gone"


def test_what_is_still_named_elsewhere_says_where():
    after = drop(document(), GROUPS, "existing", layer=LINYI)
    found = find_part_faults(after, GROUPS, "existing")
    assert found and all(fault.blocks and not fault.path for fault in found)
    assert all("existing" in fault.text.zh and "fields[" in fault.text.zh for fault in found)


def test_the_order_is_another():
    ids = [one["id"] for one in document()["materials"]]
    after = move(document(), MATERIALS, ids[1], -1, layer=LINYI)
    assert [one["id"] for one in after["materials"]][:2] == [ids[1], ids[0]]
    assert list_part_changes(document(), after) == {("materials", ""): "changed"}
    assert move(document(), MATERIALS, ids[0], -1, layer=LINYI) == document()


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"ways": []}, ("ways", True)), ({"name": {"zh": "", "en": "x"}}, ("name", True)), ({"basis": ["nope"]}, ("basis", True)),
        ({"waived_when": "nope == 1", "waived": {"zh": "甲", "en": "a"}}, ("waived_when", True)), ({"media_types": []}, ("media_types", True)),
    ],
)  # fmt: skip
def test_a_fault_stands_at_its_input(values, fault):
    assert fault in faults(MATERIALS, PERMIT, changed(**values))


def test_a_promise_longer_than_the_law_is_said_at_the_promise():
    before = document()
    limits = {**before["limits"], "legal": {"days": 1, "verified": True}, "promise": {"days": 9, "verified": True}}
    after = put(before, LIMITS, {**before, "limits": limits}, situations=None, layer=LINYI)
    assert ("limits.promise.days", True) in faults(LIMITS, "item", after)


def test_what_lint_says_does_not_block():
    assert faults(MATERIALS, PERMIT, changed(basis=[])) == [("basis", False)]


def test_the_item_s_own_keys_are_told_by_their_part():
    before = document()
    after = put(before, LIMITS, {**before, "fee": {"fen": 100, "verified": False}}, situations=None, layer=LINYI)
    assert list_part_changes(before, after) == {("money", ""): "changed"}
    assert list_part_changes({"points": [], "situations": []}, before)["materials", PERMIT] == "new"
