"""`tongban catalogue check`: what publishing would refuse, without a node."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cast import ITEM, LINYI
from tongban.catalogue.layers import load_document
from tongban.project import grammar
from tongban.project.commands import checking


def call(*words: str) -> int:
    args = grammar.build().parse_args(["catalogue", "check", *words])
    assert args.command.opens == "nothing"
    return checking.check(args)


def drafted(tmp_path: Path, condition: str) -> str:
    document: Any = load_document(ITEM, LINYI)
    points = [one | {"conditions": [condition]} if one["id"] == "residence" else one for one in document["points"]]
    file = tmp_path / "draft.json"
    file.write_text(json.dumps(document | {"points": points}))
    return str(file)


def test_what_ships_may_be_published(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(ITEM) == 0
    assert f"{ITEM} {LINYI}: 0 处 faults" in capsys.readouterr().out


def test_a_fault_is_told_by_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(drafted(tmp_path, "nope"), "--json") == 1
    [[fault]] = json.loads(capsys.readouterr().out).values()
    assert fault["path"] == "points[residence].conditions[0]"


def test_a_rule_that_says_nothing_is_a_fault_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(drafted(tmp_path, "true")) == 1
    assert "points[residence]: 永远不会不符合" in capsys.readouterr().out


def test_what_is_not_there_is_refused() -> None:
    with pytest.raises(checking.NothingToCheck):
        call("no-such-item")
