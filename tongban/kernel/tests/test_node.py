"""The node's home: made once, readable by its owner only."""

import json
from pathlib import Path

import pytest

from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.node import Node, NodeHomeUnreadable, create_node, load_node, read_private_key, write_private_key

FILES = ["node.json", "keys/event.json", "keys/request.json", "keys/encryption.json", "keys/local.json"]


def make(home: Path) -> Node:
    return create_node(home, id="370115-1", alliance="demo", regions=("370115",), url="http://jiyang.localhost:1")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make(tmp_path / "home")
    return tmp_path / "home"


def test_a_node_is_read_as_it_was_made(tmp_path: Path) -> None:
    made = make(tmp_path / "home")
    assert load_node(tmp_path / "home") == made
    assert (made.hosts("370115"), made.hosts("371424")) == (True, False)
    assert len({key.id for key in made.keys.values()}) == 3


def test_nobody_else_can_read_the_home(home: Path) -> None:
    assert {(home / name).stat().st_mode & 0o777 for name in FILES} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (home, home / "keys")} == {0o700}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o602, 0o660, 0o644])
@pytest.mark.parametrize("name", FILES[1:])
def test_a_key_that_others_can_read_is_refused(home: Path, name: str, mode: int) -> None:
    (home / name).chmod(mode)
    with pytest.raises(NodeHomeUnreadable, match="0600"):
        load_node(home)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("content", [None, "", "{", "{}", "[]", "5"])
def test_a_damaged_home_is_refused_with_a_sentence(home: Path, name: str, content: str | None) -> None:
    (home / name).unlink() if content is None else (home / name).write_text(content)
    with pytest.raises(NodeHomeUnreadable):
        load_node(home)


def test_a_crypto_epoch_that_this_version_does_not_know_is_refused(home: Path) -> None:
    settings = json.loads((home / "node.json").read_text())
    (home / "node.json").write_text(json.dumps({**settings, "epoch": 99}))
    with pytest.raises(NodeHomeUnreadable):
        load_node(home)


def test_a_home_is_not_made_over_another(home: Path) -> None:
    before = (home / "keys" / "event.json").read_bytes()
    with pytest.raises(NodeHomeUnreadable, match="exists"):
        make(home)
    assert (home / "keys" / "event.json").read_bytes() == before


def test_no_secret_stands_in_a_refusal(home: Path) -> None:
    secret = json.loads((home / "keys" / "local.json").read_text())["secret"]
    (home / "keys" / "local.json").write_text(f'{{"secret": "{secret}"')
    with pytest.raises(NodeHomeUnreadable) as refusal:
        load_node(home)
    assert secret not in str(refusal.value) + refusal.value.sentence("zh")


def test_a_root_key_file_is_private_too(tmp_path: Path, home: Path) -> None:
    key = load_node(home).keys["event"]
    write_private_key(tmp_path / "root.json", key)
    assert read_private_key(tmp_path / "root.json") == key
    (tmp_path / "root.json").chmod(0o644)
    with pytest.raises(NodeHomeUnreadable):
        read_private_key(tmp_path / "root.json")


def test_a_keyed_hash_differs_by_node_region_and_purpose(node: Node, linyi: Node) -> None:
    hashes = {
        owner.keyed_hash("99", purpose=purpose, region=region)
        for owner in (node, linyi)
        for purpose in ("applicant", "phone")
        for region in ("370115", "371424")
    }
    assert len(hashes) == 8
    assert node.keyed_hash("99", purpose="phone") == node.keyed_hash("99", purpose="phone")


def test_what_is_sealed_locally_opens_for_its_purpose_and_region_only(node: Node, linyi: Node) -> None:
    sealed = node.seal_locally("罗**", purpose="label", region="370115")
    assert node.open_locally(sealed, purpose="label", region="370115") == "罗**"
    for owner, purpose, region in ((linyi, "label", "370115"), (node, "phone", "370115"), (node, "label", "371424")):
        with pytest.raises(BadCiphertext):
            owner.open_locally(sealed, purpose=purpose, region=region)


def test_a_secret_is_not_shown_by_a_key_or_a_node(node: Node) -> None:
    for key in node.keys.values():
        assert repr(key.secret) not in repr(key)
    assert repr(node.local_secret) not in repr(node)
