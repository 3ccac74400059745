"""The code on the picture of a share (出示核验码): of this showing alone, and never the licence's own. Plain Python.

`TBS1.<region>.` and base32 (RFC 4648, capitals, no padding) of the share's id, 16 bytes ‖ 16 bytes of a code that only the node of that region
can make. Who cuts it out of the picture has nothing but the question whether this showing still runs.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from uuid import UUID

from tongban.kernel.node import Node

MARK = "TBS1."
_FORM = re.compile(r"TBS1\.([0-9]{6,12})\.([A-Z2-7]{52})")
_HALF = 16


@dataclass(frozen=True, slots=True)
class ShareCode:
    """Anybody's word until `is_of` says so."""

    region: str
    share_id: UUID
    proof: bytes

    def as_text(self) -> str:
        packed = self.share_id.bytes + self.proof
        return f"{MARK}{self.region}.{base64.b32encode(packed).decode().rstrip('=')}"

    def is_of(self, node: Node) -> bool:
        return hmac.compare_digest(self.proof, _prove(self.share_id, region=self.region, node=node))


def write_share_code(share_id: UUID, *, region: str, node: Node) -> str:
    return ShareCode(region, share_id, _prove(share_id, region=region, node=node)).as_text()


def read_share_code(text: str) -> ShareCode | None:
    """As scanned or pasted, spaces and line breaks aside; None for anything else."""
    found = _FORM.fullmatch("".join(text.split()))
    if found is None:
        return None
    try:
        packed = base64.b32decode(found[2] + "====")
    except (binascii.Error, ValueError):
        return None
    return ShareCode(found[1], UUID(bytes=packed[:_HALF]), packed[_HALF:])


def _prove(share_id: UUID, *, region: str, node: Node) -> bytes:
    return hmac.digest(node.local_key("share picture", region), share_id.bytes, "sha256")[:_HALF]
