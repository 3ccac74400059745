"""What liaison officers have to settle (联络员待办): who, what, since when, and what was settled."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.alliance.comparing import keep_to_do_lists, list_own_agreements
from tongban.catalogue.documents import name_in_force, read_held
from tongban.catalogue.guides import offers
from tongban.catalogue.settling import (
    MOST_OPEN,
    NOTING,
    Task,
    count_open_tasks,
    list_open_tasks,
    list_settled_tasks,
    note_task,
)
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff import comparison_pages as saying
from tongban.web.staff import officers
from tongban.web.staff.comparisons import LOOKING
from tongban.web.staff.definition_words import DefinitionWords
from tongban.web.staff.numbered import number_page
from tongban.web.staff.pages import page

Items = Mapping[tuple[str, str], Text]
Words = Mapping[tuple[str, str], DefinitionWords]

OUTCOMES = {
    "aligned": Text("已与标准一致", "as the standard now"), "declared": Text("已申明理由", "declared with a reason"),
    "ended": Text("不再核对", "compared no more"),
}  # fmt: skip


@door("staff", *LOOKING)
@require_safe
def listed(request: Any) -> HttpResponse:
    return _show(request)


@door("staff", *LOOKING)
@require_POST
def recheck(request: Any) -> HttpResponse:
    """现在核对, which happens every hour by itself"""
    keep_to_do_lists(regions=request.node.regions, at=now())
    return redirect("staff:compare-tasks")


@door("staff", *sorted(NOTING))
@require_POST
def note(request: Any, task_id: int) -> HttpResponse:
    """What is being done about it."""
    places, words = [request.staff.region], request.POST.get("note", "")
    try:
        note_task(task=task_id, places=places, note=words, by=request.actor, at=now())
    except Refused as refused:
        if isinstance(refused, Missing):
            raise
        return _show(request, refused=refused)
    return redirect("staff:compare-tasks")


def _show(request: Any, *, refused: Refused | None = None) -> HttpResponse:
    """The own place first, then the other members of its agreements."""
    region = request.staff.region
    agreements = list_own_agreements([region], now())
    others = sorted({member for one in agreements for member in one.members} - {region})
    sheet = number_page(request, count_open_tasks([region, *others]), most=MOST_OPEN)
    tasks = list_open_tasks([region, *others], skip=sheet.skip)
    settled = list_settled_tasks([region, *others])
    names = officers.names_of(request, (task.noted_by for task in [*tasks, *settled]))
    items, words = _name_items([*tasks, *settled]), _words([*tasks, *settled])
    contacts = {place: _contact(place, agreements) for place in [region, *others]}
    by_place = [
        {"place": place, "name": saying.name_place(place), "own": place == region, "contact": contacts[place], "tasks": said}
        for place in [region, *others]
        if (said := [_say(task, items, words, names) for task in tasks if task.place == place]) or place == region
    ]  # fmt: skip
    known = {
        "section": "compare", "places": by_place, "settled": [_say(task, items, words, names) for task in settled],
        "notes": bool(request.staff.roles & NOTING), "sheet": sheet,
    }  # fmt: skip
    return page(request, "staff/compare/tasks.html", known, refused=refused)


def _contact(place: str, agreements: Iterable[Any]) -> dict[str, Any]:
    """Who it is, as an agreement names them: `liaison` holds `{region: {"name", "phone", …}}`."""
    named = (one.liaison.get(place) for one in agreements)
    return next((dict(one) for one in named if isinstance(one, dict)), {})


def _name_items(tasks: Iterable[Task]) -> dict[tuple[str, str], Text]:
    """Of each place and key once; the key where the place offers it no more."""
    pairs = {(task.place, task.key) for task in tasks}
    cards = offers.find_cards_of(pairs, legal_day(now()))
    return {pair: cards[pair].name if pair in cards else Text(pair[1], pair[1]) for pair in pairs}


def _words(tasks: Iterable[Task]) -> dict[tuple[str, str], DefinitionWords]:
    """What things of an item are called at a place; of what it offers no more, paths stay as they are."""
    pairs = {(task.place, task.key) for task in tasks}
    named = name_in_force(on=legal_day(now()), keys={key for _, key in pairs}, regions={place for place, _ in pairs})
    held = read_held([one for one in named if (one.region, one.key) in pairs]) if pairs else ()
    return {(one.region, one.key): DefinitionWords([one.document]) for one in held}


def _say(task: Task, items: Items, words: Words, names: Mapping[str, str]) -> dict[str, Any]:
    grade, colour = saying.GRADES[task.grade]
    path, pair = Text(task.path, task.path), (task.place, task.key)
    return {
        "task": task, "item": items[pair], "grade": grade, "colour": colour, "place": saying.name_place(task.place),
        "label": words[pair].label(task.path, path) if pair in words else path,
        "outcome": OUTCOMES.get(task.outcome), "noted_by": names.get(task.noted_by, ""),
    }  # fmt: skip
