"""`tongban catalogue import`, `template` and `lint`: reports without a node, and storing in one."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from tests.cast import ITEM, LINYI
from tongban.catalogue.importing.storing import list_item_versions
from tongban.catalogue.layers import load_document
from tongban.catalogue.parts.text import write_text
from tongban.catalogue.tests.guides import guide, write
from tongban.kernel.node import Node
from tongban.project import cli, grammar
from tongban.project.commands import importing, national


def report(capsys: pytest.CaptureFixture) -> list[dict]:
    return json.loads(capsys.readouterr().out)


def test_a_dry_run_needs_no_node_and_prints_the_report(tmp_path: Path, capsys):
    good, odd, bad = write(tmp_path, guide(), guide(ywCode="02", doScope="全宇宙"), {"what": 1})
    assert cli.main(["catalogue", "import", str(good), str(odd), str(bad), "--dry-run", "--json"]) == 1
    taken, found, refused = report(capsys)
    assert [taken["status"], found["status"], refused["status"]] == ["taken", "taken_with_findings", "refused"]
    assert (taken["file"], taken["item"]["name"], refused["item"]) == (str(good), "示例事项办理", None)
    assert ("doScope", "全宇宙", "warning") in {
        (one["field"], one["value"], one["severity"]) for one in found["findings"]
    }
    assert all(set(finding) == {"field", "value", "what", "severity"} for finding in found["findings"])


def test_what_is_taken_with_findings_is_no_failure(tmp_path: Path, capsys):
    (odd,) = write(tmp_path, guide(doScope="全宇宙"))
    assert cli.main(["catalogue", "import", str(odd), "--dry-run"]) == 0
    assert "全宇宙" in capsys.readouterr().out


def test_without_a_node_nothing_is_stored(tmp_path: Path, capsys):
    assert cli.main(["catalogue", "import", str(tmp_path / "x")]) == 1
    assert "--dry-run" in capsys.readouterr().err


@pytest.mark.django_db
def test_storing_tells_what_became_of_each(tmp_path: Path, capsys, node: Node):
    files = write(tmp_path, guide(), guide(rightsCode="x"))
    args = Namespace(files=files, json=True, dry_run=False, home=tmp_path)
    for act in ("added", "unchanged"):
        assert importing.read(args) == 1
        assert [one["stored"] for one in report(capsys)] == [act, "refused"]
    assert len(list_item_versions("template", "002099001001-01")) == 1


def test_a_node_is_opened_only_to_store(tmp_path: Path):
    def opens(*words: str) -> str:
        args = grammar.build().parse_args(["catalogue", "import", "f", *words])
        return cli._opens(args.command, args)

    assert opens("--dry-run") == opens() == opens("--dry-run", "--home", "h") == "nothing"
    assert opens("--home", "h") == "node"


def test_the_template_is_a_workbook_that_can_be_read(tmp_path: Path, capsys):
    file = tmp_path / "template.xlsx"
    assert cli.main(["catalogue", "template", "--out", str(file)]) == 0
    assert cli.main(["catalogue", "import", str(file), "--dry-run"]) == 1
    assert "没有任何事项" in capsys.readouterr().out


def test_a_file_may_be_linted(tmp_path: Path, capsys):
    (file,) = write(tmp_path, guide(according="无"))
    assert cli.main(["catalogue", "lint", str(file), "--json"]) == 1
    assert report(capsys)[0]["findings"][0] | {"what": ""} == {
        "field": "basis",
        "value": None,
        "what": "",
        "severity": "error",
    }


def test_a_merged_definition_in_a_file_may_be_linted_beside_others(tmp_path: Path, capsys):
    """A point that no situation uses keeps nothing from being published, so that `catalogue check` is silent about it."""
    document = load_document(ITEM, LINYI)
    dead = {**document["points"][0], "id": "nobody"}
    merged, broken, other = write(tmp_path, {**document, "points": [*document["points"], dead]}, {"key": 1}, guide())
    merged.write_text(write_text(json.loads(merged.read_text())))
    assert cli.main(["catalogue", "lint", str(merged), str(broken), str(other), "--json"]) == 1
    first, second, third = report(capsys)
    assert (first["item"], first["file"], second["item"], third["item"]) == (ITEM, str(merged), None, "002099001001-01")
    assert "points[nobody]" in {one["field"] for one in first["findings"] if one["severity"] == "warning"}


def test_a_definition_may_be_linted(capsys):
    assert cli.main(["catalogue", "lint", "--item", "disability-subsidies", "--severity", "warning"]) == 0
    assert "nothing found" in capsys.readouterr().out


@pytest.mark.django_db
def test_items_are_written_in_the_shape_of_the_national_tables(tmp_path: Path, capsys, node: Node):
    importing.read(Namespace(files=write(tmp_path, guide()), json=True, dry_run=False, home=tmp_path))
    capsys.readouterr()
    for name in ("national.xlsx", "national.jsonl"):
        national.write(Namespace(region="370115", taken=True, out=tmp_path / name))
    assert "missing" in capsys.readouterr().err
    first = json.loads((tmp_path / "national.jsonl").read_text().splitlines()[0])
    assert (first["table"], first["row"]["catalog_code"]) == ("up_task_directory", "002099001001")
