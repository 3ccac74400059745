"""The steps that run by themselves, for every region of the node; what cannot be written now keeps nothing else waiting."""

from datetime import timedelta
from typing import Any

import pytest

from tests.cast import LINYI, examiner
from tongban.cases import jobs, services
from tongban.cases.models import Case as Row
from tongban.cases.tests.zone import Zone
from tongban.exchange.tests.factories import park
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope


@pytest.fixture
def past(db: None, node: Any, linyi: Any, huimin: Any) -> Zone:
    """The zone as it was two weeks ago; 临邑's worker runs today."""
    zone = Zone(node, linyi, huimin, now() - timedelta(days=14)).found()
    registries.set_node(linyi)
    return zone


def test_time_is_kept_for_every_case_that_can_be_written(past: Zone) -> None:
    first, parked, last = (past.taken_over() for _ in range(3))
    with scope([LINYI]):
        park(LINYI, parked)
    for _ in range(2):
        jobs.keep_time()
    with scope([LINYI]):
        states = dict(Row.objects.filter(region=LINYI).values_list("case_id", "state"))
        warned = set(Row.objects.filter(region=LINYI, escalated="overdue").values_list("case_id", flat=True))
    assert (states[first], states[parked], states[last]) == ("accepted", "received", "accepted")
    assert warned == {first, last}


def test_the_archive_takes_what_ended_long_ago(past: Zone, settings: Any) -> None:
    settings.ARCHIVE_DAYS = 10
    case_id = past.taken_over()
    past.act_here(services.withdraw_case, case_id)
    past.settle()
    jobs.archive_due()
    assert past.there(case_id).state == "archived"


def test_an_officer_is_drawn_once(zone: Zone) -> None:
    case_id = zone.accepted()
    for officers in ((examiner().ref, "s-wu"), ("s-later",)):
        with scope([LINYI]):
            services.draw_officer(
                node=zone.linyi, region=LINYI, case_id=case_id, officers=officers, by=system(LINYI), at=zone.at
            )  # fmt: skip
    assert zone.there(case_id).officer in {examiner().ref, "s-wu"}


def test_where_there_is_nobody_the_case_waits_for_a_name(zone: Zone) -> None:
    case_id = zone.accepted()
    registries.set_node(zone.linyi)
    jobs.draw_officer(region=LINYI, case_id=str(case_id))
    assert zone.there(case_id).officer == ""
