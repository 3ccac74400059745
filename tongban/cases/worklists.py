"""Lists of cases: the desks, search, my cases. Made for a million rows under row-level security: equality on plain b-trees, pages by
keyset, counts that stop at a cap."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from tongban.cases import keyset, sentences
from tongban.cases.fold import applicant_hash
from tongban.cases.models import Case as Row
from tongban.cases.projection import DESKS, Case
from tongban.cases.queries import proved_hashes
from tongban.cases.reading import between_places
from tongban.cases.views import Lamp, MyCase
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.calendar import get_calendar
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import Calendar, legal_day
from tongban.people.identity import KINDS, check_identity
from tongban.regions import queries as regions
from tongban.slips import queries as slips

COUNTED = 500
"""Counts stop here: who reads “500+” is not helped by the rest."""
FOUND = 50
MINE = 50


@dataclass(frozen=True)
class Filters:
    """What narrows a list, all of it exact; empty means any. `lamp` as in `WorklistRow`, `officer` a staff ref."""

    item: str = ""
    partner: str = ""
    lamp: str = ""
    officer: str = ""
    state: str = ""


@dataclass(frozen=True)
class WorklistRow:
    """`label`: the masked person. `officer`: the staff ref of whoever it is assigned to. `escalated`: the lamp of which a supervisor was told."""

    case_id: UUID
    number: str
    label: str
    item: Text
    situation: Text
    state: str
    status: Text
    desk: str
    partner_name: str
    received_at: datetime | None
    due_on: date | None
    lamp: Lamp
    officer: str
    escalated: str
    urged: int
    head: int


@dataclass(frozen=True)
class Worklist:
    """`after`: the cursor of the next page, empty on the last. `counts`: by desk, at most `COUNTED`."""

    rows: tuple[WorklistRow, ...]
    after: str
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What an exact search found, newest first. `by`: number, identity or code; empty when nothing was found. `more`: only the newest are shown."""

    rows: tuple[WorklistRow, ...] = ()
    by: str = ""
    more: bool = False


def list_worklist(
    *, node: Node, region: str, desk: str, by: Actor | None = None, at: datetime, filters: Filters = Filters(), after: str = "", size: int = 50,
    counted: Iterable[str] = (),
) -> Worklist:  # fmt: skip
    """One page of a desk, the most urgent first; what no clock orders, newest first. `by` says whose countersignatures and cases are meant.

    Desks are those of the projection, and: `mine` (assigned to `by`), `countersign`, `unserved` papers, `unanswered` words of the other place,
    `escalated`, `overdue`, and `all`. `counted`: the desks whose cases are counted.
    """
    today, calendar = legal_day(at), get_calendar(region)
    rows = _on_desk(region, desk, by, today).filter(_narrowed(filters, calendar, today))
    # The lamps of all cases stand in the order of days.
    by_day = desk not in _NEWEST_FIRST or (desk == "all" and filters.lamp in _RUNNING)
    page = (keyset.most_urgent_first if by_day else keyset.newest_first)(rows, after=after, size=size)
    counts = {name: _on_desk(region, name, by, today)[:COUNTED].count() for name in counted}
    return Worklist(_shown(node, page.rows, calendar, at), page.after, counts)


def get_rows(*, node: Node, region: str, case_ids: Iterable[UUID], at: datetime) -> tuple[WorklistRow, ...]:
    """Chosen cases as the lists show them; those that are not of this region are left out."""
    rows = Row.objects.filter(region=region, case_id__in=list(case_ids)[:FOUND]).defer("applicant")
    return _shown(node, rows.order_by("due_on", "case_id"), get_calendar(region), at)


def find_cases(*, node: Node, region: str, words: str, at: datetime) -> Found:
    """Exact only: a case number, a whole identity number of any kind, or the code on a receipt."""
    words = words.replace("\x00", "").strip()
    for by, narrow in _SEARCHES.items():
        wanted = narrow(node, region, words) if words else None
        rows = wanted and list(_in(region).filter(wanted).order_by("-case_id")[: FOUND + 1])
        if rows:
            return Found(_shown(node, rows[:FOUND], get_calendar(region), at), by, more=len(rows) > FOUND)
    return Found()


def list_my_cases(*, node: Node, by: Actor, at: datetime) -> list[MyCase]:
    """What this account handed in and, once its identity is proved, what was filed for that person anywhere here. Newest first.

    Where this node hosts both places, the copy of the receiving one is shown: there the applicant can act.
    """
    found: dict[int, Row] = {}
    for region in node.regions:
        # Two questions, each answered from its index in order; one with OR would walk through the region by time.
        for mine in (Q(owner=by.owner), Q(applicant__in=proved_hashes(node, by, region))):
            rows = Row.objects.filter(mine, region=region).order_by("-case_id")[:MINE]
            found |= {row.pk: row for row in rows if _covered(row, by)}
    newest = sorted(found.values(), key=lambda row: row.updated_at, reverse=True)
    once = {row.case_id: row for row in sorted(newest, key=lambda row: row.folded["receiving"] == row.region)}
    return [_my_case(row, at) for row in newest if once[row.case_id] is row]


def _covered(row: Row, by: Actor) -> bool:
    """An agent's mandate may be for some items or one case only."""
    return by.behalf is None or by.behalf.covers("see", item=row.item, case_id=row.case_id)


def count_by_officer(*, region: str, officers: Iterable[str]) -> dict[str, int]:
    """How many cases are assigned to each and still open, at most `COUNTED`: for whoever assigns by hand."""
    rows = Row.objects.filter(~Q(desk=""), region=region)
    return {officer: rows.filter(officer=officer)[:COUNTED].count() for officer in officers}


# Desks and filters

_NEWEST_FIRST = frozenset({"all", "unserved", "unanswered"})
_RUNNING = frozenset({"red", "amber", "green"})
_DESKS: dict[str, Callable[[Actor | None, date], Q]] = {
    **{name: lambda by, today, name=name: Q(desk=name) for name in DESKS},  # type: ignore[misc]
    "mine": lambda by, today: Q(officer=by.ref if by else "-", desk__in=DESKS),
    "countersign": lambda by, today: ~Q(asked="") & Q(asked__in=sorted(by.roles) if by else []),
    "unserved": lambda by, today: Q(unserved=True),
    "unanswered": lambda by, today: Q(unanswered=True),
    "escalated": lambda by, today: ~Q(escalated=""),
    "overdue": lambda by, today: Q(due_on__lt=today),
    "all": lambda by, today: Q(),
}


def _in(region: str) -> QuerySet[Row]:
    return Row.objects.filter(region=region).defer("applicant")


def _on_desk(region: str, desk: str, by: Actor | None, today: date) -> QuerySet[Row]:
    return _in(region).filter(_DESKS[desk](by, today))


def _narrowed(filters: Filters, calendar: Calendar, today: date) -> Q:
    exact = {name: getattr(filters, name) for name in ("item", "partner", "officer", "state")}
    return Q(**{name: value for name, value in exact.items() if value}) & lit(filters.lamp, calendar, today)


def lamp(due_on: date | None, calendar: Calendar, today: date) -> Lamp:
    """Red: the day has passed. Amber: today or the next working day. No lamp where no clock runs."""
    if due_on is None:
        return "none"
    if due_on < today:
        return "red"
    return "amber" if due_on < _green_from(calendar, today) else "green"


def lit(lamp: str, calendar: Calendar, today: date) -> Q:
    """The days on which this lamp burns."""
    green = _green_from(calendar, today)
    days = {
        "none": Q(due_on=None),
        "red": Q(due_on__lt=today),
        "amber": Q(due_on__gte=today, due_on__lt=green),
        "green": Q(due_on__gte=green),
    }
    return days.get(lamp, Q())


def _green_from(calendar: Calendar, today: date) -> date:
    day = today
    while calendar.working_days_between(today, day) <= 1:
        day += timedelta(days=1)
    return day


# Searches


def _by_identity(node: Node, region: str, words: str) -> Q | None:
    hashes = []
    for kind in KINDS:
        try:
            number = check_identity(kind, words, allow_demo=node.demo).number
        except Refused:
            continue
        hashes.append(applicant_hash(node, id_kind=kind, id_number=number, region=region))
    return Q(applicant__in=hashes) if hashes else None


def _by_code(node: Node, region: str, words: str) -> Q | None:
    case_id = slips.find_printed(node=node, region=region, code=words)
    return Q(case_id=case_id) if case_id else None


_SEARCHES: dict[str, Callable[[Node, str, str], Q | None]] = {
    "number": lambda node, region, words: Q(number=words),
    "identity": _by_identity,
    "code": _by_code,
}


# Rows


def _shown(node: Node, rows: Iterable[Row], calendar: Calendar, at: datetime) -> tuple[WorklistRow, ...]:
    return tuple(
        _row(node, row, region_name(row.partner, at), lamp(row.due_on, calendar, legal_day(at))) for row in rows
    )


def _row(node: Node, row: Row, partner: str, colour: Lamp) -> WorklistRow:
    case = Case.from_json(row.folded)
    return WorklistRow(
        case_id=row.case_id, number=row.number, label=node.open_locally(bytes(row.label), purpose="label", region=row.region),
        item=Text.from_json(case.title), situation=_situation(case), state=case.state, status=sentences.status(case, _kind(case)),
        desk=row.desk, partner_name=partner, received_at=row.received_at, due_on=row.due_on, lamp=colour, officer=row.officer,
        escalated=row.escalated, urged=case.urged, head=row.seq,
    )  # fmt: skip


def _my_case(row: Row, at: datetime) -> MyCase:
    case = Case.from_json(row.folded)
    places = {"receiving": case.receiving, "deciding": case.deciding}
    names = {role: regions.get_region(code, legal_day(at)).text for role, code in places.items()}
    between = between_places(region=row.region, case_id=row.case_id, final=case.final)
    return MyCase(
        case_id=row.case_id, region=row.region, number=case.number, item=Text.from_json(case.title), situation=_situation(case),
        state=case.state, status=sentences.status(case, _kind(case)), whose_turn=_turn(case, between, names),
        expected_on=date.fromisoformat(case.due_on) if case.due_on else None, updated_at=row.updated_at,
    )  # fmt: skip


def _situation(case: Case) -> Text:
    return catalogue.get_definition(case.definition).situations[case.situation].name


def _turn(case: Case, between: sentences.Between, names: dict[str, Text]) -> Text:
    return sentences.whose_turn(case, between=between, kind=_kind(case), **names)


def _kind(case: Case) -> str:
    return catalogue.get_definition(case.definition).kind


def region_name(code: str, at: datetime) -> str:
    return regions.get_region(code, legal_day(at)).name
