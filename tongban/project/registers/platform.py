"""Demo insurance platform (医保信息平台): puts filings on record, one per key, and remembers them in a file if it is given one."""

import json
import threading
from collections import Counter
from datetime import date
from pathlib import Path

from tongban.project.registers.people import DemoPerson
from tongban.project.registers.server import Answer, Answering, Mute, Unwell


class Platform:
    """The filings on record, by idempotency key. What a filing says is not kept, only its number and first day."""

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
            if key in self.filings:
                return self.filings[key]
            if person:
                self._misbehave(person, key)
            if person and person.platform_refuses:
                return {"outcome": "refused", "reason": person.platform_refuses}
            return self._record(key, filing)

    def _misbehave(self, person: DemoPerson, key: str) -> None:
        if person.platform_silent:
            raise Mute
        if self._failures[key] < person.platform_fails_times:
            self._failures[key] += 1
            raise Unwell

    def _record(self, key: str, filing: Answer) -> Answer:
        valid_from = str(filing["elements"].get("filing.start_on") or date.today().isoformat())  # noqa: DTZ011
        reference = f"YB{valid_from.replace('-', '')}{len(self.filings) + 1:05d}"
        self.filings[key] = {"outcome": "acknowledged", "reference": reference, "valid_from": valid_from}
        if self._file:
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self.filings))
            draft.replace(self._file)
        return self.filings[key]
