"""How far a case is, for somebody who holds its printed code and is not signed in: nothing that names a person, a place to live or an illness."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tongban.cases import sentences
from tongban.cases.fold import read_folded
from tongban.cases.reading import between_places
from tongban.catalogue import queries as catalogue
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions

_DETAILS_AT_THE_COUNTER = Text(
    "结果的内容请本人登录查看，或带证件到窗口查询。",
    "What exactly was decided: sign in, or bring your document to the counter.",
)
TOLD_IN_PERSON = frozenset({"refused", "not_accepted", "awaiting_correction"})
"""States whose reason or list of papers belongs to the person alone."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`due_on`: the day by which the next answer is due, where a clock runs."""

    status: Text
    whose_turn: Text
    due_on: date | None
    details: Text | None


def get_progress(*, region: str, case_id: UUID, at: datetime) -> Progress:
    """Of this region's copy. Refuses `Missing`."""
    case = read_folded(region, case_id)
    if case is None:
        raise Missing
    places = {"receiving": case.receiving, "deciding": case.deciding}
    names = {role: regions.get_region(code, legal_day(at)).text for role, code in places.items()}
    kind = catalogue.get_definition(case.definition).kind
    between = between_places(region=region, case_id=case_id, final=case.final)
    return Progress(
        status=sentences.status(case, kind), whose_turn=sentences.whose_turn(case, between=between, kind=kind, **names),
        due_on=date.fromisoformat(case.due_on) if case.due_on else None,
        details=_DETAILS_AT_THE_COUNTER if case.state in TOLD_IN_PERSON else None,
    )  # fmt: skip
