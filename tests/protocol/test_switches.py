"""Every rule of the protocol, taken out, is missed: each of the tests named for it turns red."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.protocol.switches import SWITCHES, VARIABLE, as_table

ROOT = Path(__file__).resolve().parents[2]
FAILED = 1
"""Pytest's exit code when tests ran and some failed; a name that is wrong has another one."""


def test_every_rule_has_a_switch() -> None:
    assert sorted(SWITCHES, key=lambda rule: int(rule[1:])) == [f"R{number}" for number in range(1, 21)]


def test_the_page_shows_the_table_as_it_is() -> None:
    assert as_table() in (ROOT / "docs/reference/proof.md").read_text()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("rule", list(SWITCHES))
def test_a_rule_that_is_taken_out_is_missed(rule: str) -> None:
    environment = os.environ | {VARIABLE: rule, "MACHINE_SHRINK": "no", "PYTEST_ADDOPTS": ""}
    for tests in SWITCHES[rule].tests:
        run = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "tests.protocol.switches", "-q", "-x", "-p", "no:randomly", "-n", "0", tests],
            env=environment, cwd=ROOT, capture_output=True, text=True, timeout=280, check=False,
        )  # fmt: skip
        assert run.returncode == FAILED, f"{tests} stayed green without {rule}:\n{run.stdout[-2000:]}"
