"""The baton: who may write next is a pure function of the chain (R4)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.exchange.chain import EMPTY, Head, Illegal, State, advance, check_next, writer
from tongban.kernel.events import Baton, Payload

A, B, C = REGIONS = ("A", "B", "C")
OPERATIONS = ("", "open", "offer", "accept", "decline", "reassign")


def event(head, region, op="", to="", **changes):
    values = {
        "alliance": "demo", "epoch": 1, "list": 1, "case": UUID(int=1), "seq": head.seq + 1, "prev": head.hash,
        "region": region, "node": f"{region}-1", "inc": 1, "audience": REGIONS, "kind": "test.x;v=1", "critical": True,
        "cmd": UUID(int=2), "actor": {"kind": "system", "ref": "system", "role": "system"},
        "at": datetime(2026, 11, 20, tzinfo=UTC), "body": {}, "baton": Baton(op, to) if op else None,
    }  # fmt: skip
    return Payload(**(values | changes))


def play(*moves):
    head = EMPTY
    for number, move in enumerate(moves, start=1):
        head = advance(head, event(head, *move), hash=f"h{number}")
    return head


OPEN, OFFER, ACCEPT, DECLINE = (A, "open"), (A, "offer", B), (B, "accept"), (B, "decline")


@pytest.mark.parametrize(
    ("moves", "region", "allowed"),
    [
        ([], "", {"open"}),
        ([OPEN], A, {"", "offer"}),
        ([OPEN, (A,)], A, {"", "offer"}),
        ([OPEN, OFFER], B, {"accept", "decline"}),
        ([OPEN, OFFER, ACCEPT], B, {"", "offer"}),
        ([OPEN, OFFER, DECLINE], A, {"", "offer"}),
        ([OPEN, OFFER, ACCEPT, (B, "offer", C)], C, {"accept", "decline"}),
        ([OPEN, OFFER, ACCEPT, (B, "offer", C), (C, "decline")], B, {"", "offer"}),
    ],
)
def test_the_writer_is_read_off_the_chain(moves, region, allowed):
    head = play(*moves)
    assert (head.writer, head.allowed) == (region, allowed)


@pytest.mark.parametrize(
    ("moves", "holder", "state"),
    [
        ([OPEN], A, State.HELD),
        ([OPEN], B, State.FOREIGN),
        ([OPEN, OFFER], A, State.OFFERED),
        ([OPEN, OFFER], B, State.OFFERED),
        ([OPEN, OFFER], C, State.FOREIGN),
        ([OPEN, OFFER, ACCEPT], A, State.FOREIGN),
        ([OPEN, OFFER, ACCEPT], B, State.HELD),
    ],
)
def test_each_holder_sees_its_own_state(moves, holder, state):
    assert play(*moves).state(holder) == state


@pytest.mark.parametrize(
    ("moves", "move", "code"),
    [
        ([], (A,), "wrong-baton"),
        ([OPEN], (B,), "wrong-writer"),
        ([OPEN], OPEN, "wrong-baton"),
        ([OPEN], (A, "accept"), "wrong-baton"),
        ([OPEN], (A, "offer", A), "wrong-addressee"),
        ([OPEN], (A, "offer", "D"), "wrong-addressee"),
        ([OPEN], (A, "reassign", B), "wrong-writer"),
        ([OPEN, OFFER], (A,), "wrong-writer"),
        ([OPEN, OFFER], (B,), "wrong-baton"),
        ([OPEN, OFFER], (B, "offer", C), "wrong-baton"),
        ([OPEN, OFFER], (C, "accept"), "wrong-writer"),
        ([OPEN, OFFER, ACCEPT], (A,), "wrong-writer"),
    ],
)
def test_what_is_not_allowed_has_a_name(moves, move, code):
    head = play(*moves)
    with pytest.raises(Illegal, match=code):
        check_next(head, event(head, *move))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seq": 3}, "wrong-position"),
        ({"seq": 1}, "wrong-position"),
        ({"prev": "other"}, "wrong-predecessor"),
        ({"audience": (A, B)}, "wrong-audience"),
        ({"audience": (A, B, C, C)}, "wrong-audience"),
    ],
)
def test_place_and_audience_are_checked(change, code):
    head = play(OPEN)
    with pytest.raises(Illegal, match=code):
        check_next(head, event(head, A, **change))


moves = st.tuples(st.sampled_from(REGIONS), st.sampled_from(OPERATIONS), st.sampled_from(REGIONS))


@given(st.lists(moves, max_size=25))
def test_the_writer_is_total_deterministic_and_alone(tried):
    """Whatever is tried: the chain grows by the entitled writer only, and a fresh reading of it agrees."""
    head, written = EMPTY, []
    for region, op, to in tried:
        payload = event(head, region, op, to if op in {"offer", "reassign"} else "")
        ordinary = (not head.seq or region == head.writer) and op in head.allowed
        reassigned = bool(head.seq) and op == "reassign" and to == region
        entitled = (ordinary and not (op == "offer" and to == region)) or reassigned
        try:
            head = advance(head, payload, hash=f"h{head.seq + 1}")
        except Illegal:
            assert not entitled
        else:
            assert entitled
            written.append(payload)
    assert writer(written) == (head.writer, head.allowed)
    assert (head.writer in REGIONS) == bool(written)


@given(st.lists(moves, max_size=25), st.data())
def test_a_chain_with_one_event_changed_is_no_chain(tried, data):
    head, written = EMPTY, []
    for region, op, to in tried:
        payload = event(head, region, op, to if op in {"offer", "reassign"} else "")
        try:
            head = advance(head, payload, hash=f"h{head.seq + 1}")
        except Illegal:
            continue
        written.append(payload)
    if len(written) > 1:
        gone = data.draw(st.integers(0, len(written) - 2))
        with pytest.raises(Illegal):
            writer(written[:gone] + written[gone + 1 :])


def test_an_empty_head_is_nobodys():
    assert Head().state(A) == State.FOREIGN
