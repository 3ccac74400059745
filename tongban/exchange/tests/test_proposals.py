"""What a region without the baton asks of the one that has it."""

from contextlib import contextmanager

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI, citizen
from tongban.exchange import queries, services, wire
from tongban.exchange.tests.factories import (
    NOTED,
    SUPPLEMENT,
    accepted,
    declined,
    noted,
    offered,
    opened,
    seal,
    send_raw,
    write,
)
from tongban.kernel import registries, vault
from tongban.kernel.events import NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]


@contextmanager
def handled_by(handler):
    registries.register_proposal(SUPPLEMENT, handler)
    try:
        yield
    finally:
        registries._proposals.pop(SUPPLEMENT)


def put_on_chain(*, node, proposal, at):
    """The writer takes what was asked onto the chain at once."""
    event = NewEvent(NOTED, {"proposal": proposal.hash}, sealed=proposal.payload.sealed)
    write(node, proposal.case, event, at=at)


def refuse(*, node, proposal, at):
    raise Forbidden


def leave(*, node, proposal, at):
    """A person will look at it."""


def ask(node, case_id, at, **changes):
    values = {"kind": SUPPLEMENT, "body": {"materials": ["m1"]}, "cmd": new_id(), "request": b"r", "role": "citizen"}
    with scope(node.regions):
        return services.propose(
            node=node, region=node.regions[0], case_id=case_id, by=citizen(), at=at, **(values | changes)
        )


def states(region, case_id):
    return [(proposal.state, proposal.code) for proposal in queries.list_proposals(region, case_id)]


@pytest.fixture
def handed_over(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    return case_id


def test_the_writer_puts_it_on_the_chain(node, linyi, network, handed_over, at):
    part = seal(node, handed_over, {"file": 1}, name="supplement")
    with handled_by(put_on_chain):
        ask(node, handed_over, at, sealed=(part.ref,), parts=[part])
        assert states(JIYANG, handed_over) == [("sent", "")]
        network.settle(at)
    assert states(JIYANG, handed_over) == states(LINYI, handed_over) == [("answered", "")]
    assert queries.get_head(JIYANG, handed_over).seq == 4
    found = vault.find_ciphertexts(region=LINYI, case_id=handed_over, ciphers=[part.ref.cipher])
    assert found == {part.ref.cipher: part.ciphertext}


def test_a_receipt_is_kept_for_it(node, network, handed_over, at):
    with handled_by(leave):
        proposal = ask(node, handed_over, at)
        network.settle(at)
    receipt = queries.list_receipts(JIYANG, handed_over)[-1]
    assert (receipt.event, receipt.seq, receipt.stage, receipt.issuer) == (proposal.hash, 0, "STORED", LINYI)
    assert states(JIYANG, handed_over) == [("taken", "")]
    assert queries.waiting(JIYANG, handed_over) == []


def test_the_writer_answers_no(node, network, handed_over, at):
    with handled_by(refuse):
        ask(node, handed_over, at)
        network.settle(at)
    assert states(JIYANG, handed_over) == states(LINYI, handed_over) == [("declined", "forbidden")]
    assert queries.list_receipts(JIYANG, handed_over)[-1].stage == "DECLINED"


def test_a_lost_answer_is_given_again(node, network, handed_over, at):
    with handled_by(refuse):
        ask(node, handed_over, at)
        network.lose = 1
        network.deliver(node, at)
        first = network.answers
        network.settle(at.replace(hour=3))
    assert network.answers == first
    assert states(JIYANG, handed_over) == [("declined", "forbidden")]


def test_a_proposal_repeated_is_handled_once(node, linyi, network, handed_over, at):
    handled = []
    with handled_by(lambda **values: handled.append(1)):
        proposal = ask(node, handed_over, at)
        item = wire.Item(proposal.envelope, proposal=True)
        answers = [send_raw(linyi, [item], at=at, peer=node)[0] for _ in range(3)]
    assert [answer.status for answer in answers] == ["stored", "duplicate", "duplicate"]
    assert len({answer.receipt for answer in answers}) == 1 and handled == [1]


def test_the_same_command_is_the_same_proposal(node, handed_over, at):
    cmd = new_id()
    assert ask(node, handed_over, at, cmd=cmd) == ask(node, handed_over, at, cmd=cmd)
    with pytest.raises(services.CommandReused):
        ask(node, handed_over, at, cmd=cmd, request=b"other")


def test_a_kind_nobody_handles_yet_is_kept(node, network, handed_over, at):
    ask(node, handed_over, at)
    network.settle(at)
    assert states(LINYI, handed_over) == [("parked", "unknown-kind")]
    assert queries.list_receipts(JIYANG, handed_over)[-1].stage == "PARKED"


def test_whoever_holds_the_case_acts(node, case_id, at):
    write(node, case_id, opened(), at=at)
    with pytest.raises(services.NoNeedToPropose):
        ask(node, case_id, at)
    with pytest.raises(Missing):
        ask(node, new_id(), at)


def test_it_waits_while_an_offer_is_open_and_goes_to_whoever_takes_over(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    with handled_by(put_on_chain):
        ask(node, case_id, at)
        network.settle(at)
        assert queries.waiting(JIYANG, case_id)[0].reason == "not-the-writer"
        write(linyi, case_id, accepted(), at=at)
        network.settle(at.replace(hour=3))
    assert states(JIYANG, case_id) == [("answered", "")]


def test_it_comes_home_with_the_baton(node, linyi, network, case_id, at):
    """The offer is declined: what was asked meanwhile is handled by the region that asked."""
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    with handled_by(put_on_chain):
        ask(node, case_id, at)
        write(linyi, case_id, declined(), at=at)
        network.settle(at)
        network.settle(at)
    assert states(JIYANG, case_id) == [("answered", "")]
    assert queries.get_chain(JIYANG, case_id)[-1].payload.body["proposal"]


def test_it_follows_the_baton_to_the_next_writer(node, linyi, huimin, network, handed_over, at):
    with handled_by(leave):
        ask(node, handed_over, at)
        network.settle(at)
    write(linyi, handed_over, offered(HUIMIN, receiving=LINYI), at=at)
    network.settle(at)
    write(huimin, handed_over, accepted(), at=at)
    with handled_by(put_on_chain):
        network.settle(at.replace(hour=3))
    assert states(JIYANG, handed_over) == states(HUIMIN, handed_over) == [("answered", "")]
    assert states(LINYI, handed_over) == [("answered", "")]


def test_an_old_copy_of_what_another_holder_answered_is_answered_no_more(node, linyi, network, case_id, at):
    """On its way while the case was handed over, answered there, and back here before it."""
    write(node, case_id, opened(), noted(), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, declined(), at=at)
    network.settle(at)
    old = ask(linyi, case_id, at)
    write(node, case_id, offered(), at=at)
    network.deliver(node, at)
    write(linyi, case_id, accepted(), NewEvent(NOTED, {"proposal": old.hash}), at=at)
    write(linyi, case_id, offered(JIYANG, receiving=LINYI), at=at)
    with handled_by(leave):
        network.settle(at)
    write(node, case_id, accepted(), at=at)
    with handled_by(put_on_chain):
        answers = [send_raw(node, [wire.Item(old.envelope, proposal=True)], at=at, peer=linyi)[0] for _ in range(2)]
        network.settle(at)
    assert [answer.status for answer in answers] == ["duplicate", "duplicate"]
    assert sum(event.payload.body.get("proposal") == old.hash for event in queries.get_chain(JIYANG, case_id)) == 1
    assert states(JIYANG, case_id) == states(LINYI, case_id) == [("answered", "")]


def test_a_stranger_to_the_case_asks_nothing(linyi, huimin, handed_over, node, at):
    with handled_by(leave):
        proposal = ask(node, handed_over, at)
    from tongban.kernel import envelopes

    claims = proposal.payload.as_json() | {"region": HUIMIN, "node": huimin.id}
    raw = envelopes.sign(claims, type=envelopes.PROPOSAL, suite=huimin.suite, keys=[huimin.keys["event"]]).raw
    (answer,) = send_raw(linyi, [wire.Item(raw, proposal=True)], at=at, peer=huimin)
    assert (answer.status, answer.code) == ("retry", "not-in-audience")


def test_events_do_not_wait_for_proposals(node, linyi, network, case_id, at):
    write(node, case_id, opened(), at=at)
    write(node, case_id, noted(), offered(), at=at)
    network.settle(at)
    ask(node, case_id, at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    assert queries.get_head(JIYANG, case_id).seq == 4
