"""Demo registers that only look something up: a business by its code, a company name, a certificate, a household. All run in one process.

Each holds invented rows; who asks names the row by what goes with the question, else by the identity number of who applies.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from tongban.kernel.ids import new_id
from tongban.project.registers.people import DemoPerson
from tongban.project.registers.results import Results
from tongban.project.registers.server import Answer, Answering, Mute

KEYS: dict[str, tuple[str, ...]] = {
    "business": ("business.code", "scope.text"),
    "credit": ("business.code",),
    "hygiene": ("licence.number", "business.code"),
    "names": ("company.name",),
    "address": ("address.text",),
    "household": ("person.id_number",),
    "disability": ("person.id_number", "cert.number"),
    "relief": (),
    "injury": (),
}
"""Register → what goes with a question and names its row."""
COMPARES_NAMES = frozenset({"business", "names", "household", "relief", "injury"})
"""These keep the name of the person whom a row is about."""
REPRESENTED = "business.represented"


@dataclass(frozen=True)
class Record:
    """One row. `holder`: identity number of whom it is about. `silent`: the register does not answer when it comes up."""

    register: str
    key: str
    values: dict[str, Any] = field(default_factory=dict)
    holder: str = ""
    silent: bool = False


def save_records(path: Path, records: Iterable[Record]) -> None:
    path.write_text(json.dumps([asdict(record) for record in records], ensure_ascii=False, indent=1) + "\n")


def load_records(path: Path | None) -> list[Record]:
    """Nothing, where there is no file: then every register knows nobody."""
    if path is None or not path.exists():
        return []
    return [Record(**row) for row in json.loads(path.read_text())]


def answering(people: Mapping[str, DemoPerson], records: Iterable[Record], results: Results) -> dict[str, Answering]:
    """A path for each register. `results`: what the business systems have put on record, and the registers know from then on."""
    rows = {(record.register, record.key): record for record in records}
    return {f"/{name}/ask": partial(_ask, name, people, rows, results) for name in KEYS}


def _ask(
    register: str,
    people: Mapping[str, DemoPerson],
    rows: Mapping[tuple[str, str], Record],
    results: Results,
    _: str,
    question: Answer,
) -> Answer:
    person, about = question["person"], question["about"]
    keys = [about[name] for name in KEYS[register] if name in about] or [person["id_number"]]
    found = [rows[register, key] for key in keys if (register, key) in rows]
    if any(row.silent for row in found):
        raise Mute
    known = {name: value for row in found for name, value in row.values.items()} | results.known_of(register, about)
    holder = next((row.holder for row in found if row.holder), "")
    if register == "business" and holder:
        known[REPRESENTED] = holder == person["id_number"]
    values = {name: known[name] for name in question["elements"] if name in known}
    name = _compared(register, people.get(person["id_number"]), holder, person)
    # Another's name for the number: nothing is handed out.
    values = {} if name == "other" else values
    return {"found": bool(found or known), "name": name, "values": values, "reference": str(new_id())}


def _compared(register: str, known: DemoPerson | None, holder: str, person: Mapping[str, str]) -> str:
    if register not in COMPARES_NAMES or known is None or holder != known.id_number:
        return "unclear"
    return "same" if known.registered_name == person["name"] else "other"
