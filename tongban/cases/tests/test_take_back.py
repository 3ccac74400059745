"""After a restore: a case that was handed in since the backup is no draft any more, and its number is not given again (R16)."""

from tests.cast import JIYANG
from tongban.cases import taking_back
from tongban.cases.models import Draft
from tongban.cases.numbers import pass_number, take_number
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.kernel.scope import scope


def test_r16_a_case_that_comes_back_is_no_draft(zone: Zone) -> None:
    """R16: the backup still holds the draft."""
    case = zone.submit(zone.draft())
    with scope([JIYANG]):
        Draft.objects.create(
            region=JIYANG, case_id=case.case_id, owner="c-luo", item="", definition="", version="", sealed=b"",
            created_at=zone.at, updated_at=zone.at,
        )  # fmt: skip
        taking_back.take_back(zone.jiyang, exchange.get_chain(JIYANG, case.case_id))
        assert not Draft.objects.exists()


def test_r16_its_number_is_taken(zone: Zone) -> None:
    """R16: the counter goes on behind the highest number that came back, and never goes down."""
    case = zone.submit(zone.draft())
    with scope([JIYANG]):
        events = exchange.get_chain(JIYANG, case.case_id)
        events[0].payload.body["number"] = "370115-20261120-000041"
        taking_back.take_back(zone.jiyang, events)
        events[0].payload.body["number"] = "370115-20261120-000007"
        taking_back.take_back(zone.jiyang, events)
        assert take_number(region=JIYANG, at=zone.at) == "370115-20261120-000042"


def test_numbers_that_people_may_hold_are_left_out(zone: Zone) -> None:
    """Before anything has come back: a gap is better than a number that two people hold."""
    zone.submit(zone.draft())
    with scope([JIYANG]):
        taking_back.leave_numbers_out(zone.jiyang, zone.at)
        assert take_number(region=JIYANG, at=zone.at) == "370115-20261120-010002"


def test_a_number_of_another_form_is_none_of_ours(zone: Zone) -> None:
    with scope([JIYANG]):
        for number in ("", "x-y-z", "371424-20261120-000041"):
            pass_number(number, region=JIYANG)
        assert take_number(region=JIYANG, at=zone.at) == "370115-20261120-000001"
