"""SM2 by OpenSSL, checked by an implementation that shares nothing with it."""

import gmalg
import pytest
from asn1crypto.algos import DSASignature
from hypothesis import given, settings
from hypothesis import strategies as st

from tongban.kernel import sm2
from tongban.kernel.crypto import BadSignature

SECRET = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "04"
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
"""The example key of GB/T 32918.5."""


def test_the_published_key_gives_the_published_point():
    assert sm2.public_of(SECRET) == PUBLIC


def test_the_published_signature_verifies():
    r = 0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3
    s = 0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA
    sm2.verify(b"message digest", DSASignature({"r": r, "s": s}).dump(), public=PUBLIC)


@given(st.binary(max_size=400))
@settings(max_examples=5, deadline=None)
def test_ours_is_verified_by_another_implementation(data):
    made = DSASignature.load(sm2.sign(data, secret=SECRET)).native
    other = gmalg.SM2(pk=PUBLIC, uid=sm2.SIGNER)
    assert other.verify(data, made["r"].to_bytes(32, "big"), made["s"].to_bytes(32, "big"))


@given(st.binary(max_size=400))
@settings(max_examples=5, deadline=None)
def test_anothers_is_verified_by_us(data):
    r, s = gmalg.SM2(SECRET, sm2.SIGNER, PUBLIC).sign(data)
    made = DSASignature({"r": int.from_bytes(r, "big"), "s": int.from_bytes(s, "big")}).dump()
    sm2.verify(data, made, public=PUBLIC)
    with pytest.raises(BadSignature):
        sm2.verify(data + b".", made, public=PUBLIC)


@pytest.mark.parametrize(
    ("signature", "public", "signer"),
    [(b"", PUBLIC, sm2.SIGNER), (b"\x30\x06\x02\x01\x01\x02\x01\x01", PUBLIC, sm2.SIGNER), (None, b"\x04" + b"\1" * 64, sm2.SIGNER),
     (None, PUBLIC[:64], sm2.SIGNER), (None, PUBLIC, b"another name")],
    ids=["empty", "small numbers", "no point", "too short", "other signer"],
)  # fmt: skip
def test_what_does_not_fit_is_refused(signature, public, signer):
    good = sm2.sign(b"paper", secret=SECRET)
    with pytest.raises(BadSignature):
        sm2.verify(b"paper", good if signature is None else signature, public=public, signer=signer)


def test_a_new_key_signs_and_every_key_is_another():
    first, second = sm2.new_secret(), sm2.new_secret()
    sm2.verify(b"paper", sm2.sign(b"paper", secret=first), public=sm2.public_of(first))
    assert first != second
