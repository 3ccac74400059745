"""What an event may say of the ways and offices that the case's definition names: no more than the definition does."""

from collections.abc import Callable
from datetime import date

from tongban.cases.projection import Case
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel.events import Json, StoredEvent
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class NotAsDefined(Refused):
    """A peer's event names a way, an office or a day that the definition does not: the case waits for somebody to look."""

    text = Text(
        "该记录与办件所依据的事项版本不符。",
        "This says something that the definition of the case does not provide for.",
    )
    advice = Text("请决定地按所依据的事项版本办理。", "Let the deciding place go by the definition of the case.")


def require_as_defined(before: Case, event: StoredEvent) -> None:
    """`before`: the case without the event. Refuses `NotAsDefined`."""
    is_defined = _CHECKS.get(event.payload.kind_name)
    if is_defined and not is_defined(before, catalogue.get_definition(before.definition), event.payload.body):
        raise NotAsDefined


def _pledged(case: Case, definition: Definition, body: Json) -> bool:
    return body.get("situation") == case.situation and definition.situation(case.situation).pledge is not None


def _ordinary(case: Case, definition: Definition, body: Json) -> bool:
    pledge = definition.situation(case.situation).pledge
    if pledge is None or not case.pledge:
        return False
    return body.get("instead") == pledge.instead and pledge.instead in definition.situations


def _asked(case: Case, definition: Definition, body: Json) -> bool:
    office = definition.supervised(case.situation)
    if office is None:
        return False
    place = case.deciding if office.at == "deciding" else case.receiving
    day = body.get("due_on")
    return (body.get("office"), body.get("inspecting")) == (office.office, place) and (day == "" or is_day(day))


def _ordered(case: Case, definition: Definition, body: Json) -> bool:
    return is_day(body.get("due_on"))


def is_day(text: object) -> bool:
    """Written as days are everywhere: what is compared and stored as a text has one form."""
    try:
        return isinstance(text, str) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_CHECKS: dict[str, Callable[[Case, Definition, Json], bool]] = {
    "cases.pledged": _pledged,
    "cases.pledge_withdrawn": _ordinary,
    "cases.pledge_not_open": _ordinary,
    "cases.inspection_asked": _asked,
    "cases.ordered_to_correct": _ordered,
}
