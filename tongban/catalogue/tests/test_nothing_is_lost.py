"""What a source says is in the record, kept beside it as it stood, or told; nothing goes in silence."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.catalogue.importing.entries import Entry
from tongban.catalogue.importing.files import read_bytes
from tongban.catalogue.importing.listed import read_list
from tongban.catalogue.tests.guides import GUIDE, MATERIAL, guide, read, told

FEE = {"feename": "工本费", "feestand": "10元", "chargeBylaw": "《示例办法》第九条", "isMinus": "否"}
ITEM = {
    "name": "示例事项",
    "base_code": "002099001001",
    "department": "局",
    "department_basis": "seen",
    "audience": ["个人"],
    "scope": "跨省",
    "scope_basis": "seen",
    "item_type": "公共服务",
    "modes": ["全程网办"],
    "in_national_list": "verified",
    "source": "示例清单",
    "note": "示例",
    "verified": True,
}
PART = {"name": "示例事项", "department": "局", "depends_on": ["别的事项"]}
BUNDLE = {"code": "B1", "name": "示例一件事", "items": [PART], "audience": "个人", "verified": True}

WORD = st.text("甲乙丙丁戊己庚辛壬癸", min_size=8, max_size=20)
"""Chance does not make one that stands elsewhere in the report."""
SAID = st.recursive(
    WORD | WORD.map(lambda word: word * 40) | st.integers(10**6, 10**12),
    lambda inner: st.lists(inner | st.none(), min_size=1, max_size=3) | st.dictionaries(WORD, inner, min_size=1),
    max_leaves=4,
)


def saying(known: dict[str, Any], *but: str) -> st.SearchStrategy[dict[str, Any]]:
    """Some of its fields changed, and fields that nobody knows."""
    return st.dictionaries(st.sampled_from(sorted(known.keys() - {*but})) | WORD, SAID, max_size=4)


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from leaves(one)
    elif value is not None:
        yield value


def lost(said: Any, *entries: Entry) -> list[Any]:
    written = json.dumps([entry.as_json() for entry in entries], ensure_ascii=False)
    return [leaf for leaf in leaves(said) if str(leaf) not in written]


@settings(max_examples=60, deadline=None)
@given(saying(GUIDE, "rightsCode", "unifyName", "materialList"), saying(MATERIAL), saying(FEE))
def test_nothing_of_a_guide_is_lost(changes: dict, material: dict, fee: dict):
    entry = read(guide(**changes, material=material, chargeList=[{**FEE, **fee}]))
    assert entry.record
    assert lost([changes, material, fee], entry) == []


@settings(max_examples=60, deadline=None)
@given(saying(ITEM, "name"), saying(BUNDLE, "name", "items"), saying(PART))
def test_nothing_of_a_list_is_lost(item: dict, bundle: dict, part: dict):
    items, bundles = [{**ITEM, **item}], [{**BUNDLE, **bundle, "items": [{**PART, **part}]}]
    entries = [*read_list({"items": items, "bundles": bundles}, file="list.yaml")]
    assert all(entry.record for entry in entries)
    assert lost([item, bundle, part], *entries) == []


def test_what_is_not_understood_is_kept_whole_and_as_it_stood():
    asked = [{"question": "问" * 900}]
    entry = read(guide(faqList=asked, doScope="宇" * 300))
    assert entry.record.unread == {"faqList": asked, "doScope": "宇" * 300}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"materialList": [None, MATERIAL]}, "materialList[0]"),
        ({"isCharge": "是", "chargeList": [FEE, None]}, "chargeList[1]"),
        ({"serveObject": ["个人", None]}, "serveObject"),
        ({"acceptanceCondition": " \n"}, "acceptanceCondition"),
    ],
)
def test_where_nothing_stands_it_is_told(changes: dict, field: str):
    assert field in told(read(guide(**changes)))


def test_a_number_of_another_unit_is_kept_as_it_stood():
    assert read(guide(approveLimit="2小时")).record.unread == {"approveLimit": "2小时"}


def test_a_finding_stands_at_the_row_of_the_source_though_one_before_it_was_left_out():
    entry = read(guide(materialList=[None, {**MATERIAL, "materialStandard": "纸质"}]))
    found = next(one for one in entry.findings if one.what.en.startswith("entirely online"))
    assert (found.field, found.value) == ("materialList[1].materialStandard", "纸质")


def test_what_stands_beside_the_lists_is_told_once():
    first, second = read_list({"version": 3, "meta": {"by": "局"}, "items": [ITEM, ITEM]}, file="list.yaml")
    assert [(one.field, one.severity) for one in first.findings] == [("version", "info"), ("meta", "info")]
    assert second.findings == ()


def test_what_is_odd_about_one_of_two_lists_leaves_the_other_alone():
    entries = read_bytes(json.dumps({"items": [ITEM], "bundles": 5}).encode(), "list.json")
    assert [(entry.status, list(told(entry))) for entry in entries] == [("taken", []), ("refused", ["bundles"])]


def test_parts_of_a_bundle_that_cannot_be_read_are_told():
    bundle = {**BUNDLE, "items": [PART, 5, {"noname": 1}]}
    (entry,) = read_list({"bundles": [bundle]}, file="list.yaml")
    assert {"bundles[0].items[1]", "bundles[0].items[2].name"} <= set(told(entry))
    assert entry.record.items == ("示例事项",) and entry.record.unread["items[2].noname"] == 1
    (entry,) = read_list({"bundles": [{**BUNDLE, "items": "甲、乙"}]}, file="list.yaml")
    assert (told(entry)["bundles[0].items"], entry.record.items) == ("not a list: not taken", ())


def test_a_record_is_the_same_wherever_it_stands_in_its_list():
    odd = {**ITEM, "scope": "火星", "more": 1}
    (alone,), (_, second) = (read_list({"items": items}, file="list.yaml") for items in ([odd], [ITEM, odd]))
    assert alone.record == second.record and alone.record.unread == {"scope": "火星", "more": 1}


def test_a_report_says_the_same_each_time():
    unknown = {f"field{number}": number for number in range(9)}
    assert [one.field for one in read(guide(**unknown)).findings] == [*unknown]
