"""A service that is suspended takes in no new application; the cases that are there go on under their own version."""

import pytest

from tests.cast import ITEM, LINYI
from tongban.cases import services
from tongban.cases.tests.zone import Zone
from tongban.catalogue.history.adjusting import adjust_item
from tongban.catalogue.history.standing import ItemSuspended
from tongban.kernel.actors import system
from tongban.kernel.scope import scope
from tongban.kernel.text import Text


def suspend(zone: Zone) -> None:
    with scope([LINYI]):
        adjust_item(
            node=zone.linyi, region=LINYI, key=ITEM, act="suspended", reason=Text("升级", "Renewed"), by=system(LINYI), at=zone.at
        )  # fmt: skip


def test_nobody_begins_a_new_application(zone: Zone) -> None:
    suspend(zone)
    with pytest.raises(ItemSuspended):
        zone.draft()


def test_what_was_begun_before_is_not_handed_in(zone: Zone) -> None:
    draft = zone.draft()
    suspend(zone)
    with pytest.raises(ItemSuspended):
        zone.submit(draft)


def test_an_open_case_keeps_its_version_and_goes_on(zone: Zone) -> None:
    case_id = zone.taken_over()
    before = zone.there(case_id).definition
    suspend(zone)
    zone.do(services.accept_case, case_id)
    assert (zone.there(case_id).state, zone.there(case_id).definition) == ("accepted", before)
