"""The form (填写申请): it asks only what can still matter. The citizen and the counter walk the same page.

Sending it saves first and judges afterwards. A question that leaves the page keeps its answer in the draft and has it when it comes back;
what is not asked is not handed in. Without JavaScript new questions come with the answer to "save and continue"; with it, as one chooses.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from tongban.cases import services as cases
from tongban.cases.drafts import Draft
from tongban.catalogue import asking
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.people.mandates import PledgeNeedsAuthority
from tongban.web.components import fields
from tongban.web.components.application import acting, brings_nothing, known_of, left_to_the_person, next_page
from tongban.web.components.faults import Fault, by_anchor, fault_of
from tongban.web.components.portals import Portal

TURN = "turn"
"""The name under which JavaScript asks for the questions that fit what is chosen so far; nothing is judged, and nothing saved."""


def form(request: Any, *, portal: Portal, draft: Draft, back: str) -> HttpResponse:
    """The questions of the situation, filled with what is known."""
    page = _Page(request, portal, draft, catalogue.get_definition(draft.definition), back)
    if request.method != "POST":
        return page.show(page.suggested())
    if TURN in request.POST:
        return page.show({**draft.elements, **page.typed()})
    page, unsigned = page.saved()
    return page.judged([unsigned] if unsigned else [])


@dataclass(frozen=True)
class _Page:
    request: Any
    portal: Portal
    draft: Draft
    definition: Definition
    back: str

    def typed(self) -> dict[str, Any]:
        return fields.read_fields(self.definition, self.draft.situation, self.request.POST)

    def saved(self) -> tuple["_Page", Fault | None]:
        """A pledge that the mandate does not cover is left out, and said; the rest is kept."""
        draft = self.draft
        typed = self.typed()
        by, at = acting(self.request, draft.region), now()
        whose: dict[str, Any] = {"node": self.request.node, "region": draft.region, "case_id": draft.case_id, "by": by}
        unsigned = None
        try:
            draft = cases.save_draft(**whose, at=at, elements=typed)
        except PledgeNeedsAuthority as refused:
            left = left_to_the_person(self.request, draft, self.definition)
            draft = cases.save_draft(**whose, at=at, elements=typed | dict.fromkeys(left, False))
            unsigned = fault_of(refused, min(left))
        return _Page(self.request, self.portal, draft, self.definition, self.back), unsigned

    def judged(self, faults: list[Fault]) -> HttpResponse:
        """On to the next page, or this one again: with what is wrong, and with the questions that came up."""
        draft, shown = self.draft, fields.read_shown(self.definition, self.draft.situation, self.request.POST)
        left = left_to_the_person(self.request, draft, self.definition)
        known = cases.known_values(draft, now())
        errors = asking.check_form(self.definition, draft.situation, draft.elements, known=known)
        faults = faults or [Fault(e.field, e.text) for e in errors if e.field in shown and e.field not in left]
        new = {one.field.id for one in self.asked(draft.elements)} - shown
        if faults or new:
            suggested = {id: value for id, value in self.suggested().items() if id in new}
            return self.show({**draft.elements, **suggested}, faults, new=new)
        step = "check" if brings_nothing(self.portal, self.definition, draft) else "materials"
        return redirect(next_page(self.request, self.portal, draft, step))

    def asked(self, values: dict[str, Any]) -> tuple[asking.Asked, ...]:
        return asking.list_asked(
            self.definition, self.draft.situation, values, known=cases.known_values(self.draft, now())
        )

    def suggested(self) -> dict[str, Any]:
        draft, today = self.draft, legal_day(now())
        known = fields.suggest(
            self.definition, draft.situation, draft.elements, here=draft.region, home=draft.deciding, today=today
        )
        return {**draft.elements, **known}

    def show(self, values: dict[str, Any], faults: Sequence[Fault] = (), *, new: Collection[str] = ()) -> HttpResponse:
        asked = self.asked(values)
        sections = fields.show_sections(
            self.definition, self.draft.situation, values, errors=by_anchor(faults), today=legal_day(now()), asked=asked, new=new
        )  # fmt: skip
        known = {
            **known_of(self.portal, self.draft, self.definition, list(faults)),
            "sections": sections,
            "new": [one.field for one in asked if one.field.id in new],
            "count": len(asked),
            "spared": len(self.definition.fields(self.draft.situation)) - len(asked),
            "back": self.back,
        }
        return render(self.request, "application/form.html", known, status=422 if faults else 200)
