"""Status lists (状态名单): what each licence counts for today, two bits apiece, signed by the node that issues (IETF Token Status List).

The token's claims: `{iss: node, sub: address, list, ver, iat, exp, ttl, makers, status_list: {bits: 2, lst: base64url of zlib}}`. `ver` only rises.
A list says "as of `iat`"; beyond `ttl` a fresher one is asked for, beyond `exp` it says nothing any more.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tongban.kernel.crypto import PrivateKey
from tongban.kernel.events import Json
from tongban.licences.issuers import Issuers
from tongban.licences.tokens import BadToken, from_base64url, read_token, sign_token, to_base64url

TYPE = "statuslist+jwt"
BITS = 2
VALID, INVALID, SUSPENDED, NOT_YET = 0, 1, 2, 3
"""`NOT_YET`: signed and not witnessed, or a place in the list that nothing has."""
PER_BYTE = 8 // BITS
TTL = timedelta(minutes=5)
LIFE = timedelta(hours=24)
MAX_LICENCES = 16_000_000
MAX_BYTES = 8 * 1024 * 1024
SKEW = timedelta(minutes=1)
ROUND = 1024
"""A list is this many places long or a multiple of it, so that its length does not count the licences of a day."""
_LEVEL = 9


class BadList(ValueError):
    """Not a status list that a member of the alliance has signed for this region."""


@dataclass(frozen=True)
class StatusList:
    """One version of a list, as read or built. `makers`: certificates (DER) of the makers whose seals count on documents of this region."""

    list: str
    version: int
    node: str
    made_at: datetime
    expires_at: datetime
    bits: bytes
    ttl: timedelta = TTL
    makers: tuple[bytes, ...] = ()

    @property
    def region(self) -> str:
        return region_of(self.list)

    def get(self, index: int) -> int:
        """`NOT_YET` beyond its end: a licence that is younger than this list."""
        at, place = divmod(index, PER_BYTE)
        if index < 0 or at >= len(self.bits):
            return NOT_YET
        return self.bits[at] >> (place * BITS) & 0b11

    def is_fresh(self, at: datetime) -> bool:
        return at < self.made_at + self.ttl

    def is_stale(self, at: datetime) -> bool:
        """Also one from the future: its clock, or this one, is wrong."""
        return at >= self.expires_at or self.made_at > at + SKEW


def region_of(list_id: str) -> str:
    """A list is named by its region and a number: 370115-1."""
    return list_id.partition("-")[0]


def build_bits(size: int, others: Iterable[tuple[int, int]]) -> bytes:
    """`size` places that are all valid but for `others` (index, status); what fills the last block up is `NOT_YET`."""
    length = -(-size // ROUND) * ROUND
    if length > MAX_LICENCES:
        raise BadList(f"more than {MAX_LICENCES} licences in one list")
    bits = bytearray(length // PER_BYTE)
    for index, status in others:
        at, shift = index >> 2, (index & 3) << 1
        bits[at] = bits[at] & ~(0b11 << shift) | status << shift
    for index in range(size, length):
        bits[index >> 2] |= NOT_YET << ((index & 3) << 1)
    return bytes(bits)


def sign_list(built: StatusList, *, address: str, key: PrivateKey) -> str:
    """`address`: where a newer one is had. `key`: the node's event key."""
    claims: Json = {
        "iss": built.node, "sub": address, "list": built.list, "ver": built.version, "iat": _seconds(built.made_at),
        "exp": _seconds(built.expires_at), "ttl": int(built.ttl.total_seconds()), "makers": [to_base64url(maker) for maker in built.makers],
        "status_list": {"bits": BITS, "lst": to_base64url(zlib.compress(built.bits, _LEVEL))},
    }  # fmt: skip
    return sign_token(claims, type=TYPE, key=key)


def read_list(token: str, *, issuers: Issuers) -> StatusList:
    """Raises `BadList`: not a list, not signed by its node's event key, or a node that did not host the region when it was made."""
    try:
        key_id, claims = read_token(token, type=TYPE, public_key_of=issuers.public_key, max_bytes=MAX_BYTES)
        found = _list(claims)
    except (BadToken, LookupError, KeyError, TypeError, ValueError, OverflowError, zlib.error) as error:
        raise BadList(type(error).__name__) from None
    if not issuers.may_speak(key_id, purpose="event", node=found.node, region=found.region, at=found.made_at):
        raise BadList("signed by a node that does not speak for this region")
    return found


def _list(claims: Json) -> StatusList:
    inner = claims["status_list"]
    if inner["bits"] != BITS:
        raise ValueError("another number of bits")
    return StatusList(
        list=str(claims["list"]), version=int(claims["ver"]), node=str(claims["iss"]), made_at=_instant(claims["iat"]),
        expires_at=min(_instant(claims["exp"]), _instant(claims["iat"]) + LIFE), bits=_inflate(from_base64url(inner["lst"])),
        ttl=min(timedelta(seconds=int(claims["ttl"])), TTL), makers=tuple(map(from_base64url, claims["makers"])),
    )  # fmt: skip


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    bits = inflater.decompress(data, MAX_LICENCES // PER_BYTE + 1)
    if len(bits) > MAX_LICENCES // PER_BYTE or not inflater.eof or inflater.unused_data:
        raise ValueError("not one list")
    return bits


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _instant(seconds: object) -> datetime:
    if type(seconds) is not int:
        raise TypeError("an instant is a number of seconds")
    return datetime.fromtimestamp(seconds, UTC)
