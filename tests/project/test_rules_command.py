"""`tongban rules eval`, `test` and `explain`: without a node, a database or Django's settings."""

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.cast import ITEM
from tongban.catalogue.layers import list_items
from tongban.project import grammar
from tongban.project.commands import rules
from tongban.project.commands.papers import FileUnreadable
from tongban.rules.expression import BadCondition


def call(*words: str) -> int:
    args = grammar.build().parse_args(["rules", *words])
    assert args.command.opens == "nothing"
    return getattr(rules, words[0])(args) or 0


def answers(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


LINES = '{"expr": "a && b", "facts": {"a": true}}\n\nnonsense\n{"expr": "\'正\'"}'


def test_a_batch_answers_line_by_line(tmp_path: Path, capsys):
    file = tmp_path / "lines.jsonl"
    file.write_text(LINES, encoding="utf-8")
    assert call("eval", "--batch", str(file)) == 0
    assert answers(capsys) == [{"unknown": ["b"]}, {"error": "the line is not JSON"}, {"value": "正"}]


def test_a_batch_may_come_from_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(LINES.encode())))
    assert call("eval", "--batch", "-") == 0
    assert len(answers(capsys)) == 3


def test_one_expression_may_be_tried(capsys):
    assert call("eval", "--expr", "a > 3", "--facts", '{"a": 5}') == 0
    assert call("eval", "--expr", "a >") == 1
    assert call("eval", "--expr", "a", "--facts", "nonsense") == 1
    assert [set(answer) - {"at"} for answer in answers(capsys)] == [{"value"}, {"error"}, {"error"}]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(FileUnreadable):
        call("eval", "--batch", str(tmp_path / "none"))


def test_every_example_of_every_item_is_run(capsys):
    assert call("test") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == list_items()


def test_an_example_that_comes_out_otherwise_is_named(monkeypatch, capsys):
    wrong = next(example for example in rules.examples.load_examples(ITEM) if example.outcome == "approve")
    changed = SimpleNamespace(**{name: getattr(wrong, name) for name in wrong.__slots__} | {"outcome": "refer"})
    monkeypatch.setattr(rules.examples, "load_examples", lambda key: [changed])
    assert call("test", "--key", ITEM) == 1
    assert "outcome approve, refer expected" in capsys.readouterr().out


def test_an_example_is_explained_point_by_point(capsys):
    assert call("explain", "--key", ITEM, "--example", "12", "--language", "zh") == 0
    shown = capsys.readouterr().out
    assert "参保状态＝正常参保（参保登记，2026-11-20）" in shown
    assert "Insurance" not in shown


def test_an_expression_is_said_in_words(capsys):
    call("explain", "--expr", "!a && b > 3")
    assert capsys.readouterr().out.splitlines() == ["a：否，且b大于3", "a: no and b is more than 3"]
    with pytest.raises(BadCondition):
        call("explain", "--expr", "!")


@pytest.mark.parametrize(
    "words", [(), ("--key", ITEM), ("--key", "nothing", "--example", "1"), ("--key", ITEM, "--example", "0")]
)
def test_what_is_not_there_cannot_be_explained(words):
    with pytest.raises(rules.NothingToExplain):
        call("explain", *words)


def test_the_examples_of_one_item_are_written_as_a_table(tmp_path: Path, capsys):
    for name, begins in (("a.html", b"<!doctype html>"), ("a.xlsx", b"PK")):
        assert call("test", "--key", ITEM, "--table", str(tmp_path / name)) == 0
        assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize("words", [(), ("--key", "nothing"), ("--key", ITEM, "--key", ITEM)], ids=str)
def test_a_table_is_of_one_item(tmp_path: Path, words):
    with pytest.raises(rules.NotOneItem):
        call("test", "--table", str(tmp_path / "a.html"), *words)
    with pytest.raises(rules.NotOneItem):
        call("test", "--key", ITEM, "--table", str(tmp_path / "a.pdf"))
