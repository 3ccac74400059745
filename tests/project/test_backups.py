"""R2, R3: a node is backed up while it works, and comes back on an empty machine; what must not be restored is refused in clear words."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.processes import passable_directory
from tests.project.test_cli import environment, run
from tongban.kernel.clock import now
from tongban.kernel.node import create_node, load_node
from tongban.kernel.refusals import Refused
from tongban.project import backup_keys, backup_manifest, backups, restoring
from tongban.project.backup_manifest import Manifest
from tongban.project.postgres import Cluster
from tongban.project.postgres_supervisor import postmaster_status

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance")]
ROOT = Path(__file__).parents[2]
CASES = 10


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with passable_directory() as directory:
        yield directory
        for pg in directory.glob("*/pg"):
            Cluster(pg).stop()


@pytest.fixture(scope="module")
def working(place: Path) -> Iterator[Path]:
    """The home of a node that writes cases all the time."""
    home = place / "node"
    command = [sys.executable, "-m", "tests.project.lived", str(home), str(CASES)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield home
        process.communicate("")


@pytest.fixture(scope="module")
def backup(working: Path, place: Path) -> Path:
    done = run("node", "backup", "--home", working, "--to", place / "backup")
    assert done.returncode == 0, done.stderr
    return place / "backup"


@pytest.fixture(scope="module")
def keys(working: Path, backup: Path, place: Path) -> Path:
    done = run("node", "backup-keys", "--home", working, "--to", place / "keys.json")
    assert done.returncode == 0, done.stderr
    assert "分开保管" in done.stderr
    assert "apart" in done.stderr
    return place / "keys.json"


@pytest.fixture
def copy(backup: Path, tmp_path: Path) -> Path:
    """One to be spoiled."""
    return Path(shutil.copytree(backup, tmp_path / "copy"))


@pytest.fixture
def home(place: Path) -> Iterator[Path]:
    """An empty place for a node."""
    home = place / "new"
    yield home
    if home.exists():
        if (home / "pg" / "data").exists():
            Cluster(home / "pg").stop()
        shutil.rmtree(home)


@pytest.fixture(autouse=True)
def _embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


def restore(source: Path, home: Path, keys: Path | None) -> None:
    restoring.restore_node(source=source, home=home, keys=keys, at=now())


def ask(home: Path, statement: str) -> object:
    cluster = Cluster(home / "pg")
    with cluster.start(), psycopg.connect(cluster.dsn(database="tongban"), autocommit=True) as connection:
        cursor = connection.execute(statement)  # type: ignore[call-overload]
        return cursor.fetchone()[0] if cursor.description else cursor.rowcount


# R2


def test_r2_a_drill_proves_the_backup_and_tells_the_time(working: Path, backup: Path, place: Path) -> None:
    """I14 with the running node beside it, which notices nothing."""
    server = postmaster_status(working / "pg" / "data")
    done = run("drill", "restore", "--from", backup, "--work", place, "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["cases"] >= CASES
    assert said["events"] > 2 * said["cases"]
    assert 0 < said["rto"] < 15 * 60
    assert postmaster_status(working / "pg" / "data") == server
    assert not list(place.glob("tongban-drill-*"))


def test_r2_a_node_comes_back_on_an_empty_machine_and_is_recovering(backup: Path, keys: Path, home: Path) -> None:
    done = run("node", "restore", "--from", backup, "--home", home, "--keys", keys)
    assert done.returncode == 0, done.stderr
    assert run("node", "migrate", "--home", home).returncode == 0
    assert ask(home, "SELECT recovering_since IS NOT NULL AND inc > 1 FROM exchange_incarnation") is True
    done = run("verify", "--all", "--home", home, "--json")
    assert (done.returncode, json.loads(done.stdout)["faults"]) == (0, [])
    assert (home / "blobs" / "ab" / "cdef").read_bytes() == b"ciphertext of a file"


def test_r2_what_stood_there_is_moved_aside(backup: Path, keys: Path, home: Path) -> None:
    """Also the seal, and putting it back does not make it fit."""
    restore(backup, home, keys)
    assert run("node", "migrate", "--home", home).returncode == 0
    Cluster(home / "pg").stop()
    shutil.copy(home / "seal.json", home / "kept.json")
    (home / "node.json").write_text((home / "node.json").read_text().replace("jiyang", "moved"))
    restore(backup, home, None)
    aside = next(home.glob("before-restore-*"))
    assert {path.name for path in aside.iterdir()} >= {"pg", "blobs", "seal.json"}
    assert not (home / "seal.json").exists()
    assert load_node(home).url == "http://moved.localhost:1"
    (home / "kept.json").rename(home / "seal.json")
    assert str(ask(home, "SELECT seal FROM exchange_incarnation")).startswith("restored ")


def test_i10_i16_a_backup_holds_neither_keys_nor_passwords_nor_names(working: Path, backup: Path) -> None:
    node = load_node(working)
    passwords = [file.read_bytes() for file in (working / "pg").glob("*.password")]
    secrets = [key.secret for key in node.keys.values()] + [node.local_secret, *passwords, "罗建国".encode()]
    assert len(passwords) == 3
    for file in (path for path in backup.rglob("*") if path.is_file()):
        content = file.read_bytes()
        assert not any(secret in content for secret in secrets), file
    assert not {"keys", "seal.json", "secret.key"} & {path.name for path in backup.rglob("*")}


def test_a_backup_is_closed_to_others(backup: Path, keys: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    assert keys.stat().st_mode & 0o077 == 0


# R3


def refused(source: Path, home: Path, keys: Path | None) -> str:
    """In clear words, and nothing of the target was touched."""
    before = sorted(home.rglob("*")) if home.exists() else None
    with pytest.raises(Refused) as refusal:
        restore(source, home, keys)
    after = sorted(path for path in home.rglob("*") if path.name != "cluster.lock") if home.exists() else None
    assert not (home / "pg" / "data").exists() or before == after
    assert refusal.value.next_step("zh")
    return refusal.value.code


def some_file(backup: Path) -> Path:
    """A table's."""
    return max((backup / "pg" / "data" / "base").rglob("*"), key=lambda path: path.stat().st_size)


def rewrite(backup: Path, node_home: Path, **changes: object) -> None:
    """What a node of another release would have written."""
    manifest: Manifest = backup_manifest.read_manifest(backup)
    backup_manifest.write_manifest(backup, replace(manifest, **changes), load_node(node_home))  # type: ignore[arg-type]


def test_r3_a_truncated_file(copy: Path, home: Path, keys: Path) -> None:
    os.truncate(some_file(copy), 8192)
    assert refused(copy, home, keys) == "backup-damaged"


def test_r3_a_missing_file(copy: Path, home: Path, keys: Path) -> None:
    (copy / "blobs" / "ab" / "cdef").unlink()
    assert refused(copy, home, keys) == "backup-damaged"


def test_r3_a_turned_bit(copy: Path, home: Path, keys: Path) -> None:
    content = bytearray(some_file(copy).read_bytes())
    content[5000] ^= 1
    some_file(copy).write_bytes(content)
    assert refused(copy, home, keys) == "backup-damaged"


def test_r3_an_unfinished_backup(copy: Path, home: Path, keys: Path) -> None:
    (copy / "manifest.json").unlink()
    assert refused(copy, home, keys) == "backup-unfinished"


@pytest.mark.parametrize(
    "spoil", [lambda raw: raw[:-20], lambda raw: raw[:500] + b"AAAA" + raw[504:], lambda raw: b"{}"]
)
def test_r3_a_damaged_manifest(copy: Path, home: Path, keys: Path, spoil) -> None:  # type: ignore[no-untyped-def]
    (copy / "manifest.json").write_bytes(spoil((copy / "manifest.json").read_bytes()))
    assert refused(copy, home, keys) == "manifest-damaged"


def test_r3_a_manifest_that_somebody_else_signed(copy: Path, home: Path, keys: Path, tmp_path: Path) -> None:
    create_node(tmp_path / "forger", id="370115-1", alliance="demo", regions=("370115",), url="http://x", demo=True)
    rewrite(copy, tmp_path / "forger")
    assert refused(copy, home, keys) == "manifest-damaged"


def test_r3_the_backup_of_another_node(backup: Path, home: Path, keys: Path) -> None:
    create_node(home, id="371424-1", alliance="demo", regions=("371424",), url="http://x", demo=True)
    assert refused(backup, home, keys) == "home-of-another"


def test_r3_the_keys_of_another_node(backup: Path, home: Path, tmp_path: Path) -> None:
    other = create_node(tmp_path / "other", id="370115-1", alliance="demo", regions=("370115",), url="http://x")
    backup_keys.save_keys(other, tmp_path / "other.json", at=now())
    assert refused(backup, home, tmp_path / "other.json") == "keys-of-another"


def test_r3_no_keys(backup: Path, home: Path) -> None:
    assert refused(backup, home, None) == "keys-missing"


def test_r3_keys_that_others_can_read(backup: Path, home: Path, keys: Path, tmp_path: Path) -> None:
    open_to_all = Path(shutil.copy(keys, tmp_path / "keys.json"))
    open_to_all.chmod(0o644)
    assert refused(backup, home, open_to_all) == "keys-unusable"


@pytest.mark.parametrize("changes", [{"migrations": ("exchange.0999_tomorrow",)}, {"postgresql": "19.1"}])
def test_r3_a_newer_release(copy: Path, home: Path, keys: Path, working: Path, changes: dict[str, object]) -> None:
    rewrite(copy, working, tongban="9.9", **changes)
    assert refused(copy, home, keys) == "backup-too-new"


def test_r3_a_manifest_that_leads_out_of_the_backup(copy: Path, home: Path, keys: Path, working: Path) -> None:
    manifest = backup_manifest.read_manifest(copy)
    rewrite(copy, working, files=manifest.files | {"pg/../../x": next(iter(manifest.files.values()))})
    assert refused(copy, home, keys) == "manifest-damaged"


def test_r3_a_target_in_use(backup: Path, working: Path) -> None:
    with pytest.raises(restoring.HomeInUse):
        restore(backup, working, None)
    assert postmaster_status(working / "pg" / "data")[1] == "ready"


def test_r3_a_directory_of_something_else(backup: Path, home: Path, keys: Path) -> None:
    home.mkdir()
    (home / "thesis.txt").write_text("")
    assert refused(backup, home, keys) == "home-not-empty"


def test_a_backup_never_goes_into_an_old_one(working: Path, backup: Path) -> None:
    done = run("node", "backup", "--home", working, "--to", backup)
    assert done.returncode == 1
    assert "not an empty directory" in done.stderr


def test_keys_are_never_overwritten(working: Path, keys: Path) -> None:
    with pytest.raises(backup_keys.WouldOverwrite):
        backup_keys.save_keys(load_node(working), keys, at=now())


def test_a_database_of_the_site_is_the_sites_to_back_up(
    working: Path, backup: Path, tmp_path: Path, home: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    with pytest.raises(backups.DatabaseIsElsewhere):
        backups.take_backup(home=working, target=tmp_path / "b", at=now())
    assert refused(backup, home, keys) == "database-is-elsewhere"


def test_a_spoilt_backup_fails_the_drill_with_its_place(copy: Path, place: Path) -> None:
    os.truncate(some_file(copy), 8192)
    done = run("drill", "restore", "--from", copy, "--work", place)
    assert done.returncode == 1
    assert some_file(copy).name in done.stderr or "of the backup" in done.stderr


# G1


def test_g1_what_a_superuser_changes_is_named(backup: Path, keys: Path, home: Path) -> None:
    restore(backup, home, keys)
    case_id = ask(home, "SELECT case_id FROM exchange_event WHERE seq = 2 ORDER BY case_id LIMIT 1")
    cluster = Cluster(home / "pg")
    with cluster.start(), psycopg.connect(cluster.dsn(database="tongban")) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "UPDATE exchange_event SET envelope = envelope || ' ' WHERE case_id = %s AND seq = 2", [case_id]
        )
    done = run("verify", "--all", "--home", home)
    assert done.returncode == 1
    assert f"370115 {case_id}: event 2" in done.stdout
    assert "1 faults" in done.stdout
    assert run("verify", "--case", case_id, "--home", home).returncode == 1
