"""`tongban catalogue diff`: two places that differ in one material, one limit and one rule differ in exactly these three."""

import csv
import io
import json
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml

from tests.cast import JIYANG, LINYI
from tongban.catalogue.layers import SERVICES, load_document
from tongban.project import cli

KEY = "disability-subsidies"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The item with a place that asks for one material more, promises another limit and decides one point otherwise."""
    shutil.copytree(SERVICES / KEY, tmp_path / KEY)
    document = load_document(KEY, JIYANG)
    situation, material = document["situations"][0], document["materials"][0]
    layer = yaml.safe_load((tmp_path / KEY / f"{LINYI}.yaml").read_text())
    layer |= {
        "limits": {"promise": {"days": 3, "verified": False}},
        "materials": [{**material, "id": "household", "name": {"zh": "户口簿", "en": "household book"}}],
        "situations": [{"id": situation["id"], "materials": [*situation["materials"], "household"]}],
        "points": [{"id": "severe", "conditions": ["cert.level == 1"]}],
    }
    (tmp_path / KEY / f"{LINYI}.yaml").write_text(yaml.safe_dump(layer, allow_unicode=True))
    return tmp_path


def diff(*words: str) -> int:
    return cli.main(["catalogue", "diff", *words])


THREE = {"materials[household]": "stricter", "limits.promise": "harmless", "points[severe]": "contradiction"}


@pytest.mark.parametrize("item", [KEY, "000511014000"])
def test_exactly_these_three(root: Path, capsys, item: str):
    assert diff("--item", item, "--places", JIYANG, LINYI, "--root", str(root), "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["path"]: one["grade"] for one in found["differences"]} == THREE
    assert {(todo["place"], todo["path"]) for todo in found["todos"]} == {
        (LINYI, "materials[household]"),
        (LINYI, "points[severe]"),
    }


def test_what_is_declared_is_nobodys_task(root: Path, tmp_path: Path, capsys):
    declared = tmp_path / "declared.json"
    declared.write_text(json.dumps([{"place": LINYI, "item": KEY, "path": path, "reason": "试点"} for path in THREE]))
    diff("--item", KEY, "--places", f"{JIYANG},{LINYI}", "--root", str(root), "--declared", str(declared))
    assert "3 处差异 differences, 0 件待办" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_the_differences_may_be_written_to_a_table(root: Path, tmp_path: Path, name: str):
    file = tmp_path / name
    diff("--item", KEY, "--places", JIYANG, LINYI, "--root", str(root), "--out", str(file))
    if name.endswith("xlsx"):
        assert openpyxl.load_workbook(file).active.max_row == 4
    else:
        assert len(file.read_text(encoding="utf-8-sig").splitlines()) == 4


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r="])
def test_no_cell_of_a_table_begins_like_a_formula(root: Path, tmp_path: Path, name: str, sign: str):
    theirs, file = tmp_path / f"{sign}1+1.json", tmp_path / name
    theirs.write_text(json.dumps({**load_document(KEY, JIYANG), "effect": "other"}))
    diff("--item", KEY, "--places", JIYANG, str(theirs), "--root", str(root), "--out", str(file))
    cells = [cell for row in rows_of(file) for cell in row]
    assert any("1+1" in cell for cell in cells)
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n")]


def rows_of(file: Path) -> list[list[str]]:
    if file.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(file).active
        return [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
    return list(csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))


def test_a_place_may_be_a_file(tmp_path: Path, capsys):
    file = tmp_path / "theirs.json"
    file.write_text(json.dumps(load_document(KEY, JIYANG)))
    assert diff("--item", KEY, "--places", JIYANG, str(file)) == 0
    assert "0 处差异" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["--item", "nothing", "--places", JIYANG], ["--places", ","], ["--item", KEY, "--places", "nowhere.yaml"]]
)
def test_what_cannot_be_compared_is_refused(words: list[str], capsys):
    assert diff(*words) == 1
    assert capsys.readouterr().err
