"""The face of a licence (证面摘要): what is signed and shown as a code. No personal data: the holder is a hash, the content another. Plain Python.

Both hashes are over the salt in the content too, so that nobody who has the face alone can try numbers or names against it.

One signature, by the node's key of the purpose `licence`, over the face as an envelope's payload: `kernel/envelopes.py` says which bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import PrivateKey, Suite
from tongban.kernel.envelopes import LICENCE, Signature
from tongban.kernel.events import Json
from tongban.licences.content import Content

PURPOSE = "licence"
"""Of the key, in the member list."""
VERSION = 1
MAX_BYTES = 4 * 1024
_HOLDER = b"tongban-licence-holder"


class BadFace(ValueError):
    """These bytes are no face of a licence; nothing of them is to be believed."""


@dataclass(frozen=True, slots=True)
class StatusPlace:
    """Where the licence's status stands: a list, and the position in it from 0."""

    list: str
    index: int


@dataclass(frozen=True, slots=True)
class Face:
    """`type`: id in `types.yaml`. `from_` to `until`, both included; None has no end. `content`: hash of the content's bytes."""

    identifier: str
    type: str
    number: str
    holder: str
    from_: date
    until: date | None
    key: str
    content: str
    status: StatusPlace
    demo: bool

    def as_json(self) -> Json:
        return {
            "v": VERSION, "identifier": self.identifier, "type": self.type, "number": self.number, "holder": self.holder,
            "from": self.from_.isoformat(), "until": self.until.isoformat() if self.until else "", "key": self.key,
            "content": self.content, "status": {"list": self.status.list, "index": self.status.index}, "demo": self.demo,
        }  # fmt: skip

    def as_bytes(self) -> bytes:
        return strictjson.canonical(self.as_json())

    def matches(self, content: Content, *, suite: Suite) -> bool:
        """Whether this content is the one that was signed."""
        return self.content == suite.hash(content.as_bytes())

    def is_of(self, id_number: str, *, salt: str, suite: Suite) -> bool:
        """`salt`: of the content. Without it a number is compared with nothing."""
        return self.holder == hash_holder(self.identifier, id_number, salt=salt, suite=suite)

    @property
    def region(self) -> str:
        """The region that issued it, as the name of its status list begins."""
        return self.status.list.partition("-")[0]

    def is_issued_by(self, region: str) -> bool:
        """Whether list and serial are this region's: nobody issues under the name of another place."""
        serial = self.identifier.split(".")[-3:][0]
        return self.region == region and serial.startswith(region)

    def covers(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class SignedFace:
    face: Face
    signature: bytes = field(repr=False)

    @property
    def signed_bytes(self) -> bytes:
        return bytes_to_sign(self.face)


def make_face(content: Content, *, key_id: str, status: StatusPlace, suite: Suite) -> Face:
    return Face(
        identifier=content.identifier, type=content.type, number=content.number,
        holder=hash_holder(content.identifier, content.holder.id_number, salt=content.salt, suite=suite), from_=content.from_,
        until=content.until,
        key=key_id, content=suite.hash(content.as_bytes()), status=status, demo=content.demo,
    )  # fmt: skip


def hash_holder(identifier: str, id_number: str, *, salt: str, suite: Suite) -> str:
    """Over four parts with a zero byte between them; none of the first three can hold one."""
    return suite.hash(b"\0".join([_HOLDER, identifier.encode(), salt.encode(), id_number.encode()]))


def bytes_to_sign(face: Face) -> bytes:
    return envelopes.signed_bytes(face.as_bytes(), type=LICENCE)


def sign_face(face: Face, *, key: PrivateKey, suite: Suite) -> SignedFace:
    """Only the signer, and tests, have such a key. ValueError for another key than the one that the face names."""
    if key.id != face.key:
        raise ValueError("the face names another key")
    return SignedFace(face, suite.sign(bytes_to_sign(face), key=key))


def verify_face(signed: SignedFace, *, suite: Suite, public_key_of: Callable[[str], bytes]) -> None:
    """`public_key_of`: key id → public bytes, LookupError for a key that is not trusted. Raises `BadSignature` or LookupError."""
    suite.verify(signed.signed_bytes, signed.signature, public=public_key_of(signed.face.key))


def as_envelope(signed: SignedFace) -> bytes:
    """In the wire form of every signed document."""
    signature = Signature(signed.face.key, signed.signature)
    return envelopes.assemble(signed.face.as_bytes(), type=LICENCE, signatures=[signature]).raw


def read_envelope(raw: bytes) -> SignedFace:
    """Not verified yet. Raises `BadFace`, also for an envelope that names another key than the face."""
    try:
        envelope = envelopes.read(raw, type=LICENCE, max_bytes=2 * MAX_BYTES)
        key_id = envelope.key_id
    except envelopes.BadEnvelope as error:
        raise BadFace(str(error)) from None
    face = read_face(envelope.payload)
    if face.key != key_id:
        raise BadFace("the envelope names another key")
    return SignedFace(face, envelope.signatures[0].value)


def read_face(data: bytes) -> Face:
    """From its canonical bytes. Raises `BadFace`."""
    try:
        face = face_from_json(strictjson.parse_canonical(data, max_bytes=MAX_BYTES))
    except strictjson.NotStrict as error:
        raise BadFace(str(error)) from None
    if face.as_bytes() != data:
        raise BadFace("holds something that a face does not say")
    return face


def face_from_json(value: Any) -> Face:
    """As an event carries it. Raises `BadFace`."""
    try:
        if value["v"] != VERSION:
            raise ValueError("another version")
        face = Face(
            identifier=_text(value["identifier"]), type=_text(value["type"]), number=_text(value["number"]),
            holder=_text(value["holder"]),
            from_=date.fromisoformat(value["from"]), until=date.fromisoformat(value["until"]) if value["until"] else None,
            key=_text(value["key"]), content=_text(value["content"]),
            status=StatusPlace(_text(value["status"]["list"]), _index(value["status"]["index"])), demo=_flag(value["demo"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise BadFace(type(error).__name__) from None
    if face.as_json() != value:
        raise BadFace("holds something that a face does not say")
    return face


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("text expected")
    return value


def _index(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("a position expected")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError("boolean expected")
    return value
