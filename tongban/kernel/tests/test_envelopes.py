"""Sign bytes, store these bytes, verify before parsing."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel import envelopes, strictjson
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import EVENT, RECEIPT, BadEnvelope, Envelope, Signature
from tongban.kernel.tests.factories import KEY, OTHER_KEY, SUITE, json_values, public_key_of

SIGNED = envelopes.sign({"case": "1", "seq": 1}, type=EVENT, suite=SUITE, keys=[KEY])
REFUSALS = (BadEnvelope, BadSignature, LookupError)


def accept(raw: bytes, *, type: str = EVENT) -> Envelope:
    envelope = envelopes.read(raw, type=type)
    envelopes.verify(envelope, suite=SUITE, public_key_of=public_key_of)
    return envelope


def rewrapped(**changes: object) -> bytes:
    return strictjson.canonical({**strictjson.parse(SIGNED.raw), **changes})


def test_what_was_signed_is_what_is_read() -> None:
    envelope = accept(SIGNED.raw)
    assert envelope == SIGNED
    assert envelope.claims() == {"case": "1", "seq": 1}
    assert envelope.key_id == KEY.id


@given(json_values)
def test_every_value_travels_unchanged(value: object) -> None:
    envelope = accept(envelopes.sign(value, type=EVENT, suite=SUITE, keys=[KEY]).raw)
    assert envelope.claims() == value


@given(st.integers(0, len(SIGNED.raw) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(position: int, change: int) -> None:
    raw = bytearray(SIGNED.raw)
    raw[position] ^= change
    with pytest.raises(REFUSALS):
        accept(bytes(raw))


def test_each_byte_with_each_single_bit_flipped_is_refused() -> None:
    for position in range(len(SIGNED.raw)):
        for bit in range(8):
            raw = bytearray(SIGNED.raw)
            raw[position] ^= 1 << bit
            with pytest.raises(REFUSALS):
                accept(bytes(raw))


@given(st.integers(0, len(SIGNED.raw)), st.binary(min_size=1, max_size=3))
def test_inserted_bytes_are_refused(position: int, extra: bytes) -> None:
    with pytest.raises(REFUSALS):
        accept(SIGNED.raw[:position] + extra + SIGNED.raw[position:])


@given(st.integers(0, len(SIGNED.raw) - 1))
def test_a_cut_envelope_is_refused(length: int) -> None:
    with pytest.raises(REFUSALS):
        accept(SIGNED.raw[:length])


@given(json_values)
def test_any_other_json_is_no_envelope(value: object) -> None:
    with pytest.raises(BadEnvelope):
        envelopes.read(strictjson.canonical(value), type=EVENT)


@given(st.sampled_from("tps"), json_values)
def test_a_wrapper_with_a_wrong_value_is_refused(key: str, value: object) -> None:
    with pytest.raises(REFUSALS):
        accept(rewrapped(**{key: value}))


@pytest.mark.parametrize(
    "signature", [5, None, "kv", ["k", "v"], {"k": 1, "v": "AA=="}, {"k": "1", "v": 5}, {"k": "1"}]
)
def test_a_malformed_signature_is_refused(signature: object) -> None:
    with pytest.raises(BadEnvelope):
        envelopes.read(rewrapped(s=[signature]), type=EVENT)


def test_an_envelope_of_another_type_is_refused() -> None:
    with pytest.raises(BadEnvelope):
        accept(SIGNED.raw, type=RECEIPT)
    with pytest.raises(REFUSALS):
        accept(rewrapped(t=RECEIPT), type=RECEIPT)


def test_a_signature_on_another_payload_is_refused() -> None:
    with pytest.raises(BadSignature):
        accept(rewrapped(p=base64.b64encode(b'{"case":"2","seq":1}').decode()))


def test_the_key_of_another_node_is_refused() -> None:
    wire = strictjson.parse(SIGNED.raw)
    with pytest.raises(BadSignature):
        accept(rewrapped(s=[{**wire["s"][0], "k": OTHER_KEY.id}]))


def test_an_unknown_key_is_refused() -> None:
    stranger = SUITE.new_signing_key(owner="stranger")
    with pytest.raises(LookupError):
        accept(envelopes.sign({}, type=EVENT, suite=SUITE, keys=[stranger]).raw)


def test_two_parties_sign_the_same_bytes_one_after_another() -> None:
    second = envelopes.sign_bytes(SIGNED.payload, type=EVENT, suite=SUITE, keys=[OTHER_KEY])
    both = envelopes.assemble(SIGNED.payload, type=EVENT, signatures=[*SIGNED.signatures, *second.signatures])
    assert len(accept(both.raw).signatures) == 2
    with pytest.raises(BadEnvelope):
        _ = both.key_id


def test_one_bad_signature_among_good_ones_is_refused() -> None:
    bad = Signature(OTHER_KEY.id, SIGNED.signatures[0].value)
    with pytest.raises(BadSignature):
        accept(envelopes.assemble(SIGNED.payload, type=EVENT, signatures=[*SIGNED.signatures, bad]).raw)


def test_no_signature_or_the_same_key_twice_is_refused() -> None:
    wire = strictjson.parse(SIGNED.raw)
    for signatures in ([], wire["s"] * 2):
        with pytest.raises(BadEnvelope):
            envelopes.read(rewrapped(s=signatures), type=EVENT)


def test_a_second_spelling_of_the_same_base64_is_refused() -> None:
    text = strictjson.parse(SIGNED.raw)["s"][0]["v"]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = len(text.rstrip("=")) - 1
    twin = text[:last] + alphabet[alphabet.index(text[last]) + 1] + text[last + 1 :]
    assert base64.b64decode(twin) == base64.b64decode(text)
    with pytest.raises(BadEnvelope):
        envelopes.read(rewrapped(s=[{"k": KEY.id, "v": twin}]), type=EVENT)


def test_an_oversize_envelope_is_not_even_parsed() -> None:
    with pytest.raises(BadEnvelope, match="longer"):
        envelopes.read(SIGNED.raw, type=EVENT, max_bytes=len(SIGNED.raw) - 1)


def test_the_hash_covers_type_and_payload_and_not_the_signatures() -> None:
    other = envelopes.sign({"case": "1", "seq": 1}, type=EVENT, suite=SUITE, keys=[OTHER_KEY])
    receipt = envelopes.sign({"case": "1", "seq": 1}, type=RECEIPT, suite=SUITE, keys=[KEY])
    assert SIGNED.hash(SUITE) == other.hash(SUITE) != receipt.hash(SUITE)
