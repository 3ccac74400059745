"""The platform's verifier and the independent one (docs/reference/record-format.md) call the same files genuine, and the same ones not."""

import ast
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from tongban_verify import Faulty, chain, members, record

from tests.cast import JIYANG, citizen
from tests.verifier import issued
from tests.verifier.records import BROKEN, VALID, Change, Making
from tongban.cases import queries
from tongban.cases.record import RecordFaulty, read_members, verify_record
from tongban.cases.states import AUTHORS, TABLE
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.licences.tests.desk import Desk
from tongban.web.citizen.verify import trust_file

ROOT = Path(__file__).parents[2] / "verifier"
CORPUS = ROOT / "corpus"
FROZEN = sorted((CORPUS / "records").glob("*.json"))
ISSUED = sorted((CORPUS / "issued" / "records").glob("*.json"))
"""With licences; frozen later, by other keys."""


@pytest.fixture
def making(node: Node, linyi: Node, huimin: Node, at: datetime) -> Making:
    return Making(node, linyi, huimin, at)


def opinions(data: bytes, trust: bytes) -> tuple[str, str]:
    """Where each of them found the first fault; empty for a genuine file."""
    first = second = ""
    try:
        verify_record(data, members=read_members(trust))
    except RecordFaulty as refused:
        first = str(refused.details["where"])
    try:
        record.verify(data, members.read(trust))
    except Faulty as fault:
        second = fault.where
    return first, second


@pytest.mark.parametrize("make", [*VALID.values(), *issued.VALID.values()], ids=lambda make: make.__name__)
def test_both_call_it_genuine(make: Change, making: Making) -> None:
    assert opinions(make(making), making.trust_file()) == ("", "")


@pytest.mark.parametrize("make", [*BROKEN.values(), *issued.BROKEN.values()], ids=lambda make: make.__name__)
def test_both_refuse_it_at_the_same_place(make: Change, making: Making) -> None:
    first, second = opinions(make(making), making.trust_file())
    assert first and first == second


def test_both_believe_the_licence_that_a_node_has_issued(
    db: None, node: Node, linyi: Node, huimin: Node, at: datetime
) -> None:
    desk = Desk.of(node, linyi, huimin, at)
    licence = desk.licensed()
    with scope([JIYANG]):
        exported = queries.export_record(node=node, region=JIYANG, case_id=licence.case_id, by=citizen(), at=desk.at)
    assert opinions(exported, trust_file()) == ("", "")


@pytest.mark.parametrize("path", [*FROZEN, *ISSUED], ids=lambda path: path.stem)
def test_files_of_the_first_version_keep_their_verdict(path: Path) -> None:
    first, second = opinions(path.read_bytes(), (path.parents[1] / "trust.json").read_bytes())
    assert bool(first) == bool(second) == path.stem.startswith("broken-")


def test_the_corpus_is_large_enough() -> None:
    valid = [path for path in FROZEN if path.stem.startswith("valid-")]
    assert len(valid) >= 5 and len(FROZEN) - len(valid) >= 30


def test_it_shares_no_code_and_needs_one_library() -> None:
    named = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else alias.name
        for path in (ROOT / "tongban_verify").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    outside = {name.split(".")[0] for name in named} - set(sys.stdlib_module_names)
    assert outside == {"cryptography", "tongban_verify"}


def test_its_tables_are_the_published_ones() -> None:
    assert {(before or "", event): after for (before, event), after in TABLE.items()} == chain.TABLE
    assert {event: set(places) for event, places in AUTHORS.items()} == chain.AUTHORS


@pytest.mark.parametrize(("which", "code", "says"), [("valid-", 0, "GENUINE"), ("broken-", 1, "NOT GENUINE")])
def test_it_runs_by_itself(which: str, code: int, says: str) -> None:
    path = next(path for path in FROZEN if path.stem.startswith(which))
    command = [sys.executable, "-m", "tongban_verify", str(path), "--trust", str(CORPUS / "trust.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.startswith(says)) == (code, True)
