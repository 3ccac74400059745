"""Each checker catches the violation that is planted for it, and says nothing of what is in order."""

from dataclasses import replace

import pytest

from tests.faults import checkers
from tests.faults.checkers import Call, Receipt

WHOLE = ["1 a", "2 b", "3 c"]
STORED = Receipt("370115", "371424", "case", 2, "b", "STORED")
EVENTS = {("371424", "case", 2): "b"}


def test_a_queue_in_order() -> None:
    queue = checkers.total_queue(attempted="abc", acknowledged="ab", found="abc")
    assert (queue.lost, queue.duplicated, queue.unexpected, queue.recovered) == ([], [], [], ["c"])


def test_what_was_acknowledged_and_is_not_there_is_lost() -> None:
    assert checkers.total_queue(attempted="ab", acknowledged="ab", found="a").lost == ["b"]


def test_what_was_never_acknowledged_is_not_lost() -> None:
    assert checkers.total_queue(attempted="ab", acknowledged="a", found="a").lost == []


def test_what_is_there_twice_is_duplicated() -> None:
    assert checkers.total_queue(attempted="a", acknowledged="a", found="aa").duplicated == ["a"]


def test_what_nobody_asked_for_is_unexpected() -> None:
    assert checkers.total_queue(attempted="a", acknowledged="a", found="ab").unexpected == ["b"]


def test_an_id_of_two_cases() -> None:
    assert checkers.unique_ids([("1", "a"), ("1", "a"), ("2", "b")]) == []
    assert checkers.unique_ids([("1", "a"), ("1", "b"), ("2", "b")]) == ["1"]


@pytest.mark.parametrize("shorter", [[], WHOLE[:1], WHOLE[:2], WHOLE])
def test_a_copy_that_lags_is_no_fork(shorter: list[str]) -> None:
    assert checkers.chain_prefix({"case": {"x": WHOLE, "y": shorter}}) == []


@pytest.mark.parametrize("other", [["1 z"], ["1 a", "2 z"], ["1 a", "3 c"], [*WHOLE[:2], "3 z", "4 d"]])
def test_a_copy_that_differs_is_a_fork(other: list[str]) -> None:
    assert checkers.chain_prefix({"case": {"x": WHOLE, "y": other}}) == ["case"]


def test_two_copies_that_lag_may_fork_from_each_other_too() -> None:
    assert checkers.chain_prefix({"case": {"x": WHOLE, "y": ["1 a"], "z": ["1 z"]}}) == ["case"]


def test_copies_are_equal_at_every_holder() -> None:
    assert checkers.unequal({"case": {"x": WHOLE, "y": WHOLE}}, ("x", "y")) == []
    assert checkers.unequal({"case": {"x": WHOLE, "y": WHOLE[:2]}}, ("x", "y")) == ["case"]
    assert checkers.unequal({"case": {"x": WHOLE}}, ("x", "y")) == ["case"]


def test_an_honest_receipt() -> None:
    assert checkers.receipt_honesty([STORED], events=EVENTS) == []


@pytest.mark.parametrize("events", [{}, {("371424", "case", 2): "z"}, {("371424", "case", 3): "b"}])
def test_a_receipt_for_what_its_issuer_has_not_got(events: dict[tuple[str, str, int], str]) -> None:
    assert checkers.receipt_honesty([STORED], events=events) == [STORED]


def test_a_rejection_promises_nothing() -> None:
    assert checkers.receipt_honesty([replace(STORED, stage="REJECTED")], events={}) == []


def test_a_receipt_for_a_proposal() -> None:
    receipt = replace(STORED, seq=0)
    assert checkers.receipt_honesty([receipt], events={}, proposals=[("371424", "case", "b")]) == []
    assert checkers.receipt_honesty([receipt], events=EVENTS) == [receipt]


def test_two_decisions() -> None:
    assert checkers.decided_twice({"a": ["accepted", "approved"], "b": ["refused"]}) == []
    assert checkers.decided_twice({"a": ["approved", "assessed", "approved"], "b": ["approved", "refused"]}) == [
        "a",
        "b",
    ]


def test_a_filing_asked_for_twice_is_not_made_twice() -> None:
    call = Call("key", "number", "YB1", filed=True)
    assert checkers.effected_twice([call, replace(call, filed=False)]) == []
    assert checkers.effected_twice([call, Call("other", "number", "YB2", filed=True)]) == ["number"]


def test_a_case_that_did_not_end_somewhere() -> None:
    ended = {"x": {"a": "closed", "b": "closed"}, "y": {"a": "closed", "b": "accepted"}}
    assert checkers.open_after_drain(["a"], ended) == []
    assert checkers.open_after_drain(["a", "b", "c"], ended) == ["b", "c"]
    assert checkers.open_after_drain(["a"], ended, ends={"withdrawn"}) == ["a"]


def test_one_fault_makes_a_verdict_unsound() -> None:
    assert checkers.Verdict({"lost": [], "forked": []}).sound
    assert not checkers.Verdict({"lost": [], "forked": ["case"]}).sound
