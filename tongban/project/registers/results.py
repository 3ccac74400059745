"""Demo business systems beside the insurance platform: the registers of licences, companies and certificates, a payroll, the credit record.

What was granted is put on record once per case; what was revoked ends, and a broken pledge is marked. The file keeps no names and no identity
numbers.
"""

import json
import threading
from functools import partial
from pathlib import Path
from typing import Any

from tongban.project.registers.filings import today
from tongban.project.registers.server import Answer, Answering

SYSTEMS = {
    "licence-register": "WS", "business-register": "GS", "disability-register": "CL", "subsidy-payroll": "BT", "credit": "XY",
}  # fmt: skip
"""System → how its numbers begin."""
VALID_YEARS = 4
"""Of a hygiene licence, as the definition says; not verified there either."""


class Results:
    """By system and case. `file` keeps them from one run to the next."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.rows: dict[str, dict[str, Any]] = json.loads(file.read_text()) if file and file.exists() else {}

    def answering(self) -> dict[str, Answering]:
        acts = {"filings": self.grant, "revocations": self.revoke}
        return {f"/{name}/{path}": partial(act, name) for name in SYSTEMS for path, act in acts.items()}

    def grant(self, system: str, key: str, filing: Answer) -> Answer:
        """The same case, whether by key or by its number, gets the same answer."""
        with self._lock:
            row = self._find(system, key, filing["number"]) or self._add(system, key, filing)
        return {"outcome": "acknowledged", "reference": row["reference"], "valid_from": row["since"]}

    def revoke(self, system: str, key: str, revocation: Answer) -> Answer:
        with self._lock:
            if system != "credit":
                return self._end(system, revocation)
            row = self._find(system, key, revocation["number"]) or self._add(system, key, revocation)
        return {"reference": row["reference"]}

    def known_of(self, register: str, about: Answer) -> dict[str, Any]:
        """What a register says of what was granted here."""
        code, number = about.get("business.code", ""), about.get("licence.number", "")
        if register == "hygiene" and number:
            row = next((row for row in self._of("licence-register") if row["reference"] == number), None)
            return _licence(row) if row else {}
        if register == "credit" and any(row["number"] in self._numbers(code) for row in self._of("credit")):
            return {"credit.barred": True}
        return {}

    def _numbers(self, code: str) -> set[str]:
        """Cases of a business."""
        return {row["number"] for row in self._of("licence-register") if code and row["code"] == code}

    def _of(self, system: str) -> list[dict[str, Any]]:
        return [row for row in self.rows.values() if row["system"] == system]

    def _find(self, system: str, key: str, number: str) -> dict[str, Any] | None:
        by_number = (row for row in self._of(system) if number and row["number"] == number)
        return self.rows.get(f"{system} {key}") or next(by_number, None)

    def _add(self, system: str, key: str, told: Answer) -> dict[str, Any]:
        stated, since = told.get("elements", {}), today().isoformat()
        row = {
            "system": system, "number": told["number"], "situation": told["situation"], "since": since, "ended": "",
            "code": str(stated.get("business.code", "")),
            "reference": f"{SYSTEMS[system]}{since.replace('-', '')}{len(self._of(system)) + 1:05d}",
        }  # fmt: skip
        self.rows[f"{system} {key}"] = row
        if told.get("action") == "cancel":
            self._end_licence(str(stated.get("licence.number", "")))
        self._save()
        return row

    def _end(self, system: str, revocation: Answer) -> Answer:
        for row in self._of(system):
            if row["reference"] == revocation["result"]:
                row["ended"] = revocation["revoked_on"]
        self._save()
        return {"reference": f"{revocation['result']}-revoked"[:64]}

    def _end_licence(self, number: str) -> None:
        for row in self._of("licence-register"):
            if row["reference"] == number:
                row["ended"] = today().isoformat()

    def _save(self) -> None:
        if self._file:
            draft = self._file.with_suffix(".new")
            draft.write_text(json.dumps(self.rows))
            draft.replace(self._file)


def _licence(row: dict[str, Any]) -> dict[str, Any]:
    until = f"{int(row['since'][:4]) + VALID_YEARS}{row['since'][4:]}".replace("-02-29", "-02-28")
    return {
        "licence.active": not row["ended"], "licence.valid_until": until, "licence.rechecked": True, "licence.open_case": False,
    }  # fmt: skip
