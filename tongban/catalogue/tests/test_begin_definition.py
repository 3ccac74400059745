"""A definition is begun from what was taken in: as much as the source says, nothing made up, and what is open keeps it from publication."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tongban.catalogue.beginning import begin_definition, is_to_fill_in, key_of
from tongban.catalogue.checks import MAX_BYTES, BadDefinition
from tongban.catalogue.importing.listed import read_list
from tongban.catalogue.items.record import FeeLine, ItemRecord, Limit, MaterialLine
from tongban.catalogue.lint.documents import find_errors
from tongban.catalogue.publishing import find_senseless
from tongban.catalogue.reading import read_definition
from tongban.catalogue.tests.factories import LINYI, item
from tongban.catalogue.tests.guides import GUIDE, MATERIAL, guide, read
from tongban.catalogue.tests.test_nothing_is_lost import FEE, ITEM, saying
from tongban.kernel.crypto import SUITES

SUITE = SUITES[1]
ON = date(2026, 11, 22)
RECORD: ItemRecord = read(guide()).record  # type: ignore[assignment]


def begun(record: ItemRecord = RECORD, **changes: Any) -> dict[str, Any]:
    return begin_definition(replace(record, **changes), region=LINYI, on=ON, suite=SUITE)


def unsaid(document: dict[str, Any]) -> str:
    summary: str = document["summary"]["zh"]
    assert is_to_fill_in(summary)
    return summary


def filled_in(value: Any) -> Any:
    """As an editor leaves it who has looked at every text."""
    if isinstance(value, str):
        return "known" if is_to_fill_in(value) else value
    if isinstance(value, dict):
        return {key: filled_in(one) for key, one in value.items()}
    return [filled_in(one) for one in value] if isinstance(value, list) else value


def test_what_the_source_says_stands_in_it_unverified():
    document = begun()
    assert (document["key"], document["region"], document["valid_from"]) == ("002099001001-01", LINYI, "2026-11-22")
    assert document["name"]["zh"] == "示例事项办理" and document["department"]["zh"] == "示例部门"
    assert document["code"] == {"value": "002099001001", "verified": False}
    assert (document["audience"], document["scope"]) == (["person", "organisation"], "national")
    limits = document["limits"]
    assert (limits["promise"]["days"], limits["legal"]["days"]) == (5, 10) and document["fee"]["fen"] == 0
    assert not any(part["verified"] for part in (*limits.values(), document["fee"], *document["basis"]))
    (form,) = document["materials"]
    assert (form["name"]["zh"], form["issuer"]["zh"]) == ("示例申请表", "申请人")
    assert form["ways"] == ["upload"] and form["main"] and form["original"]


def test_laws_are_split_by_their_articles():
    basis = "依据《甲法》（2019年修正）第三条、第十条第二款，《乙办法》第4条之一和《甲法》第三条；另见《丙》。"
    document = begun(basis=basis)
    laws = [(one["law"], one["article"]) for one in document["basis"]]
    assert laws[:4] == [
        ("甲法", "第三条"), ("甲法", "第十条第二款"), ("乙办法", "第4条之一"), ("待填写：丙", "待填写：第几条"),
    ]  # fmt: skip
    assert document["points"][0]["basis"] == ["law-1", "law-2", "law-3", "law-4"]


def test_without_a_law_one_is_to_be_filled_in():
    document = begun(basis="", materials=())
    assert [one["law"] for one in document["basis"]] == ["待填写：法律名称"]


def test_what_takes_no_open_text_is_named_as_not_said():
    document = begun(type="penalty", audience=(), scope="county", legal=None, promise=Limit(7, "calendar_days"))
    assert all(word in unsaid(document) for word in ("事项类型", "服务对象", "通办范围", "法定时限", "承诺时限"))
    assert "服务对象" not in unsaid(begun())


def test_a_promise_beyond_the_law_leaves_the_legal_limit_open():
    document = begun(legal=Limit(3), promise=Limit(5))
    assert "legal" not in document["limits"] and "法定时限" in unsaid(document)


def test_an_item_done_at_once_is_immediate():
    assert begun(promise=Limit(0))["handling"] == "immediate" and begun()["handling"] == "promise"


@pytest.mark.parametrize(
    ("standard", "fen"), [("120元/证", 12000), ("0.50元", 50), ("按规定", 0), ("每证120元至200元", 0), ("5元/10页", 0)]
)
def test_a_fee_is_taken_where_it_is_one_sum(standard: str, fen: int):
    document = begun(charged=True, fees=(FeeLine("工本费", standard, "《示例办法》第九条"),))
    assert document["fee"]["fen"] == fen and ("收费" in unsaid(document)) == (fen == 0)
    assert item(document, "basis", document["fee"]["basis"][0])["article"] == "第九条"


@pytest.mark.parametrize(
    ("need", "main", "waived"), [("required", True, False), ("later", False, False), ("optional", False, True), ("credit", False, False)]
)  # fmt: skip
def test_a_material_is_as_needed_as_the_source_says(need: str, main: bool, waived: bool):
    (material,) = begun(materials=(MaterialLine("", "示例材料", need=need),))["materials"]
    assert (material["main"], "waived" in material) == (main, waived)
    assert not waived or is_to_fill_in(material["waived"]["zh"])


def test_items_without_a_whole_code_have_keys_of_their_own():
    names = ("甲事项", "乙事项")
    keys = {key_of(replace(RECORD, code=code, business="", name=name), suite=SUITE) for code in ("", "0020A9001001") for name in names}  # fmt: skip
    assert len(keys) == 4 and {key.partition("-")[0] for key in keys} == {"item", "0020a9001001"}


def test_every_open_text_keeps_it_from_publication_until_it_is_filled_in():
    document = begun()
    errors = {fault.path for fault in find_errors(document)}
    assert {"summary", "name.en", "effect", "points[conditions].label", "materials[material-1].name.en"} <= errors
    assert find_errors(filled_in(document)) == []
    assert find_senseless(read_definition(document, suite=SUITE)) == []


def test_a_record_longer_than_a_definition_may_be_is_refused_as_such():
    with pytest.raises(BadDefinition, match=str(MAX_BYTES)):
        read_definition(begun(conditions="条件" * MAX_BYTES), suite=SUITE)


LINES = st.lists(saying(MATERIAL), max_size=3)


@settings(max_examples=80, deadline=None)
@given(saying(GUIDE, "rightsCode", "unifyName", "materialList"), LINES, saying(FEE), st.sampled_from("是否"))
def test_every_guide_that_can_be_taken_in_begins_a_sound_definition(
    changes: dict[str, Any], lines: list[dict[str, Any]], fee: dict[str, Any], charged: str
):
    materials = [{**MATERIAL, **line} for line in lines]
    entry = read(guide(**{"isCharge": charged, **changes, "materialList": materials, "chargeList": [{**FEE, **fee}]}))
    assert read_definition(begun(entry.record), suite=SUITE).region == LINYI  # type: ignore[arg-type]


KNOWN = {
    "isMust": ["必要", "非必要", "容缺后补", "信用免交、信用后补"], "materialType": ["原件", "复印件", "原件和复印件"],
    "sourceChannel": ["申请人自备", "政府部门核发", "其他"], "doScope": ["全国", "全省", "全县", "不可通办"], "approveLimit": ["0", "3", "9"],
    "commitmentLimit": ["0", "5", "20"], "transactionFrom": ["窗口办理", "网上办理^快递申请"], "typeName": ["行政许可", "行政处罚", "行政给付"],
}  # fmt: skip
WORDS = st.fixed_dictionaries({}, optional={key: st.sampled_from(words) for key, words in KNOWN.items()})


@settings(max_examples=60, deadline=None)
@given(WORDS, st.text(max_size=30))
@example({}, " ")
def test_so_does_every_word_of_the_format(words: dict[str, Any], basis: str):
    entry = read(guide(material=words, according=f"《{basis}》第一条", **words))
    assert read_definition(begun(entry.record), suite=SUITE).region == LINYI  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(saying(ITEM, "name"))
def test_so_does_every_entry_of_a_list(changes: dict[str, Any]):
    (entry,) = read_list({"items": [{**ITEM, **changes}]}, file="list.yaml")
    assert isinstance(entry.record, ItemRecord)
    assert read_definition(begun(entry.record), suite=SUITE).region == LINYI
