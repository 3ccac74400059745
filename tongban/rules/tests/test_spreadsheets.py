"""Decision tables go to Excel and come back the same."""

import io
from datetime import datetime

import openpyxl
import pytest

from tongban.rules.facts import Vocabulary
from tongban.rules.spreadsheets import SheetUnreadable, read_sheet, write_sheet
from tongban.rules.tables import Row, build_table
from tongban.rules.tests.test_tables import ELEMENTS, SUBSIDY


def changed(change):
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(SUBSIDY, vocabulary=Vocabulary())))
    change(book.worksheets[0])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def set_cell(place, value):
    return changed(lambda sheet: sheet.__setitem__(place, value))


def test_a_table_comes_back_as_it_went():
    assert read_sheet(write_sheet(SUBSIDY, vocabulary=Vocabulary()), elements=ELEMENTS) == SUBSIDY


def test_a_text_that_looks_like_a_formula_stays_a_text():
    odd = build_table(
        policy="any", inputs=("kind",), outputs=("r",), rows=[Row("=1", ("=1+1",), ("=A1",))], elements=ELEMENTS
    )
    assert read_sheet(write_sheet(odd, vocabulary=Vocabulary()), elements=ELEMENTS) == odd


def test_what_excel_makes_of_a_cell_is_read_as_it_looks():
    table = read_sheet(
        changed(lambda sheet: (sheet.__setitem__("B5", 2.0), sheet.__setitem__("C5", True))), elements=ELEMENTS
    )
    assert table.rows[0].cells == ("2", "true")
    dated = build_table(
        policy="any", inputs=("on",), outputs=(), rows=[Row("1", ("2026-01-01",), ())], elements=ELEMENTS
    )
    book = openpyxl.load_workbook(io.BytesIO(write_sheet(dated, vocabulary=Vocabulary())))
    book.worksheets[0]["B5"] = datetime(2026, 11, 20)  # noqa: DTZ001 as Excel has it
    target = io.BytesIO()
    book.save(target)
    assert read_sheet(target.getvalue(), elements=ELEMENTS).rows[0].cells == ("2026-11-20",)


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"no zip",
        lambda: set_cell("B5", "=1+1"),
        lambda: set_cell("B1", "whatever"),
        lambda: set_cell("B2", "whatever"),
        lambda: changed(lambda sheet: sheet.delete_rows(1, 9)),
        lambda: changed(lambda sheet: [sheet.append(["x"]) for _ in range(600)]),
    ],
)
def test_what_is_no_table_is_refused(make):
    with pytest.raises(SheetUnreadable):
        read_sheet(make(), elements=ELEMENTS)
