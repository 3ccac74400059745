"""The node: one installation that hosts regions. Passed into services, never looked up deep down."""

import base64
import hashlib
import hmac
import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tongban.kernel.crypto import SUITES, BadCiphertext, PrivateKey, Suite
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

PURPOSES = ("event", "request", "encryption")
"""One key per purpose: signing events and receipts, signing requests to peers, unwrapping case keys."""
SIGNER_PURPOSES = ("licence",)
"""Purposes whose secrets only the signer loads (`signer_keys.py`); every other process holds the public side."""


class NodeHomeUnreadable(Refused):
    """The node's own files are missing or not private."""

    text = Text("节点目录 {path} 不可用：{reason}", "The node directory {path} cannot be used: {reason}")
    advice = Text(
        "先运行 tongban node init，或核对目录权限。",
        "Run tongban node init first, or check the directory's permissions.",
    )


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public side of a key whose secret another process holds."""

    id: str
    public: bytes


@dataclass(frozen=True)
class Node:
    """Identity and keys of this node. `regions` are hosted here; `inc` is its incarnation (grows with each restore)."""

    id: str
    alliance: str
    regions: tuple[str, ...]
    url: str
    epoch: int
    inc: int
    home: Path
    keys: dict[str, PrivateKey]
    """The active key of each purpose: what this process signs and wraps with now. `use` changes it for all who hold this node."""
    local_secret: bytes = field(repr=False)
    demo: bool = False
    """A demonstration node: accepts reserved identity numbers and demo adapters. A production process refuses to start on it."""
    held: dict[str, dict[str, PrivateKey]] = field(default_factory=dict)
    """Every key in the home, by purpose and id: what was sealed or is to be sealed with the others too."""
    publics: dict[str, dict[str, PublicKey]] = field(default_factory=dict)
    """Of `SIGNER_PURPOSES`, by purpose and id, the oldest first. Homes made by older releases have none."""

    @property
    def suite(self) -> Suite:
        return SUITES[self.epoch]

    def hosts(self, region: str) -> bool:
        return region in self.regions

    def find_key(self, purpose: str, key_id: str) -> PrivateKey | None:
        """A key of this node, also one that was made since this process started."""
        if self.keys[purpose].id == key_id:
            return self.keys[purpose]
        if key_id not in self.held.get(purpose, {}):
            self.held.update(_read_keys(self.home))
        return self.held.get(purpose, {}).get(key_id)

    def find_public(self, purpose: str, key_id: str) -> PublicKey | None:
        """The public side of a key of the signer, also one that was made since this process started."""
        if key_id not in self.publics.get(purpose, {}):
            self.publics.update(_read_publics(self.home))
        return self.publics.get(purpose, {}).get(key_id)

    def use(self, purpose: str, key: PrivateKey) -> None:
        """From now on this process signs, or has keys wrapped, with `key`."""
        self.held.setdefault(purpose, {})[self.keys[purpose].id] = self.keys[purpose]
        self.keys[purpose] = key

    def others(self, purpose: str) -> list[PrivateKey]:
        """The keys of a purpose that are not the active one."""
        return [key for key in list(self.held.get(purpose, {}).values()) if key.id != self.keys[purpose].id]

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """With whichever encryption key it was wrapped for, the active one first. Raises `BadCiphertext`."""
        try:
            return self.suite.unwrap(wrapped, key=self.keys["encryption"], context=context)
        except BadCiphertext:
            for key in self.others("encryption"):
                with suppress(BadCiphertext):
                    return self.suite.unwrap(wrapped, key=key, context=context)
            raise

    def local_key(self, purpose: str, region: str = "") -> bytes:
        """A symmetric key that never leaves the node: worklist labels, keyed hashes, secrets of staff (RFC 5869 in spirit, HMAC-SHA256)."""
        return hmac.digest(self.local_secret, f"{purpose} {region}".encode(), hashlib.sha256)

    def keyed_hash(self, value: str, *, purpose: str, region: str = "") -> str:
        """For exact search without storing what is searched. 32 hexadecimal characters; differs by node, region and purpose."""
        return hmac.digest(self.local_key(purpose, region), value.encode(), hashlib.sha256).hex()[:32]

    def seal_locally(self, value: str, *, purpose: str, region: str = "") -> bytes:
        return self.suite.encrypt(value.encode(), key=self.local_key(purpose, region), context=purpose.encode())

    def open_locally(self, sealed: bytes, *, purpose: str, region: str = "") -> str:
        return self.suite.decrypt(bytes(sealed), key=self.local_key(purpose, region), context=purpose.encode()).decode()


def create_node(
    home: Path, *, id: str, alliance: str, regions: tuple[str, ...], url: str, epoch: int = 1, demo: bool = False
) -> Node:
    """Make keys and `node.json` in an empty or new directory, readable by the owner only."""
    if (home / "node.json").exists():
        raise NodeHomeUnreadable(path=home, reason="node.json exists already")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    (home / "keys").mkdir(mode=0o700, exist_ok=True)
    for purpose in PURPOSES:
        _write_private(home / "keys" / f"{purpose}.json", _key_as_json(_new_key(SUITES[epoch], id, purpose)))
    _write_private(home / "keys" / "local.json", {"secret": base64.b64encode(os.urandom(32)).decode()})
    settings = {
        "id": id,
        "alliance": alliance,
        "regions": list(regions),
        "url": url,
        "epoch": epoch,
        "inc": 1,
        "demo": demo,
    }
    _write_private(home / "node.json", settings)
    return load_node(home)


def load_node(home: Path) -> Node:
    """Read what `create_node` wrote; refuses keys that others can read."""
    try:
        settings = json.loads((home / "node.json").read_text())
        keys = {purpose: _read_key(home / "keys" / f"{purpose}.json") for purpose in PURPOSES}
        held = _read_keys(home)
        secret = base64.b64decode(_read_private(home / "keys" / "local.json")["secret"])
        node = Node(
            id=settings["id"], alliance=settings["alliance"], regions=tuple(settings["regions"]), url=settings["url"],
            epoch=settings["epoch"], inc=settings["inc"], home=home, keys=keys, local_secret=secret,
            demo=settings["demo"], held=held, publics=_read_publics(home),
        )  # fmt: skip
        # A crypto epoch that this version does not know is found now, not at the first signature.
        _ = node.suite
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NodeHomeUnreadable(path=home, reason=f"{type(error).__name__} {getattr(error, 'filename', '')}") from None
    return node


def make_key(node: Node, purpose: str) -> PrivateKey:
    """One more key of a purpose, in a file beside those there are. It is used once a member list in force names it."""
    key = _new_key(node.suite, node.id, purpose)
    _write_private(node.home / "keys" / f"{purpose}-{key.id.rpartition('.')[2]}.json", _key_as_json(key))
    node.held.setdefault(purpose, {})[key.id] = key
    return key


def read_private_key(path: Path) -> PrivateKey:
    """A key file outside a node's home, e.g. an alliance root key."""
    return _read_key(path)


def write_private_key(path: Path, key: PrivateKey) -> None:
    _write_private(path, _key_as_json(key))


def _new_key(suite: Suite, node_id: str, purpose: str) -> PrivateKey:
    make = suite.new_wrapping_key if purpose == "encryption" else suite.new_signing_key
    return make(owner=f"{node_id}.{purpose}")


def _read_keys(home: Path) -> dict[str, dict[str, PrivateKey]]:
    """`event.json` is the first key of its purpose, `event-….json` are those made later."""
    found: dict[str, dict[str, PrivateKey]] = {}
    for purpose in PURPOSES:
        files = [home / "keys" / f"{purpose}.json", *sorted((home / "keys").glob(f"{purpose}-*.json"))]
        keys = [_read_key(file) for file in files if file.exists()]
        found[purpose] = {key.id: key for key in keys}
    return found


def _read_publics(home: Path) -> dict[str, dict[str, PublicKey]]:
    """`keys/licence-….public.json`: `{"id", "public"}`, in the order in which they were made."""
    found: dict[str, dict[str, PublicKey]] = {}
    for purpose in SIGNER_PURPOSES:
        files = sorted((home / "keys").glob(f"{purpose}-*.public.json"), key=lambda file: file.stat().st_mtime_ns)
        values = [json.loads(file.read_text()) for file in files]
        found[purpose] = {one["id"]: PublicKey(one["id"], base64.b64decode(one["public"])) for one in values}
    return found


def _key_as_json(key: PrivateKey) -> dict[str, str]:
    return {
        "id": key.id,
        "secret": base64.b64encode(key.secret).decode(),
        "public": base64.b64encode(key.public).decode(),
    }


def _read_key(path: Path) -> PrivateKey:
    value = _read_private(path)
    return PrivateKey(value["id"], base64.b64decode(value["secret"]), base64.b64decode(value["public"]))


def _read_private(path: Path) -> dict[str, str]:
    if path.stat().st_mode & 0o077:
        raise NodeHomeUnreadable(path=path, reason="others can read it (mode must be 0600)")
    value: dict[str, str] = json.loads(path.read_text())
    return value


def _write_private(path: Path, value: dict[str, object] | dict[str, str]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
