"""Keys that only the signer loads."""

import pytest

from tongban.kernel.node import NodeHomeUnreadable, create_node, load_node
from tongban.kernel.signer_keys import load_signer_keys, make_signer_key


@pytest.fixture
def home(tmp_path):
    create_node(tmp_path / "n", id="n-1", alliance="demo", regions=("370115",), url="http://n")
    return tmp_path / "n"


def test_every_process_knows_the_public_side_and_only_the_signer_the_secret(home):
    made = make_signer_key(load_node(home), "licence")
    node = load_node(home)
    assert node.publics["licence"] == {made.id: made}
    assert "licence" not in node.held
    assert load_signer_keys(home)[made.id].public == made.public


def test_a_home_of_before_has_none(home):
    assert load_node(home).publics == {"licence": {}}
    assert load_signer_keys(home) == {}


def test_a_process_that_runs_finds_a_new_key(home):
    node = load_node(home)
    made = make_signer_key(load_node(home), "licence")
    assert node.find_public("licence", made.id) == made


def test_a_room_that_others_can_open_is_refused(home):
    make_signer_key(load_node(home), "licence")
    (home / "signer").chmod(0o755)
    with pytest.raises(NodeHomeUnreadable):
        load_signer_keys(home)


def test_another_purpose_is_not_the_signers(home):
    with pytest.raises(ValueError, match="event"):
        make_signer_key(load_node(home), "event")
