"""Four eyes: a chief proposes to end a licence, somebody else confirms it."""

from typing import Any

import pytest

from tests.cast import LINYI, examiner
from tongban.cases import queries as cases
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.licences import proposing
from tongban.licences.proposing import ProposalOver, ProposedAlready, SameProposer
from tongban.licences.queries import HeldLicence
from tongban.licences.services import NeedsTwo, WhyIsMissing
from tongban.licences.tests.desk import Desk, chief

SECOND = Actor("staff", "s-gaoyun", LINYI, frozenset({"supervisor"}), office="hall")
WHY = {"reason_code": "closed_down", "note": "已停止经营", "article": "行政许可法第七十条"}


def propose(desk: Desk, licence: HeldLicence, operation: str = "cancel", **given: Any) -> int:
    with scope([LINYI]):
        values = {"cmd": new_id(), "by": chief(), **WHY, **given}
        return proposing.propose_change(
            node=desk.linyi, region=LINYI, identifier=licence.identifier, operation=operation, at=desk.at, **values
        )


def confirm(desk: Desk, proposal: int, by: Actor = SECOND) -> None:
    with scope([LINYI]):
        proposing.confirm_change(node=desk.linyi, region=LINYI, proposal=proposal, by=by, at=desk.at)


def decline(desk: Desk, proposal: int, by: Actor = SECOND) -> None:
    with scope([LINYI]):
        proposing.decline_change(node=desk.linyi, region=LINYI, proposal=proposal, by=by, at=desk.at)


def waiting(desk: Desk) -> list[proposing.ProposalView]:
    with scope([LINYI]):
        return proposing.list_proposals(node=desk.linyi, region=LINYI)


def test_a_second_pair_of_eyes_ends_it_and_the_holder_is_told(desk: Desk) -> None:
    licence = desk.licensed()
    proposal = propose(desk, licence)
    assert desk.licence(licence.case_id).status == "01" and waiting(desk)[0].note == WHY["note"]
    confirm(desk, proposal)
    assert desk.licence(licence.case_id).status == "04" and waiting(desk) == []
    with scope([LINYI]):
        opened = cases.open_case_for_review(node=desk.linyi, region=LINYI, case_id=licence.case_id)
    (change,) = opened.case.licences[0]["changes"]
    assert change["article"] == WHY["article"] and change["notice"]["name"] == "notice"


def test_one_alone_ends_nothing(desk: Desk) -> None:
    licence = desk.licensed()
    for operation in ("cancel", "penalise"):
        with pytest.raises(NeedsTwo):
            desk.change(licence, operation)
    proposal = propose(desk, licence, "penalise")
    with pytest.raises(SameProposer):
        confirm(desk, proposal, by=chief())
    with pytest.raises(Forbidden):
        confirm(desk, proposal, by=examiner())
    with pytest.raises(Missing):
        confirm(desk, proposal, by=Actor("staff", "s-x", "371621", frozenset({"chief"})))
    assert desk.licence(licence.case_id).status == "01"


def test_only_a_chief_proposes_and_gives_reason_and_article(desk: Desk) -> None:
    licence = desk.licensed()
    with pytest.raises(Forbidden):
        propose(desk, licence, by=examiner())
    for lacking in ({"note": ""}, {"article": " "}, {"reason_code": "because"}, {"operation": "suspend"}):
        with pytest.raises(WhyIsMissing):
            propose(desk, licence, **lacking)


def test_a_doubled_click_proposes_once_and_no_other_stands_beside_it(desk: Desk) -> None:
    licence, cmd = desk.licensed(), new_id()
    assert propose(desk, licence, cmd=cmd) == propose(desk, licence, cmd=cmd)
    with pytest.raises(ProposedAlready):
        propose(desk, licence, "penalise")


def test_what_was_declined_or_overtaken_is_not_confirmed(desk: Desk) -> None:
    licence = desk.licensed()
    declined = propose(desk, licence)
    decline(desk, declined, by=chief())
    overtaken = propose(desk, licence)
    desk.change(licence, "suspend")
    for proposal in (declined, overtaken):
        with pytest.raises(ProposalOver):
            confirm(desk, proposal)
    assert desk.licence(licence.case_id).status == "02"
