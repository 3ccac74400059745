"""The code of a licence (证照码): its face and signature as a text for a QR code. No address stands in it: it leads nowhere, it proves.

`TB1.` and base32 (RFC 4648, capitals, no padding: the alphanumeric mode of QR codes) of: signature, 64 bytes ‖ holder hash, 32 ‖ content hash,
32 ‖ the rest of the face as canonical JSON. Hashes are half as long as bytes; nothing is compressed, so that one licence has one code.
"""

import base64
import binascii
from io import BytesIO

import segno

from tongban.kernel import strictjson
from tongban.licences.face import MAX_BYTES, BadFace, SignedFace, read_face

MARK = "TB1."
SPECIMEN = "TB0.SPECIMEN"
"""In the place of a code on a specimen (样本): it has no face and no signature, so that nothing could ever verify."""
MAX_TEXT = 3000
_SIGNATURE = 64
_HASHES = ("holder", "content")
_HASH = 32
_HEAD = _SIGNATURE + _HASH * len(_HASHES)


class BadCode(ValueError):
    """This text is no code of a licence."""


def write_code(signed: SignedFace) -> str:
    """About 750 characters: a QR code of 77 × 77 modules."""
    value = signed.face.as_json()
    hashes = b"".join(bytes.fromhex(value.pop(name)) for name in _HASHES)
    packed = signed.signature + hashes + strictjson.canonical(value)
    return MARK + base64.b32encode(packed).decode().rstrip("=")


def read_code(text: str) -> SignedFace:
    """Not verified yet. Raises `BadCode`."""
    packed = _unpack(text)
    try:
        value = strictjson.parse_canonical(packed[_HEAD:], max_bytes=MAX_BYTES)
        if not isinstance(value, dict) or set(_HASHES) & set(value):
            raise BadCode("the rest of the face has another form")
        hashes = packed[_SIGNATURE:_HEAD]
        for at, name in enumerate(_HASHES):
            value[name] = hashes[at * _HASH : (at + 1) * _HASH].hex()
        return SignedFace(read_face(strictjson.canonical(value)), packed[:_SIGNATURE])
    except (strictjson.NotStrict, BadFace) as error:
        raise BadCode(str(error)) from None


def draw_code(text: str, *, scale: int = 3, quiet: int = 4) -> bytes:
    """PNG, error correction M; `quiet`: the white edge, in modules."""
    out = BytesIO()
    segno.make(text, micro=False, error="m").save(out, kind="png", scale=scale, border=quiet)
    return out.getvalue()


def draw_code_svg(text: str, *, quiet: int = 4) -> bytes:
    """SVG that scales to whatever room it is given."""
    out = BytesIO()
    code = segno.make(text, micro=False, error="m")
    code.save(out, kind="svg", border=quiet, xmldecl=False, omitsize=True, light="#fff")
    return out.getvalue()


def _unpack(text: str) -> bytes:
    coded = text.removeprefix(MARK)
    if coded == text or len(text) > MAX_TEXT:
        raise BadCode("not a code of this kind")
    try:
        packed = base64.b32decode(coded + "=" * (-len(coded) % 8))
    except (binascii.Error, ValueError):
        raise BadCode("not base32") from None
    # Unused bits of the last letter would let two texts mean one code.
    if base64.b32encode(packed).decode().rstrip("=") != coded or len(packed) <= _HEAD:
        raise BadCode("not the one form of its bytes")
    return packed
