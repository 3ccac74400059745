"""An e-licence from its code (`TB1.…`) or its file: who signed it, whether anything was changed, its days, and what the issuer's status list says.

The reasons are those that docs/reference/licences.md lists. A PDF or OFD is judged by the code that is printed on it, or the file inside.
"""

import base64
import hashlib
import json
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tongban_verify import Unjudged, envelope, members, strict
from tongban_verify.envelope import Envelope
from tongban_verify.members import Members

MARK = "TB1."
SPECIMEN = "TB0."
"""How the code on a specimen begins: there is no signature in it."""
LONGEST = 3000
LARGEST = 8 * 1024 * 1024
FORMAT = "tongban-licence;v=1"
TEXT = {"zh": str, "en": str}
FACE = {
    "v": int, "identifier": str, "type": str, "number": str, "holder": str, "from": str, "until": str, "key": str, "content": str,
    "status": {"list": str, "index": int}, "demo": bool,
}  # fmt: skip
CONTENT = {
    "v": int, "identifier": str, "type": str, "name": TEXT, "number": str, "version": int, "follows": str, "operation": str,
    "issuer": {"region": str, "office": str, "uscc": str, "name": str}, "receiver": {"region": str, "name": str},
    "holder": {"name": str, "id_kind": str, "id_number": str}, "fields": [{"id": str, "label": TEXT, "value": str}],
    "from": str, "until": str, "decided_on": str, "template": {"id": str, "version": int, "layout": str}, "demo": bool, "salt": str,
}  # fmt: skip
SALT = re.compile(r"[0-9a-f]{32}")
UNREAD = {
    b"%PDF": "a PDF", b"PK": "an OFD", b"eyJ": "a credential", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"RIFF": "a picture",
}  # fmt: skip
"""How what is not read here begins."""
DAY = timezone(timedelta(hours=8))
"""A licence counts by legal days, which begin and end in Beijing."""
FRESH = timedelta(minutes=5)
"""As long as a list confirms that a licence is in force, and half a minute for its way."""
LATE = timedelta(seconds=30)
AHEAD = timedelta(minutes=1)
LARGEST_LIST = 4_000_000
"""Bytes, of sixteen million licences."""
LEAD = 30 * 24 * 60 * 60
"""Seconds that the version of a list may be ahead of its time."""
NAME = re.compile(r"[0-9A-Za-z.-]{1,80}")
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REASONS = frozenset({
    "genuine", "expired", "suspended", "revoked", "not-yet-valid", "unknown-issuer", "other-key", "altered", "specimen", "status-unknown",
    "stale-list", "not-a-licence", "too-large", "mismatched",
})  # fmt: skip
SAYS = {1: "revoked", 2: "suspended", 3: "not-yet-valid"}


@dataclass(frozen=True)
class StatusList:
    """What a node said of its licences at `made`; two bits apiece. After `ends` it confirms nothing, and what it said against one stands."""

    name: str
    version: int
    made: datetime
    ends: datetime
    bits: bytes

    def get(self, index: int) -> int:
        return self.bits[index // 4] >> index % 4 * 2 & 3 if 0 <= index < len(self.bits) * 4 else 3


@dataclass(frozen=True)
class Shown:
    """What somebody shows. `content`: the bytes of it that a file brings, and what they say."""

    face: Any
    signed: Envelope
    content: bytes = b""
    said: Any = None


def is_one(data: bytes) -> bool:
    """Whether a licence is shown, in whatever form; anything else may be a record."""
    start = data[:64].lstrip()
    file = start.startswith(b"{") and not start.startswith(b'{"p":')
    return file or start[:2].upper() == b"TB" or start.startswith(tuple(UNREAD))


def judge(data: bytes, trusted: Members, lists: dict[str, StatusList], now: datetime) -> str:
    """One of `REASONS`. Raises `Unjudged` for a form that is not read here."""
    for mark, form in UNREAD.items():
        if data.startswith(mark):
            raise Unjudged(f"{form} is not read here: show the code that is printed on it, or the licence file")
    text = _text(data)
    if text.startswith(SPECIMEN):
        return "specimen"
    if len(data) > LARGEST or len(text) > LONGEST:
        return "too-large"
    try:
        shown = read(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "not-a-licence"
    return _fault(shown, trusted) or _today(shown.face, lists.get(shown.face["status"]["list"]), now)


def read(data: bytes) -> Shown:
    """ValueError, KeyError, TypeError or AttributeError for what is neither a code nor a licence file."""
    return _read_file(data) if data.startswith(b"{") else _read_code(_text(data))


def _text(data: bytes) -> str:
    """Of a code; spaces and line breaks of a message do not matter. Empty for a file."""
    return "" if data.startswith(b"{") else "".join(data.decode("ascii", "replace").split())


def _read_code(text: str) -> Shown:
    """Signature, 64 bytes ‖ holder, 32 ‖ content, 32 ‖ the rest of the face as canonical JSON."""
    coded = text.removeprefix(MARK)
    if coded == text:
        raise ValueError("not a code of this kind")
    packed = base64.b32decode(coded + "=" * (-len(coded) % 8))
    if base64.b32encode(packed).decode().rstrip("=") != coded:
        raise ValueError("not the one form of its bytes")
    face = strict.read(packed[128:]) | {"holder": packed[64:96].hex(), "content": packed[96:128].hex()}
    _form(face)
    payload, type_ = strict.write(face), envelope.TYPE.format("licence")
    return Shown(face, Envelope(payload, envelope.signed_bytes(type_, payload), {face["key"]: packed[:64]}))


def _read_file(data: bytes) -> Shown:
    value = strict.read(data)
    strict.exactly(value, {"format", "envelope", "content"})
    if value["format"] != FORMAT:
        raise ValueError("another format")
    signed, content = envelope.read(strict.unbase64(value["envelope"]), "licence"), strict.unbase64(value["content"])
    face, said = strict.read(signed.payload), strict.read(content)
    _form(face)
    _form_of_content(said)
    if face["key"] != signed.key:
        raise ValueError("signed with another key than the face names")
    return Shown(face, signed, content, said)


def read_list(token: str, trusted: Members) -> StatusList:
    """A signed status list. ValueError for one that is not of a node that spoke for the region when it was made."""
    try:
        head, body, tail = token.strip().split(".")
        header = json.loads(_unbase64url(head))
        if header.get("alg") != "Ed25519" or header.get("typ") != "statuslist+jwt":
            raise ValueError("another algorithm or type")
        signed = Envelope(b"", f"{head}.{body}".encode(), {header["kid"]: _unbase64url(tail)})
        envelope.check(signed, signed.key, trusted.public_key(signed.key))
        return _list(json.loads(_unbase64url(body)), signed.key, trusted)
    except (KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError, zlib.error) as error:
        raise ValueError(f"not a status list: {type(error).__name__}") from None


def _list(claims: Any, key: str, trusted: Members) -> StatusList:
    since, version, inner = claims["iat"], claims["ver"], claims["status_list"]
    if type(since) is not int or type(version) is not int or not 0 < version <= since + LEAD:
        raise ValueError("a version or a time that no list has")
    if not NAME.fullmatch(claims["list"]) or inner["bits"] != 2:
        raise ValueError("a name or a form that no list has")
    if not _fits([claims["exp"], claims["ttl"], *claims["stopped"].values()], [int]) or not _fits(
        claims["makers"], [str]
    ):
        raise ValueError("a form that no list has")
    made, expires, *_ = (
        datetime.fromtimestamp(each, DAY) for each in (since, claims["exp"], *claims["stopped"].values())
    )
    for maker in claims["makers"]:
        _unbase64url(maker)
    _require_speaker(claims, key, made, trusted)
    inflater = zlib.decompressobj()
    bits = inflater.decompress(_unbase64url(inner["lst"]), LARGEST_LIST + 1)
    if len(bits) > LARGEST_LIST or not inflater.eof or inflater.unused_data:
        raise ValueError("not one list")
    lasts = min(expires - made, timedelta(seconds=claims["ttl"]), FRESH)
    return StatusList(claims["list"], version, made, made + lasts, bits)


def _form(face: Any) -> None:
    if not _fits(face, FACE) or face["v"] != 1 or face["status"]["index"] < 0:
        raise ValueError("not a face")
    _days(face)


def _form_of_content(said: Any) -> None:
    # Without a layout of its own it is printed by one of the product.
    template = {"layout": "-"} | said["template"]
    if not _fits(said | {"template": template}, CONTENT) or said["v"] != 1 or not template["layout"]:
        raise ValueError("not a content")
    if not SALT.fullmatch(said["salt"]):
        raise ValueError("a salt of 128 bits is missing")
    _days(said, "decided_on")


def _fits(value: Any, form: Any) -> bool:
    """Exactly these keys, and of each the type."""
    if isinstance(form, dict):
        return (
            isinstance(value, dict) and set(value) == set(form) and all(_fits(value[name], form[name]) for name in form)
        )
    if isinstance(form, list):
        return isinstance(value, list) and all(_fits(item, form[0]) for item in value)
    return type(value) is form


def _days(value: Any, *more: str) -> None:
    for day in [value["from"], *(value[name] for name in more), *([value["until"]] if value["until"] else [])]:
        if datetime.fromisoformat(day).date().isoformat() != day:
            raise ValueError("not a day")


def _fault(shown: Shown, trusted: Members) -> str:
    """Why it is not what its issuer made; empty where it is."""
    face = shown.face
    try:
        public = trusted.public_key(face["key"])
    except ValueError:
        return "unknown-issuer"
    try:
        envelope.check(shown.signed, face["key"], public)
        _check_identifier(face["identifier"])
    except ValueError:
        return "altered"
    if not _might_issue(face, trusted):
        return "other-key"
    return _fault_of_content(shown) if shown.content else ""


def _fault_of_content(shown: Shown) -> str:
    if hashlib.sha256(shown.content).hexdigest() != shown.face["content"]:
        return "altered" if shown.said["identifier"] == shown.face["identifier"] else "mismatched"
    return "" if shown.said["issuer"]["region"] == _region(shown.face["status"]["list"]) else "other-key"


def _might_issue(face: Any, trusted: Members) -> bool:
    """A key for licences, never in other hands, of a node that hosts or has hosted the region; the serial begins with that region. One that has
    ended still proves."""
    named, region = trusted.named(face["key"]), _region(face["status"]["list"])
    node, entry = named[0]
    hosted = any(
        hosting["code"] == region and hosting["node"] == node["id"]
        for listed in trusted.lists.values()
        for hosting in listed["regions"]
    )
    stolen = any(each.get("compromised_since") for _, each in named)
    serial = face["identifier"].split(".")[-3]
    return hosted and entry["purpose"] == "licence" and not stolen and bool(serial.startswith(region))


def _region(name: str) -> str:
    """A list is named by its region and a number."""
    return name.partition("-")[0]


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
    """By the newest list that names the key: what an older one says of it is over. The region may have moved since."""
    at = made.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    node, entry = trusted.named(key)[0]
    hosted = any(members.hosts(listed, node["id"], _region(claims["list"]), at) for listed in trusted.lists.values())
    if node["id"] != claims["iss"] or not members.serves(node, entry, "event", at) or not hosted:
        raise ValueError("signed by a node that does not speak for this region")


def _unbase64url(text: str) -> bytes:
    data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if base64.urlsafe_b64encode(data).decode().rstrip("=") != text:
        raise ValueError("base64url is not canonical")
    return data
