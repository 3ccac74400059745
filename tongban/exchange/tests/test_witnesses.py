"""How many other nodes must have stored an event before it counts outside the alliance."""

import pytest

from tongban.exchange.witnesses import witnesses_wanted


@pytest.mark.parametrize(("members", "holding", "wanted"), [(3, 1, 1), (3, 2, 1), (4, 1, 1), (4, 2, 2), (140, 5, 2)])
def test_two_from_four_members_on_and_never_more_than_hold_the_case(members: int, holding: int, wanted: int) -> None:
    assert witnesses_wanted(members, holding=holding) == wanted
