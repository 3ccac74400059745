"""Items in the shape of the national upload tables: what is known stands in its column, what is missing is told, nothing is made up."""

import io
import json

import openpyxl
import pytest

from tongban.catalogue.exporting.rows import of_document, of_record
from tongban.catalogue.exporting.tables import fill, list_columns, write_book, write_lines
from tongban.catalogue.tests.factories import document
from tongban.catalogue.tests.guides import guide, read


def rows_of(exported):
    return {row.table: row for row in fill(exported)}


def record(**changes):
    return of_record(read(guide(**changes)).record, version=2, standing=None)


def test_a_definition_fills_what_it_says():
    found = rows_of(of_document(document()))
    basic = found["up_task_public_basic"]
    assert basic.row["catalog_code"] == "132036024004" or len(basic.row["catalog_code"]) == 12
    assert (basic.row["task_type"], basic.row["use_level"], basic.row["is_fee"], basic.row["task_state"]) == (
        "20",
        "4",
        "0",
        "1",
    )
    assert "power_source" not in basic.row
    missing = {finding.field for finding in basic.findings if finding.severity == "error"}
    assert {"up_task_public_basic.task_code", "up_task_public_basic.supervise_way"} <= missing


def test_a_guide_that_was_taken_in_fills_more():
    found = rows_of(
        record(isCharge="是", chargeList=[{"feename": "工本费", "feestand": "10元", "chargeBylaw": "《办法》"}])
    )
    material, fee = found["up_task_public_material"].row, found["up_task_public_fee_project"].row
    assert (material["is_need"], material["material_type"], material["material_format"], material["source_type"]) == (
        "1",
        "2",
        "2",
        "10",
    )
    assert (fee["fee_name"], fee["order_num"]) == ("工本费", 1)
    assert found["up_task_public_basic"].row["server_type"] == "1,2"
    assert material["task_guid"] == found["up_task_public_basic"].row["row_guid"]


def test_a_licence_goes_to_the_general_tables():
    assert "up_task_general_basic" in rows_of(record(typeName="行政许可", rightsCode="000123020000"))


def test_what_has_no_code_or_is_too_long_is_told():
    found = rows_of(
        record(
            isMust="x",
            materialList=[{**guide()["materialList"][0], "isMust": "信用免交、信用后补"}],
            according="长" * 300,
        )
    )
    told = {finding.field: finding.severity for row in found.values() for finding in row.findings}
    assert told["up_task_public_material.is_need"] == "error" and told["up_task_public_basic.by_law"] == "warning"


@pytest.mark.parametrize("family", ["public", "general"])
def test_every_row_has_every_column_of_its_table(family):
    for row in fill(record(typeName="公共服务" if family == "public" else "行政许可")):
        part = row.table if row.table == "up_task_directory" else row.table.split("_", 3)[3]
        assert list(row.row) == [name for name, *_ in list_columns(part, family)]


def test_it_is_written_as_a_workbook_and_as_lines():
    rows = list(fill(record()))
    book = openpyxl.load_workbook(io.BytesIO(write_book(rows)))
    assert book.sheetnames[:2] == ["待补", "up_task_directory"]
    assert [cell.value for cell in book["up_task_directory"][2]][:2] == ["记录唯一标识", "基本编码"]
    lines = [json.loads(line) for line in write_lines(rows).decode().splitlines()]
    assert [line["table"] for line in lines] == [row.table for row in rows] and "" not in lines[1]["row"].values()
    assert write_lines(fill(record())) == write_lines(rows)
