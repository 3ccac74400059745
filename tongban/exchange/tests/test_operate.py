"""What an operator may do: nothing alone that is dangerous, and never past the rules of the chain."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests.cast import HUIMIN, JIYANG, LINYI, clerk
from tongban.alliance.tests.factories import TRUST
from tongban.exchange import explaining, jobs, operating, operations, oversight, queries
from tongban.exchange.fork_proofs import verify_fork_evidence
from tongban.exchange.models import CaseHead, Operation, Outbox
from tongban.exchange.operations import RequestOver, SecondPersonNeeded
from tongban.exchange.tests.factories import SUPPLEMENT, accepted, noted, offered, opened, send_raw, write
from tongban.exchange.tests.test_proposals import ask, handled_by, put_on_chain
from tongban.exchange.tests.test_receive import items, resigned
from tongban.exchange.wire import Item
from tongban.kernel import registries
from tongban.kernel.actors import Actor
from tongban.kernel.events import NewEvent
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.registries import EventKind
from tongban.kernel.text import Text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]
NEWER = "test.newer;v=1"
STATEMENT = operating.STATEMENT


def operator(region: str = LINYI, name: str = "s-zhou") -> Actor:
    return Actor("staff", name, region, frozenset({"operator"}))


def supervisor(region: str = LINYI) -> Actor:
    return Actor("staff", "s-wu", region, frozenset({"supervisor"}))


@contextmanager
def known(kind: str = NEWER, fold=None):
    """A release that knows the kind, and folds it."""
    name = kind.partition(";")[0]
    registries.register_kind(EventKind(name, 1, Text(name, name)))
    if fold:
        registries.register_fold("test", fold)
    try:
        yield
    finally:
        registries._kinds.pop(kind)
        registries._folds.pop("test", None)


@pytest.fixture(autouse=True)
def statements():
    registries.register_proposal(STATEMENT, lambda *, node, proposal, at: operating.note_statement(
        region=proposal.holder, case_id=proposal.case, author=proposal.payload.region, body=proposal.payload.body, at=at,
    ), at_any_time=True)  # fmt: skip


@pytest.fixture
def parked(node, linyi, network, case_id, at):
    """济阳 has upgraded and writes what 临邑 does not know."""
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    with known():
        write(node, case_id, NewEvent(NEWER, {"n": 1}), noted(), at=at)
    network.settle(at)
    return case_id


def head(case_id, region=LINYI):
    return queries.get_head(region, case_id)


def release(linyi, case_id, at, by=None):
    asked = operating.request_release(
        node=linyi, region=LINYI, case_id=case_id, reason="已升级", by=operator(), at=at
    )  # fmt: skip
    return operating.confirm_request(node=linyi, region=LINYI, request=asked.id, by=by or supervisor(), at=at)


# R12: what is not understood waits, and goes on


def test_r12_a_parked_case_goes_on_after_an_upgrade_by_itself(node, linyi, network, parked, at):
    """R12: the bytes are kept, the case waits, the new release folds them in order."""
    folded = []
    assert (head(parked).parked, head(parked).folded, head(parked).seq) == ("unknown-kind", 1, 3)
    assert operating.release_after_upgrade(node=linyi, at=at) == 0
    with known(fold=lambda node, events: folded.extend(event.seq for event in events)):
        assert operating.release_after_upgrade(node=linyi, at=at) == 1
    assert (head(parked).parked, head(parked).folded, folded) == ("", 3, [2, 3])
    network.settle(at)
    stages = {receipt.stage for receipt in queries.list_receipts(JIYANG, parked) if receipt.seq == 2}
    assert stages == {"PARKED", "STORED"} and not queries.list_parked_there(JIYANG, parked)


def test_r12_the_worker_tries_when_it_starts(linyi, parked):
    registries.set_node(linyi)
    with known():
        jobs.release_parked()
    assert head(parked).parked == ""


def test_r12_the_sender_sees_that_it_is_parked_there(node, parked):
    (seen,) = queries.list_parked_there(JIYANG, parked)
    assert (seen.peer, seen.seq, seen.code) == (LINYI, 2, "unknown-kind")


def test_r12_what_the_table_refuses_stays_parked_with_the_new_reason(linyi, parked, at):
    def turn_down(node, events):
        raise Forbidden

    with known(fold=turn_down):
        assert release(linyi, parked, at) == "forbidden"
    assert (head(parked).parked, head(parked).folded) == ("forbidden", 1)


def test_r12_a_body_that_cannot_be_read_is_no_bug_of_the_page(linyi, parked, at):
    with known(fold=lambda node, events: {}["absent"]):
        assert release(linyi, parked, at) == "internal"
    assert head(parked).folded == 1


def test_r12_a_request_of_a_newer_release_is_taken_up_after_the_upgrade(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    ask(node, case_id, at)
    network.settle(at)
    with handled_by(put_on_chain):
        operating.release_after_upgrade(node=linyi, at=at)
        network.settle(at)
    assert [asked.state for asked in queries.list_proposals(JIYANG, case_id)] == ["answered"]


# Four eyes


def test_whoever_asks_does_not_confirm(linyi, parked, at):
    asked = operating.request_release(node=linyi, region=LINYI, case_id=parked, reason="已升级", by=operator(), at=at)
    with known(), pytest.raises(SecondPersonNeeded):
        operating.confirm_request(node=linyi, region=LINYI, request=asked.id, by=operator(), at=at)
    assert head(parked).parked and operations.list_requests([LINYI], at) == [asked]


def test_both_people_are_on_the_record_for_ever(linyi, parked, at):
    with known():
        assert release(linyi, parked, at) == ""
    rows = [(row.what, row.step, row.who, row.reason) for row in reversed(operations.list_operations([LINYI]))]
    assert rows == [("release", "requested", "s-zhou", "已升级"), ("release", "done", "s-wu", "")]
    for change in (Operation.objects.all().delete, lambda: Operation.objects.update(who="nobody")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.parametrize("spoil", ["late", "withdrawn", "done"])
def test_a_request_counts_once_and_for_a_day(linyi, parked, at, spoil):
    asked = operating.request_release(node=linyi, region=LINYI, case_id=parked, reason="已升级", by=operator(), at=at)
    confirm = {"node": linyi, "region": LINYI, "request": asked.id, "by": supervisor(), "at": at}
    if spoil == "late":
        confirm["at"] = at + timedelta(days=1)
    elif spoil == "withdrawn":
        operations.withdraw_request(node=linyi, region=LINYI, request=asked.id, by=operator(), at=at)
    else:
        with known():
            operating.confirm_request(**confirm)
    with pytest.raises(RequestOver):
        operating.confirm_request(**confirm)
    assert not operations.list_requests([LINYI], confirm["at"])


@pytest.mark.parametrize("by", [clerk(LINYI), supervisor(), operator(JIYANG)], ids=["clerk", "supervisor", "elsewhere"])
def test_only_this_places_operator_asks(linyi, parked, at, by):
    with pytest.raises(Forbidden):
        operating.request_release(node=linyi, region=LINYI, case_id=parked, reason="x", by=by, at=at)


def test_a_reason_is_given(linyi, parked, at):
    for reason in (" ", "长" * 201):
        with pytest.raises(operations.OperationReasonMissing):
            operating.request_release(node=linyi, region=LINYI, case_id=parked, reason=reason, by=operator(), at=at)


# Forks: proof, and nothing to release


@pytest.fixture
def forked(node, linyi, case_id, at):
    """济阳, twice restored and never asked, signs another second event."""
    chain = write(node, case_id, opened(audience=(LINYI, HUIMIN)), noted(n=1), at=at)
    send_raw(linyi, items(chain), at=at, peer=node)
    send_raw(linyi, [Item(resigned(chain[1], node, body={"n": 2}))], at=at, peer=node)
    return case_id


def test_c3_nobody_here_releases_a_fork(linyi, forked, at):
    """C3: two bodies for one position: parked, evidence kept, the alliance decides."""
    with pytest.raises(operating.NeverReleased):
        operating.request_release(node=linyi, region=LINYI, case_id=forked, reason="x", by=operator(), at=at)
    assert operating.release_after_upgrade(node=linyi, at=at) == 0
    (shown,) = oversight.list_parked([LINYI])
    assert shown.never and head(forked).parked == "fork"


def test_c3_nor_one_that_was_parked_for_something_else_first(node, linyi, parked, at):
    second = queries.get_chain(JIYANG, parked)[1]
    send_raw(linyi, [Item(resigned(second, node, body={"n": 9}))], at=at, peer=node)
    assert head(parked).parked == "unknown-kind"
    with known(), pytest.raises(operating.NeverReleased):
        operating.request_release(node=linyi, region=LINYI, case_id=parked, reason="x", by=operator(), at=at)


def test_c3_a_doubtful_key_is_for_the_alliance(linyi, parked, at):
    CaseHead.objects.filter(region=LINYI, case_id=parked).update(parked="disputed-key")
    with known(), pytest.raises(operating.NeverReleased):
        release(linyi, parked, at)


def export(linyi, case_id, at):
    return operating.export_fork_evidence(node=linyi, region=LINYI, case_id=case_id, by=operator(), at=at)


def test_c3_the_evidence_proves_itself_without_a_node(linyi, forked, at):
    (proof,) = verify_fork_evidence(export(linyi, forked, at), trust=TRUST)
    assert (proof.case, proof.seq, proof.kind, proof.authors) == (forked, 2, "two-bodies", (JIYANG, JIYANG))
    assert proof.same_author and proof.entitled and len(set(proof.hashes)) == 2


def test_c3_no_byte_of_the_evidence_can_be_changed_unnoticed(linyi, forked, at):
    data = export(linyi, forked, at)
    for place in range(10, len(data), 97):
        spoilt = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        try:
            proofs = verify_fork_evidence(spoilt, trust=TRUST)
        except Refused:
            continue
        # What is not signed (when it was found, receipts, the place that exports) proves nothing and changes nothing.
        assert [proof.hashes for proof in proofs] == [p.hashes for p in verify_fork_evidence(data, trust=TRUST)]


def test_without_a_fork_there_is_no_evidence(linyi, parked, at):
    with pytest.raises(Refused, match="missing"):
        export(linyi, parked, at)


# Answering the other side


def test_the_other_operator_is_told_in_a_signed_statement(node, linyi, network, parked, at):
    asked = operating.request_answer(
        node=linyi, region=LINYI, case_id=parked, code="upgrade-planned", reason="周五升级", by=operator(), at=at
    )
    operating.confirm_request(node=linyi, region=LINYI, request=asked.id, by=supervisor(), at=at)
    network.settle(at)
    (said,) = oversight.list_statements([JIYANG])
    assert (said.author, said.code, said.text, said.case_id) == (LINYI, "upgrade-planned", "周五升级", parked)
    assert queries.list_unanswered(LINYI, parked) == frozenset()


def test_a_parked_request_is_declined_and_its_author_gets_the_receipt(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    write(linyi, case_id, accepted(), at=at)
    network.settle(at)
    proposal = ask(node, case_id, at)
    network.settle(at)
    (waits,) = oversight.list_parked([LINYI])
    assert (waits.kind, waits.reason, waits.proposal) == (SUPPLEMENT, "unknown-kind", proposal.id)
    asked = operating.request_answer(
        node=linyi, region=LINYI, case_id=case_id, proposal=proposal.id, code="send-again", reason="旧版本", by=operator(), at=at
    )  # fmt: skip
    operating.confirm_request(node=linyi, region=LINYI, request=asked.id, by=supervisor(), at=at)
    network.settle(at)
    network.settle(at)
    (row,) = [row for row in queries.list_proposals(JIYANG, case_id) if row.id == proposal.id]
    assert (row.state, row.code) == ("declined", "send-again")
    assert "DECLINED" in {r.stage for r in queries.list_receipts(JIYANG, case_id) if r.event == proposal.hash}


def test_an_answer_is_one_of_the_list(linyi, parked, at):
    with pytest.raises(operating.UnknownAnswer):
        operating.request_answer(
            node=linyi, region=LINYI, case_id=parked, code="nonsense", reason="x", by=operator(), at=at
        )


# Sending now


def test_what_waits_is_due_at_once(node, linyi, network, case_id, at):
    network.down.add(linyi.id)
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    network.deliver(node, at)
    assert [row.next_try > at for row in oversight.list_outbox([JIYANG])] == [True]
    assert operating.retry_now(node=node, region=JIYANG, peer=LINYI, by=operator(JIYANG), at=at) == 1
    assert [(row.next_try, row.tries) for row in oversight.list_outbox([JIYANG])] == [(at, 0)]


def test_a_rejected_row_is_offered_again_only_for_its_case(node, linyi, case_id, at):
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    Outbox.objects.filter(case_id=case_id).update(rejected_at=at, last_error="rejected: malformed")
    by = operator(JIYANG)
    assert operating.retry_now(node=node, region=JIYANG, peer=LINYI, by=by, at=at) == 0
    (shown,) = oversight.list_outbox([JIYANG])
    assert shown.rejected and oversight.list_peers(node, [JIYANG], at)[0].rejected == 1
    assert operating.retry_now(node=node, region=JIYANG, case_id=case_id, by=by, at=at) == 1
    assert operations.list_operations([JIYANG])[0].outcome == "1"


# Looking


def test_peers_show_who_lags(node, linyi, huimin, network, case_id, at):
    network.down.add(linyi.id)
    write(node, case_id, opened(audience=(LINYI,)), at=at)
    network.deliver(node, at)
    first, second = oversight.list_peers(node, [JIYANG], at)
    assert (first.node, first.waiting, first.since, first.active) == (linyi.id, 1, at, True)
    assert (second.node, second.waiting, second.since) == (huimin.id, 0, None)
    (row,) = oversight.list_outbox([JIYANG], peer=LINYI)
    assert (row.what, row.seq, row.tries) == ("test.opened;v=1", 1, 1) and "unreachable" in row.reason


def test_a_parked_case_shows_only_what_is_clear(linyi, parked):
    shown = oversight.get_parked(LINYI, parked)
    first = shown.unfolded[0]
    assert (first.seq, first.kind, first.body) == (2, NEWER, {"n": 1})
    assert shown.parked.author == JIYANG and not shown.parked.never


def explain(node, case_id, at):
    return explaining.explain_case(node=node, region=node.regions[0], case_id=case_id, at=at)


def test_a_case_explains_who_must_act(node, linyi, network, parked, at):
    there, here = explain(linyi, parked, at), explain(node, parked, at)
    assert there.who == "operator" and "放行" in there.sentences[0].zh
    assert "unknown-kind" in " ".join(text.en for text in here.sentences) and here.who == "here"


def test_a_fork_is_for_the_alliance(linyi, forked, at):
    assert explain(linyi, forked, at).who == "alliance"


def test_an_open_offer_waits_for_the_other_side(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    assert explain(node, case_id, at).who == "there"
    network.settle(at)
    assert explain(linyi, case_id, at).who == "here"


def test_a_restored_node_says_that_it_only_reads(node, case_id, at):
    write(node, case_id, opened(), at=at)
    CaseHead.objects.filter(case_id=case_id).update(recovering=True)
    explained = explain(node, case_id, at)
    assert explained.state == "recovering" and any("只能查看" in text.zh for text in explained.sentences)
    assert oversight.get_recovery(node, [JIYANG]).read_only == 1


def test_no_service_deletes_forces_or_edits():
    names = [name for module in (operating, operations) for name in vars(module) if not name.startswith("_")]
    assert not [name for name in names if name.split("_")[0] in {"delete", "force", "edit", "remove", "update"}]
