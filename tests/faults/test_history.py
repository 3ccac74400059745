"""The history survives as lines, and the plan of harm depends on the seed alone."""

from itertools import islice, takewhile
from pathlib import Path

import pytest

from tests.faults import history, nemesis
from tests.faults.history import History


def test_what_was_done_is_read_again(tmp_path: Path) -> None:
    note = History(tmp_path / "history.jsonl")
    note("client-1", "invoke", "hand-in", "case")
    note("client-1", "unknown", "hand-in", "case", "ReadTimeout")
    note.close()
    assert list(history.read(tmp_path / "history.jsonl")) == note.operations
    assert history.values(note.operations, "hand-in", "unknown") == {"case"}
    assert history.values(note.operations, "hand-in", "ok") == set()


def test_a_line_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_text('{"process": "x", "outcome": "perhaps", "verb": "v", "value": ""}\n')
    with pytest.raises(ValueError, match="perhaps"):
        list(history.read(tmp_path / "history.jsonl"))


def test_the_same_seed_does_the_same_harm() -> None:
    first, again, other = (list(islice(nemesis.plan(seed), 200)) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_a_plan_is_in_order_and_uses_every_verb() -> None:
    steps = list(islice(nemesis.plan(7), 2000))
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert {step.verb for step in steps} == set(nemesis.VERBS)


def test_what_is_cut_is_mended() -> None:
    steps = list(takewhile(lambda step: step.at < 2000, nemesis.plan(7)))
    cuts = sum(step.verb.startswith("cut") for step in steps)
    assert abs(cuts - sum(step.verb == "mend" for step in steps)) < 10
