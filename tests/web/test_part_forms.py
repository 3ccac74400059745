"""Forms of parts: whatever stands in a shipped definition comes back from its form as it was."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import LINYI
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.parts import plain
from tongban.catalogue.parts.changing import put
from tongban.catalogue.parts.table import PARTS
from tongban.catalogue.reading import build_definition
from tongban.kernel.strictjson import canonical
from tongban.project.settings import PACKAGE
from tongban.web.staff import part_forms


def posted(lines: list[Any]) -> QueryDict:
    """The form as a browser sends it."""
    sent = QueryDict(mutable=True)
    for line in lines:
        match line.input.kind:
            case "text" | "long" | "grid" | "outline":
                for language in ("zh", "en"):
                    sent[f"{line.name}.{language}"] = ((line.value or {}).get(language) or "").replace("\n", "\r\n")
            case "tick":
                sent.update({line.name: "yes"} if line.value else {})
            case "ticks" | "refs":
                sent.setlist(line.name, [one.id for one in line.options if one.chosen])
            case "choice" | "ref" | "target":
                first = "" if line.input.optional or not line.value else line.options[0].id
                sent[line.name] = next((one.id for one in line.options if one.chosen), first)
            case "rows":
                for number, (id, columns) in enumerate(line.rows):
                    sent[f"{line.name}.{number}.id"] = id
                    sent.update(posted(columns))
            case _:
                sent[line.name] = "" if line.value is None else str(line.value)
    return sent


@pytest.mark.parametrize("key", list_items())
def test_an_unchanged_form_of_any_part_changes_nothing(key: str) -> None:
    document = load_document(key, LINYI)
    definition = build_definition(document, hash="")
    for part in PARTS.values():
        for thing in document.get(part.list, []) if part.list else [document]:
            lines = part_forms.show_part(document, part, thing, [], definition)
            item = part_forms.read_part(posted(lines), part, thing)
            kept = put(document, part, item, situations=None, layer=LINYI)
            assert canonical(kept) == canonical(document) and list(kept) == list(document), (part.id, thing.get("id"))


FOR_NO_FORM = {
    "schema",
    "key",
    "region",
    "version",
    "valid_from",
    "given",
    "points",
    "layers",
    "origins",
    "standing",
    "standard",
}
"""Publishing, acts of their own, the editor of points, and what the programme knows."""


def test_every_key_of_a_definition_has_a_form_or_a_reason_for_none() -> None:
    keys = json.loads((PACKAGE / "catalogue" / "schema.json").read_text())["properties"]
    shown = {part.list or one.path.partition(".")[0] for part in PARTS.values() for one in part.inputs}
    assert set(keys) - shown == FOR_NO_FORM


def test_a_table_of_comparison_is_typed_as_lines() -> None:
    question = {"id": "way", "text": {"zh": "哪种", "en": "Which"}, "options": []}
    typed = QueryDict(mutable=True)
    typed.update(
        {
            "compare.zh": "| 转诊 | 长期\r\n要什么 | 证明 | 居住证",
            "compare.en": "| Referral | Long\nNeeds | A letter | A permit",
        }
    )
    found = part_forms.read_part(typed, PARTS["questions"], question)["compare"]
    assert found["columns"][1] == {"zh": "长期", "en": "Long"}
    [row] = found["rows"]
    assert row["label"]["zh"] == "要什么"
    assert row["cells"] == [{"zh": "证明", "en": "A letter"}, {"zh": "居住证", "en": "A permit"}]
    assert "compare" not in part_forms.read_part(QueryDict(), PARTS["questions"], {**question, "compare": found})


@given(
    st.lists(
        st.lists(st.text("甲乙|a ,", min_size=1).map(str.strip).filter(bool), min_size=3, max_size=3),
        min_size=2,
        max_size=4,
    )
)
def test_any_table_comes_back_from_its_lines(rows: list[list[str]]) -> None:
    said = [[{"zh": cell, "en": cell} for cell in row] for row in rows]
    grid = {"columns": said[0][1:], "rows": [{"label": row[0], "cells": row[1:]} for row in said[1:]]}
    assert plain.read_grid(plain.write_grid(grid)) == grid


def test_values_move_by_their_names_and_rows_by_their_numbers() -> None:
    assert part_forms.moved(["a", "b", "c"], "up fields c", "fields") == ["a", "c", "b"]
    assert part_forms.moved(["a", "b"], "down fields b", "fields") == ["a", "b"]
    assert part_forms.moved(["a", "b"], "up materials b", "fields") == ["a", "b"]
    assert part_forms.moved([{"id": "x"}, {"id": "y"}], "down options 0", "options") == [{"id": "y"}, {"id": "x"}]


def test_a_group_of_which_nothing_is_typed_is_left_out() -> None:
    situation = {"id": "x", "promise": {"days": 3, "verified": True, "cited": "甲"}}
    typed = QueryDict("promise.days=&promise.verified=yes&promise.cited=甲")
    assert "promise" not in part_forms.read_part(typed, PARTS["situations"], situation)


def test_signs_that_nobody_sees_are_not_kept() -> None:
    typed = QueryDict(mutable=True)
    typed["name.zh"] = "居住\0证\x1b"
    assert part_forms.read_part(typed, PARTS["materials"], {})["name"]["zh"] == "居住证"
