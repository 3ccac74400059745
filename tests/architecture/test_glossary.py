"""Every word of the code that people meet stands in the glossary."""

import re

import pytest
from django.apps import apps

from tests.architecture.walking import ROOT, has_chinese, import_everything, list_product_kinds
from tongban.cases.states import STATES
from tongban.people.services import ROLES

import_everything()
LINES = [line for line in (ROOT / "docs" / "glossary.md").read_text().splitlines() if line.startswith("|")]
ENTRIES = [
    [cell.strip() for cell in line.strip("|").split("|")] for line in LINES if not re.match(r"\|[ -|]+\|$", line)
]
CODES = {code for entry in ENTRIES for code in re.findall(r"`([^`]+)`", entry[1])}

MODELS = sorted(model.__name__ for model in apps.get_models() if model.__module__.startswith("tongban."))
EVENTS = sorted({kind.name for kind in list_product_kinds()})


@pytest.mark.parametrize("name", [*MODELS, *EVENTS, *STATES, *ROLES])
def test_the_word_stands_in_the_glossary(name: str) -> None:
    assert name in CODES


def test_an_entry_has_chinese_english_a_place_a_sentence_and_a_source() -> None:
    for entry in ENTRIES:
        if entry[0] == "中文":
            continue
        assert len(entry) == 5, entry
        assert has_chinese(entry[0]), entry
        assert all(entry[:4]), entry


def test_a_table_that_is_gone_leaves_the_glossary() -> None:
    known = {*MODELS, *EVENTS, *STATES, *ROLES}
    assert {code for code in CODES if re.fullmatch(r"[A-Z]\w+|cases\.\w+", code)} <= known
