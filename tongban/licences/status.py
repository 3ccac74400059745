"""Status lists (状态名单): what each licence counts for today, two bits apiece, signed by the node that issues (IETF Token Status List).

The token's claims: `{iss: node, sub: address, list, ver, iat, exp, ttl, makers, stopped, status_list: {bits: 2, lst: base64url of zlib}}`. `ver` only
rises. A list says "as of `iat`"; beyond `ttl`, which `exp` says too, it confirms nothing any more: what it said against a licence or a seal stands.
"""

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
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
"""Who verifies with an older list does not know how the licence stands today."""
LATE = timedelta(seconds=30)
"""For the way of a list, and for clocks that differ a little."""
MAX_LICENCES = 16_000_000
MAX_BYTES = 8 * 1024 * 1024
SKEW = timedelta(minutes=1)
ROUND = 1024
"""A list is this many places long or a multiple of it, so that its length does not count the licences of a day."""
_LEVEL = 9
_LEAD = 30 * 24 * 60 * 60
"""How far a version may be ahead of its second, as when a clock was put back; further ahead none could follow it."""
_NAME = re.compile(r"[0-9A-Za-z.-]{1,80}")


class BadList(ValueError):
    """Not a status list that a member of the alliance has signed for this region."""


@dataclass(frozen=True)
class StatusList:
    """One version of a list, as read or built. `makers`: certificates (DER) of the makers whose seals count on documents of this region.

    `stopped`: `digest_of` the certificate of a seal → since when it seals nothing any more.
    """

    list: str
    version: int
    node: str
    made_at: datetime
    bits: bytes
    ttl: timedelta = TTL
    makers: tuple[bytes, ...] = ()
    stopped: Mapping[str, datetime] = field(default_factory=dict, hash=False)

    @property
    def expires_at(self) -> datetime:
        return self.made_at + self.ttl

    @property
    def region(self) -> str:
        return region_of(self.list)

    def get(self, index: int) -> int:
        """`NOT_YET` beyond its end: a licence that is younger than this list."""
        at, place = divmod(index, PER_BYTE)
        if index < 0 or at >= len(self.bits):
            return NOT_YET
        return self.bits[at] >> (place * BITS) & 0b11

    def is_stale(self, at: datetime) -> bool:
        """Also one from the future: its clock, or this one, is wrong."""
        return at >= self.expires_at + LATE or self.made_at > at + SKEW


def region_of(list_id: str) -> str:
    """A list is named by its region and a number: 370115-1."""
    return list_id.partition("-")[0]


def digest_of(certificate: bytes) -> str:
    """How a list names the certificate (DER) of a seal."""
    return to_base64url(hashlib.sha256(certificate).digest())


def build_bits(runs: Sequence[tuple[int, int]], others: Iterable[tuple[int, int]]) -> bytes:
    """`runs`: places that licences have, first and last; they are valid but for `others` (index, status). Every other place is `NOT_YET`."""
    size = max((last + 1 for _, last in runs), default=0)
    length = -(-size // ROUND) * ROUND
    if length > MAX_LICENCES:
        raise BadList(f"more than {MAX_LICENCES} licences in one list")
    bits = bytearray(b"\xff") * (length // PER_BYTE)
    for first, last in runs:
        _fill(bits, first, last)
    for index, status in others:
        if index < length:
            at, shift = index >> 2, (index & 3) << 1
            bits[at] = bits[at] & ~(0b11 << shift) | status << shift
    return bytes(bits)


def _fill(bits: bytearray, first: int, last: int) -> None:
    """`VALID` from first to last: whole bytes at once, the places at both ends one by one."""
    begin, end = -(-first // PER_BYTE), (last + 1) // PER_BYTE
    if begin < end:
        bits[begin:end] = bytes(end - begin)
    ends = (*range(first, min(begin * PER_BYTE, last + 1)), *range(max(end, begin) * PER_BYTE, last + 1))
    for index in ends:
        bits[index >> 2] &= ~(0b11 << ((index & 3) << 1))


def sign_list(built: StatusList, *, address: str, key: PrivateKey) -> str:
    """`address`: where a newer one is had. `key`: the node's event key."""
    claims: Json = {
        "iss": built.node, "sub": address, "list": built.list, "ver": built.version, "iat": _seconds(built.made_at),
        "exp": _seconds(built.expires_at), "ttl": int(built.ttl.total_seconds()), "makers": [to_base64url(maker) for maker in built.makers],
        "stopped": {name: _seconds(since) for name, since in built.stopped.items()},
        "status_list": {"bits": BITS, "lst": to_base64url(zlib.compress(built.bits, _LEVEL))},
    }  # fmt: skip
    return sign_token(claims, type=TYPE, key=key)


def read_list(token: str, *, issuers: Issuers) -> StatusList:
    """Raises `BadList`: not a list, not signed by its node's event key, or a node that did not host the region when it was made."""
    try:
        key_id, claims = read_token(token, type=TYPE, public_key_of=issuers.public_key, max_bytes=MAX_BYTES)
        found = _list(claims)
    except (BadToken, LookupError, AttributeError, TypeError, ValueError, OverflowError, zlib.error) as error:
        raise BadList(type(error).__name__) from None
    if not issuers.may_speak(key_id, purpose="event", node=found.node, region=found.region, at=found.made_at):
        raise BadList("signed by a node that does not speak for this region")
    return found


def _list(claims: Json) -> StatusList:
    inner = claims["status_list"]
    if inner["bits"] != BITS:
        raise ValueError("another number of bits")
    if not 0 < int(claims["ver"]) <= int(claims["iat"]) + _LEAD or not _NAME.fullmatch(str(claims["list"])):
        raise ValueError("a name or a version that no list has")
    return StatusList(
        list=str(claims["list"]), version=int(claims["ver"]), node=str(claims["iss"]), made_at=_instant(claims["iat"]),
        bits=_inflate(from_base64url(inner["lst"])), ttl=_ttl(claims), makers=tuple(map(from_base64url, claims["makers"])),
        stopped={str(name): _instant(since) for name, since in claims["stopped"].items()},
    )  # fmt: skip


def _ttl(claims: Json) -> timedelta:
    """Nobody makes a list count for longer than others do."""
    return min(_instant(claims["exp"]) - _instant(claims["iat"]), timedelta(seconds=int(claims["ttl"])), TTL)


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
