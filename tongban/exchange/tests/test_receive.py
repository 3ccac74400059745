"""Taking in what a peer sent: verified in order, stored once, answered with a signed receipt."""

from dataclasses import replace

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.alliance import services as alliance
from tongban.alliance.tests.factories import TRUST, list_document, signed_list
from tongban.exchange import queries, receipts, services
from tongban.exchange.models import InboxPending
from tongban.exchange.tests.factories import (
    NOTED,
    accepted,
    declined,
    link,
    members,
    noted,
    offered,
    opened,
    seal,
    send_raw,
    write,
)
from tongban.exchange.wire import Item, WrappedKey
from tongban.kernel import envelopes, registries, vault
from tongban.kernel.events import Baton, NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.registries import EventKind
from tongban.kernel.text import Text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]


@pytest.fixture
def chain(node, case_id, at):
    """Opened, noted twice, offered: four events that 临邑 has yet to receive."""
    return write(node, case_id, opened(audience=(LINYI, HUIMIN)), noted(n=1), noted(n=2), offered(), at=at)


def items(events, **changes):
    return [Item(event.envelope, **changes) for event in events]


def statuses(answers):
    return [answer.status for answer in answers]


def read(answer, at):
    return receipts.verify(answer.receipt, members=members(at), at=at)


def test_events_are_stored_and_confirmed(node, linyi, chain, case_id, at):
    answers = send_raw(linyi, items(chain), at=at, peer=node)
    assert statuses(answers) == ["stored"] * 4
    assert [event.envelope for event in queries.get_chain(LINYI, case_id)] == [event.envelope for event in chain]
    head = queries.get_head(LINYI, case_id)
    assert (head.seq, head.writer, head.state, head.folded) == (4, LINYI, "offered", 4)


def test_a_receipt_names_the_event_and_its_receiver(node, linyi, chain, case_id, at):
    receipt = read(send_raw(linyi, items(chain[:1]), at=at, peer=node)[0], at)
    said = receipt.statement
    assert (receipt.region, said.stage, said.event, said.case, said.seq) == (LINYI, "STORED", chain[0].hash, case_id, 1)
    assert said.received_at == at


def test_receipts_of_a_region_form_a_chain(node, linyi, chain, at):
    read_all = [read(answer, at) for answer in send_raw(linyi, items(chain), at=at, peer=node)]
    assert [receipt.prev for receipt in read_all] == ["", *(receipt.hash for receipt in read_all[:-1])]


def test_a_duplicate_gets_the_original_receipt(node, linyi, chain, at):
    first = send_raw(linyi, items(chain), at=at, peer=node)
    again = send_raw(linyi, items(chain), at=at.replace(hour=5), peer=node)
    assert statuses(again) == ["duplicate"] * 4
    assert [answer.receipt for answer in again] == [answer.receipt for answer in first]


def test_a_receipt_lost_between_two_transactions_is_signed_later(node, linyi, chain, at, monkeypatch):
    """Stored and not yet confirmed when the node stopped: the sender repeats itself and gets its receipt."""
    with monkeypatch.context() as stopped:
        stopped.setattr(receipts, "issue", lambda **values: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send_raw(linyi, items(chain), at=at, peer=node)
    answers = send_raw(linyi, items(chain), at=at.replace(hour=5), peer=node)
    assert statuses(answers) == ["duplicate"] * 4
    assert {read(answer, at).statement.received_at for answer in answers} == {at}


def test_a_gap_is_kept_and_closed(node, linyi, chain, case_id, at):
    answers = send_raw(linyi, items([chain[2], chain[3]]), at=at, peer=node)
    assert [(answer.status, answer.have, answer.receipt) for answer in answers] == [("gap", 0, b"")] * 2
    assert statuses(send_raw(linyi, items(chain[:2]), at=at, peer=node)) == ["stored", "stored"]
    assert queries.get_head(LINYI, case_id).seq == 4
    assert not InboxPending.objects.exists()
    assert statuses(send_raw(linyi, items(chain[2:]), at=at, peer=node)) == ["duplicate", "duplicate"]


def test_order_within_a_post_does_not_matter(node, linyi, chain, at):
    assert statuses(send_raw(linyi, items(reversed(chain)), at=at, peer=node)) == ["stored"] * 4


def test_only_so_much_is_kept_ahead(node, linyi, case_id, at):
    events = write(node, case_id, opened(audience=(LINYI,)), *[noted(n=n) for n in range(69)], at=at)
    assert statuses(send_raw(linyi, items(events[60:]), at=at, peer=node)) == ["gap"] * 10
    assert list(InboxPending.objects.values_list("seq", flat=True).order_by("seq")) == [61, 62, 63, 64]


def test_something_false_kept_ahead_does_not_stand_in_the_way(node, linyi, huimin, chain, case_id, at):
    false = resigned(chain[2], huimin, region=HUIMIN, node=huimin.id)
    assert statuses(send_raw(linyi, [Item(false)], at=at, peer=huimin)) == ["gap"]
    assert statuses(send_raw(linyi, items(chain[:2]), at=at, peer=node)) == ["stored", "stored"]
    assert statuses(send_raw(linyi, items(chain[2:]), at=at, peer=node)) == ["stored", "stored"]


def test_cases_are_independent(node, linyi, huimin, chain, at):
    false = resigned(chain[0], node, alliance="other")
    answers = send_raw(linyi, [Item(false), *items(chain)], at=at, peer=node)
    assert statuses(answers) == ["rejected", "stored", "stored", "stored", "stored"]


def resigned(event, signer, *, type=envelopes.EVENT, **changes):
    """The event's claims, changed, under another or the same node's key."""
    claims = event.payload.as_json() | changes
    return envelopes.sign(claims, type=type, suite=signer.suite, keys=[signer.keys["event"]]).raw


def test_m1_any_byte_flipped_is_refused(node, linyi, case_id, at):
    """Whatever byte of the envelope changes: nothing is stored, and nothing positive is said."""
    (event,) = write(node, case_id, opened(audience=(LINYI,)), at=at)
    flipped = [bytearray(event.envelope) for _ in event.envelope]
    for place, raw in enumerate(flipped):
        raw[place] ^= 0x01
    for start in range(0, len(flipped), 100):
        batch = [Item(bytes(raw)) for raw in flipped[start : start + 100]]
        assert set(statuses(send_raw(linyi, batch, at=at, peer=node))) <= {"rejected", "retry"}
    with pytest.raises(Missing):
        queries.get_head(LINYI, case_id)


def test_m2_parts_of_a_message_cannot_be_swapped(node, linyi, chain, case_id, at):
    first, second = (envelopes.read(event.envelope, type=envelopes.EVENT) for event in chain[:2])
    swapped = envelopes.assemble(first.payload, type=envelopes.EVENT, signatures=second.signatures)
    proposal = envelopes.assemble(first.payload, type=envelopes.PROPOSAL, signatures=first.signatures)
    both = envelopes.assemble(
        first.payload, type=envelopes.EVENT, signatures=[*first.signatures, replace(first.signatures[0], key_id="x")]
    )
    answers = send_raw(
        linyi,
        [Item(swapped.raw), Item(proposal.raw), Item(proposal.raw, proposal=True), Item(both.raw)],
        at=at,
        peer=node,
    )
    assert [(answer.status, answer.code) for answer in answers] == [
        ("rejected", "bad-signature"), ("rejected", "malformed"), ("rejected", "bad-signature"), ("rejected", "malformed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alliance": "other"}, "wrong-alliance"),
        ({"epoch": 2}, "wrong-alliance"),
        ({"inc": 0}, "malformed"),
        ({"seq": 0}, "malformed"),
        ({"seq": "1"}, "malformed"),
        ({"at": "2026-11-20"}, "malformed"),
        ({"node": "371424-1"}, "wrong-node"),
        ({"region": HUIMIN}, "wrong-region"),
        ({"aud": [JIYANG]}, "wrong-audience"),
        ({"aud": [LINYI]}, "wrong-audience"),
        ({"aud": [JIYANG, LINYI, LINYI]}, "wrong-audience"),
        ({"prev": "0" * 64}, "wrong-predecessor"),
        ({"baton": {"op": "accept"}}, "wrong-baton"),
        ({"baton": {"op": "steal"}}, "malformed"),
        ({"clause": None}, "clause-missing"),
    ],
)
def test_what_can_never_be_valid_is_rejected_and_signed(node, linyi, chain, at, changes, code):
    raw = resigned(chain[0], node, **changes)
    (answer,) = send_raw(linyi, [Item(raw)], at=at, peer=node)
    assert (answer.status, answer.code) == ("rejected", code)
    said = read(answer, at).statement
    hash = envelopes.read(raw, type=envelopes.EVENT).hash(node.suite)
    assert (said.stage, said.code, said.event) == ("REJECTED", code, hash)


def test_a_rejection_repeated_is_the_same_rejection(node, linyi, chain, at):
    item = Item(resigned(chain[0], node, inc=0))
    first = send_raw(linyi, [item], at=at, peer=node)
    assert send_raw(linyi, [item], at=at.replace(hour=5), peer=node) == first


def test_m3_another_member_cannot_write_where_it_is_not_the_writer(node, linyi, huimin, chain, case_id, at):
    send_raw(linyi, items(chain[:2]), at=at, peer=node)
    forged = resigned(chain[2], huimin, region=HUIMIN, node=huimin.id)
    (answer,) = send_raw(linyi, [Item(forged)], at=at, peer=huimin)
    assert (answer.status, answer.code) == ("rejected", "wrong-writer")
    assert queries.get_head(LINYI, case_id).state == "foreign"


def test_m3_nor_take_a_position_that_is_taken(node, linyi, huimin, chain, case_id, at):
    send_raw(linyi, items(chain), at=at, peer=node)
    forged = resigned(chain[1], huimin, region=HUIMIN, node=huimin.id)
    (answer,) = send_raw(linyi, [Item(forged)], at=at, peer=huimin)
    assert (answer.status, answer.code) == ("rejected", "wrong-writer")
    assert not queries.list_forks(LINYI, case_id)


def test_m3_nor_sign_for_a_region_hosted_elsewhere(node, linyi, huimin, chain, at):
    for changes in ({"node": huimin.id}, {}):
        (answer,) = send_raw(linyi, [Item(resigned(chain[0], huimin, **changes))], at=at, peer=huimin)
        assert answer.status == "rejected" and answer.code in {"wrong-region", "wrong-node"}


def test_m3_nor_post_in_the_name_of_another_region(node, linyi, huimin, chain, at):
    with pytest.raises(Forbidden):
        send_raw(linyi, items(chain), at=at, peer=huimin, sender=JIYANG)


def test_a_relay_needs_no_trust(node, linyi, huimin, chain, at):
    """Events prove themselves: any member may hand them on."""
    assert statuses(send_raw(linyi, items(chain), at=at, peer=huimin)) == ["stored"] * 4


def test_a_region_of_another_node_is_not_here(node, linyi, chain, at):
    with pytest.raises(Missing):
        send_raw(linyi, items(chain), at=at, peer=node, to=HUIMIN)


def test_an_unknown_key_says_nothing_for_ever(node, linyi, chain, at, tmp_path):
    stranger = linyi.suite.new_signing_key(owner="stranger")
    raw = envelopes.sign(chain[0].payload.as_json(), type=envelopes.EVENT, suite=node.suite, keys=[stranger]).raw
    (answer,) = send_raw(linyi, [Item(raw)], at=at, peer=node)
    assert (answer.status, answer.code, answer.receipt) == ("retry", "unknown-key", b"")


def test_a_region_this_list_does_not_know_yet_may_come_later(node, linyi, chain, at):
    raw = resigned(chain[0], node, region="370100", aud=["370100", LINYI], list=2)
    (answer,) = send_raw(linyi, [Item(raw)], at=at, peer=node)
    assert (answer.status, answer.code) == ("retry", "newer-member-list")


def test_without_an_agreement_here_the_case_waits_at_the_sender(node, linyi, chain, at):
    later = resigned(chain[0], node, clause=chain[0].payload.clause.as_json() | {"version": 2})
    (answer,) = send_raw(linyi, [Item(later)], at=at, peer=node)
    assert (answer.status, answer.code, answer.receipt) == ("retry", "not-covered-by-agreement", b"")


def test_two_events_at_one_place_are_evidence(node, linyi, chain, case_id, at):
    """The entitled writer signed twice: both bodies are kept, the case is parked, nobody chooses by time."""
    send_raw(linyi, items(chain[:2]), at=at, peer=node)
    second = resigned(chain[1], node, body={"n": 99})
    (answer,) = send_raw(linyi, [Item(second)], at=at, peer=node)
    assert (answer.status, answer.receipt) == ("conflict", b"")
    (fork,) = queries.list_forks(LINYI, case_id)
    assert (fork.seq, fork.ours, fork.theirs) == (2, chain[1].envelope, second)
    head = queries.get_head(LINYI, case_id)
    assert (head.state, head.parked, head.seq) == ("parked", "fork", 2)


def test_a_chain_that_continues_another_one_is_evidence_too(node, linyi, chain, case_id, at):
    send_raw(linyi, items(chain[:2]), at=at, peer=node)
    other = resigned(chain[2], node, prev="0" * 64)
    assert statuses(send_raw(linyi, [Item(other)], at=at, peer=node)) == ["conflict"]
    assert queries.get_head(LINYI, case_id).state == "parked"


def test_a_reader_with_another_chain_stops_nobody(node, linyi, huimin, chain, case_id, at):
    send_raw(linyi, items(chain[:2]), at=at, peer=node)
    other = resigned(chain[2], huimin, region=HUIMIN, node=huimin.id, prev="0" * 64)
    assert statuses(send_raw(linyi, [Item(other)], at=at, peer=huimin)) == ["conflict"]
    assert queries.list_forks(LINYI, case_id) and queries.get_head(LINYI, case_id).state == "foreign"


def test_a_parked_case_keeps_what_comes_and_folds_nothing(node, linyi, chain, case_id, at):
    send_raw(linyi, items(chain[:2]), at=at, peer=node)
    send_raw(linyi, [Item(resigned(chain[1], node, body={"n": 99}))], at=at, peer=node)
    answers = send_raw(linyi, items(chain[2:]), at=at, peer=node)
    assert statuses(answers) == ["parked", "parked"]
    assert read(answers[0], at).statement.stage == "PARKED"
    head = queries.get_head(LINYI, case_id)
    assert (head.seq, head.folded) == (4, 2)
    with pytest.raises(services.CaseParked):
        write(linyi, case_id, accepted(), at=at)


def test_an_unknown_critical_kind_is_kept_and_parks_the_case(node, linyi, case_id, at):
    first = write(node, case_id, opened(audience=(LINYI,)), noted(), at=at)
    strange = resigned(first[1], node, kind="test.from_the_future;v=9")
    answers = send_raw(linyi, [Item(first[0].envelope), Item(strange)], at=at, peer=node)
    assert [(answer.status, answer.code) for answer in answers] == [("stored", ""), ("parked", "unknown-kind")]
    said = read(answers[1], at).statement
    assert (said.stage, said.code) == ("PARKED", "unknown-kind")
    head = queries.get_head(LINYI, case_id)
    assert (head.state, head.seq, head.folded) == ("parked", 2, 1)
    again = send_raw(linyi, [Item(strange)], at=at, peer=node)
    assert again[0].status == "duplicate" and again[0].receipt == answers[1].receipt


def test_an_unknown_kind_that_is_not_critical_is_passed_over(node, linyi, case_id, at):
    first = write(node, case_id, opened(audience=(LINYI,)), noted(), at=at)
    strange = resigned(first[1], node, kind="test.from_the_future;v=9", crit=False)
    assert statuses(send_raw(linyi, [Item(first[0].envelope), Item(strange)], at=at, peer=node)) == ["stored"] * 2


def test_what_the_fold_refuses_parks_the_case(node, linyi, chain, case_id, at):
    def refuse(node, events):
        if any(event.seq == 2 for event in events):
            raise Forbidden

    registries.register_fold("test", refuse)
    try:
        answers = send_raw(linyi, items(chain[:3]), at=at, peer=node)
    finally:
        registries._folds.pop("test")
    assert [(answer.status, answer.code) for answer in answers] == [
        ("stored", ""), ("parked", "forbidden"), ("parked", "forbidden"),
    ]  # fmt: skip
    assert queries.get_head(LINYI, case_id).folded == 1


def test_a_poisonous_event_holds_up_only_what_follows_it(node, linyi, chain, case_id, at):
    def stumble(node, events):
        if any(event.seq == 3 for event in events):
            raise ZeroDivisionError

    registries.register_fold("test", stumble)
    try:
        answers = send_raw(linyi, items(chain), at=at, peer=node)
    finally:
        registries._folds.pop("test")
    assert [(answer.status, answer.code) for answer in answers] == [
        ("stored", ""), ("stored", ""), ("retry", "internal"), ("gap", ""),
    ]  # fmt: skip
    assert queries.get_head(LINYI, case_id).seq == 2


def test_r17_nobody_takes_a_case_without_an_order_of_the_alliance(node, linyi, chain, at):
    """R17"""
    send_raw(linyi, items(chain[:1]), at=at, peer=node)
    raw = resigned(chain[1], node, baton={"op": "reassign", "to": LINYI})
    (answer,) = send_raw(linyi, [Item(raw)], at=at, peer=node)
    assert (answer.status, answer.code, answer.receipt) == ("rejected", "order-invalid", answer.receipt)


def test_parts_come_with_their_event(node, linyi, case_id, at):
    part = seal(node, case_id)
    (event,) = write(node, case_id, opened(sealed=(part.ref,), audience=(LINYI,)), at=at, parts=[part])
    for parts in ({}, {part.ref.cipher: b"other"}):
        (answer,) = send_raw(linyi, [Item(event.envelope, parts=parts)], at=at, peer=node)
        assert (answer.status, answer.code, answer.receipt) == ("retry", "part-missing", b"")


def test_only_parts_that_were_signed_are_kept(node, linyi, case_id, at):
    (event,) = write(node, case_id, opened(audience=(LINYI,)), at=at)
    extra = {linyi.suite.hash(b"extra"): b"extra"}
    assert statuses(send_raw(linyi, [Item(event.envelope, parts=extra)], at=at, peer=node)) == ["stored"]
    assert not vault.find_ciphertexts(region=LINYI, case_id=case_id, ciphers=extra)


def sealed_item(node, receiver, case_id, at, *, public):
    part = seal(node, case_id)
    (event,) = write(node, case_id, opened(sealed=(part.ref,), audience=(LINYI,)), at=at, parts=[part])
    key = vault.get_key(node=node, region=JIYANG, case_id=case_id)
    keys = (WrappedKey("1", vault.wrap_for(public, key=key, node=node)),) if public else ()
    return part, Item(event.envelope, parts={part.ref.cipher: part.ciphertext}, keys=keys)


def test_a_key_wrapped_for_us_opens_the_parts(node, linyi, case_id, at):
    part, item = sealed_item(node, linyi, case_id, at, public=linyi.keys["encryption"].public)
    assert statuses(send_raw(linyi, [item], at=at, peer=node)) == ["stored"]
    key = vault.get_key(node=linyi, region=LINYI, case_id=case_id)
    assert vault.read_part(part.ref, key=key, node=linyi, region=LINYI) == "罗建国"


def test_a_key_that_does_not_open_parks_the_case(node, linyi, huimin, case_id, at):
    _, item = sealed_item(node, linyi, case_id, at, public=huimin.keys["encryption"].public)
    (answer,) = send_raw(linyi, [item], at=at, peer=node)
    assert (answer.status, answer.code) == ("parked", "key-unusable")
    assert not vault.has_key(region=LINYI, case_id=case_id)


def test_a_key_that_never_came_parks_the_case(node, linyi, case_id, at):
    _, item = sealed_item(node, linyi, case_id, at, public=b"")
    (answer,) = send_raw(linyi, [item], at=at, peer=node)
    assert (answer.status, answer.code) == ("parked", "key-missing")


def test_events_from_before_we_joined_come_with_the_one_that_names_us(node, linyi, case_id, at):
    before = write(node, case_id, opened(), noted(), at=at)
    (joining,) = write(node, case_id, offered(), at=at)
    assert statuses(send_raw(linyi, items(before), at=at, peer=node)) == ["rejected"] * 2
    with_it = items(before, joining=joining.envelope)
    assert statuses(send_raw(linyi, [*with_it, *items([joining])], at=at, peer=node)) == ["stored"] * 3


def test_an_invitation_to_another_case_does_not_count(node, linyi, chain, at):
    (other,) = write(node, new_id(), opened(), at=at)
    (answer,) = send_raw(linyi, items([other], joining=chain[3].envelope), at=at, peer=node)
    assert (answer.status, answer.code) == ("retry", "joining-unusable")


def test_a_suspended_node_is_not_heard(node, linyi, huimin, chain, at):
    document = list_document([node, linyi, huimin], at)
    document["nodes"][0]["status"] = "suspended"
    prev = members(at).hash
    alliance.import_member_list(raw=signed_list(document | {"version": 2, "prev": prev}), trust=TRUST, at=at)
    assert statuses(send_raw(linyi, items(chain), at=at, peer=huimin)) == ["retry", "gap", "gap", "gap"]


def test_an_offer_declined_returns_the_baton(node, linyi, chain, network, case_id, at):
    network.settle(at)
    write(linyi, case_id, declined(), at=at)
    network.settle(at)
    head = queries.get_head(JIYANG, case_id)
    assert (head.seq, head.writer, head.state) == (5, JIYANG, "held")
    write(node, case_id, noted(), at=at)


def test_links_name_both_ends(node, linyi):
    assert (link(node, linyi).region, link(node, linyi).peer) == (JIYANG, LINYI)


def test_kinds_are_declared_once():
    with pytest.raises(ValueError, match="twice"):
        registries.register_kind(EventKind("test.noted", 1, Text("x", "y")))
    assert NewEvent(NOTED, {}, baton=Baton("accept")).kind == NOTED
