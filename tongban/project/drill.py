"""A restore for practice (恢复演练): timed, on a scratch directory, proved from end to end. The running node is not touched."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import psycopg

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.backup_manifest import Manifest, read_manifest
from tongban.project.backups import DATABASE, count_rows, require_embedded
from tongban.project.postgres import Cluster, ensure_cluster, ensure_database
from tongban.project.postgres_layout import Layout, make_passable, server_environment
from tongban.project.postgres_programs import server_program
from tongban.project.restoring import copy_files, recover_database


class PagesDamaged(Refused):
    """Bits have turned in a data file."""

    status = 422
    text = Text("数据文件校验和不符：{reason}", "The checksums of the data files do not hold: {reason}")
    advice = Text(
        "请使用另一份备份，并检查运行节点的磁盘。", "Use another backup, and check the disk of the running node."
    )


class RowsMissing(Refused):
    status = 422
    text = Text(
        "表 {table} 只有 {found} 行，备份时至少有 {expected} 行。",
        "Table {table} has {found} rows; when the backup began it had {expected}.",
    )
    advice = Text("请使用另一份备份。", "Use another backup.")


class BackupNotProved(Refused):
    status = 422
    text = Text("备份中 {where} 未通过验证（{why}）。", "In the backup {where} does not verify ({why}).")
    advice = Text(
        "请在运行节点上执行 tongban verify --all，再决定用哪一份备份。",
        "Run tongban verify --all on the running node, then decide which backup to use.",
    )


@dataclass
class Drill:
    """Seconds by step, in order. What a real restore needs until its node answers is `rto`."""

    manifest: Manifest
    steps: dict[str, float] = field(default_factory=dict)
    proved: dict[str, int] = field(default_factory=dict)

    NEEDED = ("manifest", "copy and compare", "replay the log", "start")

    @property
    def rto(self) -> float:
        return sum(seconds for name, seconds in self.steps.items() if name in self.NEEDED)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.steps[name] = time.monotonic() - began


def restore_for_practice(*, source: Path, work: Path | None = None) -> Drill:
    """Raises the first refusal; leaves nothing behind. Must be the only user of Django in its process."""
    require_embedded()
    began = time.monotonic()
    drill = Drill(read_manifest(source))
    drill.steps["manifest"] = time.monotonic() - began
    with _scratch(work) as scratch:
        _run(drill, source, scratch)
    return drill


def _run(drill: Drill, source: Path, scratch: Path) -> None:
    with drill.step("copy and compare"):
        copy_files(source, scratch, drill.manifest)
    with drill.step("replay the log"):
        recover_database(scratch / "pg")
    with drill.step("checksums of pages"):
        _check_pages(Layout((scratch / "pg").resolve()))
    cluster = ensure_cluster(scratch / "pg")
    try:
        with drill.step("start"):
            lease = cluster.start()
            ensure_database(cluster, DATABASE)
        with drill.step("rows"):
            drill.proved |= _check_rows(cluster, drill.manifest)
        with drill.step("signatures and chains"):
            drill.proved |= _prove(cluster, scratch, drill.manifest)
        lease.close()
    finally:
        cluster.stop()


def _check_pages(layout: Layout) -> None:
    done = subprocess.run(
        [server_program("pg_checksums", layout.account), "--check", "-D", layout.data],
        stdin=subprocess.DEVNULL, capture_output=True, cwd="/", env=server_environment(), check=False,
        **layout.account.process(),
    )  # fmt: skip
    if done.returncode:
        raise PagesDamaged(reason=" ".join(done.stderr.decode(errors="replace").splitlines()[-2:]))


def _check_rows(cluster: Cluster, manifest: Manifest) -> dict[str, int]:
    with psycopg.connect(cluster.dsn(database=DATABASE), autocommit=True) as connection:
        found = {table: count_rows(connection, table) for table in manifest.rows}
    for table, expected in manifest.rows.items():
        if found[table] < expected:
            raise RowsMissing(table=table, found=found[table], expected=expected)
    return {"rows": sum(found.values())}


def _prove(cluster: Cluster, scratch: Path, manifest: Manifest) -> dict[str, int]:
    os.environ["DATABASE_URL"] = cluster.dsn(database=DATABASE, role="tongban_app")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongban.project.settings"
    django.setup()
    # Tables can be imported only now.
    verifying: Any = import_module("tongban.project.verifying")
    report = verifying.verify_all(regions=manifest.regions, trust=scratch / "trust.json")
    import_module("django.db").connections.close_all()
    if report.faults:
        first = report.faults[0]
        raise BackupNotProved(where=f"{first.region} {first.case_id or ''} {first.where}", why=first.why)
    return {"cases": report.seen.cases, "events": report.seen.events, "receipts": report.seen.receipts,
            "leaves": report.leaves}  # fmt: skip


@contextmanager
def _scratch(work: Path | None) -> Iterator[Path]:
    if work:
        make_passable(work)
    directory = Path(tempfile.mkdtemp(prefix="tongban-drill-", dir=work))
    if os.geteuid() == 0:
        directory.chmod(0o711)
    try:
        yield directory
    finally:
        shutil.rmtree(directory)
