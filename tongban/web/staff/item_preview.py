"""A draft as people will meet it (预览): guide, questions, form and materials, on a phone, at a kiosk, at the counter.

Nothing is kept and nothing is handed in."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from tongban.cases import services
from tongban.cases.drafts import Draft
from tongban.catalogue import asking
from tongban.catalogue.definition import Definition, Named
from tongban.catalogue.guides.guide import write_guide
from tongban.catalogue.tree import Question
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions
from tongban.web.access import door
from tongban.web.components import fields, papers
from tongban.web.components.faults import Fault, by_anchor
from tongban.web.components.portals import Portal
from tongban.web.edge import CONTENT_SECURITY_POLICY
from tongban.web.staff.items import LOOKING
from tongban.web.staff.pages import page
from tongban.web.staff.part_pages import AUDIENCES, frame
from tongban.web.staff.rule_pages import find_shown

SHAPES = {
    "phone": Text("手机", "Phone"),
    "kiosk": Text("自助机", "Kiosk"),
    "counter": Text("窗口", "Counter"),
}
SHEETS = {
    "guide": Text("办事指南", "Guide"),
    "questions": Text("选择情形", "Questions"),
    "form": Text("填写表单", "Form"),
    "materials": Text("材料", "Materials"),
}
NOBODY = UUID(int=0)
CITIZEN_FRAME = "staff/items/edit/preview-page.html"
"""Also of the guide at the counter: there is only one."""
FRAMED = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
FRAMING = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"


@dataclass(frozen=True)
class Looking:
    """Which sheet of which definition, and on what."""

    definition: Definition
    shape: str
    situation: str

    @property
    def portal(self) -> Portal:
        counter = self.shape == "counter"
        base = "staff/items/edit/preview-counter.html" if counter else CITIZEN_FRAME
        return Portal(base=base, names="citizen:", channel="counter" if counter else "online", mode="online")

    def address(self, sheet: str, **more: str) -> str:
        path = reverse("staff:item-sheet", args=[self.definition.key, sheet])
        return f"{path}?{urlencode({'as': self.shape, 'situation': self.situation, **more})}"


@door("staff", *LOOKING)
@require_safe
def framed(request: Any, key: str) -> HttpResponse:
    """The sheet in the frame of a phone or a screen."""
    shown, looking = find_shown(request, key), _looking(request, key)
    sheet = request.GET.get("sheet", "")
    sheet = sheet if sheet in SHEETS else "guide"
    known = {
        **frame(request, shown), "sheet": sheet, "sheets": SHEETS.items(), "shape": looking.shape, "shapes": SHAPES.items(),
        "situation": looking.situation, "address": looking.address(sheet), "framed_title": SHEETS[sheet],
    }  # fmt: skip
    answer = page(request, "staff/items/edit/preview.html", known)
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@door("staff", *LOOKING)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: Any, key: str, sheet: str) -> HttpResponse:
    """One page. A POST answers the question or judges the form as the portal would, and forgets it."""
    looking = _looking(request, key)
    if sheet not in SHEETS and sheet != "answer":
        raise Missing
    request.kiosk = looking.shape == "kiosk"
    answer = SHOW[sheet](request, looking)
    answer.headers["Content-Security-Policy"] = FRAMED
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _looking(request: Any, key: str) -> Looking:
    definition = find_shown(request, key).definition
    shape, situation = request.GET.get("as", ""), request.GET.get("situation", "")
    return Looking(
        definition,
        shape if shape in SHAPES else "phone",
        situation if situation in definition.situations else next(iter(definition.situations)),
    )


def _guide(request: Any, looking: Looking) -> HttpResponse:
    definition = looking.definition
    mode = _mode(definition, request.GET.get("mode", ""))
    place = regions.path_text(definition.region)
    known = {
        **_known(looking), "frame": CITIZEN_FRAME, "guide": write_guide(definition, mode.id), "mode": mode, "online": mode.id == "online",
        "place": definition.region, "place_name": place, "here_name": place, "own": "", "keeps": "",
        "audiences": [AUDIENCES[one] for one in definition.audience],
        "yuan": fields.write_yuan(definition.fee.fen),
    }  # fmt: skip
    return render(request, "citizen/guide.html", known)


def _mode(definition: Definition, id: str) -> Named:
    return next((one for one in definition.modes if one.id == id), definition.modes[0])


def _questions(request: Any, looking: Looking) -> HttpResponse:
    tree = looking.definition.tree
    question = tree.questions.get(request.GET.get("q", ""), tree.questions[tree.first])
    option = question.find_option(request.POST.get("answer", "")) if request.method == "POST" else None
    if option is None:
        return _ask(request, looking, question)
    if option.kind == "question":
        return redirect(looking.address("questions", q=option.leads_to))
    if option.kind == "answer":
        return redirect(looking.address("answer", id=option.leads_to))
    return redirect(looking.address("form", situation=option.leads_to))


def _ask(request: Any, looking: Looking, question: Question) -> HttpResponse:
    errors = [Fault(f"answer-{question.options[0].id}", CHOOSE)] if request.method == "POST" else []
    known = {
        **_known(looking),
        "question": question,
        "chosen": None,
        "errors": errors,
        "back": looking.address("questions"),
    }
    return render(request, "application/question.html", known, status=422 if errors else 200)


CHOOSE = Text("请选择一项。", "Choose one.")


def _answer(request: Any, looking: Looking) -> HttpResponse:
    answer = looking.definition.answers.get(request.GET.get("id", ""))
    if answer is None:
        raise Missing
    return render(
        request,
        "citizen/answer.html",
        {**_known(looking), "frame": CITIZEN_FRAME, "answer": answer, "back": looking.address("questions")},
    )


def _form(request: Any, looking: Looking) -> HttpResponse:
    definition, situation, at = looking.definition, looking.situation, now()
    known = services.known_before(definition.region, definition.region, at)
    values: dict[str, Any] = {}
    errors: list[Fault] = []
    if request.method == "POST":
        values = fields.read_fields(definition, situation, request.POST)
        if "turn" not in request.POST:
            shown = fields.read_shown(definition, situation, request.POST)
            wrong = asking.check_form(definition, situation, values, known=known)
            errors = [Fault(one.field, one.text) for one in wrong if one.field in shown]
    asked = asking.list_asked(definition, situation, values, known=known)
    sections = fields.show_sections(
        definition, situation, values, errors=by_anchor(errors), today=legal_day(at), asked=asked
    )
    if request.method == "POST" and "turn" not in request.POST and not errors:
        return redirect(looking.address("materials"))
    page_of = {
        **_known(looking), "situation": definition.situation(situation), "errors": errors, "sections": sections, "count": len(asked),
        "spared": len(definition.fields(situation)) - len(asked), "back": looking.address("questions"),
    }  # fmt: skip
    return render(request, "application/form.html", page_of, status=422 if errors else 200)


def _materials(request: Any, looking: Looking) -> HttpResponse:
    definition = looking.definition
    shown = papers.show_papers(definition, _nobodys(looking), {})
    known = {
        **_known(looking), "situation": definition.situation(looking.situation), "papers": shown, "back": looking.address("form"),
        "nothing_to_bring": all(one.state in ("waived", "signed") for one in shown),
        "only_perhaps": all(one.state in ("waived", "signed", "perhaps") for one in shown),
    }  # fmt: skip
    return render(request, "application/materials.html", known)


def _nobodys(looking: Looking) -> Draft:
    """An application of nobody, in which nothing is typed."""
    definition = looking.definition
    return Draft(
        case_id=NOBODY, region=definition.region, owner="", deciding=definition.region, item=definition.item, definition=definition.hash,
        situation=looking.situation, mode="online", channel="online", applicant={}, elements={}, materials=(), version="", updated_at=now(),
    )  # fmt: skip


def _known(looking: Looking) -> dict[str, Any]:
    portal = looking.portal
    return {
        "preview": True,
        "frame": portal.base,
        "portal": portal,
        "definition": looking.definition,
        "looking": looking,
    }


SHOW = {"guide": _guide, "questions": _questions, "answer": _answer, "form": _form, "materials": _materials}
