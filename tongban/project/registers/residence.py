"""Demo residence register (居住登记): answers for one place, the one that is asked about."""

from tongban.project.registers.insured import answer
from tongban.project.registers.people import DemoPerson
from tongban.project.registers.server import Answer, Answering, Mute


def answering(people: dict[str, DemoPerson]) -> dict[str, Answering]:
    return {"/ask": lambda _, question: ask(people, question)}


def ask(people: dict[str, DemoPerson], question: Answer) -> Answer:
    person = people.get(question["person"]["id_number"])
    if person and person.residence_silent:
        raise Mute
    here = person is not None and _within(str(person.residence.get("residence.region")), question["about"]["region"])
    return answer(person if here else None, question, person.residence if person and here else {})


def _within(county: str, place: str) -> bool:
    """Whether a county lies in a place: itself, its prefecture (…00) or its province (…0000)."""
    return bool(place.strip("0")) and county.startswith(
        place[:2] if place.endswith("0000") else place.removesuffix("00")
    )
