"""A guide is taken with everything odd about it told; nothing is guessed or dropped in silence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.catalogue.tests.guides import GONE, GUIDE, MATERIAL, guide, read, told


def test_a_guide_without_anything_odd_is_taken_without_findings():
    entry = read(guide())
    assert (entry.status, entry.findings) == ("taken", ())


def test_what_is_taken_is_in_our_own_words():
    record = read(guide()).record.as_json()
    assert (record["key"], record["layer"], record["type"]) == ("002099001001-01", "template", "public_service")
    assert (record["levels"], record["audience"], record["depth"]) == (
        ["city", "county"],
        ["person", "organisation"],
        4,
    )
    assert record["legal"] == {"days": 10, "unit": "working_days", "note": "《示例办法》第三条：10个工作日。"}
    assert record["materials"][0]["copies"] == 1


@pytest.mark.parametrize(
    "field",
    [
        "typeName",
        "schemeLevels",
        "serveObject",
        "doScope",
        "isonline",
        "transactLevel",
        "transactionFrom",
        "isCharge",
        "isSpecialProcedure",
    ],
)
def test_an_unknown_word_is_told_and_kept_but_not_used(field: str):
    entry = read(guide(**{field: "火星"}))
    finding = next(one for one in entry.findings if one.field == field)
    assert (entry.status, finding.value, finding.severity) == ("taken_with_findings", "火星", "warning")
    assert "火星" in finding.what.zh
    assert entry.record.unread[field] == "火星"


@pytest.mark.parametrize(
    "field",
    [
        "isMust",
        "materialApproveType",
        "materialType",
        "materialStandard",
        "sourceChannel",
        "freeSubmission",
        "commitWay",
    ],
)
def test_an_unknown_word_of_a_material_is_told_with_its_place(field: str):
    entry = read(guide(material={field: "火星"}))
    assert f"materialList[0].{field}" in told(entry)
    assert entry.record.unread == {f"materialList[0].{field}": "火星"}


def test_the_known_words_beside_an_unknown_one_are_used():
    entry = read(guide(transactionFrom="网上办理^云端"))
    assert entry.record.ways == ("online",)
    assert entry.findings[0].value == "网上办理^云端"
    assert "云端" in entry.findings[0].what.en


def test_several_words_with_another_separator_are_read_and_it_is_told():
    entry = read(guide(serveObject="个人、法人"))
    assert entry.record.audience == ("person", "organisation")
    assert "separated otherwise" in told(entry)["serveObject"]


def test_a_word_with_the_separator_of_lists_in_it_is_one_word():
    entry = read(guide(material={"isMust": "信用免交、信用后补"}))
    assert entry.record.materials[0].need == "credit"
    assert told(entry)["materialList[0].isMust"].startswith("guessed: ")


@pytest.mark.parametrize(
    ("given", "days", "says"),
    [
        ("约20", 20, "a number with words"),
        ("１０", 10, "a number with words"),
        ("10个工作日", 10, "a number with words"),
        ("5-10", None, "no number"),
        ("两周", None, "no number"),
        ("2小时", None, "another unit"),
        ("-1", None, "not a whole number"),
        (2.5, None, "not a whole number"),
        (True, None, "no number"),
        ([], None, "empty"),
        (GONE, None, "not given"),
        (10**400, None, "too great"),
    ],
)
def test_odd_numbers_are_read_only_where_they_are_plain(given: object, days: int | None, says: str):
    entry = read(guide(approveLimit=given))
    assert entry.record.legal.days == days
    assert says in told(entry)["approveLimit"]


def test_a_limit_whose_unit_is_not_said_is_a_guess_that_is_told():
    entry = read(guide(commitmentLimitExplain="按照规定办理"))
    assert told(entry)["commitmentLimit"] == "guessed: the unit is not said; read as working days"


def test_a_limit_in_calendar_days_is_no_limit_in_working_days():
    entry = read(guide(approveLimitExplain="《示例办法》第三条：自然日。"))
    assert entry.record.legal.unit == "calendar_days"
    assert "approveLimit" in told(entry)


@pytest.mark.parametrize("word", ["暂无数量限", "暂无限制"])
def test_a_quota_that_only_looks_like_none_is_guessed(word: str):
    entry = read(guide(quantitativeRestriction=word))
    assert (entry.record.quota, entry.findings[0].what.en) == ("", "guessed: read as no quota")


def test_a_quota_that_is_a_bare_number_is_not_understood():
    assert "bare number" in told(read(guide(quantitativeRestriction="1")))["quantitativeRestriction"]


def test_a_field_nobody_knows_is_told_and_kept():
    entry = read(guide(newField="什么", material={"another": 1}))
    assert entry.record.unread == {"newField": "什么", "materialList[0].another": 1}
    assert {finding.severity for finding in entry.findings} == {"info"}


@pytest.mark.parametrize(
    "changes",
    [{"rightsCode": GONE}, {"rightsCode": "12"}, {"rightsCode": 7}, {"unifyName": ""}, {"unifyName": "长" * 301}],
)
def test_without_a_code_or_a_name_it_has_no_place_in_the_catalogue(changes: dict):
    entry = read(guide(**changes))
    assert (entry.status, entry.record) == ("refused", None)
    assert any(finding.severity == "error" and finding.field in changes for finding in entry.findings)


def test_a_code_of_a_province_need_not_be_all_digits():
    assert read(guide(rightsCode="432099001W00", materialList=[])).record.code == "432099001W00"


def test_type_and_code_that_disagree_are_told():
    assert "(public_service)" in told(read(guide(typeName="行政许可")))["typeName"]


def test_materials_that_are_no_list_or_no_objects_are_told():
    assert "materialList" in told(read(guide(materialList="三份")))
    entry = read(guide(materialList=["表", GUIDE["materialList"][0]]))
    assert (len(entry.record.materials), "no object" in told(entry)["materialList[0]"]) == (1, True)


def test_a_guide_may_offer_what_the_portal_drops_elsewhere():
    assert read(guide(material={"materialExplain": "一年内"})).record.materials[0].note == "一年内"


ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["无", "约6", "是", "、^/"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(sorted(GUIDE)), ODD, max_size=6),
    st.dictionaries(st.sampled_from(sorted(MATERIAL)), ODD, max_size=6),
)
def test_whatever_stands_there_the_answer_is_a_report(changes: dict, material: dict):
    entry = read(guide(**{"material": material, **changes}))
    written = json.dumps(entry.as_json(), ensure_ascii=False, allow_nan=False).encode()
    assert set(json.loads(written)) == {"file", "status", "item", "findings"}
    assert all(set(one) == {"field", "value", "what", "severity"} for one in json.loads(written)["findings"])
