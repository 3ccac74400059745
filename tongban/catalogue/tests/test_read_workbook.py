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
