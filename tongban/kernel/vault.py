"""The case key vault: data keys wrapped for their holders, and the ciphertexts that go with them.

Wrapped keys stay off the chain. Destroying the rows of a case here is the erasure of its personal data; the chain stays verifiable.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from tongban.kernel.events import SealedRef
from tongban.kernel.models import CaseKey, SealedPart
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import DataKey, Sealed, open_, open_json, open_plaintext
from tongban.kernel.text import Text

FIRST_KEY = "1"


class KeyErased(Refused):
    """The case's key was destroyed or never came: its personal data cannot be read."""

    status = 410
    text = Text(
        "该办件的个人信息已删除或尚未送达。", "The personal data of this case has been erased or has not arrived."
    )
    advice = Text("办理记录本身仍可验证。", "The record itself can still be verified.")


def create_key(*, node: Node, region: str, case_id: UUID) -> DataKey:
    """A new data key for a new case, kept wrapped for this node."""
    key = DataKey(case_id, FIRST_KEY, node.suite.new_data_key())
    store_wrapped(
        region=region,
        case_id=case_id,
        kid=key.kid,
        wrapped=wrap_for(node.keys["encryption"].public, key=key, node=node),
    )
    return key


# Asked several times for every step of every case, so it is said to the database directly.


def get_key(*, node: Node, region: str, case_id: UUID, kid: str = FIRST_KEY) -> DataKey:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT wrapped FROM kernel_casekey WHERE case_id = %s AND region = %s AND kid = %s", [case_id, region, kid]
        )
        row = cursor.fetchone()
    if row is None:
        raise KeyErased
    return open_wrapped(node=node, case_id=case_id, kid=kid, wrapped=bytes(row[0]))


def find_keys(*, node: Node, region: str, case_ids: Sequence[UUID]) -> dict[UUID, DataKey]:
    """The first keys of many cases in one query; a case whose key was erased is not among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, wrapped FROM kernel_casekey WHERE case_id = ANY(%s) AND region = %s AND kid = %s",
            [list(case_ids), region, FIRST_KEY],
        )
        rows = cursor.fetchall()
    return {
        case_id: open_wrapped(node=node, case_id=case_id, kid=FIRST_KEY, wrapped=bytes(wrapped))
        for case_id, wrapped in rows
    }


def open_wrapped(*, node: Node, case_id: UUID, kid: str, wrapped: bytes) -> DataKey:
    """Raises `BadCiphertext` for a key that was not wrapped for this node."""
    return DataKey(case_id, kid, node.unwrap(wrapped, context=_context(case_id, kid)))


def wrap_for(public: bytes, *, key: DataKey, node: Node) -> bytes:
    """The data key for one holder's encryption key; travels beside the events, never inside them."""
    return node.suite.wrap(key.secret, public=public, context=_context(key.case, key.kid))


def store_wrapped(*, region: str, case_id: UUID, kid: str, wrapped: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_casekey (region, case_id, kid, wrapped) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [region, case_id, kid, wrapped],
        )


def has_key(*, region: str, case_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM kernel_casekey WHERE case_id = %s AND region = %s LIMIT 1", [case_id, region])
        return cursor.fetchone() is not None


def store_parts(*, region: str, case_id: UUID, parts: Iterable[Sealed]) -> None:
    store_ciphertexts(region=region, case_id=case_id, parts={part.ref.cipher: part.ciphertext for part in parts})


def store_ciphertexts(*, region: str, case_id: UUID, parts: dict[str, bytes]) -> None:
    """`parts` maps hash → ciphertext; the caller has checked the hashes."""
    if not parts:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_sealedpart (region, case_id, cipher, ciphertext)"
            " SELECT %s, %s, * FROM unnest(%s::text[], %s::bytea[]) ON CONFLICT DO NOTHING",
            [region, case_id, list(parts.keys()), list(parts.values())],
        )


def find_ciphertexts(*, region: str, case_id: UUID, ciphers: Iterable[str]) -> dict[str, bytes]:
    wanted = list(ciphers)
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cipher, ciphertext FROM kernel_sealedpart WHERE case_id = %s AND region = %s AND cipher = ANY(%s)",
            [case_id, region, wanted],
        )
        return {cipher: bytes(data) for cipher, data in cursor.fetchall()}


def read_part(ref: SealedRef, *, key: DataKey, node: Node, region: str) -> object:
    """The opened JSON value of a part."""
    return open_json(_ciphertext(ref, key, region), ref=ref, key=key, suite=node.suite)


def read_parts(refs: Sequence[SealedRef], *, key: DataKey, node: Node, region: str) -> dict[str, Any]:
    """Several parts in one query: hash of the ciphertext → opened JSON value."""
    found = find_ciphertexts(region=region, case_id=key.case, ciphers=[ref.cipher for ref in refs])
    if len(found) < len({ref.cipher for ref in refs}):
        raise KeyErased
    return {ref.cipher: open_json(found[ref.cipher], ref=ref, key=key, suite=node.suite) for ref in refs}


def find_parts(refs: Sequence[tuple[SealedRef, DataKey]], *, node: Node, region: str) -> dict[tuple[UUID, str], Any]:
    """Parts of many cases in one query: case and hash of the ciphertext → opened JSON value. What was erased is not among them."""
    wanted = {(key.case, ref.cipher): (ref, key) for ref, key in refs}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT p.case_id, p.cipher, p.ciphertext FROM kernel_sealedpart p"
            " JOIN unnest(%s::uuid[], %s::text[]) AS w(case_id, cipher) ON (p.case_id, p.cipher) = (w.case_id, w.cipher)"
            " WHERE p.region = %s",
            [[case_id for case_id, _ in wanted], [cipher for _, cipher in wanted], region],
        )
        rows = cursor.fetchall()
    found = {(case_id, cipher): bytes(ciphertext) for case_id, cipher, ciphertext in rows}
    return {
        name: open_json(found[name], ref=ref, key=key, suite=node.suite)
        for name, (ref, key) in wanted.items()
        if name in found
    }


def read_bytes(ref: SealedRef, *, key: DataKey, node: Node, region: str) -> bytes:
    return open_(_ciphertext(ref, key, region), ref=ref, key=key, suite=node.suite)


def read_plaintext(ref: SealedRef, *, key: DataKey, node: Node, region: str) -> bytes:
    """Salt and content: what a record shows so that the commitment can be checked."""
    return open_plaintext(_ciphertext(ref, key, region), ref=ref, key=key, suite=node.suite)


def erase(*, region: str, case_id: UUID) -> None:
    """Destroy key and ciphertexts of one region's copy."""
    CaseKey.objects.filter(region=region, case_id=case_id).delete()
    SealedPart.objects.filter(region=region, case_id=case_id).delete()


def _ciphertext(ref: SealedRef, key: DataKey, region: str) -> bytes:
    found = find_ciphertexts(region=region, case_id=key.case, ciphers=[ref.cipher])
    if ref.cipher not in found:
        raise KeyErased
    return found[ref.cipher]


def _context(case_id: UUID, kid: str) -> bytes:
    return b"txp-key " + case_id.bytes + b" " + kid.encode()
