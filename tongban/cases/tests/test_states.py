"""The whole table: every state against every event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.cases.events import EVENTS
from tongban.cases.states import (
    AUTHORS,
    FINAL,
    STATES,
    TABLE,
    NotAllowedNow,
    NotThisPlace,
    diagram,
    next_state,
    require_author,
)

NAMES = sorted(name.removeprefix("cases.") for name in EVENTS)


@given(st.sampled_from([None, *STATES]), st.sampled_from(NAMES))
def test_a_step_follows_the_table_or_is_refused_with_the_state_named(state: str | None, event: str) -> None:
    if (state, event) in TABLE:
        assert next_state(state, event) in STATES
    else:
        with pytest.raises(NotAllowedNow) as refused:
            next_state(state, event)
        assert (STATES[state].zh if state else "草稿") in refused.value.sentence("zh")


def test_every_event_and_every_state_stands_in_the_table() -> None:
    assert {event for _, event in TABLE} == set(NAMES)
    assert {state for pair, after in TABLE.items() for state in (pair[0], after) if state} == set(STATES)


def test_every_state_leads_to_an_end() -> None:
    reached = set(FINAL)
    for _ in STATES:
        reached |= {before for (before, _), after in TABLE.items() if after in reached and before}
    assert reached == set(STATES)


def test_from_an_end_only_the_archive_follows_and_from_what_was_granted_a_revocation() -> None:
    steps = {
        (before, after) for (before, _), after in TABLE.items() if before in FINAL and after not in {before, "archived"}
    }
    assert steps == {("closed", "revoked"), ("archived", "revoked")}


def test_only_a_decision_a_pause_or_the_end_of_a_pledge_leads_out_of_examination() -> None:
    leaving = {event for (before, event), after in TABLE.items() if before == "examining" != after}
    pledge_ends = {"pledge_withdrawn", "pledge_not_open"}
    assert leaving == {"approved", "refused", "withdrawn", "special_started"} | pledge_ends


def test_the_applicant_withdraws_until_the_decision_and_never_after() -> None:
    open_to_it = {before for before, event in TABLE if event == "withdrawn"}
    assert open_to_it == set(STATES) - FINAL - {"decided_pending_effect", "effective"}


def test_the_table_prints_as_a_diagram() -> None:
    assert "received --> accepted : accepted" in diagram()


def test_every_event_says_which_place_may_write_it() -> None:
    assert set(AUTHORS) == set(NAMES)


def test_the_receiving_place_cannot_decide_even_while_it_holds_the_case() -> None:
    for event in ("accepted", "approved", "refused", "effective"):
        with pytest.raises(NotThisPlace):
            require_author(event, JIYANG, receiving=JIYANG, deciding=LINYI)
        require_author(event, LINYI, receiving=JIYANG, deciding=LINYI)


def test_a_third_place_writes_nothing() -> None:
    """But what the alliance has ordered, which the exchange checks."""
    for event in set(NAMES) - {"reassigned"}:
        with pytest.raises(NotThisPlace):
            require_author(event, HUIMIN, receiving=JIYANG, deciding=LINYI)


def test_no_open_state_is_without_a_way_out_for_those_whose_turn_it_is() -> None:
    """By an act of a person or of the deciding office: nobody waits for ever for something that no one may do."""
    ways = {before: {event for (b, event), after in TABLE.items() if b == before != after} for before in STATES}
    for state in set(STATES) - FINAL:
        assert ways[state] - {"withdrawn"}, state
    assert {"supplemented", "not_accepted"} <= ways["awaiting_correction"]
    assert ways["returned"] == {"resubmitted", "withdrawn"}
    assert ways["special_procedure"] == {"special_ended", "withdrawn", "pledge_withdrawn"}
