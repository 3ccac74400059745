"""A definition is good, or it is said where it is not."""

from typing import Any

import pytest

from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.lint.documents import keeps_from_publication, lint_document
from tongban.catalogue.tests.factories import LINYI, document, item


def warned(changed: dict[str, Any]) -> dict[str, str]:
    return {finding.field: finding.what.en for finding in lint_document(changed) if finding.severity != "info"}


@pytest.mark.parametrize("key", list_items())
def test_what_is_shipped_may_be_published(key: str):
    assert not keeps_from_publication(lint_document(load_document(key, LINYI)))


def test_a_promise_beyond_the_law_keeps_it_from_publication():
    changed = document()
    changed["limits"] |= {"promise": {"days": 9, "verified": True}, "legal": {"days": 3, "verified": True}}
    assert keeps_from_publication(lint_document(changed))


def test_a_material_that_no_situation_uses_is_a_dead_link():
    changed = document()
    unused = {**changed["materials"][0], "id": "left-over"}
    changed["materials"].append(unused)
    assert warned(changed) == {"materials[left-over]": "no situation uses it"}


def test_a_point_that_asks_for_what_its_situation_does_not_list_is_a_dead_link():
    changed = document()
    point = next(point for point in changed["points"] if point.get("demand"))
    material = point["demand"][0]
    for situation in changed["situations"]:
        situation["materials"] = [id for id in situation["materials"] if id != material]
    assert f"points[{point['id']}].demand" in warned(changed)


def test_a_point_without_law_keeps_it_from_publication():
    changed = document()
    changed["points"][0]["basis"] = []
    assert keeps_from_publication(lint_document(changed))


def test_who_must_come_without_a_reason_is_told():
    changed = document()
    changed["modes"] = [mode for mode in changed["modes"] if mode["id"] != "online"]
    assert "modes" in warned(changed)


def test_a_field_that_decides_nothing_is_told():
    findings = {finding.field: finding.what.en for finding in lint_document(document())}
    assert "no point" in findings["fields[filing.address]"]


def test_law_that_is_not_verified_is_told():
    changed = document()
    item(changed, "basis", "pipl-13")["verified"] = False
    assert any(finding.field == "basis[pipl-13]" and finding.severity == "info" for finding in lint_document(changed))


def test_a_text_that_is_to_be_filled_in_keeps_it_from_publication():
    changed = document()
    changed["summary"]["zh"] = "待填写：一句话说明"
    item(changed, "materials", "residence-permit")["name"]["en"] = "To be filled in: 居住证"
    item(changed, "basis", "pipl-13")["article"] = "待填写：第几条"
    errors = {finding.field: finding.what.en for finding in lint_document(changed) if finding.severity == "error"}
    assert errors == {
        "summary": "still to be filled in",
        "basis[pipl-13].article": "still to be filled in",
        "materials[residence-permit].name.en": "its English is still to be filled in",
    }
