"""The workbook that an office fills in says the same as a guide."""

import io
import zipfile
from pathlib import Path

import openpyxl

from tongban.catalogue.importing.files import read_file
from tongban.catalogue.importing.sheets import write_workbook
from tongban.catalogue.tests.guides import guide, read, told

FEE = {"feename": "工本费", "feestand": "10元", "chargeBylaw": "《示例办法》第九条", "isMinus": "否"}


def written(tmp_path: Path, *guides: dict, change=lambda book: None) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(write_workbook(guides)))
    change(book)
    file = tmp_path / "items.xlsx"
    book.save(file)
    return file


def test_what_goes_out_comes_in_the_same(tmp_path: Path):
    given = guide(isCharge="是", chargeList=[FEE], minExplain="", quantitativeRestriction="")
    (entry,) = read_file(written(tmp_path, given))
    assert entry.record.as_json() == read(given).record.as_json()


def test_the_empty_template_holds_no_item(tmp_path: Path):
    (entry,) = read_file(written(tmp_path))
    assert entry.findings[0].what.en == "a list without any record"


def test_an_odd_cell_is_named_by_its_row_and_column(tmp_path: Path):
    def change(book):
        book["事项"]["J2"], book["材料"]["F2"] = "全宇宙", "大概"

    (entry,) = read_file(written(tmp_path, guide(), change=change))
    assert {"事项!2 通办范围", "事项!2 材料[0] 材料类型"} <= set(told(entry))


def test_a_column_and_a_material_that_belong_nowhere_are_told(tmp_path: Path):
    def change(book):
        book["事项"]["AZ1"] = "心情"
        book["材料"].append(["999999999999", "01", "", "孤儿材料"])

    taken, rest = read_file(written(tmp_path, guide(), change=change))
    assert (taken.status, rest.status) == ("taken", "refused")
    assert [finding.value for finding in rest.findings] == ["心情", "孤儿材料"]


def test_what_stands_in_a_column_that_nobody_knows_is_kept_with_its_item(tmp_path: Path):
    def change(book):
        book["事项"]["AZ1"], book["事项"]["AZ2"], book["事项"]["BA2"] = "心情", "好", "没有列名"
        book["材料"]["P2"] = "备注"

    entry = read_file(written(tmp_path, guide(), change=change))[0]
    assert entry.record.unread == {"AZ 心情": "好", "BA": "没有列名", "materialList[0].P": "备注"}
    assert {"事项!2 AZ 心情", "事项!2 BA", "事项!2 材料[0] P"} <= set(told(entry))


def test_a_formula_that_was_never_worked_out_is_told(tmp_path: Path):
    def change(book):
        book["事项"]["F2"] = '="示例"&"部门"'

    entry, rest = read_file(written(tmp_path, guide(), change=change))
    assert (entry.record.department, told(entry)) == ("", {"事项!2 部门": "not given"})
    (finding,) = rest.findings
    assert (finding.field, finding.value) == ("事项!2 部门", '="示例"&"部门"')


def test_codes_stay_texts_in_what_an_office_fills_in(tmp_path: Path):
    """A spreadsheet takes the zeros off the number that it makes of 000109147003."""

    def change(book):
        for sheet in book.worksheets[:3]:
            filled = [cell.number_format for row in sheet.iter_rows(min_row=2) for cell in row]
            assert {*filled, *(column.number_format for column in sheet.column_dimensions.values())} == {"@"}
            assert len(sheet.column_dimensions) == sheet.max_column

    written(tmp_path, guide(isCharge="是", chargeList=[FEE]), change=change)


def test_a_handling_item_of_one_digit_is_guessed_and_keeps_its_materials(tmp_path: Path):
    def change(book):
        book["事项"]["B2"] = 1

    (entry,) = read_file(written(tmp_path, guide(), change=change))
    assert (entry.record.key, len(entry.record.materials)) == ("002099001001-01", 1)
    assert told(entry) == {"事项!2 业务办理项": "guessed: read as the two digits “01”"}


def test_a_column_of_one_word_offers_the_words(tmp_path: Path):
    def change(book):
        offered = {str(one.sqref): one.formula1 for one in book["事项"].data_validations.dataValidation}
        assert offered["J2:J100000"] == '"全国,全省,全市,全县,不可通办"' and offered["Q2:Q100000"] == '"是,否"'
        assert not any(place.startswith("I") for place in offered), "several words stand in a cell of 服务对象"

    written(tmp_path, change=change)


def test_a_sheet_whose_first_row_is_no_row_of_headings_is_told_once(tmp_path: Path):
    def change(book):
        book["事项"].insert_rows(1)
        book["事项"]["A1"] = "示例区事项清单"

    (entry,) = read_file(written(tmp_path, guide(materialList=[]), change=change))
    assert [finding.value for finding in entry.findings] == ["示例区事项清单", 1]


def test_a_workbook_with_a_chart_on_a_sheet_of_its_own_is_refused_with_a_reason(tmp_path: Path):
    (entry,) = read_file(written(tmp_path, guide(), change=lambda book: book.create_chartsheet("图")))
    assert entry.findings[0].what.en == "no xlsx file that can be read"


def test_another_workbook_is_refused(tmp_path: Path):
    file = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(file)
    assert read_file(file)[0].findings[0].what.en == "the workbook has no sheet “事项”"


def test_a_workbook_that_swells_is_not_opened(tmp_path: Path):
    file = written(tmp_path, guide())
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/media/zeros", "w") as part:
        for _ in range(257):
            part.write(bytes(1 << 20))
    assert read_file(file)[0].findings[0].what.en == "unpacked it is too long"


def test_each_item_has_its_own_lines_in_their_order(tmp_path: Path):
    def change(book):
        for code, name in (("01", "甲"), ("02", "乙"), ("01", "丙")):
            book["材料"].append([guide()["rightsCode"], code, "", name])

    bare = {"materialList": []}
    one, other = read_file(written(tmp_path, guide(ywCode="01", **bare), guide(ywCode="02", **bare), change=change))
    assert [[line["name"] for line in each.record.as_json()["materials"]] for each in (one, other)] == [
        ["甲", "丙"],
        ["乙"],
    ]


def test_a_text_that_begins_like_a_formula_stays_a_text(tmp_path: Path):
    (entry,) = read_file(written(tmp_path, guide(unifyName="=1+1")))
    assert entry.record.name == "=1+1"
