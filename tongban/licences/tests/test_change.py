"""What is done with an issued licence: by a chief with a reason, and by the machine when its decision is revoked."""

import pytest

from tests.cast import JIYANG, LINYI, examiner
from tongban.cases import queries as cases
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.licences.services import NotInThisStatus, WhyIsMissing, end_with_decision
from tongban.licences.tests.desk import Desk


def test_a_suspension_reaches_the_other_place(desk: Desk) -> None:
    licence = desk.licensed()
    desk.change(licence, "suspend")
    assert desk.licence(licence.case_id).status == "02"
    assert desk.licence(licence.case_id, JIYANG).status == "01"
    desk.settle()
    assert desk.licence(licence.case_id, JIYANG).status == "02"


def test_a_suspension_ends(desk: Desk) -> None:
    licence = desk.licensed()
    desk.change(licence, "suspend")
    desk.change(licence, "release", reason_code="put_right", article="")
    assert desk.licence(licence.case_id).in_force(desk.at.date())


def test_only_what_is_suspended_is_released(desk: Desk) -> None:
    licence = desk.licensed()
    with pytest.raises(NotInThisStatus):
        desk.change(licence, "release")


def test_a_burden_needs_its_reason_and_its_article(desk: Desk) -> None:
    licence = desk.licensed()
    for lacking in ({"note": " "}, {"article": ""}, {"reason_code": "because"}):
        with pytest.raises(WhyIsMissing):
            desk.change(licence, "suspend", **lacking)


def test_only_the_chief_of_the_deciding_place_decides_it(desk: Desk) -> None:
    licence = desk.licensed()
    with pytest.raises(Forbidden):
        desk.change(licence, "suspend", by=examiner())


def test_the_reason_is_sealed(desk: Desk) -> None:
    licence = desk.licensed()
    desk.change(licence, "suspend", note="接到举报，正在核实")
    with scope([LINYI]):
        opened = cases.open_case_for_review(node=desk.linyi, region=LINYI, case_id=licence.case_id)
    (change,) = opened.case.licences[0]["changes"]
    assert (change["status"], change["notice"]["name"]) == ("02", "notice")
    assert "举报" not in str(opened.case.as_json())


def test_a_revoked_decision_takes_its_licence_with_it(desk: Desk) -> None:
    licence = desk.licensed()
    desk.machine(end_with_decision, case_id=licence.case_id)
    desk.machine(end_with_decision, case_id=licence.case_id)
    assert desk.licence(licence.case_id).status == "03"


def test_what_was_only_reserved_is_never_issued_then(desk: Desk) -> None:
    case_id = desk.approved()
    desk.machine(end_with_decision, case_id=case_id)
    assert not desk.sign()
    assert desk.rows(case_id)[0].state == "stopped"


def test_a_doubled_click_suspends_once(desk: Desk) -> None:
    licence, cmd = desk.licensed(), new_id()
    for _ in range(2):
        desk.change(licence, "suspend", cmd=cmd)
    assert desk.licence(licence.case_id).status == "02"
