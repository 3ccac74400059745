"""The filings (备案) that the demo insurance authority has on record: the platform writes them, the insurance register answers from them."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day

Entry = Mapping[str, Any]
"""One effect as the platform wrote it down: action, person, place, existing, term, since, until, proof_due_on."""

DIRECT_COUNTIES, MUNICIPALITIES = "90", ("11", "12", "31", "50")


@dataclass(frozen=True)
class Held:
    """A filing that a person has. `place` is a city; `until` and `proof_due_on` are empty where there is none."""

    place: str
    term: str
    since: str
    until: str = ""
    proof_due_on: str = ""

    def in_force(self, today: str) -> bool:
        return not self.until or today < self.until


def person_key(id_number: str) -> str:
    """What stands in the file instead of the number."""
    return hashlib.sha256(f"demo filings {id_number}".encode()).hexdigest()


def city(place: str) -> str:
    """Places count as one when they lie in one city."""
    if place[2:4] == DIRECT_COUNTIES:
        return place
    return place[:2] + "0000" if place.startswith(MUNICIPALITIES) else place[:4] + "00"


def load_entries(file: Path | None) -> list[Entry]:
    """What the platform has written so far; nothing, while it has written nothing."""
    if file is None or not file.exists():
        return []
    return [row["entry"] for row in json.loads(file.read_text()).values() if "entry" in row]


def held_by(person: str, begun: Iterable[Held], entries: Iterable[Entry]) -> list[Held]:
    """The filings of a person: those there from the beginning, then every effect in its order."""
    held = list(begun)
    for entry in entries:
        if entry["person"] == person:
            held = list(_after(held, entry))
    return held


def find(held: Iterable[Held], place: str, today: str) -> Held | None:
    """The filing in force for a place."""
    return next((one for one in held if one.place == city(place) and one.in_force(today)), None)


def elements(held: Iterable[Held], about: Mapping[str, str]) -> dict[str, Any]:
    """What the register says of them: about the place of treatment, and about the filing that is meant."""
    held, day = list(held), today().isoformat()
    said: dict[str, Any] = {
        "filing.duplicate": find(held, about.get("region", ""), day) is not None,
        "filing.proof_overdue": any(one.in_force(day) and "" < one.proof_due_on < day for one in held),
    }
    if "existing" in about:
        meant = find(held, about["existing"], day)
        said |= {"filing.active": meant is not None, **(_of(meant) if meant else {})}
    return said


def _of(meant: Held) -> dict[str, str]:
    due = {"filing.proof_due_on": meant.proof_due_on} if meant.proof_due_on else {}
    return {"filing.active_since": meant.since, "filing.active_term": meant.term, **due}


def _after(held: list[Held], entry: Entry) -> Iterable[Held]:
    meant = find(held, entry["existing"], entry["since"]) if entry["existing"] else None
    for one in held:
        if one is not meant:
            yield one
        elif entry["action"] in ("cancel", "change"):
            yield replace(one, until=entry["since"])
        elif entry["action"] == "supply":
            yield replace(one, proof_due_on="")
        else:
            yield one
    if entry["action"] in ("add", "change"):
        yield Held(entry["place"], entry["term"], entry["since"], entry["until"], entry["proof_due_on"])


def today() -> date:
    return legal_day(now())
