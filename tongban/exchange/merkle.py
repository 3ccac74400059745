"""Merkle trees of a growing log (RFC 9162, 2.1): root, proof of inclusion, proof that a larger log continues a smaller one. Plain Python.

    hash of a leaf  H(0x00 ‖ leaf)          hash of a node  H(0x01 ‖ left ‖ right)          hash of nothing  H("")

The tree is asked for its complete subtrees only: `node(level, index)` is the root over the 2^level leaves from index·2^level on. They never
change again, so that whoever keeps some of them need not compute all.
"""

from collections.abc import Callable, Sequence

Hash = Callable[[bytes], bytes]
NodeOf = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes, *, hash: Hash) -> bytes:
    return hash(b"\x00" + leaf)


def parent(left: bytes, right: bytes, *, hash: Hash) -> bytes:
    return hash(b"\x01" + left + right)


def join(nodes: Sequence[bytes], *, hash: Hash) -> bytes:
    """The root over nodes of one level; their number is a power of two."""
    while len(nodes) > 1:
        nodes = [parent(nodes[at], nodes[at + 1], hash=hash) for at in range(0, len(nodes), 2)]
    return nodes[0]


def root(size: int, *, node: NodeOf, hash: Hash) -> bytes:
    """Of the first `size` leaves."""
    return _range(0, size, node, hash) if size else hash(b"")


def prove_inclusion(index: int, size: int, *, node: NodeOf, hash: Hash) -> list[bytes]:
    """That the leaf at `index` (from 0) is in the log of `size` leaves: siblings from the leaf upwards."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    proof, start, end = list[bytes](), 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range(middle, end, node, hash))
            end = middle
        else:
            proof.append(_range(start, middle, node, hash))
            start = middle
    return proof[::-1]


def prove_consistency(old: int, new: int, *, node: NodeOf, hash: Hash) -> list[bytes]:
    """That the log of `new` leaves begins with the one of `old` leaves; empty where there is nothing to prove."""
    if not 0 <= old <= new:
        raise ValueError("a log only grows")
    if old in (0, new):
        return []
    proof, start, end, whole = list[bytes](), 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(_range(middle, end, node, hash))
            end = middle
        else:
            proof.append(_range(start, middle, node, hash))
            start, whole = middle, False
    return ([] if whole else [_range(start, end, node, hash)]) + proof[::-1]


def includes(leaf: bytes, index: int, size: int, *, root: bytes, proof: Sequence[bytes], hash: Hash) -> bool:
    """Whether the proof shows `leaf` at `index` of the log with this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf_hash(leaf, hash=hash)
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = parent(sibling, found, hash=hash)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = parent(found, sibling, hash=hash)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def continues(old: int, new: int, *, old_root: bytes, new_root: bytes, proof: Sequence[bytes], hash: Hash) -> bool:
    """Whether the proof shows that the log with `new_root` begins with the one with `old_root` (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == hash(b"")
    nodes = [*proof] if old & (old - 1) else [old_root, *proof]
    if not nodes:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = parent(sibling, first, hash=hash), parent(sibling, second, hash=hash)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = parent(second, sibling, hash=hash)
        at, last = at >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


def _range(start: int, end: int, node: NodeOf, hash: Hash) -> bytes:
    """Over the leaves from `start` up to and without `end`, where `start` is a multiple of the largest power of two in their number."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return parent(_range(start, middle, node, hash), _range(middle, end, node, hash), hash=hash)


def _split(count: int) -> int:
    """The largest power of two smaller than `count`."""
    return 1 << ((count - 1).bit_length() - 1)
