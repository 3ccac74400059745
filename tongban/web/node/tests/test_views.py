"""What a peer may send and read."""

import base64
import json

import pytest

from tests.cast import JIYANG, LINYI
from tongban.documents import services as documents
from tongban.exchange import queries, receipts, wire
from tongban.exchange.tests.factories import Line, noted, opened, seal, write
from tongban.exchange.wire import Batch, Item
from tongban.kernel import envelopes, sealing, vault
from tongban.kernel.ids import new_id
from tongban.web.node.tests.factories import knock

pytestmark = pytest.mark.usefixtures("alliance")


def read_events(peer, receiver, case_id, region, **query):
    extra = "".join(f"&{name}={value}" for name, value in query.items())
    return knock(peer, receiver, "GET", f"/txp/1/cases/{case_id}/events?region={region}{extra}")


def test_a_post_is_answered_with_receipts(case, node, linyi, case_id, now):
    batch = Batch(LINYI, JIYANG, tuple(Item(event.envelope) for event in case[1:]))
    response = knock(node, linyi, "POST", "/txp/1/events", batch.as_bytes())
    (answer,) = wire.read_answers(response.content, expected=1)
    assert (answer.status, answer.have) == ("gap", 0)
    items = (Item(case[0].envelope, joining=case[1].envelope),)
    response = knock(node, linyi, "POST", "/txp/1/events", Batch(LINYI, JIYANG, items).as_bytes())
    (answer,) = wire.read_answers(response.content, expected=1)
    assert answer.status == "stored"
    assert envelopes.read(answer.receipt, type=envelopes.RECEIPT).claims()["event"] == case[0].hash


def test_the_sender_and_the_views_understand_each_other(case, node, linyi, network, case_id, now, monkeypatch):
    def post(self, base, path, body, *, at):
        receiver = next(peer for peer in network.nodes.values() if peer.url == base)
        return knock(self.node, receiver, "POST", path, body).content

    monkeypatch.setattr(Line, "post", post)
    network.settle(now)
    assert queries.get_head(LINYI, case_id).seq == 2
    assert {receipt.stage for receipt in queries.list_receipts(JIYANG, case_id)} == {"STORED"}
    assert issubclass(receipts.BadReceipt, ValueError)


def test_a_region_of_the_audience_reads_the_chain(case, node, linyi, case_id):
    value = json.loads(read_events(linyi, node, case_id, JIYANG).content)
    assert value["have"] == 2
    assert [base64.b64decode(raw) for raw in value["events"]] == [event.envelope for event in case]
    later = json.loads(read_events(linyi, node, case_id, JIYANG, **{"from": 2}).content)
    assert len(later["events"]) == 1


def test_for_everyone_else_it_is_not_there(case, node, huimin, linyi, case_id):
    refused = read_events(huimin, node, case_id, JIYANG)
    unknown = read_events(huimin, node, new_id(), JIYANG)
    assert refused.status_code == unknown.status_code == 404
    assert refused.content == unknown.content
    assert read_events(linyi, node, case_id, LINYI).status_code == 404


@pytest.mark.parametrize("position", ["-1", "x", "9" * 12, "%C2%B2"])
def test_a_position_is_a_number(case, node, linyi, case_id, position):
    assert read_events(linyi, node, case_id, JIYANG, **{"from": position}).status_code == 400


@pytest.fixture
def file(scoped, network, node, case_id, now):
    """A file of a case that 济阳 shares with 临邑."""
    seal(node, case_id)
    key = vault.get_key(node=node, region=JIYANG, case_id=case_id)
    sealed = sealing.seal(b"%PDF", name="file", key=key, suite=node.suite)
    documents.store_blob(
        node=node,
        region=JIYANG,
        case_id=case_id,
        cipher=sealed.ref.cipher,
        data=sealed.ciphertext,
        at=now,
        made_here=True,
    )
    write(node, case_id, opened(sealed=(sealed.ref,), audience=(LINYI,)), at=now)
    return sealed


def read_blob(peer, receiver, cipher, case_id, method="GET"):
    return knock(peer, receiver, method, f"/txp/1/blobs/{cipher}?case={case_id}")


def test_a_file_is_read_by_those_who_share_the_case(file, node, linyi, case_id):
    response = read_blob(linyi, node, file.ref.cipher, case_id)
    assert response.content == file.ciphertext
    assert read_blob(linyi, node, file.ref.cipher, case_id, "HEAD").status_code == 200


def test_knowing_the_hash_is_not_enough(file, node, linyi, huimin, case_id, now):
    assert read_blob(huimin, node, file.ref.cipher, case_id).status_code == 404
    own = new_id()
    write(node, own, opened(audience=(LINYI,)), noted(cipher=file.ref.cipher), at=now)
    assert read_blob(linyi, node, file.ref.cipher, own).status_code == 404
    assert read_blob(linyi, node, file.ref.cipher, "x").status_code == 404
    assert read_blob(linyi, node, "0" * 64, case_id).status_code == 404


def test_members_read_the_member_list(alliance, node, huimin):
    response = knock(huimin, node, "GET", "/txp/1/members")
    assert envelopes.read(response.content, type=envelopes.MEMBER_LIST).hash(node.suite) == alliance.hash


def test_definitions_are_listed_and_unknown_ones_missing(node, huimin):
    assert json.loads(knock(huimin, node, "GET", "/txp/1/definitions").content) == {"definitions": []}
    assert knock(huimin, node, "GET", "/txp/1/definitions/unknown").status_code == 404
