"""The case key vault: erasing the key erases the person, and the chain stays."""

from datetime import datetime

import pytest

from tests.cast import JIYANG, LINYI
from tongban.kernel import vault
from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.node import Node
from tongban.kernel.sealing import Sealed, seal_json
from tongban.kernel.tests.factories import CASE, OTHER_CASE
from tongban.kernel.vault import KeyErased

pytestmark = pytest.mark.usefixtures("scoped")


def stored(node: Node, value: object, *, region: str = JIYANG) -> Sealed:
    key = vault.create_key(node=node, region=region, case_id=CASE)
    part = seal_json(value, name="application", key=key, suite=node.suite)
    vault.store_parts(region=region, case_id=CASE, parts=[part])
    return part


def test_a_part_is_read_back_with_the_stored_key(node: Node) -> None:
    part = stored(node, {"name": "罗建国"})
    key = vault.get_key(node=node, region=JIYANG, case_id=CASE)
    assert vault.read_part(part.ref, key=key, node=node, region=JIYANG) == {"name": "罗建国"}
    assert "罗建国".encode() in vault.read_bytes(part.ref, key=key, node=node, region=JIYANG)
    assert len(vault.read_plaintext(part.ref, key=key, node=node, region=JIYANG)) > 16


def test_after_erasure_neither_key_nor_part_is_there(node: Node) -> None:
    part = stored(node, "x")
    key = vault.get_key(node=node, region=JIYANG, case_id=CASE)
    vault.erase(region=JIYANG, case_id=CASE)
    assert not vault.has_key(region=JIYANG, case_id=CASE)
    with pytest.raises(KeyErased):
        vault.get_key(node=node, region=JIYANG, case_id=CASE)
    with pytest.raises(KeyErased):
        vault.read_part(part.ref, key=key, node=node, region=JIYANG)


def test_erasing_one_copy_leaves_the_other_regions_copy(node: Node) -> None:
    stored(node, "x")
    stored(node, "y", region=LINYI)
    vault.erase(region=JIYANG, case_id=CASE)
    assert vault.has_key(region=LINYI, case_id=CASE)


def test_a_key_travels_wrapped_for_its_receiver(node: Node, linyi: Node) -> None:
    key = vault.create_key(node=node, region=JIYANG, case_id=CASE)
    wrapped = vault.wrap_for(linyi.keys["encryption"].public, key=key, node=node)
    vault.store_wrapped(region=LINYI, case_id=CASE, kid=key.kid, wrapped=wrapped)
    assert vault.get_key(node=linyi, region=LINYI, case_id=CASE) == key
    with pytest.raises(BadCiphertext):
        vault.get_key(node=node, region=LINYI, case_id=CASE)


def test_a_key_wrapped_for_one_case_does_not_open_another(node: Node) -> None:
    key = vault.create_key(node=node, region=JIYANG, case_id=CASE)
    wrapped = vault.wrap_for(node.keys["encryption"].public, key=key, node=node)
    vault.store_wrapped(region=JIYANG, case_id=OTHER_CASE, kid=key.kid, wrapped=wrapped)
    with pytest.raises(BadCiphertext):
        vault.get_key(node=node, region=JIYANG, case_id=OTHER_CASE)


def test_a_first_key_is_not_replaced(node: Node, at: datetime) -> None:
    key = vault.create_key(node=node, region=JIYANG, case_id=CASE)
    vault.store_wrapped(region=JIYANG, case_id=CASE, kid=key.kid, wrapped=b"another")
    assert vault.get_key(node=node, region=JIYANG, case_id=CASE) == key


def test_several_parts_are_read_at_once_and_none_may_be_missing(node: Node) -> None:
    key = vault.create_key(node=node, region=JIYANG, case_id=CASE)
    parts = [seal_json(number, name=f"part{number}", key=key, suite=node.suite) for number in range(3)]
    vault.store_parts(region=JIYANG, case_id=CASE, parts=parts[:2])
    opened = vault.read_parts([part.ref for part in parts[:2]], key=key, node=node, region=JIYANG)
    assert opened == {parts[0].ref.cipher: 0, parts[1].ref.cipher: 1}
    with pytest.raises(KeyErased):
        vault.read_parts([part.ref for part in parts], key=key, node=node, region=JIYANG)
