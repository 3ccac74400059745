"""What a process folded last it need not read again, and is never taken for what the chain says."""

from uuid import UUID

from tests.cast import JIYANG
from tongban.cases import events as kinds
from tongban.cases import fold, projection
from tongban.cases.tests.zone import Zone
from tongban.cases.writing import Step, write
from tongban.exchange.queries import list_events
from tongban.kernel.actors import system
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope

DECLINED = Step(kinds.ProposalDeclined(proposal="", reason="not-allowed-now"))
WITHDRAWN = Step(kinds.CaseWithdrawn())


def put(zone: Zone, case_id: UUID, step: Step, *, undone: bool = False) -> None:
    try:
        with scope([JIYANG]):
            write(
                node=zone.jiyang, region=JIYANG, case_id=case_id, steps=[step], cmd=new_id(), by=system(JIYANG),
                role="system", at=zone.at,
            )  # fmt: skip
            if undone:
                raise Missing
    except Missing:
        return


def row_and_chain(case_id: UUID) -> tuple[projection.Case | None, projection.Case | None]:
    with scope([JIYANG]):
        return fold.read_folded(JIYANG, case_id), projection.fold(None, list_events(JIYANG, case_id))


def test_what_was_undone_is_not_gone_on_from(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    put(zone, case_id, WITHDRAWN, undone=True)
    put(zone, case_id, DECLINED)
    row, chain = row_and_chain(case_id)
    assert row == chain


def test_what_another_process_folded_meanwhile_is_read(zone: Zone) -> None:
    case_id = zone.submit(zone.draft()).case_id
    held = dict(fold._recent(JIYANG, case_id))
    put(zone, case_id, WITHDRAWN)
    recent = fold._recent(JIYANG, case_id)
    recent.clear()
    recent.update(held)
    put(zone, case_id, DECLINED)
    row, chain = row_and_chain(case_id)
    assert row == chain
