"""Receipts of one region form one chain: what was withdrawn or written twice shows."""

import pytest

from tests.cast import JIYANG, LINYI
from tongban.exchange import continuity
from tongban.exchange.continuity import Link, verify_chain
from tongban.exchange.models import ReceiptHead
from tongban.exchange.tests.factories import offered, opened, write

CHAIN = [Link("a", ""), Link("b", "a"), Link("c", "b")]


def kinds(faults):
    return [(fault.kind, fault.after) for fault in faults]


def test_a_whole_chain_has_no_fault():
    assert verify_chain(CHAIN, complete=True, head="c") == verify_chain([], complete=True, head="") == []


def test_one_that_is_missing_leaves_a_gap():
    assert kinds(verify_chain([CHAIN[0], CHAIN[2]], complete=True, head="c")) == [("gap", "b")]
    assert kinds(verify_chain(CHAIN[:2], complete=True, head="c")) == [("gap", "c")]


def test_two_after_one_are_a_fork():
    forked = [*CHAIN, Link("x", "a")]
    assert kinds(verify_chain(forked, complete=False)) == [("fork", "a")]


def test_a_peer_sees_those_of_its_cases_only():
    assert verify_chain(CHAIN[1:], complete=False) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("scoped")
def test_our_own_are_checked_to_the_last(node, linyi, network, case_id, at):
    write(node, case_id, opened(), offered(), at=at)
    network.settle(at)
    assert continuity.check_own(LINYI) == continuity.check_peer(JIYANG, LINYI) == []
    ReceiptHead.objects.filter(region=LINYI).update(head="0" * 64)
    assert kinds(continuity.check_own(LINYI)) == [("gap", "0" * 64)]
