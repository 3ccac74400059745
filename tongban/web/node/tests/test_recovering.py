"""The doors at which a restored node knocks: for its own regions, about cases of its own."""

import json

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.exchange import promises, promising, wire
from tongban.exchange.promising import Question
from tongban.exchange.receipts import NO_CASE
from tongban.kernel.ids import new_id
from tongban.web.node.tests.factories import knock

pytestmark = pytest.mark.usefixtures("alliance")


def ask(peer, receiver, region, sender):
    return knock(peer, receiver, "POST", "/txp/1/promises", Question(region, sender, 2, "n").as_bytes())


def items(peer, receiver, case_id, **query):
    text = "&".join(f"{name}={value}" for name, value in query.items())
    return knock(peer, receiver, "GET", f"/txp/1/cases/{case_id}/items?{text}")


def declare(peer, receiver, *, inc=2, case_id=NO_CASE):
    body = promising.write_declaration(region=JIYANG, sender=LINYI, inc=inc, nonce="n", past={case_id: ["aa"]})
    return knock(peer, receiver, "POST", "/txp/1/declarations", body)


def test_r15_a_promise_is_made_before_it_is_answered(case, node, linyi, case_id):
    """R15: and the answer names the case that both hold."""
    response = ask(linyi, node, JIYANG, LINYI)
    assert response.status_code == 200 and promises.list_lives(JIYANG) == {linyi.id: (2, "n")}
    assert json.loads(response.content).keys() == {"statement"}


@pytest.mark.parametrize(("region", "sender"), [(JIYANG, HUIMIN), (HUIMIN, LINYI)])
def test_i6_nobody_asks_for_another(scoped, case, node, linyi, region, sender):
    """I6, I7: neither in another region's name, nor for a region of another node."""
    assert ask(linyi, node, region, sender).status_code == 404
    assert promises.list_lives(JIYANG) == {}


def test_a_subscriber_gets_events_with_all_that_belongs_to_them(case, node, linyi, case_id):
    batch = wire.read_batch(items(linyi, node, case_id, region=JIYANG, **{"for": LINYI, "from": 1}).content)
    assert [item.envelope for item in batch.items] == [event.envelope for event in case]
    end = items(linyi, node, case_id, region=JIYANG, **{"for": LINYI, "from": 3})
    assert json.loads(end.content)["items"] == []


def test_i6_for_everyone_else_there_are_none(case, node, huimin, linyi, case_id):
    """I6: not for a stranger, not for an own region that is not in the audience, not of a case that is not there."""
    for peer, case, receiver in ((huimin, case_id, HUIMIN), (huimin, case_id, LINYI), (linyi, new_id(), LINYI)):
        assert items(peer, node, case, region=JIYANG, **{"for": receiver, "from": 1}).status_code == 404


@pytest.mark.parametrize("first", ["x", "", "-1", "1" * 20])
def test_no_position_is_no_request(case, node, linyi, case_id, first):
    assert items(linyi, node, case_id, region=JIYANG, **{"for": LINYI, "from": first}).status_code == 400


def test_i9_an_older_life_declares_nothing(case, node, linyi, case_id):
    """I9, R16."""
    ask(linyi, node, JIYANG, LINYI)
    assert declare(linyi, node, case_id=case_id).status_code == 200
    assert declare(linyi, node, inc=1).status_code == 409


@pytest.mark.parametrize("path", ["promises", "declarations"])
def test_what_is_no_message_is_refused(case, node, linyi, path):
    assert knock(linyi, node, "POST", f"/txp/1/{path}", b"{}").status_code == 400
