"""The tree of questions (情形引导) changed step by step. Every step leaves a tree that can be walked, so that the draft stays sound. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tongban.catalogue.parts.inputs import Json
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text

Kind = Literal["question", "situation", "answer"]
LISTS: Mapping[Kind, str] = {"question": "questions", "situation": "situations", "answer": "answers"}
YES, NO = {"zh": "是", "en": "Yes"}, {"zh": "否", "en": "No"}
TO_WRITE = {"zh": "（待填写）", "en": "(to be written)"}


class OnlyTwoLeft(Refused):
    """A question with one answer is none."""

    status = 422
    text = Text("一个问题至少要有两个回答，没有删除。", "A question needs two answers; nothing was taken away.")
    advice = Text("请先增加别的回答，或者删除整个问题。", "Add another answer first, or take the question away.")


@dataclass(frozen=True, slots=True)
class Target:
    """Where an answer leads."""

    kind: Kind
    id: str

    @classmethod
    def read(cls, text: str) -> "Target | None":
        """Of `question:matter`."""
        kind, _, id = text.partition(":")
        return next((cls(known, id) for known in LISTS if known == kind and id), None)

    def as_json(self) -> dict[str, str]:
        return {self.kind: self.id}


def list_targets(document: Json) -> list[Target]:
    """Everything that an answer may lead to."""
    return [Target(kind, one["id"]) for kind, name in LISTS.items() for one in document[name]]


def add_option(document: Json, question: str, label: Json, target: Target) -> dict[str, Any]:
    """Refuses `Missing`."""
    asked = _question(document, question)
    option = {"id": _free({one["id"] for one in asked["options"]}, "option"), "label": label, "next": target.as_json()}
    return _with(document, {**asked, "options": [*asked["options"], option]})


def move_option(document: Json, question: str, option: str, by: int) -> dict[str, Any]:
    asked = _question(document, question)
    options = list(asked["options"])
    place = options.index(_option(asked, option))
    if 0 <= place + by < len(options):
        options[place], options[place + by] = options[place + by], options[place]
    return _with(document, {**asked, "options": options})


def drop_option(document: Json, question: str, option: str) -> dict[str, Any]:
    """And everything that nothing leads to then. Refuses `OnlyTwoLeft`."""
    asked = _question(document, question)
    left = [one for one in asked["options"] if one != _option(asked, option)]
    if len(left) < 2:
        raise OnlyTwoLeft
    return prune(_with(document, {**asked, "options": left}))


def lead(document: Json, question: str, option: str, target: Target) -> dict[str, Any]:
    """The answer leads elsewhere; what nothing leads to then goes."""
    return prune(_lead(document, question, option, target))


def _lead(document: Json, question: str, option: str, target: Target) -> dict[str, Any]:
    asked = _question(document, question)
    chosen = _option(asked, option)
    options = [{**one, "next": target.as_json()} if one == chosen else one for one in asked["options"]]
    return _with(document, {**asked, "options": options})


def ask_between(document: Json, question: str, option: str, text: Json) -> dict[str, Any]:
    """A new question behind this answer; both of its answers lead where this one led, until one of them is led elsewhere."""
    before = _option(_question(document, question), option)["next"]
    id = _free({one["id"] for one in document["questions"]}, "question")
    new = {
        "id": id,
        "text": text,
        "options": [{"id": "yes", "label": YES, "next": before}, {"id": "no", "label": NO, "next": before}],
    }
    return _lead({**document, "questions": [*document["questions"], new]}, question, option, Target("question", id))


def skip(document: Json, question: str, to: Target) -> dict[str, Any]:
    """Without this question: what led to it leads to `to`. The first one goes where `to` is a question, which is then asked first."""
    if to == Target("question", question):
        raise Missing
    _question(document, question)

    def of(option: Json) -> Json:
        return {**option, "next": to.as_json()} if option["next"] == {"question": question} else option

    first = document["questions"][0]["id"] == question
    questions = [
        {**one, "options": [of(option) for option in one["options"]]}
        for one in document["questions"]
        if one["id"] != question
    ]
    if first:
        if to.kind != "question":
            raise Missing
        questions.sort(key=lambda one: one["id"] != to.id)
    return prune({**document, "questions": questions})


def end_here(document: Json, title: Json) -> tuple[dict[str, Any], Target]:
    """A new end without a case, to be written."""
    id = _free({one["id"] for one in document["answers"]}, "end")
    new = {"id": id, "title": title, "text": TO_WRITE, "basis": [], "verified": False}
    return {**document, "answers": [*document["answers"], new]}, Target("answer", id)


def copy_situation(document: Json, like: str, name: Json) -> tuple[dict[str, Any], Target]:
    """A new situation that begins as a copy of another: its form, materials and points. Refuses `Missing`."""
    model = next((one for one in document["situations"] if one["id"] == like), None)
    if model is None:
        raise Missing
    id = _free({one["id"] for one in document["situations"]}, like)
    new = {**model, "id": id, "name": name}
    return {**document, "situations": [*document["situations"], new]}, Target("situation", id)


def prune(document: Json) -> dict[str, Any]:
    """Without questions, situations and ends that nothing leads to."""
    reached = set(_reached(document))
    kept = {name: [one for one in document[name] if Target(kind, one["id"]) in reached] for kind, name in LISTS.items()}
    return {**document, **kept, **_supervised(document, {one["id"] for one in kept["situations"]})}


def _supervised(document: Json, situations: set[str]) -> dict[str, Any]:
    if "supervision" not in document:
        return {}
    supervision = document["supervision"]
    return {"supervision": {**supervision, "situations": [id for id in supervision["situations"] if id in situations]}}


def _reached(document: Json) -> Iterator[Target]:
    questions = {one["id"]: one for one in document["questions"]}
    yield from (Target("answer", screen["answer"]) for screen in document["screens"])
    waiting, seen = [document["questions"][0]["id"]], set()
    while waiting:
        id = waiting.pop()
        if id in seen or id not in questions:
            continue
        seen.add(id)
        yield Target("question", id)
        for option in questions[id]["options"]:
            ((kind, to),) = option["next"].items()
            yield Target(kind, to)
            if kind == "question":
                waiting.append(to)


def _question(document: Json, id: str) -> Json:
    found: Json | None = next((one for one in document["questions"] if one["id"] == id), None)
    if found is None:
        raise Missing
    return found


def _option(question: Json, id: str) -> Json:
    found: Json | None = next((one for one in question["options"] if one["id"] == id), None)
    if found is None:
        raise Missing
    return found


def _with(document: Json, question: Json) -> dict[str, Any]:
    return {
        **document,
        "questions": [question if one["id"] == question["id"] else one for one in document["questions"]],
    }


def _free(taken: set[str], begin: str) -> str:
    return next(id for number in range(2, 1000) if (id := f"{begin}-{number}") not in taken)
