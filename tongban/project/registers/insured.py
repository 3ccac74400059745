"""Demo insurance register (参保登记)."""

from pathlib import Path

from tongban.kernel.ids import new_id
from tongban.project.registers import filings
from tongban.project.registers.people import DemoPerson, Elements
from tongban.project.registers.server import Answer, Answering, Mute


def answering(people: dict[str, DemoPerson], file: Path | None = None) -> dict[str, Answering]:
    """`file`: where the platform keeps its filings; without it only those that people had from the beginning are known."""
    return {"/ask": lambda _, question: ask(people, question, file)}


def ask(people: dict[str, DemoPerson], question: Answer, file: Path | None = None) -> Answer:
    person = people.get(question["person"]["id_number"])
    if person and person.insured_silent:
        raise Mute
    return answer(person, question, _known(person, question, file) if person and person.insured else {})


def _known(person: DemoPerson, question: Answer, file: Path | None) -> Elements:
    held = filings.held_by(filings.person_key(person.id_number), person.held, filings.load_entries(file))
    return {**person.insured, **filings.elements(held, question["about"])}


def answer(person: DemoPerson | None, question: Answer, known: Elements) -> Answer:
    """Only what was asked for; nothing about a person the register does not know."""
    reference = str(new_id())
    if person is None or not known:
        return {"found": False, "name": "unclear", "values": {}, "reference": reference}
    same = question["person"]["name"] == person.registered_name
    values = {name: known[name] for name in question["elements"] if name in known} if same else {}
    # The register compares as it can: with a rare character it sees another name, and does not hand out what may be another's.
    return {"found": True, "name": "same" if same else "other", "values": values, "reference": reference}
