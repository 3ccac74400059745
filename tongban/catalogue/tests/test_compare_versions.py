"""Two versions side by side: exactly what is otherwise."""

from tongban.catalogue.history.comparing import compare_documents, compare_records
from tongban.catalogue.tests.factories import document, item
from tongban.catalogue.tests.guides import guide, read


def test_the_same_content_under_another_version_changes_nothing():
    assert compare_documents(document(), document(version=9, valid_from="2027-01-01")) == []


def test_a_limit_and_a_material_are_told_with_what_they_mean():
    after = document()
    after["limits"]["promise"]["days"] += 1
    item(after, "materials", "residence-permit")["original"] = False
    limit, material = sorted(compare_documents(document(), after), key=lambda change: change.path)
    assert (limit.path, limit.group, limit.kind, limit.grade) == ("limits.promise", "limits", "changed", "stricter")
    assert (limit.before["days"] + 1, material.path) == (limit.after["days"], "materials[residence-permit]")
    assert (material.before, material.after) == ({"original": True}, {"original": False})


def test_what_is_new_and_what_is_gone():
    after = document(contacts=[])
    gone = compare_documents(document(), after)
    assert {change.kind for change in gone} == {"gone"}
    assert {change.kind for change in compare_documents(after, document())} == {"added"}


def records(**changes):
    return read(guide()).record.as_json(), read(guide(**changes)).record.as_json()


def test_an_item_taken_in_is_compared_field_by_field():
    (change,) = compare_records(*records(commitmentLimit="3", commitmentLimitExplain=""))
    assert (change.path, change.group, change.before["days"], change.after["days"]) == ("promise", "limits", 5, 3)


def test_its_materials_are_told_one_by_one():
    before, after = records()
    lines = after["materials"]
    after["materials"] = [{**lines[0], "name": "另一份"}, *lines[1:-1]] if len(lines) > 1 else []
    assert {change.kind for change in compare_records(before, after)} <= {"changed", "gone"}
    assert all(change.path.startswith("materials[") for change in compare_records(before, after))
