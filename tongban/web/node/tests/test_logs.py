"""The doors of the logs, with real requests."""

import base64
import json

import pytest

from tests.cast import JIYANG
from tongban.exchange import leaves, services, statements
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.tests.factories import noted, opened, write
from tongban.kernel import strictjson
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.web.node.tests.factories import knock

pytestmark = [pytest.mark.usefixtures("alliance")]
PATH = "/txp/1/checkpoints"


@pytest.fixture
def signed(node, now):
    case_id = new_id()
    write(node, case_id, opened(), at=now)
    write(node, case_id, noted(), at=now)
    size = leaves.collect(JIYANG, suite=node.suite)
    with scope([JIYANG]):
        place = statements.Place(1, 1, size, leaves.find_root(JIYANG, size, suite=node.suite))
    return statements.sign_checkpoint(
        node=node, region=JIYANG, place=place, prev="", follows=None, list_version=1, at=now
    )


def message(signed, **changes):
    value = {"checkpoint": base64.b64encode(signed.raw).decode(), "from": 0, "proof": []} | changes
    return strictjson.canonical(value)


def test_r20_a_checkpoint_is_co_signed_and_shown_to_whoever_asks(node, linyi, huimin, signed):
    answer = json.loads(knock(node, linyi, "POST", PATH, message(signed)).content)
    assert answer["status"] == "signed"
    shown = json.loads(knock(huimin, linyi, "GET", f"{PATH}?region={JIYANG}&node={node.id}").content)
    assert base64.b64decode(shown["held"]) == signed.raw
    assert shown["co_signature"] == answer["co_signature"]


def test_what_was_never_shown_here_is_not_here(node, linyi):
    for query in (f"?region={JIYANG}", "?region=999999", ""):
        assert knock(node, linyi, "GET", PATH + query).status_code == 404


def test_a_node_shows_its_own_checkpoints_only(node, linyi, huimin, signed):
    assert knock(huimin, linyi, "POST", PATH, message(signed)).status_code == 403


@pytest.mark.parametrize(
    "changes", [{"checkpoint": "!"}, {"from": "0"}, {"proof": ["aa"]}, {"proof": ["00" * 32] * 200}, {"checkpoint": ""}]
)
def test_r20_what_is_no_checkpoint_is_refused(node, linyi, signed, changes):
    assert knock(node, linyi, "POST", PATH, message(signed, **changes)).status_code == 400


def test_r20_a_signature_of_somebody_else_is_refused(node, linyi, signed, now):
    forged = statements.sign_checkpoint(
        node=linyi, region=JIYANG, place=signed.place, prev="", follows=None, list_version=1, at=now
    )
    assert knock(linyi, node, "POST", PATH, message(forged)).status_code == 403


class Silent:
    """Nobody answers."""

    def post(self, *where, at):
        raise PeerUnreachable("ConnectError")

    def get(self, *where, max_bytes, at):
        raise PeerUnreachable("ConnectError")


def test_proofs_are_given_between_signed_sizes_of_own_regions(node, linyi, signed, now):
    query = f"{PATH}/proof?region={JIYANG}&from=2&to=2"
    assert knock(linyi, node, "GET", query).status_code == 404
    services.make_checkpoints(node=node, client=Silent(), at=now)
    assert json.loads(knock(linyi, node, "GET", query).content) == {"proof": []}
    for other in ("from=1&to=2", "from=2&to=3", "from=-1&to=2", "to=2"):
        assert knock(linyi, node, "GET", f"{PATH}/proof?region={JIYANG}&{other}").status_code == 404
    assert knock(linyi, node, "GET", query.replace(JIYANG, linyi.regions[0])).status_code == 404
