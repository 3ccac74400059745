"""The room of the signer (签名室): `signer/` in the node's home, where the private keys of makers and seals lie. Opened by the signer process alone.

One file for each key, mode 0600, in a directory of mode 0700. Nothing here imports a table.
"""

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tongban.kernel.node import NodeHomeUnreadable
from tongban.kernel.signer_keys import ROOM


@dataclass(frozen=True, slots=True)
class KeyRoom:
    path: Path

    @classmethod
    def of(cls, home: Path) -> Self:
        """Of a node's home; made where it is not there yet. Refuses `NodeHomeUnreadable` when others could look in."""
        path = home / ROOM
        path.mkdir(mode=0o700, exist_ok=True)
        if path.stat().st_mode & 0o077:
            raise NodeHomeUnreadable(path=path, reason="others can open it (mode must be 0700)")
        return cls(path)

    def has(self, name: str) -> bool:
        return self._file(name).exists()

    def make(self, name: str) -> ec.EllipticCurvePrivateKey:
        """A new key under a name that was never used, or the one that a killed signer had made already."""
        key = ec.generate_private_key(ec.SECP256R1())
        try:
            self.write(name, _as_der(key))
        except FileExistsError:
            return self.open(name)
        return key

    def open(self, name: str) -> ec.EllipticCurvePrivateKey:
        """LookupError when there is none."""
        key = serialization.load_der_private_key(self.read(name), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise LookupError("a key of another kind")
        return key

    def write(self, name: str, secret: bytes) -> None:
        """FileExistsError when there is one: a key is never written over. Whole or not at all."""
        fresh = self.path / f".{name}-{os.getpid()}"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({"secret": base64.b64encode(secret).decode()}, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, self._file(name))
        finally:
            fresh.unlink()

    def read(self, name: str) -> bytes:
        try:
            return base64.b64decode(json.loads(self._file(name).read_text())["secret"])
        except FileNotFoundError:
            raise LookupError(name) from None

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.json"


def _as_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
