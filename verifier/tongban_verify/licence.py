"""An e-licence from its code (`TB1.…`): who signed it, whether anything was changed, its days, and what the issuer's status list says.

The reasons are those that docs/reference/licences.md lists. A PDF or OFD is judged by the code that is printed on it.
"""

import base64
import json
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tongban_verify import envelope, members, strict
from tongban_verify.envelope import Envelope
from tongban_verify.members import Members

MARK = "TB1."
SPECIMEN = "TB0."
"""How the code on a specimen begins: there is no signature in it."""
LONGEST = 3000
FACE = {"v", "identifier", "type", "number", "holder", "from", "until", "key", "content", "status", "demo"}
DAY = timezone(timedelta(hours=8))
"""A licence counts by legal days, which begin and end in Beijing."""
FRESH = timedelta(minutes=5)
"""As long as a list confirms that a licence is in force, and half a minute for its way."""
LATE = timedelta(seconds=30)
AHEAD = timedelta(minutes=1)
LARGEST_LIST = 16 * 1024 * 1024
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REASONS = frozenset({
    "genuine", "expired", "suspended", "revoked", "not-yet-valid", "unknown-issuer", "other-key", "altered", "specimen", "status-unknown",
    "stale-list", "not-a-licence", "too-large",
})  # fmt: skip
SAYS = {1: "revoked", 2: "suspended", 3: "not-yet-valid"}


@dataclass(frozen=True)
class StatusList:
    """What a node said of its licences at `made`; two bits apiece. After `ends` it confirms nothing, and what it said against one stands."""

    name: str
    made: datetime
    ends: datetime
    bits: bytes

    def get(self, index: int) -> int:
        return self.bits[index // 4] >> index % 4 * 2 & 3 if 0 <= index < len(self.bits) * 4 else 3


def judge(text: str, trusted: Members, lists: dict[str, StatusList], now: datetime) -> str:
    """One of `REASONS`. Spaces and line breaks of a message do not matter."""
    text = "".join(text.split())
    if text.startswith(SPECIMEN):
        return "specimen"
    if len(text) > LONGEST:
        return "too-large"
    try:
        face, signed = read(text)
    except (ValueError, KeyError, TypeError, RecursionError):
        return "not-a-licence"
    return _fault(face, signed, trusted) or _today(face, lists.get(face["status"]["list"]), now)


def read(text: str) -> tuple[Any, Envelope]:
    """The face and what was signed. Of the code: signature, 64 bytes ‖ holder, 32 ‖ content, 32 ‖ the rest as canonical JSON."""
    coded = text.removeprefix(MARK)
    if coded == text:
        raise ValueError("not a code of this kind")
    packed = base64.b32decode(coded + "=" * (-len(coded) % 8))
    if base64.b32encode(packed).decode().rstrip("=") != coded:
        raise ValueError("not the one form of its bytes")
    face = strict.read(packed[128:]) | {"holder": packed[64:96].hex(), "content": packed[96:128].hex()}
    _form(face)
    payload, type_ = (
        json.dumps(face, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(),
        envelope.TYPE.format("licence"),
    )
    return face, Envelope(payload, envelope.signed_bytes(type_, payload), {face["key"]: packed[:64]})


def read_list(token: str, trusted: Members) -> StatusList:
    """A signed status list. ValueError for one that is not of a node that spoke for the region when it was made."""
    head, body, tail = token.strip().split(".")
    header = json.loads(_unbase64url(head))
    if header.get("alg") != "Ed25519" or header.get("typ") != "statuslist+jwt":
        raise ValueError("another algorithm or type")
    signed = Envelope(b"", f"{head}.{body}".encode(), {header["kid"]: _unbase64url(tail)})
    envelope.check(signed, signed.key, trusted.public_key(signed.key))
    claims: Any = json.loads(_unbase64url(body))
    made = datetime.fromtimestamp(claims["iat"], DAY)
    _require_speaker(claims, signed.key, made, trusted)
    inflater = zlib.decompressobj()
    bits = inflater.decompress(_unbase64url(claims["status_list"]["lst"]), LARGEST_LIST)
    if claims["status_list"]["bits"] != 2 or not inflater.eof:
        raise ValueError("not a list of two bits apiece")
    ends = min(datetime.fromtimestamp(claims["exp"], DAY), made + timedelta(seconds=claims["ttl"]), made + FRESH)
    return StatusList(claims["list"], made, ends, bits)


def _form(face: Any) -> None:
    strict.exactly(face, FACE)
    strict.exactly(face["status"], {"list", "index"})
    texts = [face[name] for name in FACE - {"v", "status", "demo"}] + [face["status"]["list"]]
    if face["v"] != 1 or not all(isinstance(text, str) for text in texts) or not isinstance(face["demo"], bool):
        raise ValueError("not a face")
    if type(face["status"]["index"]) is not int or face["status"]["index"] < 0:
        raise ValueError("not a face")
    for day in (face["from"], *([face["until"]] if face["until"] else [])):
        if datetime.fromisoformat(day).date().isoformat() != day:
            raise ValueError("not a day")


def _fault(face: Any, signed: Envelope, trusted: Members) -> str:
    """Why it is not what its issuer made; empty where it is."""
    try:
        public = trusted.public_key(face["key"])
    except ValueError:
        return "unknown-issuer"
    try:
        envelope.check(signed, face["key"], public)
        _check_identifier(face["identifier"])
    except ValueError:
        return "altered"
    return "" if _might_issue(face, trusted) else "other-key"


def _might_issue(face: Any, trusted: Members) -> bool:
    """A key for licences, never in other hands, of a node that hosts or has hosted the region; the serial begins with that region. One that has
    ended still proves."""
    named = [
        (node["id"], entry)
        for listed in trusted.lists.values()
        for node in listed["nodes"]
        for entry in node["keys"]
        if entry["id"] == face["key"]
    ]
    region = face["status"]["list"].partition("-")[0]
    if not face["identifier"].split(".")[-3].startswith(region):
        return False
    hosted = any(
        entry["code"] == region and entry["node"] == named[-1][0]
        for listed in trusted.lists.values()
        for entry in listed["regions"]
    )
    return hosted and all(entry["purpose"] == "licence" and not entry.get("compromised_since") for _, entry in named)


def _today(face: Any, known: StatusList | None, now: datetime) -> str:
    day, status = now.astimezone(DAY).date().isoformat(), known.get(face["status"]["index"]) if known else None
    if day < face["from"]:
        return "not-yet-valid"
    # What a list has once said against a licence is said even by an old list.
    if status == 1:
        return SAYS[1]
    if face["until"] and day > face["until"]:
        return "expired"
    if known is None:
        return "status-unknown"
    if status == 2:
        return SAYS[2]
    if now >= known.ends + LATE or known.made > now + AHEAD:
        return "stale-list"
    return SAYS.get(status or 0, "genuine")


def _check_identifier(text: str) -> None:
    """GB/T 36904: five parts after the root, and a check character by ISO 7064 MOD 37,36."""
    form = r"(?:1\.2\.156\.3005\.2\.)?([0-9A-Z]{21})\.([0-9A-Z]{1,18})\.([0-9A-Z]{1,32})\.([0-9]{3})\.([0-9A-Z])"
    parts = re.fullmatch(form, text)
    if parts is None:
        raise ValueError("not an identifier")
    rest = 36
    for letter in "".join(parts.groups()[:4]):
        rest = ((rest + ALPHABET.index(letter)) % 36 or 36) * 2 % 37
    if ALPHABET[(37 - rest) % 36] != parts[5]:
        raise ValueError("the check character does not fit")


def _require_speaker(claims: Any, key: str, made: datetime, trusted: Members) -> None:
    at = made.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    region = str(claims["list"]).partition("-")[0]
    for listed in trusted.lists.values():
        try:
            owner = members.owner(listed, key, "event", at)
        except ValueError:
            continue
        if owner["id"] == claims["iss"] and members.hosts(listed, owner["id"], region, at):
            return
    raise ValueError("signed by a node that does not speak for this region")


def _unbase64url(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != text:
        raise ValueError("base64url is not canonical")
    return data
