"""Where an embedded cluster keeps its files, and whose they are. Plain Python, no driver."""

import hashlib
import os
import pwd
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

MAJOR = "18"
SUPERUSER = "postgres"
PORT = 5432
LONGEST_SOCKET_PATH = 99
SYSTEM = Path("/var/lib/tongban")


class ClusterRefused(Refused):
    """The embedded database cannot be used as it stands. Details hold paths and reasons, never personal data."""

    status = 503
    text = Text("内置数据库无法使用：{reason}", "The embedded database cannot be used: {reason}")
    advice = Text("请查看 {log}。", "Look into {log}.")


class NotTraversable(ClusterRefused):
    text = Text(
        "数据库以用户 {account} 运行，但该用户无法进入 {closed}。",
        "The database runs as user {account}, who may not enter {closed}.",
    )
    advice = Text(
        "请把 {directory} 移到 /srv 或 /var/lib 等可进入的目录，或改用普通用户运行。",
        "Move {directory} to a place such as /srv or /var/lib, or run as an ordinary user.",
    )


class OwnedBySomebodyElse(ClusterRefused):
    text = Text(
        "{path} 属于用户 {owner}，而不是 {expected}，或者不是普通目录。",
        "{path} belongs to user {owner}, not to {expected}, or is not a plain directory.",
    )
    advice = Text("请以 {owner} 运行，或换一个目录。", "Run as {owner}, or choose another directory.")


class StorageRefused(ClusterRefused):
    text = Text("无法读写 {path}：{reason}", "Cannot read or write {path}: {reason}")
    advice = Text("请检查目录权限和剩余空间后重试。", "Check its permissions and the free space, then try again.")


@contextmanager
def storage_trouble_is_refused(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StorageRefused(path=error.filename or directory, reason=reason) from error


@dataclass(frozen=True)
class Account:
    """The operating-system user the server runs as."""

    uid: int
    gid: int

    @property
    def name(self) -> str:
        return user_name(self.uid)

    def process(self) -> dict[str, Any]:
        """Arguments of subprocess that become this user; nothing where we already are."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)

    def stopped_at(self, directory: Path) -> Path | None:
        """The first place on the way there that is closed to this user. What does not exist yet is not in the way."""
        if self.uid == os.geteuid():
            return None
        way = reversed([directory, *directory.parents])
        return next((place for place in way if place.exists() and not self.may_enter(place)), None)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def unprivileged() -> Account:
    """PostgreSQL refuses to run as root: ourselves, or for root the user `postgres`, else `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    return Account(65534, 65534)


@dataclass(frozen=True)
class Layout:
    """The files of one cluster directory. The directory and the secrets are ours, `data` is the server's."""

    directory: Path

    SOCKET: ClassVar[str] = f".s.PGSQL.{PORT}"

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "postgres.log"

    @property
    def supervisor_log(self) -> Path:
        return self.directory / "supervisor.log"

    @property
    def lock(self) -> Path:
        return self.directory / "cluster.lock"

    @property
    def making(self) -> Path:
        """Another lock, for `initdb`: who waits for it must not wait for a server that somebody started meanwhile."""
        return self.directory / "making.lock"

    @property
    def lease(self) -> Path:
        return self.sockets / "lease"

    @property
    def sockets(self) -> Path:
        """Socket paths are short by law of the kernel, and libpq splits them at commas."""
        inside = self.directory / "sockets"
        plain = re.fullmatch(r"[A-Za-z0-9._/-]+", str(inside))
        if plain and len(str(inside / self.SOCKET)) <= LONGEST_SOCKET_PATH:
            return inside
        name = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:20]
        # Not tempfile.gettempdir(): every process must find the same place whatever its TMPDIR.
        return Path("/tmp") / f"tongban-{name}"  # noqa: S108

    @property
    def account(self) -> Account:
        """Root keeps the user that an existing cluster was made for."""
        if os.geteuid() == 0 and self.data.is_dir() and (owner := self.data.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
        return unprivileged()

    def password(self, role: str) -> Path:
        return self.directory / f"{role}.password"


def require_owner(path: Path, uid: int) -> None:
    """Also refuses symbolic links, which a stranger may have put into a shared directory."""
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != uid:
        raise OwnedBySomebodyElse(path=path, owner=user_name(status.st_uid), expected=user_name(uid))


def require_traversable(directory: Path, account: Account) -> None:
    if closed := account.stopped_at(directory):
        raise NotTraversable(account=account.name, closed=closed, directory=directory)


def default_state_directory(checkout: Path) -> Path:
    """`var` of the checkout; for a root whose checkout is closed to the server's user (as /root is) one under /var/lib."""
    checkout = checkout.resolve()
    if unprivileged().stopped_at(checkout / "var") is None:
        return checkout / "var"
    return SYSTEM / f"{checkout.name}-{hashlib.sha256(os.fsencode(checkout)).hexdigest()[:8]}"


def make_passable(directory: Path) -> None:
    """Made with its parents where missing; root's let the server's user pass through (0711), whatever the umask."""
    for place in reversed([directory, *directory.parents]):
        if not place.exists():
            place.mkdir(mode=0o700, exist_ok=True)
            if os.geteuid() == 0:
                place.chmod(0o711)


def make_private(directory: Path, account: Account) -> None:
    """A directory (0700) that only the server's user and root can enter; an existing one must already be so."""
    try:
        directory.mkdir(mode=0o700)
    except FileExistsError:
        require_owner(directory, account.uid)
        directory.chmod(0o700)
    else:
        os.chown(directory, account.uid, account.gid)


def private_file(path: Path) -> BinaryIO:
    """Opened for writing and never readable by others, not even for a moment."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def server_environment() -> dict[str, str]:
    """Nothing of ours: neither secrets nor PG* variables."""
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
