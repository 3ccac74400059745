"""Backups (备份) of a running node: its database as of one moment, then its files. Keys are no part of it (`backup_keys.py`).

The database is copied by `pg_basebackup` with the log it needs to be consistent; files are copied after it, because a file is written before
the row that names it and never changed. The seal of the node's life (`seal.json`) stays behind: what is restored must notice that it was.
"""

import os
import shutil
import subprocess
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from tongban.kernel.node import Node, load_node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.backup_keys import keys_of
from tongban.project.backup_manifest import Manifest, list_files, write_manifest
from tongban.project.postgres import Cluster, ensure_cluster
from tongban.project.postgres_layout import PORT, SUPERUSER, server_environment
from tongban.project.postgres_programs import pg_binary

DATABASE = "tongban"
FACTS = ("node.json", "trust.json")
COUNTED = ("exchange_event", "exchange_receipt", "exchange_command", "alliance_memberlistversion")
"""Tables that only grow."""


class DatabaseIsElsewhere(Refused):
    """The site's own tool knows its database better than we do."""

    text = Text(
        "本节点使用外部数据库（DATABASE_URL），不由本命令备份或恢复。",
        "This node's database is its site's own (DATABASE_URL); this command neither backs it up nor restores it.",
    )
    advice = Text(
        "请用该数据库自己的备份工具；恢复之后先运行 tongban node recover，再启动节点。",
        "Use the backup tool of that database; after a restore run tongban node recover before the node starts.",
    )


class TargetNotEmpty(Refused):
    text = Text("目标 {path} 不是空目录。", "The target {path} is not an empty directory.")
    advice = Text("请为每次备份指定新目录。", "Name a new directory for each backup.")


class BackupFailed(Refused):
    status = 503
    text = Text("数据库备份失败：{reason}", "The database could not be backed up: {reason}")
    advice = Text("请检查剩余空间和数据库状态后重试。", "Check the free space and the database, then try again.")


def take_backup(*, home: Path, target: Path, at: datetime) -> Manifest:
    """A consistent copy of the node into a new directory, readable by its owner only, while the node goes on working.

    Refuses `DatabaseIsElsewhere`, `TargetNotEmpty`, `BackupFailed`.
    """
    require_embedded()
    node = load_node(home)
    make_target(target)
    cluster = ensure_cluster(home / "pg")
    with cluster.start():
        facts = _ask(cluster)
        _copy_database(cluster, target / "pg" / "data")
    for name in FACTS:
        shutil.copyfile(home / name, target / name)
    _copy_blobs(home / "blobs", target / "blobs")
    manifest = _describe(node, target, facts, at)
    write_manifest(target, manifest, node)
    return manifest


def require_embedded() -> None:
    """Refuses `DatabaseIsElsewhere`. Asked before anything sets the variable for this process."""
    if os.environ.get("DATABASE_URL"):
        raise DatabaseIsElsewhere


def make_target(target: Path) -> None:
    """Refuses `TargetNotEmpty`."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(target.iterdir()):
        raise TargetNotEmpty(path=target)
    target.chmod(0o700)


def _copy_database(cluster: Cluster, data: Path) -> None:
    """The password goes through the environment: arguments are seen by everybody on the machine."""
    data.parent.mkdir(mode=0o700)
    done = subprocess.run(
        [
            pg_binary("pg_basebackup"), "--pgdata", data, "--host", cluster.layout.sockets, "--port", str(PORT),
            "--username", SUPERUSER, "--no-password", "--format=plain", "--wal-method=stream", "--checkpoint=fast",
        ],
        env=server_environment() | {"PGPASSWORD": cluster.layout.password(SUPERUSER).read_text()},
        stdin=subprocess.DEVNULL, capture_output=True, cwd="/", check=False,
    )  # fmt: skip
    if done.returncode:
        lines = done.stderr.decode(errors="replace").splitlines()
        raise BackupFailed(reason=" ".join(lines[-2:]) or "pg_basebackup")


def _copy_blobs(source: Path, target: Path) -> None:
    """What is still being written has no row that names it."""
    target.mkdir(mode=0o700)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".part-*"), dirs_exist_ok=True)


def _ask(cluster: Cluster) -> dict[str, object]:
    with psycopg.connect(cluster.dsn(database=DATABASE), autocommit=True) as connection:
        return {
            "inc": _number(connection, "SELECT coalesce(max(inc), 1) FROM exchange_incarnation"),
            "list": _number(connection, "SELECT coalesce(max(version), 0) FROM alliance_memberlistversion"),
            "rows": {table: count_rows(connection, table) for table in COUNTED},
            "migrations": tuple(
                f"{app}.{name}"
                for app, name in connection.execute("SELECT app, name FROM django_migrations ORDER BY id")
            ),
            "postgresql": (connection.info.parameter_status("server_version") or "").split()[0],
        }


def count_rows(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0


def _number(connection: psycopg.Connection, question: LiteralString) -> int:
    row = connection.execute(question).fetchone()
    return int(row[0]) if row else 0


def _describe(node: Node, target: Path, facts: dict[str, object], at: datetime) -> Manifest:
    files, directories = list_files(target)
    return Manifest(
        node=node.id, alliance=node.alliance, epoch=node.epoch, regions=node.regions,
        keys=keys_of(node).fingerprints(), tongban=version("tongban"), taken_at=at, files=files,
        directories=directories, **facts,  # type: ignore[arg-type]
    )  # fmt: skip
