"""The trust anchor: the alliance's root keys, given to a node when it is set up and never taken from a message."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from tongban.kernel.crypto import SUITES, Suite
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class TrustUnreadable(Refused):
    """Without its trust anchor a node believes nobody."""

    status = 503
    text = Text("信任根文件 {path} 无法读取：{reason}", "The trust file {path} cannot be read: {reason}")
    advice = Text(
        "请用联盟下发的信任根文件重新初始化节点。", "Set the node up again with the trust file of the alliance."
    )


@dataclass(frozen=True, slots=True)
class Root:
    """One offline root key of the alliance."""

    id: str
    public: bytes


@dataclass(frozen=True, slots=True)
class Trust:
    """At least `threshold` of `roots` sign a member list. `epoch` fixes the crypto suite."""

    alliance: str
    roots: tuple[Root, ...]
    threshold: int
    epoch: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.threshold <= len({root.id for root in self.roots}) == len(self.roots):
            raise ValueError("the threshold lies between 1 and the number of different roots")

    @property
    def suite(self) -> Suite:
        return SUITES[self.epoch]

    def public_key(self, key_id: str) -> bytes:
        """Raises LookupError for a key that is no root."""
        for root in self.roots:
            if root.id == key_id:
                return root.public
        raise LookupError(key_id)


def load_trust(path: Path) -> Trust:
    """Read `{"alliance", "roots": [{"id", "public": base64}], "threshold", "epoch"?}`."""
    try:
        value = json.loads(path.read_text())
        roots = tuple(Root(str(root["id"]), base64.b64decode(root["public"], validate=True)) for root in value["roots"])
        return Trust(str(value["alliance"]), roots, int(value["threshold"]), int(value.get("epoch", 1)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TrustUnreadable(path=path, reason=type(error).__name__) from None


def save_trust(path: Path, trust: Trust) -> None:
    """Write what `load_trust` reads."""
    value = {
        "alliance": trust.alliance,
        "roots": [{"id": root.id, "public": base64.b64encode(root.public).decode()} for root in trust.roots],
        "threshold": trust.threshold,
        "epoch": trust.epoch,
    }
    path.write_text(json.dumps(value, indent=1))
