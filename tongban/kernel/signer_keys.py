"""Keys that only the signer loads (签名机): their secrets lie in a room of their own, `<home>/signer`, mode 0700.

Every other process of the node reads the public side from `<home>/keys`.
"""

import base64
import json
import os
from pathlib import Path

from tongban.kernel.crypto import PrivateKey
from tongban.kernel.node import (
    SIGNER_PURPOSES,
    Node,
    NodeHomeUnreadable,
    PublicKey,
    read_private_key,
    write_private_key,
)

ROOM = "signer"


def make_signer_key(node: Node, purpose: str) -> PublicKey:
    """One more key of the signer; it is used once a member list in force names it. ValueError for a purpose that is not the signer's."""
    if purpose not in SIGNER_PURPOSES:
        raise ValueError(f"{purpose} is no purpose of the signer")
    room = node.home / ROOM
    room.mkdir(mode=0o700, exist_ok=True)
    key = node.suite.new_signing_key(owner=f"{node.id}.{purpose}")
    name = f"{purpose}-{key.id.rpartition('.')[2]}"
    write_private_key(room / f"{name}.json", key)
    _write_public(node.home / "keys" / f"{name}.public.json", PublicKey(key.id, key.public))
    found = node.find_public(purpose, key.id)
    if found is None:
        raise NodeHomeUnreadable(path=room, reason="the key that was just made is not there")
    return found


def load_signer_keys(home: Path) -> dict[str, PrivateKey]:
    """By id. For the signer process alone. Refuses `NodeHomeUnreadable` when others could look in."""
    room = home / ROOM
    if not room.is_dir():
        return {}
    if room.stat().st_mode & 0o077:
        raise NodeHomeUnreadable(path=room, reason="others can open it (mode must be 0700)")
    files = [file for purpose in SIGNER_PURPOSES for file in sorted(room.glob(f"{purpose}-*.json"))]
    return {key.id: key for key in map(read_private_key, files)}


def _write_public(path: Path, key: PublicKey) -> None:
    value = {"id": key.id, "public": base64.b64encode(key.public).decode()}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
