"""Twenty issuers of one decision at once, and processes that die at every point on the way: one number, one licence."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections

from tests.cast import LINYI
from tests.processes import environment
from tongban.kernel import crash
from tongban.project import postgres

pytestmark = pytest.mark.timeout(600)
POINTS = [name for name in crash.POINTS if name.startswith("licence.") and name != "licence.handed-over"]
"""Whoever comes to one first dies there."""
PROCESSES = 4
THREADS = 5
DATABASE = "tongban_race"


@dataclass
class Race:
    """A database of its own: what is committed here is in nobody's way."""

    cluster: postgres.Cluster
    home: Path

    def start(self, *arguments: object) -> "subprocess.Popen[str]":
        env = environment(
            TONGBAN_MODE="demo", DJANGO_SETTINGS_MODULE="tests.settings", TONGBAN_CRASH_AT=",".join(POINTS),
            DATABASE_URL=self.cluster.dsn(database=DATABASE, role="tongban_app"),
        )  # fmt: skip
        program = [sys.executable, "-m", "tests.faults.issuing", *map(str, arguments)]
        return subprocess.Popen(program, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.cluster.dsn(database=DATABASE)) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def race(cluster: postgres.Cluster, django_db_setup: None, tmp_path: Path) -> Iterator[Race]:
    connections["default"].close()
    with psycopg.connect(cluster.dsn(), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {DATABASE} TEMPLATE tongban_test")  # type: ignore[arg-type]
        postgres.ensure_database(cluster, DATABASE)
        yield Race(cluster, tmp_path)
        server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")  # type: ignore[arg-type]


def test_twenty_issuers_and_every_crash_give_one_licence(race: Race) -> None:
    said, wrong = race.start("prepare", race.home).communicate()
    assert said.split(), wrong
    case_id, decision = said.split()
    run_all(race, "issue", race.home, case_id, decision, THREADS)
    assert sorted(mark.name for mark in (race.home / LINYI / "crashed").iterdir()) == sorted(POINTS)
    ((state, number, identifier),) = race.ask("SELECT state, number, identifier FROM licences_reservation")
    assert state == "issued"
    assert race.ask("SELECT number, identifier FROM licences_licence") == [(number, identifier)]
    kinds = race.ask("SELECT kind FROM exchange_event WHERE region = '371424' AND kind LIKE 'cases.licence%'")
    assert kinds == [("cases.licence_issued;v=1",)]
    steps = race.ask("SELECT step, count(DISTINCT digest) FROM licences_signerentry GROUP BY step ORDER BY step")
    assert steps == [("signed", 1), ("signing", 1)]


def run_all(race: Race, *arguments: object) -> None:
    """For each process that dies another one is started, armed as it was, until all have come to their end."""
    running = [race.start(*arguments) for _ in range(PROCESSES)]
    while running:
        process = running.pop(0)
        _, wrong = process.communicate()
        if process.returncode == crash.EXIT_CODE:
            running.append(race.start(*arguments))
        else:
            assert process.returncode == 0, wrong
