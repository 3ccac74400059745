"""The examples of an item (示例) as tables that an official can follow, on the page and as a workbook."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from tongban.catalogue import examples
from tongban.catalogue.definition import Definition
from tongban.catalogue.example_files import write_book
from tongban.catalogue.example_tables import ExampleTable, tabulate
from tongban.web.access import door
from tongban.web.staff import rule_pages
from tongban.web.staff.pages import page
from tongban.web.staff.rules_editor import LOOKING

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, key: str) -> HttpResponse:
    found = rule_pages.find_shown(request, key)
    tables = _tables(found.definition)
    known = {
        "section": "rules",
        "definition": found.definition,
        "draft": found.draft,
        "tables": tables,
        "examples": sum(len(table.lines) for table in tables),
        "differ": sum(bool(line.differs) for table in tables for line in table.lines),
    }
    return page(request, "staff/rules/examples.html", known)


@door("staff", *LOOKING)
@require_safe
def book(request: Any, key: str) -> HttpResponse:
    """The same as a file."""
    definition = rule_pages.find_shown(request, key).definition
    data = write_book(definition.name, _tables(definition), language=request.language)
    return HttpResponse(
        data, headers={"Content-Type": XLSX, "Content-Disposition": f'attachment; filename="{key}.xlsx"'}
    )


def _tables(definition: Definition) -> list[ExampleTable]:
    every = examples.list_examples(definition.key, definition.region)
    return tabulate(definition, [examples.run_example(example, definition) for example in every])
