"""What one office does itself (实施清单) is taken in under its whole code, beside the basic item that it carries out."""

import io
from pathlib import Path

import openpyxl
import pytest

from tongban.catalogue.exporting.rows import of_document, of_record
from tongban.catalogue.exporting.tables import fill
from tongban.catalogue.history.taken import list_taken
from tongban.catalogue.importing.files import read_file
from tongban.catalogue.importing.listed import read_list
from tongban.catalogue.importing.sheets import write_workbook
from tongban.catalogue.importing.storing import store_items
from tongban.catalogue.tests.factories import AT, EDITOR, document
from tongban.catalogue.tests.guides import GONE, guide, read, told
from tongban.kernel.workdays import legal_day

BASIC = "002099001001"
CITY, COUNTY = f"11370800MB285591843{BASIC}", f"11371424MB2855918L4{BASIC}"
WRONG = f"11370800MB285591853{BASIC}"


def named(code: str, **changes) -> dict:
    return {"name": "示例事项", "base_code": code, "department": "局", "verified": True, **changes}


@pytest.mark.parametrize(
    ("code", "business", "layer", "key"),
    [
        (BASIC, "01", "template", f"{BASIC}-01"),
        (f"{BASIC}01", GONE, "template", f"{BASIC}-01"),
        (CITY, GONE, "implementation", CITY),
        (CITY, "01", "handling", f"{CITY}-01"),
        (f"{CITY}01", GONE, "handling", f"{CITY}-01"),
        (f"{CITY}01".lower(), "01", "handling", f"{CITY}-01"),
    ],
)
def test_the_layer_of_a_guide_follows_from_its_code(code: str, business: object, layer: str, key: str):
    entry = read(guide(rightsCode=code, ywCode=business))
    assert (entry.status, entry.record.layer, entry.record.key) == ("taken", layer, key)


def test_an_office_that_its_check_character_denies_has_no_code():
    entry = read(guide(rightsCode=WRONG))
    (finding,) = [one for one in entry.findings if one.severity == "error"]
    assert (entry.status, finding.field, finding.value) == ("refused", "rightsCode", WRONG)


def test_a_handling_item_other_than_the_one_in_its_code_is_told_and_kept():
    entry = read(guide(rightsCode=f"{CITY}01", ywCode="02"))
    assert (entry.record.key, entry.record.unread) == (f"{CITY}-01", {"ywCode": "02"})
    assert told(entry)["ywCode"] == "not the handling item that the code says (01): not taken"


def test_the_level_that_only_the_code_says_is_guessed_and_told():
    entry = read(guide(rightsCode=CITY, ywCode=GONE, schemeLevels=GONE))
    assert entry.record.levels == ("city",)
    assert told(entry)["schemeLevels"] == "guessed: the level digit of the code says city"


def test_a_level_other_than_the_one_in_the_code_is_told():
    entry = read(guide(rightsCode=CITY, ywCode=GONE, schemeLevels="县"))
    assert entry.record.levels == ("county",)
    assert told(entry) == {"schemeLevels": "not the level that the code says (city)"}


def test_where_the_level_cannot_be_read_that_of_the_code_is_taken_and_the_word_kept():
    entry = read(guide(rightsCode=CITY, schemeLevels="火星"))
    assert (entry.record.levels, entry.record.unread) == (("city",), {"schemeLevels": "火星"})
    assert [one.severity for one in entry.findings if one.field == "schemeLevels"] == ["warning", "info"]


def test_the_department_that_only_the_code_hints_at_is_told_and_not_made_up():
    entry = read(guide(rightsCode="002014001001", deptName=GONE, materialList=[]))
    assert entry.record.department == ""
    assert told(entry)["deptName"].endswith("by the digits of the code: human resources and social security")


@pytest.mark.parametrize("start", [f"M{CITY}01", f"M{BASIC}01"])
def test_a_material_may_go_by_the_code_of_the_office_or_by_the_basic_one(start: str):
    assert read(guide(rightsCode=CITY, material={"materialCode": f"{start}01"})).findings == ()


def test_an_entry_of_a_list_is_of_its_office_too():
    city, handling, wrong = read_list({"items": [named(CITY), named(f"{CITY}01"), named(WRONG)]}, file="list.yaml")
    assert [(one.record.layer, one.record.key) for one in (city, handling)] == [
        ("implementation", CITY), ("handling", f"{CITY}-01")
    ]  # fmt: skip
    assert (city.record.levels, told(city)["items[0].base_code"]) == (
        ("city",),
        "guessed: the level digit of the code says city",
    )
    assert (wrong.record.layer, wrong.record.code, wrong.record.unread) == ("listed", "", {"base_code": WRONG})


def test_a_workbook_holds_the_same_item_of_two_offices_each_with_its_materials(tmp_path: Path):
    given = [guide(rightsCode=code, minExplain="", quantitativeRestriction="") for code in (CITY, COUNTY)]
    file = tmp_path / "items.xlsx"
    file.write_bytes(write_workbook(given))
    assert [one.record for one in read_file(file)] == [read(one).record for one in given]


def test_a_workbook_made_before_codes_of_offices_is_read_as_ever(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([guide()])))
    for sheet in book.worksheets[:3]:
        sheet["A1"] = "基本编码"
    book.save(tmp_path / "items.xlsx")
    (entry,) = read_file(tmp_path / "items.xlsx")
    assert (entry.record.key, len(entry.record.materials)) == (f"{BASIC}-01", 1)


def test_a_material_finds_its_item_by_one_code_as_by_two(tmp_path: Path):
    book = openpyxl.load_workbook(io.BytesIO(write_workbook([guide(rightsCode=CITY)])))
    book["材料"]["A2"], book["材料"]["B2"] = f"{CITY}01", None
    book.save(tmp_path / "items.xlsx")
    (entry,) = read_file(tmp_path / "items.xlsx")
    assert len(entry.record.materials) == 1


def test_the_national_tables_name_the_office_its_item_and_the_basic_one():
    rows = fill(of_record(read(guide(rightsCode=CITY)).record, version=1, standing=None))
    basic = next(one for one in rows if one.table == "up_task_public_basic")
    assert (basic.row["catalog_code"], basic.row["task_code"], basic.row["task_handle_item"]) == (
        BASIC,
        CITY,
        f"{CITY}01",
    )
    assert "up_task_public_basic.task_code" not in {one.field for one in basic.findings}
    template = of_record(read(guide()).record, version=1, standing=None).rows["basic"]
    assert (template[0]["catalog_code"], template[0].get("task_code")) == (BASIC, None)


def test_a_definition_under_the_code_of_an_office_fills_the_same_columns():
    exported = of_document({**document(), "code": {"value": f"{CITY}01", "verified": False}})
    for table in ("basic", "material"):
        assert (exported.rows[table][0]["task_code"], exported.rows[table][0]["task_handle_item"]) == (
            CITY,
            f"{CITY}01",
        )
    assert exported.rows["up_task_directory"][0]["catalog_code"] == BASIC


@pytest.mark.django_db
def test_the_item_of_two_offices_is_two_and_the_basic_code_finds_them_all():
    given = [read(guide(rightsCode=code, ywCode=business)) for code, business in
             ((BASIC, "01"), (CITY, GONE), (COUNTY, GONE))]  # fmt: skip
    first, second = ([one.act for one in store_items(entries=given, by=EDITOR, at=AT)] for _ in range(2))
    assert (first, second) == (["added"] * 3, ["unchanged"] * 3)
    found, _ = list_taken(on=legal_day(AT), text=BASIC)
    assert [(one.layer, one.key) for one in found] == [
        ("template", f"{BASIC}-01"), ("implementation", CITY), ("implementation", COUNTY)
    ]  # fmt: skip
