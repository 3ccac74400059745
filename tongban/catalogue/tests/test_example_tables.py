"""The examples as tables: what is the same is said once, what differs in its line, and the files hold nothing that a program would run."""

import io
from dataclasses import replace

import openpyxl

from tongban.catalogue.definition import Definition
from tongban.catalogue.editing import find_point, list_situations, put_point
from tongban.catalogue.example_files import write_book, write_page
from tongban.catalogue.example_tables import tabulate
from tongban.catalogue.examples import list_examples, run_example
from tongban.catalogue.layers import load_document
from tongban.catalogue.reading import read_definition
from tongban.catalogue.trials import list_fitting, run_examples, try_example
from tongban.kernel.crypto import SUITES

HYGIENE, LINYI = "public-place-hygiene-licence", "371424"


def hygiene(**points: str) -> Definition:
    """The licence, with other conditions for some points."""
    document = load_document(HYGIENE, LINYI)
    for id, condition in points.items():
        point = {**find_point(document, id), "conditions": [condition]}
        document = put_point(document, point, situations=list_situations(document, id), layer=LINYI)
    return read_definition(document, suite=SUITES[1])


def tables(definition: Definition):
    return tabulate(definition, [run_example(one, definition) for one in list_examples(HYGIENE, LINYI)])


def test_a_line_tells_only_what_is_otherwise():
    pledge = next(table for table in tables(hygiene()) if "告知承诺" in table.name.zh)
    told = {fact.element.zh: fact.value.zh for fact in pledge.shared}
    assert told["营业执照状态"] == "存续（在营、开业）" and len(pledge.rules) == 12
    revoked = next(line for line in pledge.lines if "吊销" in line.title)
    assert [(fact.element.zh, fact.value.zh) for fact in revoked.facts] == [("营业执照状态", "吊销")]
    assert [(one.id, one.verdict) for one in revoked.open] == [("business", False)] and revoked.differs == ()


def test_every_example_stands_in_a_table_under_its_number():
    numbers = [line.number for table in tables(hygiene()) for line in table.lines]
    assert numbers == list(range(1, len(list_examples(HYGIENE, LINYI)) + 1))


def test_what_comes_out_otherwise_says_how_it_should():
    definition = hygiene(business='business.status == "revoked"')
    said = [text.zh for line in run_examples(definition) for text in line.differs]
    assert "营业执照有效：不符合，应为符合" in said and "结果：转审核人员，应为准予" in said


def test_a_rule_is_tried_on_an_example():
    definition = hygiene(business='business.status != "revoked"')
    number, example = list_fitting(definition, "business")[0]
    trial = try_example(definition, example, "business")
    assert (number, trial.verdict, trial.as_expected) == (4, True, True)
    assert trial.conditions[0].sentence.zh == "营业执照状态不为吊销" and len(trial.lines) == 4


def test_the_page_and_the_workbook_hold_every_line():
    definition = hygiene()
    page = write_page(definition.name, tables(definition))
    assert page.count("<tr>") == len(list_examples(HYGIENE, LINYI)) + len(tables(definition))
    sheet = openpyxl.load_workbook(
        io.BytesIO(write_book(definition.name, tables(definition), language="en"))
    ).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(cell.value == "granted" for cell in cells)


def test_what_somebody_wrote_is_no_markup():
    definition = hygiene()
    [table, *_] = tables(definition)
    sly = replace(table, lines=(replace(table.lines[0], title="<script>alert(1)</script>"),))
    assert "<script>" not in write_page(definition.name, [sly])
