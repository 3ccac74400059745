"""Well signed and still odd: whatever a peer sends, the cases beside it go on (R8), and nothing raises."""

import pytest

from tests.cast import LINYI
from tongban.exchange import queries, receipts
from tongban.exchange.receipts import BadReceipt
from tongban.exchange.tests.factories import members, noted, opened, send_raw, write
from tongban.exchange.wire import Item
from tongban.kernel import envelopes
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]


def signed(claims, node, type=envelopes.EVENT):
    return envelopes.sign(claims, type=type, suite=node.suite, keys=[node.keys["event"]]).raw


@pytest.mark.parametrize(
    "odd",
    [
        {"kind": "k" * 200},
        {"kind": "test.\x00"},
        {"prev": "\x00"},
        {"baton": {"op": "open"}, "aud": ["1" * 40, "370115", LINYI]},
    ],
    ids=["long kind", "NUL in kind", "NUL in prev", "long region"],
)
def test_a_value_that_no_column_takes_holds_up_only_its_case(node, linyi, case_id, at, odd):
    (bad,) = write(node, case_id, opened(audience=(LINYI,)), at=at)
    beside = new_id()
    (good,) = write(node, beside, opened(audience=(LINYI,)), at=at)
    raw = signed(bad.payload.as_json() | odd, node)
    answers = send_raw(linyi, [Item(raw), Item(good.envelope)], at=at, peer=node)
    assert answers[0].status in {"retry", "rejected"} and answers[1].status == "stored"
    assert queries.get_head(LINYI, beside).seq == 1
    with pytest.raises(Missing):
        queries.get_head(LINYI, case_id)


@pytest.mark.parametrize("seq", [2**31, 2**40])
def test_a_position_beyond_all_chains_is_rejected(node, linyi, case_id, at, seq):
    (event,) = write(node, case_id, opened(audience=(LINYI,)), at=at)
    raw = signed(event.payload.as_json() | {"seq": seq, "alliance": "another"}, node)
    (answer,) = send_raw(linyi, [Item(raw)], at=at, peer=node)
    assert answer.status == "rejected"


@pytest.mark.parametrize("change", [{"node": None}, {"alliance": None}, {"region": []}, {"inc": "1"}])
def test_a_receipt_without_its_fields_is_none(node, linyi, case_id, at, change):
    (event,) = write(node, case_id, opened(audience=(LINYI,)), at=at)
    (answer,) = send_raw(linyi, [Item(event.envelope)], at=at, peer=node)
    claims = envelopes.read(answer.receipt, type=envelopes.RECEIPT).claims() | change
    for broken in (claims, {name: value for name, value in claims.items() if value is not None}):
        with pytest.raises(BadReceipt):
            receipts.verify(signed(broken, linyi, envelopes.RECEIPT), members=members(at), at=at)


def test_an_event_never_serves_as_a_receipt_or_a_proposal(node, linyi, case_id, at):
    """The type is inside the signature: the same key signs events, receipts and proposals."""
    first, second = write(node, case_id, opened(audience=(LINYI,)), noted(), at=at)
    with pytest.raises(BadReceipt):
        receipts.verify(first.envelope, members=members(at), at=at)
    (answer,) = send_raw(linyi, [Item(second.envelope, proposal=True)], at=at, peer=node)
    assert answer.status == "rejected"
