"""What a peer sealed may be anything: the copy is not kept in step with nonsense, it waits."""

from typing import Any

import pytest

from tests.cast import JIYANG, citizen
from tongban.cases import events as kinds
from tongban.cases.fold import ApplicationUnreadable
from tongban.cases.tests.factories import APPLICATION
from tongban.cases.tests.zone import Zone
from tongban.cases.writing import Step, case_key, write
from tongban.kernel.events import Baton
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.sealing import seal_json


@pytest.mark.parametrize(
    "application",
    [
        [],
        {},
        {**APPLICATION, "applicant": "罗建国"},
        {**APPLICATION, "elements": 7},
        {"applicant": APPLICATION["applicant"]},
    ],
)
def test_an_application_of_another_shape_is_not_folded(zone: Zone, application: Any) -> None:
    draft = zone.draft()
    given = zone.submit(zone.draft())
    with scope([JIYANG]):
        key = case_key(node=zone.jiyang, region=JIYANG, case_id=draft.case_id)
        sealed = seal_json(application, name="application", key=key, suite=zone.jiyang.suite)
        event = kinds.CaseSubmitted(
            number="n", item=given.clause.item, title=given.item.as_json(), definition=given.definition,
            situation=given.situation_id, mode="online", channel="online", receiving=JIYANG, deciding=given.deciding,
            receiving_office="", deciding_office="", files=0,
        )  # fmt: skip
        step = Step(event, parts=[sealed], baton=Baton("open"), clause=given.clause)
        with pytest.raises(ApplicationUnreadable):
            write(
                node=zone.jiyang, region=JIYANG, case_id=draft.case_id, steps=[step], cmd=new_id(), by=citizen(), role="citizen",
                at=zone.at,
            )  # fmt: skip
