"""The tree of questions of a draft (情形引导): answers added, moved, led elsewhere or taken away, each step by a button."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.catalogue.parts import tree
from tongban.catalogue.parts.changing import state
from tongban.catalogue.parts.inputs import Json
from tongban.catalogue.parts.tree import Target
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.review.drafting import WRITING
from tongban.web.access import door
from tongban.web.staff import part_forms
from tongban.web.staff.item_editor import keep
from tongban.web.staff.items import LOOKING
from tongban.web.staff.pages import page
from tongban.web.staff.part_pages import frame
from tongban.web.staff.rule_pages import Shown, find_shown

END, COPY = "new-end", "copy"


class WordsNeeded(Refused):
    """An answer that says nothing cannot be chosen, and both languages are shown."""

    status = 422
    text = Text("中文和英文都要填写。", "Write it in Chinese and in English.")
    advice = Text("请填写后再保存。", "Fill in both and try again.")


@door("staff", *LOOKING)
@require_safe
def shown(request: Any, key: str) -> HttpResponse:
    return _page(request, find_shown(request, key))


@door("staff", *WRITING)
@require_POST
def write(request: Any, key: str) -> HttpResponse:
    found = find_shown(request, key)
    try:
        document = _changed(request.POST, found.document)
        refused = keep(request, key, state(found.document, document, request.staff.region))
    except Missing:
        raise
    except Refused as caught:
        refused = caught
    if refused:
        return _page(request, found, refused=refused)
    return redirect("staff:item-tree", key=key)


def _changed(posted: Any, document: Json) -> dict[str, Any]:
    """By `act`; unchanged without one. Refuses `Missing`, `WordsNeeded`, `OnlyTwoLeft`."""
    question, option = posted.get("question", ""), posted.get("option", "")
    match posted.get("act", ""):
        case "up":
            return tree.move_option(document, question, option, -1)
        case "down":
            return tree.move_option(document, question, option, 1)
        case "remove":
            return tree.drop_option(document, question, option)
        case "skip":
            return tree.skip(document, question, _target(posted, document)[1])
        case "ask":
            return tree.ask_between(document, question, option, _words(posted))
        case "lead":
            changed, target = _target(posted, document)
            return tree.lead(changed, question, option, target)
        case "add":
            changed, target = _target(posted, document)
            return tree.add_option(changed, question, _words(posted), target)
    return dict(document)


def _target(posted: Any, document: Json) -> tuple[dict[str, Any], Target]:
    """What was chosen; a new end and a copied situation are put into the document first, named by the words of the form."""
    chosen = posted.get("to", "")
    if chosen == END:
        return tree.end_here(document, _words(posted))
    if chosen.startswith(f"{COPY}:"):
        return tree.copy_situation(document, chosen.removeprefix(f"{COPY}:"), _words(posted))
    target = Target.read(chosen)
    if target is None or target not in tree.list_targets(document):
        raise Missing
    return dict(document), target


def _words(posted: Any) -> dict[str, str]:
    words = {language: posted.get(language, "").strip()[:300] for language in ("zh", "en")}
    if not all(words.values()):
        raise WordsNeeded
    return words


def _page(request: Any, shown: Shown, *, refused: Refused | None = None) -> HttpResponse:
    document = shown.document
    names = {option.id: option.label for option in part_forms.show_targets(document)}
    known = {
        **frame(request, shown),
        "questions": [_question(one, names, first=not number) for number, one in enumerate(document["questions"])],
        "targets": list(part_forms.show_targets(document)),
        "situations": [(f"{COPY}:{id}", name) for id, name, _ in part_forms.list_named(document, "situations")],
        "end": END,
    }
    return page(request, "staff/items/edit/tree.html", known, refused=refused)


def _question(question: Json, names: dict[str, Text], *, first: bool) -> dict[str, Any]:
    options = [
        {
            "id": one["id"], "label": Text.from_json(one["label"]), "to": ":".join(next(iter(one["next"].items()))),
            "leads_to": names[":".join(next(iter(one["next"].items())))], "kind": next(iter(one["next"])), "target": next(iter(one["next"].values())),
        }
        for one in question["options"]
    ]  # fmt: skip
    return {"id": question["id"], "text": Text.from_json(question["text"]), "options": options, "first": first}
