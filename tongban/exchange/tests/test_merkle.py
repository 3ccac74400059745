"""The log's tree against the definitions of RFC 9162, and what no proof can show."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.exchange import merkle

# Roots of the first n leaves of the well-known test log of RFC 6962 implementations.
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
leaves = st.lists(st.binary(max_size=8), min_size=1, max_size=70)


def sha(data):
    return hashlib.sha256(data).digest()


def node_of(entries):
    def node(level, index):
        return merkle.join(
            [merkle.leaf_hash(leaf, hash=sha) for leaf in entries[index << level : (index + 1) << level]], hash=sha
        )

    return node


def mth(entries):
    """The definition, word for word."""
    if len(entries) < 2:
        return sha(b"\x00" + entries[0]) if entries else sha(b"")
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha(b"\x01" + mth(entries[:k]) + mth(entries[k:]))


def root(entries):
    return merkle.root(len(entries), node=node_of(entries), hash=sha)


def inclusion(entries, index):
    return merkle.prove_inclusion(index, len(entries), node=node_of(entries), hash=sha)


def consistency(entries, old):
    return merkle.prove_consistency(old, len(entries), node=node_of(entries), hash=sha)


def continues(entries, old, proof, **changes):
    values = {"old_root": mth(entries[:old]), "new_root": mth(entries), "proof": proof} | changes
    return merkle.continues(old, len(entries), hash=sha, **values)


@pytest.mark.parametrize("size", ROOTS)
def test_known_roots(size):
    assert root(LEAVES[:size]).hex() == ROOTS[size]


@given(leaves)
def test_the_root_is_the_one_of_the_definition(entries):
    assert root(entries) == mth(entries)


@given(leaves, st.data())
def test_every_leaf_is_proved_and_no_other(entries, data):
    index = data.draw(st.integers(0, len(entries) - 1))
    known = {"root": root(entries), "proof": inclusion(entries, index), "hash": sha}
    assert merkle.includes(entries[index], index, len(entries), **known)
    assert not merkle.includes(entries[index] + b"x", index, len(entries), **known)


@given(leaves, st.data())
def test_a_log_continues_each_of_its_beginnings(entries, data):
    old = data.draw(st.integers(0, len(entries)))
    assert continues(entries, old, consistency(entries, old))


@given(leaves, st.data())
def test_r20_rewritten_history_has_no_proof(entries, data):
    """Not with the honest proof of either log."""
    old = data.draw(st.integers(1, len(entries)))
    changed = data.draw(st.integers(0, old - 1))
    rewritten = [*entries[:changed], entries[changed] + b"x", *entries[changed + 1 :]]
    for proof in (consistency(entries, old), consistency(rewritten, old)):
        assert not continues(rewritten, old, proof, old_root=mth(entries[:old]))


@given(leaves, st.data())
def test_a_proof_with_a_piece_altered_dropped_or_added_shows_nothing(entries, data):
    old = data.draw(st.integers(0, len(entries)))
    proof = consistency(entries, old)
    assert not continues(entries, old, [*proof, sha(b"more")])
    for at in range(len(proof)):
        assert not continues(entries, old, proof[:at] + proof[at + 1 :])
        assert not continues(entries, old, [*proof[:at], sha(proof[at]), *proof[at + 1 :]])


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=8), st.integers(-2, 40), st.integers(-2, 40))
def test_made_up_proofs_show_nothing_and_break_nothing(proof, old, new):
    known = {"old_root": sha(b"old"), "new_root": sha(b"new"), "proof": proof, "hash": sha}
    assert not merkle.continues(old, new, **known)
    assert not merkle.includes(b"leaf", old, new, root=sha(b"new"), proof=proof, hash=sha)
