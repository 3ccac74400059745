"""The command line: its help, its refusals, and a node made, asked, served and stopped with it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tongban.project import cli, grammar
from tongban.project.postgres import Cluster

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference" / "commands.md"


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """Not tmp_path: root's is closed to the user the database server runs as."""
    directory = Path(tempfile.mkdtemp(prefix="tongban-test-", dir="/tmp"))
    directory.chmod(0o711)
    yield directory
    if (directory / "node" / "pg").is_dir():
        Cluster(directory / "node" / "pg").stop()
    shutil.rmtree(directory)


def environment(**more: str) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("TONGBAN_", "DATABASE_", "DJANGO_"))
    }
    return {**kept, **more}


def run(*words: object, **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tongban.project.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment(**more), cwd=ROOT, timeout=60)


@pytest.fixture(scope="module")
def trust(place: Path) -> Path:
    for name in ("root-1", "root-2", "root-3"):
        assert run("alliance", "root-new", "--name", name, "--out", place / f"{name}.json").returncode == 0
    roots = [word for name in ("root-1", "root-2", "root-3") for word in ("--root", place / f"{name}.json")]
    done = run("alliance", "trust", "--alliance", "demo", "--threshold", 2, *roots, "--out", place / "trust.json")
    assert done.returncode == 0, done.stderr
    return place / "trust.json"


@pytest.fixture(scope="module")
def home(place: Path, trust: Path) -> Path:
    """A node of 济阳 whose member list is in force."""
    home, node = place / "node", place / "node.json"
    done = run(
        "node", "init", "--home", home, "--id", "370115-1", "--regions", "370115", "--url", "http://jiyang.localhost:8101",
        "--alliance", "demo", "--trust", trust,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    node.write_text(run("node", "public", "--home", home).stdout)
    draft, once, members = (place / f"{name}.json" for name in ("draft", "once", "members"))
    run("alliance", "list-draft", "--trust", trust, "--node", node, "--out", draft)
    run("alliance", "list-sign", draft, "--key", place / "root-1.json", "--out", once)
    run("alliance", "list-sign", once, "--key", place / "root-3.json", "--out", members)
    done = run("alliance", "list-import", "--home", home, members)
    assert done.returncode == 0, done.stderr
    return home


@pytest.mark.parametrize("command", grammar.COMMANDS, ids=lambda command: command.words)
def test_every_command_has_help_and_stands_in_the_reference(command: grammar.Command) -> None:
    assert command.help
    assert f"tongban {command.words}" in REFERENCE.read_text()


def test_the_reference_names_no_command_that_is_not_there() -> None:
    rows = [line.split("`")[1] for line in REFERENCE.read_text().splitlines() if line.startswith("| `tongban ")]
    known = {f"tongban {command.words}" for command in grammar.COMMANDS}
    assert {row.split(" --")[0].split(" [")[0] for row in rows} == known


def test_wrong_usage_ends_with_2() -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["node", "dance"])
    assert ended.value.code == 2


def test_a_refusal_says_in_both_languages_what_to_do_and_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["record", "verify", "/nowhere/record", "--trust", "/nowhere/members"]) == 1
    said = capsys.readouterr().err
    assert "无法读取" in said
    assert "cannot be read" in said
    assert "Check its name" in said


def test_a_home_that_is_none_is_refused(place: Path) -> None:
    done = run("node", "status", "--home", place / "nothing")
    assert done.returncode == 1
    assert "tongban node init" in done.stderr


@pytest.mark.processes
@pytest.mark.xdist_group("alliance")
class TestNode:
    def test_init_keeps_secrets_to_itself(self, home: Path) -> None:
        for file in (*home.glob("keys/*"), home / "secret.key", home / "node.json"):
            assert file.stat().st_mode & 0o077 == 0, file

    def test_init_a_second_time_is_refused(self, home: Path, trust: Path) -> None:
        done = run(
            "node", "init", "--home", home, "--id", "x", "--regions", "370115", "--url", "http://x", "--alliance", "demo",
            "--trust", trust,
        )  # fmt: skip
        assert done.returncode == 1
        assert "exists already" in done.stderr

    def test_public_shows_nothing_secret(self, home: Path) -> None:
        shown = run("node", "public", "--home", home).stdout
        assert {key["purpose"] for key in json.loads(shown)["keys"]} == {"event", "request", "encryption", "licence"}
        kept = [json.loads(file.read_text()) for place in ("keys", "signer") for file in home.glob(f"{place}/*.json")]
        secrets = [one["secret"] for one in kept if "secret" in one]
        assert len(secrets) == 5 and not any(secret in shown for secret in secrets)

    def test_status_tells_regions_list_and_database(self, home: Path) -> None:
        done = run("node", "status", "--home", home, "--json")
        status = json.loads(done.stdout)
        assert (done.returncode, status["ok"]) == (0, True)
        assert status["regions"] == ["370115"]
        assert status["members"]["version"] == 1
        assert status["database"]["pending_migrations"] == []
        assert (status["wrong"], status["attention"], status["definitions"]) == ([], [], {})
        shown = run("node", "status", "--home", home).stdout
        assert shown.splitlines()[0].split()[:4] == ["node", "370115-1,", "hosts", "370115,"]
        assert shown.splitlines()[-1].split() == ["well", "yes"]

    def test_migrate_again_changes_nothing(self, home: Path) -> None:
        assert run("node", "migrate", "--home", home).returncode == 0

    def test_a_list_signed_by_one_root_only_is_refused(self, home: Path, place: Path) -> None:
        done = run("alliance", "list-import", "--home", home, place / "once.json")
        assert done.returncode == 1
        assert "needs 2 root signatures" in done.stderr

    def test_an_account_is_opened_and_its_second_factor_shown_once(self, home: Path, place: Path) -> None:
        (place / "password").write_text("correct-horse-battery-staple\n")
        add = (
            "staff", "add", "zhaomin", "--home", home, "--region", "370115", "--office", "hall", "--name", "赵敏",
            "--roles", "reception", "--password-file", place / "password",
        )  # fmt: skip
        done = run(*add)
        assert "otpauth://totp/" in done.stdout, done.stderr
        assert run(*add).returncode == 1

    def test_tables_behind_the_release_are_refused(self, home: Path) -> None:
        cluster = Cluster(home / "pg")
        with cluster.start(), psycopg.connect(cluster.dsn(database="tongban"), autocommit=True) as connection:
            connection.execute("UPDATE django_migrations SET name = 'x' || name WHERE app = 'regions'")
            done = run("node", "serve", "--home", home)
            connection.execute("UPDATE django_migrations SET name = substr(name, 2) WHERE app = 'regions'")
        assert done.returncode == 1
        assert "Run tongban node migrate first" in done.stderr

    @pytest.mark.parametrize("process", ["serve", "worker", "signer"])
    def test_it_ends_within_five_seconds_of_sigterm(
        self, home: Path, process: str, start: Callable[..., subprocess.Popen[bytes]]
    ) -> None:
        running = start("node", process, "--home", home, "--quiet")
        log = home / "log" / f"{process}.log"
        wait_for(log, {"serve": "Booting worker", "worker": "working", "signer": "signer started"}[process], running)
        running.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        assert running.wait(10) == 0
        assert time.monotonic() - begun < 5


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: object) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "tongban.project.cli", *map(str, words)]
        started.append(subprocess.Popen(command, env=environment(), cwd=ROOT))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def wait_for(log: Path, word: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 20
    while not (log.exists() and word in log.read_text()):
        assert process.poll() is None, log.read_text() if log.exists() else "it ended"
        assert time.monotonic() < deadline, f"no {word} in {log}"
        time.sleep(0.1)
