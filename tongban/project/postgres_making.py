"""Making a cluster directory, and refusing one that this program cannot use."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from tongban.kernel.text import Text
from tongban.project.postgres_layout import (
    MAJOR,
    SUPERUSER,
    Account,
    ClusterRefused,
    Layout,
    make_passable,
    make_private,
    private_file,
    require_owner,
    require_traversable,
    server_environment,
)
from tongban.project.postgres_lock import exclusive
from tongban.project.postgres_programs import server_program

NEEDED_BYTES = 200_000_000
PATIENCE_SECONDS = 60.0


class OtherMajorVersion(ClusterRefused):
    text = Text(
        "{data} 是 PostgreSQL {found} 的数据目录，本程序使用 {major}。",
        "{data} is a data directory of PostgreSQL {found}; this program uses {major}.",
    )
    advice = Text(
        "请用 PostgreSQL {found} 的 pg_dump 导出，在新目录中导入；或设置 DATABASE_URL。数据未被改动。",
        "Dump it with pg_dump of PostgreSQL {found} and restore into a new directory, or set DATABASE_URL. "
        "Nothing was changed.",
    )


class NotACluster(ClusterRefused):
    text = Text(
        "{data} 不是本程序建立的数据库（缺少 {missing}）。",
        "{data} was not made by this program: {missing} is missing.",
    )
    advice = Text(
        "请换一个目录，或从备份恢复缺少的文件。", "Choose another directory, or restore the missing file from a backup."
    )


class DiskFull(ClusterRefused):
    text = Text("{directory} 所在磁盘空间不足。", "The disk that holds {directory} is full.")
    advice = Text("请腾出至少 {needed_mb} MB 后重试。", "Free at least {needed_mb} MB and try again.")


class ClusterNotMade(ClusterRefused):
    text = Text("无法建立数据库：{reason}", "The database could not be made: {reason}")
    advice = Text(
        "{directory} 中没有留下半成品，排除原因后可重试。",
        "Nothing half-made is left in {directory}: mend the cause and try again.",
    )


def make_cluster(layout: Layout) -> None:
    """Makes what is missing and checks what is there; several processes may try at once."""
    _prepare_directory(layout)
    if not layout.data.exists():
        with exclusive(layout.making, seconds=PATIENCE_SECONDS):
            if not layout.data.exists():
                _initialise(layout)
    _require_usable(layout)


def _prepare_directory(layout: Layout) -> None:
    """The directory itself is ours; for root it is one the server's user may pass through, not read."""
    account = layout.account
    require_traversable(layout.directory.parent, account)
    server_program("postgres", account)
    make_passable(layout.directory)
    require_owner(layout.directory, os.geteuid())
    if account.uid != os.geteuid():
        layout.directory.chmod(0o711)


def _require_usable(layout: Layout) -> None:
    version = layout.data / "PG_VERSION"
    if not version.exists():
        raise NotACluster(data=layout.data, missing=version.name)
    if (found := version.read_text().strip()) != MAJOR:
        raise OtherMajorVersion(data=layout.data, found=found, major=MAJOR)
    require_owner(layout.data, layout.account.uid)
    if not layout.password(SUPERUSER).exists():
        raise NotACluster(data=layout.data, missing=layout.password(SUPERUSER).name)


def _initialise(layout: Layout) -> None:
    """Into a sibling that is renamed when complete: whoever is interrupted leaves nothing that looks like a cluster."""
    if shutil.disk_usage(layout.directory).free < NEEDED_BYTES:
        raise DiskFull(directory=layout.directory, needed_mb=NEEDED_BYTES // 1_000_000)
    account, unfinished, password = layout.account, layout.directory / "data.new", layout.directory / "initdb.password"
    _remove(unfinished, password)
    try:
        make_private(unfinished, account)
        write_password(layout.password(SUPERUSER))
        with private_file(password) as target:
            target.write(layout.password(SUPERUSER).read_bytes())
        os.chown(password, account.uid, account.gid)
        _run_initdb(layout, unfinished, password, account)
        unfinished.rename(layout.data)
    finally:
        _remove(unfinished, password)


def _remove(directory: Path, file: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    file.unlink(missing_ok=True)


def _run_initdb(layout: Layout, target: Path, password: Path, account: Account) -> None:
    options = {
        "--username": SUPERUSER,
        "--pwfile": str(password),
        "--auth-local": "scram-sha-256",
        "--auth-host": "reject",
        "--encoding": "UTF8",
        "--locale-provider": "builtin",
        "--locale": "C.UTF-8",
    }
    done = subprocess.run(
        [
            server_program("initdb", account),
            "-D",
            target,
            "--data-checksums",
            *(f"{name}={value}" for name, value in options.items()),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd="/",
        env=server_environment(),
        check=False,
        **account.process(),
    )
    if done.returncode:
        raise _explain(layout, done.stderr.decode(errors="replace"))


def _explain(layout: Layout, said: str) -> ClusterRefused:
    if "No space left on device" in said:
        return DiskFull(directory=layout.directory, needed_mb=NEEDED_BYTES // 1_000_000)
    errors = [line for line in said.splitlines() if "error" in line or "FATAL" in line]
    return ClusterNotMade(reason=" ".join(errors[-2:]) or "initdb", directory=layout.directory)


def write_password(file: Path) -> None:
    """Kept if there is one: an interrupted caller may have given it to the server already."""
    if not file.exists():
        unfinished = file.with_suffix(".new")
        with private_file(unfinished) as target:
            target.write(secrets.token_hex(32).encode())
            target.flush()
            os.fsync(target.fileno())
        unfinished.rename(file)
