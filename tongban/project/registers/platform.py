"""Demo insurance platform (医保信息平台): puts filings on record, one effect per case, and remembers them in a file if it is given one."""

import json
import threading
from collections import Counter
from pathlib import Path

from tongban.project.registers import filings
from tongban.project.registers.people import DemoPerson
from tongban.project.registers.server import Answer, Answering, Mute, Unwell

ANSWERED = ("outcome", "reference", "valid_from")


class Platform:
    """The effects on record, by idempotency key. Of what a filing says only place, dates and term are kept, the person as a hash."""

    def __init__(self, people: dict[str, DemoPerson], file: Path | None = None) -> None:
        self._people = people
        self._file = file
        self._lock = threading.Lock()
        self._failures: Counter[str] = Counter()
        self.filings: dict[str, Answer] = json.loads(file.read_text()) if file and file.exists() else {}

    def answering(self) -> dict[str, Answering]:
        return {"/filings": self.push}

    def push(self, key: str, filing: Answer) -> Answer:
        person = self._people.get(filing["person"]["id_number"])
        with self._lock:
            if known := self._known(key, filing["number"]):
                return {name: known[name] for name in ANSWERED}
            if person:
                self._misbehave(person, key)
            reason = person.platform_refuses if person else ""
            if reason := reason or self._objection(person, filing):
                return {"outcome": "refused", "reason": reason}
            return self._record(key, filing)

    def _known(self, key: str, number: str) -> Answer | None:
        """The same case, whether by key or by its number."""
        by_number = (row for row in self.filings.values() if number and row.get("number") == number)
        return self.filings.get(key) or next(by_number, None)

    def _misbehave(self, person: DemoPerson, key: str) -> None:
        if person.platform_silent:
            raise Mute
        if self._failures[key] < person.platform_fails_times:
            self._failures[key] += 1
            raise Unwell

    def _objection(self, person: DemoPerson | None, filing: Answer) -> str:
        """Nothing can be changed, cancelled, corrected or proved that is not there."""
        if filing.get("action", "add") == "add":
            return ""
        entries = [row["entry"] for row in self.filings.values() if "entry" in row]
        who = filings.person_key(filing["person"]["id_number"])
        held = filings.held_by(who, person.held if person else [], entries)
        today = filings.today().isoformat()
        there = filings.find(held, str(filing["elements"].get("existing.region", "")), today)
        return "" if there else "no-filing-in-force"

    def _record(self, key: str, filing: Answer) -> Answer:
        entry = _entry(filing)
        reference = f"YB{entry['since'].replace('-', '')}{len(self.filings) + 1:05d}"
        answer = {"outcome": "acknowledged", "reference": reference, "valid_from": entry["since"]}
        self.filings[key] = {**answer, "number": filing["number"], "entry": entry}
        if self._file:
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self.filings))
            draft.replace(self._file)
        return answer


def _entry(filing: Answer) -> Answer:
    stated = filing["elements"]
    since = stated.get("filing.start_on") or stated.get("cancel.on") or filings.today().isoformat()
    return {
        "action": filing.get("action", "add"), "person": filings.person_key(filing["person"]["id_number"]),
        "place": filing.get("place") or filings.city(str(stated.get("treat.region", ""))),
        "existing": str(stated.get("existing.region", "")), "term": filing.get("term", ""), "since": str(since),
        "until": str(stated.get("filing.end_on", "")), "proof_due_on": filing.get("proof_due_on", ""),
    }  # fmt: skip
