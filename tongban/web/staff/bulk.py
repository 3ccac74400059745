"""One act for many cases, with care: every line is shown before it is done, what changed since is left alone, each case answers for itself.

There is no bulk refusal, and none will be: a negative decision has its own reasons.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tongban.cases import services as cases
from tongban.cases import worklists
from tongban.cases.worklists import WorklistRow
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.desks import CASE_ROLES
from tongban.web.staff.pages import page

Perform = Callable[[Any, dict[str, Any]], object]


class NothingChosen(Refused):
    status = 422
    text = Text("还没有勾选办件。", "No case is ticked.")
    advice = Text("请先在列表中勾选办件，再选择批量办理。", "Tick cases in the list, then choose what to do with them.")


@dataclass(frozen=True)
class Act:
    """`desks`: the lists on which it is offered."""

    label: Text
    done: Text
    roles: frozenset[str]
    desks: frozenset[str]
    perform: Perform


@dataclass(frozen=True)
class Line:
    row: WorklistRow
    done: bool
    sentence: Text


def _accept(request: Any, command: dict[str, Any]) -> None:
    cases.accept_case(**command)


def _draw(request: Any, command: dict[str, Any]) -> None:
    cases.assign_officer(**command, officers=officers.list_examiners(request))


def _assign(request: Any, command: dict[str, Any]) -> None:
    named = officers.require_examiner(request, request.POST.get("officer", ""))
    cases.assign_officer(**command, officers=[named])


_ASSIGNING = frozenset({"acceptance", "chief", "supervisor"})
_UNDER_WAY = frozenset({"acceptance", "examination", "decision", "overdue", "escalated"})
ACTS: dict[str, Act] = {
    "accept": Act(
        Text("批量受理", "Accept"), Text("已受理", "Accepted"), frozenset({"acceptance", "examiner"}), frozenset({"acceptance"}), _accept,
    ),
    "draw": Act(Text("随机分派", "Assign by lot"), Text("已分派", "Assigned"), _ASSIGNING, _UNDER_WAY, _draw),
    "assign": Act(Text("指定分派", "Assign to one"), Text("已分派", "Assigned"), _ASSIGNING, _UNDER_WAY, _assign),
}  # fmt: skip


def offered(desk: str, roles: Iterable[str]) -> list[tuple[str, Text]]:
    held = set(roles)
    return [(name, act.label) for name, act in ACTS.items() if desk in act.desks and held & act.roles]


@door("staff", *CASE_ROLES)
@require_POST
def confirm(request: Any) -> HttpResponse:
    """Every line with what it is now; its head goes back with it."""
    name, act = _act(request)
    ticked = request.POST.getlist("case")
    rows, left_out = _rows(request, ticked), max(0, len(ticked) - worklists.FOUND)
    known = {"act_name": name, "act": act, "rows": rows, "left_out": left_out, "cmd": new_id(), "desk": _desk(request)}
    if name == "assign":
        known["officer_choices"] = _officer_choices(request)
    return page(request, "staff/bulk.html", known, refused=None if rows else NothingChosen())


@door("staff", *CASE_ROLES)
@require_POST
def perform(request: Any) -> HttpResponse:
    """A doubled click repeats each command and so acts once."""
    name, act = _act(request)
    heads = dict(_read(line) for line in request.POST.getlist("line"))
    cmd, lines = _uuid(request.POST.get("cmd", "")), []
    if not heads or cmd is None:
        return redirect("staff:worklist")
    for row in _rows(request, [str(case_id) for case_id in heads]):
        command = {
            "node": request.node, "region": request.staff.region, "case_id": row.case_id, "expected_seq": heads[row.case_id],
            "cmd": uuid5(cmd, f"{name} {row.case_id}"), "by": request.actor, "at": now(),
        }  # fmt: skip
        lines.append(_line(request, act, row, command))
    known = {"act_name": name, "act": act, "lines": lines, "done": sum(line.done for line in lines)}
    return page(request, "staff/bulk-done.html", {**known, "desk": _desk(request)})


def _officer_choices(request: Any) -> list[tuple[str, str, int]]:
    """Whom, and how many open cases they have already."""
    names = officers.examiner_names(request)
    open_cases = worklists.count_by_officer(region=request.staff.region, officers=[ref for ref, _ in names])
    return [(ref, name, open_cases[ref]) for ref, name in names]


def _line(request: Any, act: Act, row: WorklistRow, command: dict[str, Any]) -> Line:
    try:
        act.perform(request, command)
    except Refused as refused:
        return Line(row, False, Text(refused.sentence("zh"), refused.sentence("en")))
    return Line(row, True, act.done)


def _act(request: Any) -> tuple[str, Act]:
    name = request.POST.get("act", "")
    act = ACTS.get(name)
    if act is None or not act.roles & request.staff.roles:
        raise Missing
    return name, act


def _rows(request: Any, ids: Iterable[str]) -> tuple[WorklistRow, ...]:
    wanted = [case_id for case_id in map(_uuid, ids) if case_id]
    return worklists.get_rows(node=request.node, region=request.staff.region, case_ids=wanted, at=now())


def _read(line: str) -> tuple[UUID | None, int]:
    """`<case id>.<head>`; what is neither belongs to no case."""
    case_id, _, head = line.partition(".")
    return _uuid(case_id), int(head) if head.isdecimal() and len(head) < 10 else 0


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _desk(request: Any) -> str:
    desk: str = request.POST.get("desk", "")
    return desk if any(desk in act.desks for act in ACTS.values()) else "all"
