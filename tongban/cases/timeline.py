"""What the events of a case say on a page: a sentence in both languages, with the words of the item where they differ."""

from datetime import date
from typing import Any

from tongban.cases import sentences
from tongban.catalogue.definition import Definition
from tongban.kernel import registries
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.text import LANGUAGES, Text, write_day
from tongban.kernel.workdays import legal_day
from tongban.regions import queries as regions

WITHIN_THE_OFFICE = frozenset(
    f"cases.{name}"
    for name in (
        "assigned",
        "recused",
        "countersign_asked",
        "countersigned",
        "escalated",
        "inspection_claimed",
        "inspection_overdue",
        "document_sealed",
    )
)
"""Not shown to the applicant; the record proves them all the same."""
RATINGS = frozenset({"cases.rated"})
"""Officers see the grades of their office, never whose they are: only the applicant and a supervisor, who follows bad ones up."""
ASKED_BY_A_PLACE = frozenset(
    f"cases.{name}"
    for name in (
        "paper_issued",
        "document_sealed",
        "served",
        "rated",
        "urged",
        "tolerated_supplied",
        "inspection_claimed",
        "inspected",
        "ordered_to_correct",
        "order_met",
    )
)
DAYS = ("due_on", "decision_due_on", "until", "served_on", "issued_on")


def hidden_from(by: Actor) -> frozenset[str]:
    """Kinds of events that this person's page leaves out."""
    if by.kind == "citizen":
        return WITHIN_THE_OFFICE
    return RATINGS if is_officer(by) else frozenset()


def is_officer(by: Actor) -> bool:
    return by.kind == "staff" and not by.may("supervisor")


def sentence(event: StoredEvent, definition: Definition) -> Text:
    name, body = event.payload.kind_name.removeprefix("cases."), event.payload.body
    own = sentences.SAID.get((definition.kind, name))
    place = regions.get_region(event.payload.region, legal_day(event.payload.at)).text
    said = [
        own.in_(language).format_map(_spoken(name, body, definition, place, language))
        if own
        else registries.sentence(event.payload.kind, _spoken(name, body, definition, place, language), language)
        for language in LANGUAGES
    ]
    return Text(*said) if not (name == "accepted" and body.get("deemed")) else sentences.DEEMED


def place_of(event: StoredEvent) -> str:
    """Whose act it is: of some kinds the holder is only the one who wrote it down."""
    place = event.payload.body.get("place") if event.payload.kind_name in ASKED_BY_A_PLACE else ""
    return str(place or event.payload.region)


def paper_name(paper: str, definition: Definition) -> Text:
    known = next((each.name for each in definition.papers if each.id == paper), None)
    return known or sentences.PAPERS.get(paper) or Text(paper, paper)


def _spoken(name: str, body: Json, definition: Definition, place: Text, language: str) -> Json:
    """The body's words as a sentence takes them: codes and days in the reader's language."""
    spoken = {field: _word(name, field, value, definition) for field, value in body.items() if isinstance(value, str)}
    return {
        "place": place.in_(language),
        **body,
        **{field: text.in_(language) for field, text in spoken.items() if text},
    }


def _word(name: str, field: str, value: str, definition: Definition) -> Text | None:
    if field in DAYS and value:
        return _day(value)
    if field.endswith("_name"):
        return regions.spoken(value)
    if field == "reason":
        return sentences.reason(value) if value else None
    if field == "paper":
        return paper_name(value, definition)
    return sentences.CODES.get((field, value))


def _day(value: str) -> Text | None:
    try:
        return write_day(date.fromisoformat(value))
    except ValueError:
        return None


def words_of(field: str, value: Any) -> Text:
    """A code of an event's body for a page; an unknown one is shown as it is."""
    return sentences.CODES.get((field, str(value))) or Text(str(value), str(value))
