"""Broken licences, each with the verdict that it earns: what every verifier of this product must say, the browser's too."""

import base64
import string
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tests.cast import HUIMIN
from tongban.kernel import strictjson
from tongban.licences.content import Issuer, Template
from tongban.licences.face import StatusPlace
from tongban.licences.qr import SPECIMEN, write_code
from tongban.licences.showing import ATTACHMENT, MAX_FILE, write_licence_file
from tongban.licences.status import INVALID, NOT_YET, SUSPENDED, StatusList
from tongban.licences.tests.stand import Stand, content, forge, new_key
from tongban.seals.ofd.from_pdf import draw_pdf
from tongban.seals.ofd.package import pack, unpack
from tongban.seals.ofd.sealing import seal_ofd
from tongban.seals.ofd.writing import write_ofd
from tongban.seals.tests import ofd_cast

_ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
STALE = timedelta(minutes=6)
OLD = timedelta(hours=25)
ANOTHER = "37142401AAAAAAAAAAAAAAAA"


@dataclass(frozen=True)
class Exhibit:
    """`list`: the status list that the verifier has; None for none."""

    name: str
    data: bytes
    reason: str
    list: StatusList | None


def exhibits(stand: Stand) -> Iterator[Exhibit]:
    fresh = replace(stand.status(), makers=(ofd_cast.authority().certificate,))
    for name, data, reason in [*_codes(stand), *_files(stand), *_documents(stand), *_credentials(stand)]:
        yield Exhibit(name, data, reason, fresh)
    sound = _code(stand)
    for name, reason, known in (
        ("revoked, fresh list", "revoked", stand.status((7, INVALID))),
        ("revoked, stale list", "revoked", stand.status((7, INVALID), age=STALE)),
        ("revoked, list of yesterday", "revoked", stand.status((7, INVALID), age=OLD)),
        ("revoked, the list does not say so yet", "genuine", stand.status(age=timedelta(minutes=4))),
        ("no list", "status-unknown", None),
        ("list of five minutes, on its way", "genuine", stand.status(age=timedelta(minutes=5, seconds=20))),
        ("stale list", "stale-list", stand.status(age=STALE)),
        ("list of yesterday", "stale-list", stand.status(age=OLD)),
        ("list that claims to last", "stale-list", replace(stand.status(age=STALE), ttl=timedelta(days=1))),
        ("list that is short", "stale-list", replace(stand.status(age=timedelta(minutes=3)), ttl=timedelta(minutes=1))),
        ("list of tomorrow", "stale-list", stand.status(age=-timedelta(hours=5))),
        ("suspended", "suspended", stand.status((7, SUSPENDED))),
        ("suspended, stale list", "suspended", stand.status((7, SUSPENDED), age=STALE)),
        ("in no list yet, stale list", "stale-list", stand.status((7, NOT_YET), age=STALE)),
        ("a place that no licence has", "not-yet-valid", stand.status(runs=[(0, 6), (8, 1999)])),
        ("signed, not witnessed", "not-yet-valid", stand.status((7, NOT_YET))),
        ("another is revoked", "genuine", stand.status((6, INVALID), (8, INVALID))),
    ):
        yield Exhibit(name, sound, reason, known)


def ofd(inside: bytes, *, sealed: bool = True) -> bytes:
    """A page with this licence file as its attachment."""
    drawing = draw_pdf(ofd_cast.printed())
    document = write_ofd(drawing.pages, fonts=drawing.fonts, titled=ofd_cast.TITLED, attachments={ATTACHMENT: inside})
    if not sealed:
        return document
    return seal_ofd(
        document, seal=ofd_cast.seal(), owner=ofd_cast.owner(), at=ofd_cast.AT, page=0, place=ofd_cast.PLACE
    )


def _code(stand: Stand, **how: object) -> bytes:
    return write_code(stand.shown(**how).signed).encode()  # type: ignore[arg-type]


def _codes(stand: Stand) -> Iterator[tuple[str, bytes, str]]:
    sound, day = stand.sign(), timedelta(days=1)
    yield "sound", write_code(sound).encode(), "genuine"
    today = date(2026, 11, 21)
    yield "its last day", _code(stand, said=content(until=today)), "genuine"
    yield "expired yesterday", _code(stand, said=content(until=today - day)), "expired"
    yield "begins tomorrow", _code(stand, said=content(from_=today + day)), "not-yet-valid"
    yield "without end", _code(stand, said=content(until=None)), "genuine"
    yield "younger than the list", _code(stand, index=9000), "not-yet-valid"
    yield "unknown issuer", _code(stand, key=new_key("licence")), "unknown-issuer"
    yield "key of another member", _code(stand, key=stand.stranger), "other-key"
    yield "key of another purpose", _code(stand, key=stand.event_key), "other-key"
    yield "serial of another place", _code(stand, said=content(serial=f"{HUIMIN}01AAAAAAAAAAAAAAAA")), "other-key"
    yield (
        "another key under the right name",
        write_code(forge(stand.sign(key=new_key("licence")), key=stand.licence_key.id)).encode(),
        "altered",
    )
    number, identifier = sound.face.number, sound.face.identifier
    for name, changes in {
        "number + 1": {"number": number.replace("000001", "000002")}, "number - 1": {"number": number.replace("000001", "000000")},
        "identifier": {"identifier": content(serial=ANOTHER).identifier}, "check character": {"identifier": identifier[:-1] + "0"},
        "a longer term": {"until": date(2099, 1, 1)}, "an earlier day": {"from_": date(2020, 1, 1)}, "holder": {"holder": "0" * 64},
        "content": {"content": "f" * 64}, "place in the list": {"status": StatusPlace("371424-1", 6)},
        "list of another place": {"status": StatusPlace(f"{HUIMIN}-1", 7)}, "no demonstration": {"demo": False}, "type": {"type": "other"},
    }.items():  # fmt: skip
        yield f"changed: {name}", write_code(forge(sound, **changes)).encode(), "altered"
    yield "half a signature", write_code(replace(sound, signature=sound.signature[:32] + bytes(32))).encode(), "altered"
    yield "specimen", SPECIMEN.encode(), "specimen"
    code = write_code(sound)
    for name, text in {
        "cut": code[:-20], "small letters": "TB1." + code[4:].lower(), "another mark": "TB2." + code[4:], "padded": code + "=",
        "doubled": code + code[4:], "number alone": number, "address": "https://example.org/verify?id=1", "empty": "",
        "nothing but the mark": "TB1.",
    }.items():  # fmt: skip
        yield f"code {name}", text.encode(), "not-a-licence"
    yield "too long for a code", b"TB1." + b"A" * 5000, "too-large"


def _files(stand: Stand) -> Iterator[tuple[str, bytes, str]]:
    signed = stand.sign()
    file = write_licence_file(signed, content())
    value = strictjson.parse(file)
    another = strictjson.parse(write_licence_file(stand.sign(content(serial=ANOTHER)), content(serial=ANOTHER)))
    yield "file", file, "genuine"
    theirs = content(issuer=Issuer(HUIMIN, "health", "", "惠民县卫生健康局"))
    yield "file, in the name of another place", write_licence_file(stand.sign(theirs), theirs), "other-key"
    yield (
        "file, a field edited",
        write_licence_file(signed, content(number="鲁临卫公证字〔2026〕第000009号")),
        "altered",
    )
    yield (
        "file, an older template",
        write_licence_file(signed, content(template=Template("hygiene-licence", 1))),
        "altered",
    )
    yield (
        "file, content of another licence",
        strictjson.canonical(value | {"content": another["content"]}),
        "mismatched",
    )
    yield "file, code of another licence", strictjson.canonical(value | {"envelope": another["envelope"]}), "mismatched"
    yield "file, algorithm named", strictjson.canonical(value | {"alg": "none"}), "not-a-licence"
    yield "file, another format", strictjson.canonical(value | {"format": "tongban-licence;v=2"}), "not-a-licence"
    yield "file, not canonical", file.replace(b",", b", ", 1), "not-a-licence"
    yield "file, cut", file[:-5], "not-a-licence"
    for name, salt in {"without salt": None, "short salt": "5a", "salt in capitals": "5A" * 16}.items():
        said = {key: part for key, part in content().as_json().items() if key != "salt"} | (
            {"salt": salt} if salt else {}
        )
        coded = base64.b64encode(strictjson.canonical(said)).decode()
        yield f"file, {name}", strictjson.canonical(value | {"content": coded}), "not-a-licence"
    for name, changes in {
        "issuer": "",
        "holder": None,
        "fields": "x",
        "template": [],
        "decided_on": "",
        "demo": None,
    }.items():
        coded = base64.b64encode(strictjson.canonical(content().as_json() | {name: changes})).decode()
        yield f"file, {name} of another form", strictjson.canonical(value | {"content": coded}), "not-a-licence"
    salted = write_licence_file(signed, content(salt="5b" * 16))
    yield "file, another salt", salted, "altered"
    padded = next(name for name in ("envelope", "content") if value[name].endswith("="))
    bare = value[padded].rstrip("=")
    other = _ALPHABET[_ALPHABET.index(bare[-1]) + 1]
    unused = value[padded].replace(f"{bare[-1]}=", f"{other}=", 1)
    yield "file, unused bits of its base64", strictjson.canonical(value | {padded: unused}), "not-a-licence"
    yield "file, no content", strictjson.canonical(value | {"content": ""}), "not-a-licence"
    yield "huge", b"{" + bytes(MAX_FILE), "too-large"
    yield "another kind of file", b"PK\x03\x04rest", "not-a-licence"


def _documents(stand: Stand) -> Iterator[tuple[str, bytes, str]]:
    file, said = write_licence_file(stand.sign(), content()), content(serial=ANOTHER)
    sealed, other = ofd(file), write_licence_file(stand.sign(said), said)
    yield "OFD", sealed, "genuine"
    yield "OFD, without a seal", ofd(file, sealed=False), "unsealed"
    swapped = {name: other if part == file else part for name, part in unpack(sealed).items()}
    yield "OFD, the file of another licence", pack(swapped), "altered"
    yield "OFD, no licence inside", ofd_cast.sealed(), "not-a-licence"
    yield "OFD, cut", sealed[:-5], "not-a-licence"


def _credentials(stand: Stand) -> Iterator[tuple[str, bytes, str]]:
    sound = stand.credential()
    head, body, rest = sound.split(".")
    another = content(serial=ANOTHER)
    disclosure = stand.credential(another).split("~")[1]
    for name, text, reason in (
        ("all told", sound, "genuine"),
        ("nothing told", sound[: sound.index("~") + 1], "genuine"),
        ("its last day was yesterday", stand.credential(content(until=date(2026, 11, 20))), "expired"),
        ("another signature", f"{head}.{body}.{'A' * 86}{rest[86:]}", "altered"),
        ("unknown issuer", stand.credential(key=new_key("event")), "unknown-issuer"),
        ("key of another member", stand.credential(key=stand.stranger), "other-key"),
        ("code of another licence", stand.credential(signed=stand.sign(another)), "mismatched"),
        ("a field of another", f"{sound}{disclosure}~", "not-a-licence"),
        ("cut", sound[:200], "not-a-licence"),
    ):
        yield f"credential, {name}", text.encode(), reason
