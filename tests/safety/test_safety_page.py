"""The page of criteria stays true: every criterion has its row, every test that a row names exists, and what is not done says so."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "safety.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| SR-")]
NAMED = re.findall(r"`((?:tests|tongban)/[\w/]+\.py)(?:::(\w+))?`", PAGE)
CRITERIA = [*range(1, 19), *range(26, 32), 33, *range(38, 44), 45]


@cache
def names_in(path: str) -> set[str]:
    return set(re.findall(r"^(?:def|class) (\w+)", (ROOT / path).read_text(), re.MULTILINE))


def test_every_criterion_has_one_row() -> None:
    assert [int(row.split("|")[1].strip().removeprefix("SR-")) for row in ROWS] == CRITERIA


@pytest.mark.parametrize(("path", "name"), NAMED, ids=lambda value: value or "whole file")
def test_a_named_test_exists(path: str, name: str) -> None:
    assert (ROOT / path).is_file(), path
    assert not name or name in names_in(path), f"{path}::{name}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_a_row_names_a_test_or_says_that_it_is_not_done(row: str) -> None:
    measure, tests, missing = (cell.strip() for cell in row.split("|")[3:6])
    assert measure and missing
    assert "`tests/" in tests or "`tongban/" in tests or missing.startswith("not done")
