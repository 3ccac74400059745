"""One suite today; the same stories for the next one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.kernel.crypto import SUITES, BadCiphertext, BadSignature, Suite

pytestmark = pytest.mark.parametrize("suite", SUITES.values(), ids=lambda suite: suite.name)


def test_a_signature_belongs_to_its_bytes_and_its_key(suite: Suite) -> None:
    ours, theirs = suite.new_signing_key(owner="a"), suite.new_signing_key(owner="b")
    signature = suite.sign(b"text", key=ours)
    suite.verify(b"text", signature, public=ours.public)
    for data, value, public in (
        (b"texT", signature, ours.public),
        (b"text", signature, theirs.public),
        (b"text", signature[:-1], ours.public),
        (b"text", b"", ours.public),
        (b"text", signature, b"no key"),
    ):
        with pytest.raises(BadSignature):
            suite.verify(data, value, public=public)


@given(content=st.binary(max_size=200))
def test_what_is_encrypted_opens_with_its_key_and_context_only(suite: Suite, content: bytes) -> None:
    key = suite.new_data_key()
    ciphertext = suite.encrypt(content, key=key, context=b"case 1")
    assert suite.decrypt(ciphertext, key=key, context=b"case 1") == content
    for other_key, context in ((suite.new_data_key(), b"case 1"), (key, b"case 2")):
        with pytest.raises(BadCiphertext):
            suite.decrypt(ciphertext, key=other_key, context=context)


@given(garbage=st.binary(max_size=80))
def test_garbage_does_not_open(suite: Suite, garbage: bytes) -> None:
    with pytest.raises(BadCiphertext):
        suite.decrypt(garbage, key=suite.new_data_key(), context=b"")
    with pytest.raises(BadCiphertext):
        suite.unwrap(garbage, key=suite.new_wrapping_key(owner="a"), context=b"")


def test_the_same_text_never_looks_the_same(suite: Suite) -> None:
    key = suite.new_data_key()
    assert len({suite.encrypt(b"text", key=key, context=b"") for _ in range(50)}) == 50


def test_a_wrapped_key_opens_for_its_holder_and_its_case_only(suite: Suite) -> None:
    holder, other = suite.new_wrapping_key(owner="a"), suite.new_wrapping_key(owner="b")
    wrapped = suite.wrap(b"k" * 32, public=holder.public, context=b"case 1")
    assert suite.unwrap(wrapped, key=holder, context=b"case 1") == b"k" * 32
    for key, context in ((other, b"case 1"), (holder, b"case 2")):
        with pytest.raises(BadCiphertext):
            suite.unwrap(wrapped, key=key, context=context)


def test_a_key_is_named_by_its_owner_and_its_public_half(suite: Suite) -> None:
    one, two = suite.new_signing_key(owner="370115-1.event"), suite.new_signing_key(owner="370115-1.event")
    assert one.id.startswith("370115-1.event.")
    assert one.id != two.id
