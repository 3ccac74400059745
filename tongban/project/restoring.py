"""A node comes back from its backup. What stood there is moved aside, never deleted; the restored node starts in recovery.

Everything is put together beside the home's rooms and compared with the manifest; only then are the rooms exchanged, by renames.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.backup_keys import Keys, keys_in, put_keys, read_keys, require_keys_of
from tongban.project.backup_manifest import Manifest, copy_listed, read_manifest
from tongban.project.backups import DATABASE, FACTS, require_embedded
from tongban.project.postgres_layout import (
    SUPERUSER,
    Layout,
    make_passable,
    require_traversable,
    server_environment,
)
from tongban.project.postgres_lock import StillBusy, exclusive
from tongban.project.postgres_making import write_password
from tongban.project.postgres_programs import server_program

SEAL = "seal.json"
"""Half of what tells a node that it was restored; the other half is in the database (`exchange/incarnation.py`)."""
STAGING = "restoring"
ROOMS = ("pg", "blobs")


class HomeInUse(Refused):
    text = Text("节点 {home} 正在运行。", "The node in {home} is running.")
    advice = Text(
        "请先停止 serve 和 worker（以及其他 tongban 命令），再恢复。",
        "Stop serve and worker, and other tongban commands on it, then restore.",
    )


class HomeOfAnother(Refused):
    text = Text(
        "备份属于节点 {backup}，而 {home} 是节点 {here}。", "The backup is of node {backup}, and {home} is node {here}."
    )
    advice = Text(
        "请核对备份和目录；一个节点不能用另一个节点的数据。", "Check both; no node works with another's data."
    )


class HomeNotEmpty(Refused):
    text = Text("{home} 不是节点目录，也不是空目录。", "{home} is neither a node's directory nor empty.")
    advice = Text("请指定空目录，或原节点的目录。", "Name an empty directory, or the one of that node.")


class KeysMissing(Refused):
    text = Text("{home} 中没有密钥，也没有给出密钥文件。", "{home} holds no keys, and no keys file was given.")
    advice = Text("请用 --keys 给出单独保管的密钥文件。", "Give the keys file, which is kept elsewhere, with --keys.")


class DatabaseNotRestored(Refused):
    status = 503
    text = Text("数据库无法从备份启动：{reason}", "The database of the backup does not come up: {reason}")
    advice = Text("目标目录未改动；请使用另一份备份。", "The target is as it was; use another backup.")


def restore_node(*, source: Path, home: Path, keys: Path | None, at: datetime) -> tuple[Manifest, Path | None]:
    """The manifest, and where the data that stood there lies now.

    Refuses `BackupUnfinished`, `ManifestDamaged`, `BackupTooNew`, `BackupDamaged`, `KeysMissing`, `KeysUnusable`, `KeysOfAnother`,
    `HomeOfAnother`, `HomeNotEmpty`, `HomeInUse`.
    """
    require_embedded()
    manifest = read_manifest(source)
    _require_home_of(home, manifest)
    private = _find_keys(home, keys, manifest)
    # Now with a key that did not come with the backup.
    read_manifest(source, public_key_of=private.public_key)
    make_passable(home)
    with _stopped(home):
        staging = home / STAGING
        shutil.rmtree(staging, ignore_errors=True)
        try:
            unpack(source, staging, manifest)
            aside = _exchange_rooms(home, staging, at)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        put_keys(private, home)
        _note(home, manifest, at)
    return manifest, aside


def unpack(source: Path, target: Path, manifest: Manifest) -> None:
    """Database, blobs and public facts, compared while copied, the database made consistent; no keys. Refuses `BackupDamaged`."""
    copy_files(source, target, manifest)
    recover_database(target / "pg")


def copy_files(source: Path, target: Path, manifest: Manifest) -> None:
    make_passable(target)
    for part in (*ROOMS, *FACTS):
        copy_listed(source, target, manifest, under=part)
    layout = Layout((target / "pg").resolve())
    require_traversable(layout.directory.parent, layout.account)
    _give_to_server(layout)


def recover_database(directory: Path) -> None:
    """Replay the log that came with the backup, give the superuser a new password, and break the seal. Ends with a clean stop.

    Passwords are no part of a backup; those of the other roles are made anew at the next start (`postgres_roles.py`).
    """
    layout = Layout(directory.resolve())
    write_password(layout.password(SUPERUSER))
    password = layout.password(SUPERUSER).read_text()
    _single_user(layout, [f"ALTER ROLE {SUPERUSER} PASSWORD '{password}'", _break_seal()])


def _break_seal() -> str:
    """No file of any age agrees with it any more: whoever starts on this data notices that it was restored."""
    return (
        "DO $$ BEGIN IF to_regclass('exchange_incarnation') IS NOT NULL THEN "
        "UPDATE exchange_incarnation SET seal = 'restored ' || gen_random_uuid(); END IF; END $$"
    )


def _single_user(layout: Layout, statements: list[str]) -> None:
    done = subprocess.run(
        [server_program("postgres", layout.account), "--single", "-D", layout.data, DATABASE],
        input="\n".join((*statements, "")).encode(), capture_output=True, cwd="/", env=server_environment(),
        check=False, **layout.account.process(),
    )  # fmt: skip
    said = done.stderr.decode(errors="replace")
    wrong = [line for line in said.splitlines() if any(word in line for word in ("FATAL", "PANIC", "ERROR"))]
    if done.returncode or wrong:
        raise DatabaseNotRestored(reason=" ".join(wrong[:2]) or f"exit code {done.returncode}")


def _give_to_server(layout: Layout) -> None:
    make_passable(layout.directory)
    if os.geteuid() == 0:
        layout.directory.chmod(0o711)
    account = layout.account
    for path in (layout.data, *layout.data.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, account.uid, account.gid)


def _require_home_of(home: Path, manifest: Manifest) -> None:
    if (home / "node.json").is_file():
        here = json.loads((home / "node.json").read_text())["id"]
        if here != manifest.node:
            raise HomeOfAnother(backup=manifest.node, home=home, here=here)
    elif home.exists() and any(home.iterdir()):
        raise HomeNotEmpty(home=home)


def _find_keys(home: Path, given: Path | None, manifest: Manifest) -> Keys:
    """Both, where there are both, must be the backup's."""
    found = [keys for keys in (keys_in(home, manifest.node), read_keys(given) if given else None) if keys]
    if not found:
        raise KeysMissing(home=home)
    for keys in found:
        require_keys_of(keys, node=manifest.node, fingerprints=manifest.keys)
    return found[0]


@contextmanager
def _stopped(home: Path) -> Iterator[None]:
    """Nobody works on the home, and nobody begins to while its rooms are exchanged."""
    directory = home / "pg"
    make_passable(directory)
    try:
        with exclusive(Layout(directory).lock, seconds=0.5):
            yield
    except StillBusy:
        raise HomeInUse(home=home) from None


def _exchange_rooms(home: Path, staging: Path, at: datetime) -> Path | None:
    """Where the old ones are, or None where there were none."""
    aside = home / f"before-restore-{at:%Y%m%dT%H%M%SZ}"
    aside.mkdir(mode=0o700)
    if os.geteuid() == 0:
        aside.chmod(0o711)
    for name in (*ROOMS, SEAL):
        if (home / name).exists():
            (home / name).rename(aside / name)
    for name in ROOMS:
        (staging / name).rename(home / name)
    for name in FACTS:
        # What a node that is still here says of itself (its address, say) is newer than its backup.
        if not (home / name).exists():
            (staging / name).rename(home / name)
    if (aside / "pg" / "data").exists():
        return aside
    shutil.rmtree(aside)
    return None


def _note(home: Path, manifest: Manifest, at: datetime) -> None:
    """For people who look at the home later."""
    note = {"restored_at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "taken_at": f"{manifest.taken_at:%Y-%m-%dT%H:%M:%SZ}"}
    with suppress(FileNotFoundError):
        (home / "restored.json").unlink()
    with os.fdopen(os.open(home / "restored.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(note, file)
