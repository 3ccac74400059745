"""What a backup says of itself: signed by its node, with size and SHA-256 of every file. Plain Python, no database."""

import base64
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

import tongban
from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import SUITES, BadSignature
from tongban.kernel.envelopes import BadEnvelope, PublicKeyOf
from tongban.kernel.events import format_instant, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.postgres_layout import MAJOR

NAME = "manifest.json"
FORMAT = "tongban-backup;v=1"
MAX_BYTES = 256 * 1024 * 1024


class BackupUnfinished(Refused):
    """The manifest is written last: without it nobody knows what should be there."""

    text = Text(
        "{path} 中没有备份清单，备份不存在或没有做完。", "{path} holds no manifest: no backup, or an unfinished one."
    )
    advice = Text("请使用另一份备份。", "Use another backup.")


class ManifestDamaged(Refused):
    text = Text("备份清单已损坏：{reason}", "The manifest of the backup is damaged: {reason}")
    advice = Text(
        "请使用另一份备份；不要手工修改清单。", "Use another backup; a manifest that was mended by hand proves nothing."
    )


class BackupDamaged(Refused):
    """Truncated, altered or incomplete; nothing of the target was touched."""

    text = Text("备份文件 {file} 不完整或被改动：{why}", "File {file} of the backup is not what was backed up: {why}")
    advice = Text("请使用另一份备份，并检查存放介质。", "Use another backup and check the medium this one lies on.")


class BackupTooNew(Refused):
    """An older program would misread newer tables."""

    text = Text(
        "备份由更新的版本做出（tongban {made}，PostgreSQL {postgresql}），本版本缺少 {missing}。",
        "The backup was made by a newer release (tongban {made}, PostgreSQL {postgresql}); this one lacks {missing}.",
    )
    advice = Text("请安装 tongban {made} 或更新的版本后再恢复。", "Install tongban {made} or later, then restore.")


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a backup; `sha256` in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`keys`: ids by file, and for the local secret something that tells whether it is the right one without telling it.

    `rows`: how many rows append-only tables had when the backup began; a restored one has at least these.
    """

    node: str
    alliance: str
    epoch: int
    regions: tuple[str, ...]
    inc: int
    list: int
    keys: dict[str, str]
    tongban: str
    postgresql: str
    migrations: tuple[str, ...]
    taken_at: datetime
    rows: dict[str, int]
    directories: tuple[str, ...]
    files: dict[str, Listed]

    @property
    def bytes(self) -> int:
        return sum(listed.size for listed in self.files.values())


def write_manifest(directory: Path, manifest: Manifest, node: Node) -> None:
    """Beside its place first: a manifest is there as a whole or not at all."""
    key = node.keys["event"]
    value = asdict(manifest) | {
        "format": FORMAT, "taken_at": format_instant(manifest.taken_at), "regions": [*manifest.regions],
        "migrations": [*manifest.migrations], "directories": [*manifest.directories],
        "public": base64.b64encode(key.public).decode(),
    }  # fmt: skip
    unfinished = directory / f"{NAME}.new"
    unfinished.write_bytes(envelopes.sign(value, type=envelopes.BACKUP, suite=node.suite, keys=[key]).raw)
    unfinished.rename(directory / NAME)


def read_manifest(directory: Path, *, public_key_of: PublicKeyOf | None = None) -> Manifest:
    """`public_key_of`: the node's keys from elsewhere; without them the manifest only proves that it is whole.

    Refuses `BackupUnfinished`, `ManifestDamaged`, `BackupTooNew`.
    """
    if not (directory / NAME).is_file():
        raise BackupUnfinished(path=directory)
    try:
        envelope = envelopes.read((directory / NAME).read_bytes(), type=envelopes.BACKUP, max_bytes=MAX_BYTES)
        value = strictjson.parse(envelope.payload, max_bytes=MAX_BYTES)
        manifest = _manifest(value)
        own = base64.b64decode(value["public"], validate=True)
        envelopes.verify(envelope, suite=SUITES[manifest.epoch], public_key_of=public_key_of or (lambda _: own))
    except (BadEnvelope, BadSignature, LookupError, TypeError, ValueError) as error:
        raise ManifestDamaged(reason=str(error) or type(error).__name__) from None
    _require_known(manifest)
    return manifest


def list_files(directory: Path) -> tuple[dict[str, Listed], tuple[str, ...]]:
    """Files with their hashes, and directories, below `directory`; empty ones count, PostgreSQL wants them."""
    files, directories = dict[str, Listed](), list[str]()
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_dir():
            directories.append(name)
        elif not name.startswith(NAME):
            files[name] = Listed(path.stat().st_size, hash_file(path))
    return files, tuple(directories)


def copy_listed(source: Path, target: Path, manifest: Manifest, *, under: str) -> None:
    """What the manifest lists below `under`, compared while it is copied. Refuses `BackupDamaged`."""
    for name in _below(manifest.directories, under):
        (target / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in _below(manifest.files, under):
        (target / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy(source, target, name, manifest.files[name])


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _copy(source: Path, target: Path, name: str, listed: Listed) -> None:
    _require_size(source / name, name, listed)
    shutil.copyfile(source / name, target / name)
    (target / name).chmod(0o600)
    if hash_file(target / name) != listed.sha256:
        raise BackupDamaged(file=name, why="other content")


def _require_size(path: Path, name: str, listed: Listed) -> None:
    if not path.is_file():
        raise BackupDamaged(file=name, why="missing")
    if (found := path.stat().st_size) != listed.size:
        raise BackupDamaged(file=name, why=f"{found} of {listed.size} bytes")


def _below(names: Any, under: str) -> Iterator[str]:
    return (name for name in names if name == under or name.startswith(f"{under}/"))


def _manifest(value: Any) -> Manifest:
    if value["format"] != FORMAT:
        raise ValueError("another format")
    files = {_inside(name): Listed(int(file["size"]), str(file["sha256"])) for name, file in value["files"].items()}
    return Manifest(
        node=str(value["node"]), alliance=str(value["alliance"]), epoch=int(value["epoch"]), inc=int(value["inc"]),
        regions=tuple(map(str, value["regions"])), list=int(value["list"]), keys=dict(value["keys"]),
        tongban=str(value["tongban"]), postgresql=str(value["postgresql"]),
        migrations=tuple(map(str, value["migrations"])), taken_at=parse_instant(value["taken_at"]),
        rows=dict(value["rows"]), directories=tuple(map(_inside, value["directories"])), files=files,
    )  # fmt: skip


def _inside(name: object) -> str:
    path = PurePosixPath(str(name))
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("names a place outside the backup")
    return str(path)


def _require_known(manifest: Manifest) -> None:
    """Old backups are brought up to date after the restore; newer ones cannot be read."""
    missing = [name for name in manifest.migrations if not _has_migration(name)]
    if manifest.postgresql.partition(".")[0] != MAJOR:
        missing = [f"PostgreSQL {manifest.postgresql}", *missing]
    if missing:
        raise BackupTooNew(made=manifest.tongban, postgresql=manifest.postgresql, missing=missing[0])


def _has_migration(name: str) -> bool:
    """`exchange.0003_faults` of this release; tables of libraries are theirs to judge."""
    app, _, step = name.partition(".")
    place = Path(tongban.__file__).parent / app / "migrations"
    return not place.is_dir() or (place / f"{step}.py").is_file()
