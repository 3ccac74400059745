"""One question per page. The words are the citizen's; the way is the definition's."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tongban.catalogue.definition import Definition
from tongban.catalogue.tree import Question
from tongban.kernel.text import Text
from tongban.web.components.faults import Fault
from tongban.web.components.portals import Portal
from tongban.web.components.trip import Trip, save_trip

CHOOSE = Text("请选择一项。", "Choose one.")


def ask(request: Any, *, portal: Portal, trip: Trip, definition: Definition, back: str) -> HttpResponse | None:
    """The page of a question, the way to the next one, or None when no question is left to ask.

    `?q=` names an earlier question that is to be answered again; `back` is the page before the first.
    """
    asked = [question for question, _ in definition.answered(trip.given())]
    step = definition.next_step(trip.given())
    on_the_way = [*asked, step] if isinstance(step, Question) else asked
    wanted = next((question for question in on_the_way if question.id == request.GET.get("q")), None)
    question = wanted or (step if isinstance(step, Question) else None)
    if question is None:
        return None
    if request.method != "POST":
        return _page(request, portal, trip, question, _before(request, on_the_way, question, back), [])
    if question.find_option(request.POST.get("answer", "")) is None:
        fault = Fault(f"answer-{question.options[0].id}", CHOOSE)
        return _page(request, portal, trip, question, _before(request, on_the_way, question, back), [fault])
    return _onward(request, trip.answer(definition, question, request.POST["answer"]), definition)


def _onward(request: Any, trip: Trip, definition: Definition) -> HttpResponse:
    save_trip(request, trip)
    step = definition.next_step(trip.given())
    return redirect(f"{request.path}?q={step.id}" if isinstance(step, Question) else request.path)


def _before(request: Any, on_the_way: list[Question], question: Question, back: str) -> str:
    place = on_the_way.index(question)
    return f"{request.path}?q={on_the_way[place - 1].id}" if place else back


def _page(request: Any, portal: Portal, trip: Trip, question: Question, back: str, errors: list[Fault]) -> HttpResponse:
    known = {
        "portal": portal,
        "question": question,
        "chosen": trip.answers.get(question.id),
        "back": back,
        "errors": errors,
    }
    return render(request, "application/question.html", known, status=422 if errors else 200)
