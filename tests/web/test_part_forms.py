"""Forms of parts: whatever stands in a shipped definition comes back from its form as it was."""

from typing import Any

import pytest
from django.http import QueryDict

from tests.cast import LINYI
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.parts.changing import put
from tongban.catalogue.parts.table import PARTS
from tongban.catalogue.reading import build_definition
from tongban.web.staff import part_forms


def posted(lines: list[Any]) -> QueryDict:
    """The form as a browser sends it."""
    sent = QueryDict(mutable=True)
    for line in lines:
        match line.input.kind:
            case "text" | "long":
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
            assert put(document, part, item, situations=None, layer=LINYI) == document, (part.id, thing.get("id"))


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
