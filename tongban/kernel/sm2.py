"""SM2 signatures (GB/T 32918.2) with SM3, by OpenSSL 3's libcrypto: a thin binding, for `cryptography` does not offer the curve.

Secrets are 32 bytes, public keys 65 (uncompressed point), signatures DER. The signer's name is the usual one of GM/T 0009 unless said otherwise.
"""

import ctypes
import ctypes.util
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_long, c_size_t, c_ubyte, c_void_p
from functools import lru_cache

from tongban.kernel.crypto import BadSignature
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

SIGNER = b"1234567812345678"
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
CURVE_OID = "1.2.156.10197.1.301"
SIGNATURE_OID = "1.2.156.10197.1.501"
SECRET_BYTES, PUBLIC_BYTES, MAX_SIGNATURE_BYTES = 32, 65, 80

_ALGORITHM = bytes.fromhex("301306072a8648ce3d020106082a811ccf5501822d")
_PKCS8 = bytes.fromhex("3041020100") + _ALGORITHM + bytes.fromhex("04273025020101" + "0420")
_SPKI = bytes.fromhex("3059") + _ALGORITHM + bytes.fromhex("034200")

_PROTOTYPES: dict[str, tuple[object, list[object]]] = {
    "OpenSSL_version_num": (ctypes.c_ulong, []),
    "ERR_clear_error": (None, []),
    "EVP_sm3": (c_void_p, []),
    "d2i_AutoPrivateKey": (c_void_p, [c_void_p, POINTER(c_char_p), c_long]),
    "d2i_PUBKEY": (c_void_p, [c_void_p, POINTER(c_char_p), c_long]),
    "i2d_PUBKEY": (c_int, [c_void_p, POINTER(POINTER(c_ubyte))]),
    "EVP_PKEY_free": (None, [c_void_p]),
    "EVP_MD_CTX_new": (c_void_p, []),
    "EVP_MD_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_new": (c_void_p, [c_void_p, c_void_p]),
    "EVP_PKEY_CTX_free": (None, [c_void_p]),
    "EVP_PKEY_CTX_set1_id": (c_int, [c_void_p, c_char_p, c_int]),
    "EVP_MD_CTX_set_pkey_ctx": (None, [c_void_p, c_void_p]),
    "EVP_DigestSignInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_DigestSign": (c_int, [c_void_p, c_char_p, POINTER(c_size_t), c_char_p, c_size_t]),
    "EVP_DigestVerifyInit": (c_int, [c_void_p, c_void_p, c_void_p, c_void_p, c_void_p]),
    "EVP_DigestVerify": (c_int, [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t]),
}


class Sm2Missing(Refused):
    """This machine has no OpenSSL 3 with SM2."""

    status = 503
    text = Text("服务器缺少支持国密 SM2 的 OpenSSL 3。", "OpenSSL 3 with SM2 is not installed on this server.")
    advice = Text("请系统管理员安装 libssl3。", "Let the operator install libssl3.")


def new_secret() -> bytes:
    return (secrets.randbelow(ORDER - 2) + 1).to_bytes(SECRET_BYTES, "big")


def public_of(secret: bytes) -> bytes:
    with _private(secret) as key:
        out = (c_ubyte * 256)()
        size = _lib().i2d_PUBKEY(key, byref(ctypes.cast(out, POINTER(c_ubyte))))
        return bytes(out[size - PUBLIC_BYTES : size])


def sign(data: bytes, *, secret: bytes, signer: bytes = SIGNER) -> bytes:
    """Not deterministic: the same bytes signed twice have two signatures, and the first that was stored is the one that counts."""
    with _private(secret) as key, _context(key, signer) as context:
        _must(_lib().EVP_DigestSignInit(context, None, _lib().EVP_sm3(), None, key))
        out, size = ctypes.create_string_buffer(MAX_SIGNATURE_BYTES), c_size_t(MAX_SIGNATURE_BYTES)
        _must(_lib().EVP_DigestSign(context, out, byref(size), data, len(data)))
        return out.raw[: size.value]


def verify(data: bytes, signature: bytes, *, public: bytes, signer: bytes = SIGNER) -> None:
    """Raises `BadSignature`, also for a key that is no point of the curve and for a signature that is not DER."""
    with _public(public) as key, _context(key, signer) as context:
        _must(_lib().EVP_DigestVerifyInit(context, None, _lib().EVP_sm3(), None, key))
        if _lib().EVP_DigestVerify(context, signature, len(signature), data, len(data)) != 1:
            raise BadSignature("SM2 signature does not verify")


def public_info(public: bytes) -> bytes:
    """The key as SubjectPublicKeyInfo (DER), as certificates hold it."""
    return _SPKI + public


@lru_cache(maxsize=1)
def _lib() -> ctypes.CDLL:
    name = ctypes.util.find_library("crypto")
    lib = ctypes.CDLL(name) if name else None
    if lib is None or not hasattr(lib, "EVP_sm3") or not hasattr(lib, "EVP_PKEY_CTX_set1_id"):
        raise Sm2Missing
    for function, (result, arguments) in _PROTOTYPES.items():
        getattr(lib, function).restype = result
        getattr(lib, function).argtypes = arguments
    return lib


@contextmanager
def _private(secret: bytes) -> Iterator[int]:
    if len(secret) != SECRET_BYTES:
        raise ValueError("an SM2 secret has 32 bytes")
    with _key("d2i_AutoPrivateKey", _PKCS8 + secret) as key:
        yield key


@contextmanager
def _public(public: bytes) -> Iterator[int]:
    if len(public) != PUBLIC_BYTES:
        raise BadSignature("not an SM2 public key")
    with _key("d2i_PUBKEY", public_info(public)) as key:
        yield key


@contextmanager
def _key(reader: str, der: bytes) -> Iterator[int]:
    key = getattr(_lib(), reader)(None, byref(c_char_p(der)), len(der))
    try:
        _must(key)
        yield key
    finally:
        _lib().EVP_PKEY_free(key)
        # Python's own ssl module shares this library, and would take our errors for its own.
        _lib().ERR_clear_error()


@contextmanager
def _context(key: int, signer: bytes) -> Iterator[int]:
    lib = _lib()
    asking, context = lib.EVP_PKEY_CTX_new(key, None), lib.EVP_MD_CTX_new()
    try:
        _must(lib.EVP_PKEY_CTX_set1_id(asking, signer, len(signer)))
        lib.EVP_MD_CTX_set_pkey_ctx(context, asking)
        yield context
    finally:
        lib.EVP_MD_CTX_free(context)
        lib.EVP_PKEY_CTX_free(asking)


def _must(answer: int | None) -> None:
    if answer is None or answer <= 0:
        raise BadSignature("OpenSSL refuses this SM2 key or signature")
