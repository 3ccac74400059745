"""The question box (智能导办): answers are passages of guides, or there is none and a person is offered.

A question is sent in the body, so that it stays in no address and no log; nothing of it is kept.
"""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from tongban.catalogue.search.gathering import get_index
from tongban.catalogue.search.words import plain
from tongban.guidance.answering import MAX_QUESTION, Answered, answer_question
from tongban.guidance.services import NUMBER
from tongban.kernel.clock import now
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.components import places as places_
from tongban.web.components.finding import place_named

EXAMPLES = (
    Text("异地就医备案要什么材料？", "What papers does the filing for medical care in another place take?"),
    Text("残疾补贴多久能批下来？", "How long does the disability subsidy take?"),
    Text("开宾馆的卫生许可要到场吗？", "Do I have to come for the hygiene licence of a hotel?"),
)


@door("anyone")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: Any) -> HttpResponse:
    """`q` the question, `place` whose guide."""
    typed = request.POST.get("q", "").replace("\x00", "")[:MAX_QUESTION].strip()
    is_number = bool(NUMBER.search(typed))
    question = "" if is_number else typed
    codes = get_index(legal_day(now())).places
    wanted = request.POST.get("place", "")
    place = wanted if wanted in codes else place_named(question, codes)
    answered = answer_question(question, place=place, at=now()) if plain(question) else None
    known = {
        "question": question, "is_number": is_number, "answered": answered, "place": place, "groups": places_.grouped(codes),
        "examples": EXAMPLES, "whose": _whose(answered),
    }  # fmt: skip
    return render(request, "citizen/ask/ask.html", known)


def _whose(answered: Answered | None) -> Text | None:
    """The place whose guide was read."""
    return regions.path_text(answered.rests_on.region) if answered and answered.rests_on else None
