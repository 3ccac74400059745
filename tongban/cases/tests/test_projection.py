"""State is a fold: the same events always give the same case, and every prefix of a case is a case."""

from datetime import datetime

import pytest

from tests.cast import JIYANG, LINYI
from tongban.cases import projection
from tongban.cases.states import NotAllowedNow
from tongban.cases.tests.factories import whole_case
from tongban.kernel.node import Node


@pytest.fixture
def chain(node: Node, linyi: Node, at: datetime) -> list:
    return whole_case(node, linyi, at)


def test_a_case_decided_by_rules_ends_closed_and_in_effect(chain: list) -> None:
    case = projection.fold(None, chain)
    assert (case.state, case.decision["decided_by"], case.effect["acknowledgement"]) == ("closed", "rules", "YB-1")


def test_every_prefix_is_a_case_that_survives_storing(chain: list) -> None:
    for length in range(1, len(chain) + 1):
        case = projection.fold(None, chain[:length])
        assert projection.Case.from_json(case.as_json()) == case
        assert case.seq == length


def test_x1_what_a_newer_version_stored_is_left_as_it_is(chain: list) -> None:
    """X1: an older process beside it reads, folds on and writes back."""
    stored = projection.fold(None, chain[:4]).as_json() | {"priority": {"by": "clerk"}}
    case = projection.fold(projection.Case.from_json(stored), chain[4:])
    assert case.as_json() == projection.fold(None, chain).as_json() | {"priority": {"by": "clerk"}}
    assert projection.Case.from_json(case.as_json()) == case


def test_folding_in_two_parts_gives_the_same_case(chain: list) -> None:
    for cut in range(1, len(chain)):
        assert projection.fold(projection.fold(None, chain[:cut]), chain[cut:]) == projection.fold(None, chain)


def test_the_case_lies_on_one_desk_at_most(chain: list) -> None:
    for length in range(1, len(chain) + 1):
        case = projection.fold(None, chain[:length])
        assert not (case.desk_of(JIYANG) and case.desk_of(LINYI))


def test_the_deciding_place_has_it_only_after_taking_over(chain: list) -> None:
    offered, taken_over = projection.fold(None, chain[:3]), projection.fold(None, chain[:4])
    assert (offered.writer, offered.desk_of(LINYI)) == (JIYANG, "acceptance")
    assert (taken_over.writer, taken_over.desk_of(LINYI)) == (LINYI, "acceptance")


def test_the_clock_of_the_office_follows_the_state(chain: list) -> None:
    assert projection.fold(None, chain[:2]).due_on == "2026-11-27"
    assert projection.fold(None, chain[:5]).due_on == "2026-11-24"
    assert projection.fold(None, chain).due_on == ""


def test_a_step_out_of_order_is_refused(chain: list) -> None:
    with pytest.raises(NotAllowedNow):
        projection.fold(None, [chain[0], chain[4]])
