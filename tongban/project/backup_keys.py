"""The node's keys as one file, kept apart from its backups: who has both can read every case and sign in the node's name."""

import base64
import hashlib
import hmac
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tongban.kernel.events import format_instant
from tongban.kernel.node import PURPOSES, Node, NodeHomeUnreadable
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

FORMAT = "tongban-keys;v=1"
ROOMS = ("keys", "signer")
LOCAL = "keys/local.json"
NEEDED = (*(f"keys/{purpose}.json" for purpose in PURPOSES), LOCAL)
KEY_FILE = re.compile(rf"keys/({'|'.join(PURPOSES)})(-[0-9a-f]+)?\.json")
SIGNER_FILE = re.compile(r"signer/[A-Za-z0-9._-]{1,120}\.json|keys/licence-[0-9a-f]+\.public\.json")
"""What only the signer opens, and its public side."""
SECRET = "secret.key"  # noqa: S105
"""Signs sessions; a node without it makes a new one and everybody signs in again."""


class KeysUnusable(Refused):
    text = Text("密钥文件 {path} 无法使用：{reason}", "The keys file {path} cannot be used: {reason}")
    advice = Text(
        "请使用 tongban node backup-keys 写出的文件，权限为 0600。",
        "Use a file written by tongban node backup-keys, with mode 0600.",
    )


class KeysOfAnother(Refused):
    """With other keys the restored node could neither open its cases nor sign as itself."""

    text = Text(
        "密钥与备份不符（{which}）：备份属于节点 {node}。",
        "These are other keys ({which}): the backup is of node {node}.",
    )
    advice = Text(
        "请找出该节点在备份时使用的密钥文件。", "Find the keys file that this node used when the backup was taken."
    )


class WouldOverwrite(Refused):
    text = Text("{path} 已存在，不会覆盖。", "{path} exists and is not overwritten.")
    advice = Text("请换一个名称。", "Choose another name.")


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The private files of a home by name."""

    node: str
    files: Mapping[str, str]

    def public_key(self, key_id: str) -> bytes:
        """Raises LookupError."""
        return {key["id"]: base64.b64decode(key["public"]) for key in self._keys().values()}[key_id]

    def fingerprints(self) -> dict[str, str]:
        """Ids by file, and what tells the local secret without telling it."""
        secret = base64.b64decode(json.loads(self.files[LOCAL])["secret"])
        check = hmac.digest(secret, f"backup {self.node}".encode(), hashlib.sha256).hex()[:32]
        return {name: str(key["id"]) for name, key in self._keys().items()} | {LOCAL: check}

    def _keys(self) -> dict[str, dict[str, str]]:
        return {name: json.loads(content) for name, content in self.files.items() if KEY_FILE.fullmatch(name)}


def keys_of(node: Node) -> Keys:
    return Keys(node.id, _private_files(node.home))


def save_keys(node: Node, target: Path, *, at: datetime) -> None:
    """Refuses `WouldOverwrite`."""
    value = {"format": FORMAT, "node": node.id, "made_at": format_instant(at), "files": dict(keys_of(node).files)}
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise WouldOverwrite(path=target) from None
    with os.fdopen(descriptor, "w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def read_keys(path: Path) -> Keys:
    """Refuses `KeysUnusable`."""
    try:
        if path.stat().st_mode & 0o077:
            raise KeysUnusable(path=path, reason="others can read it (mode must be 0600)")
        value = json.loads(path.read_text())
        if (
            value["format"] != FORMAT
            or not set(NEEDED) <= set(value["files"])
            or not all(map(_is_ours, value["files"]))
        ):
            raise ValueError("not a keys file")
        keys = Keys(str(value["node"]), dict(value["files"]))
        keys.fingerprints()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeysUnusable(path=path, reason=f"{type(error).__name__} {error}") from None
    return keys


def keys_in(home: Path, node: str) -> Keys | None:
    """Those of a home that has any."""
    if not all((home / name).is_file() for name in NEEDED):
        return None
    keys = Keys(node, _private_files(home))
    if any((home / name).stat().st_mode & 0o077 for name in keys.files):
        raise NodeHomeUnreadable(path=home / "keys", reason="others can read it (mode must be 0600)")
    return keys


def _private_files(home: Path) -> dict[str, str]:
    names = [f"{room}/{path.name}" for room in ROOMS for path in sorted((home / room).glob("*.json"))]
    return {name: (home / name).read_text() for name in (*names, SECRET) if _is_ours(name) and (home / name).is_file()}


def _is_ours(name: str) -> bool:
    return name in (LOCAL, SECRET) or any(known.fullmatch(name) for known in (KEY_FILE, SIGNER_FILE))


def require_keys_of(keys: Keys, *, node: str, fingerprints: Mapping[str, str]) -> None:
    """Keys made after the backup may be there too. Refuses `KeysOfAnother`."""
    found = keys.fingerprints()
    if wrong := [name for name, print_ in fingerprints.items() if found.get(name) != print_]:
        raise KeysOfAnother(which=wrong[0], node=node)


def put_keys(keys: Keys, home: Path) -> None:
    """Into a home that has none; each file private from its first byte."""
    for room in ROOMS:
        (home / room).mkdir(mode=0o700, exist_ok=True)
    for name, content in keys.files.items():
        if not (home / name).exists():
            with os.fdopen(os.open(home / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(content)
