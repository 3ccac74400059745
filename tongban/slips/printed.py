"""The code on a receipt: made from the node's own secret and the case, so that it need not be stored to be printed again."""

import hashlib
import hmac
from uuid import UUID

from tongban.kernel.node import Node
from tongban.slips import codes

QUERY_LENGTH = 13
"""Twelve signs of five bits and the check character: 60 bits."""


def derive_query_code(*, node: Node, region: str, case_id: UUID) -> str:
    secret = node.local_key("query-code", region)
    return codes.from_bytes(hmac.digest(secret, case_id.bytes, hashlib.sha256), length=QUERY_LENGTH)


def query_hash(node: Node, code: str) -> str:
    return node.keyed_hash(code, purpose="query-code")


def factor_hash(node: Node, code: str, factor: str) -> str:
    """Bound to its code: the same four digits look different on every row."""
    return node.keyed_hash(f"{code} {factor.strip().upper()}", purpose="query-factor")
