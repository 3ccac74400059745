"""The import report: one entry per record, with what was taken of it and everything that is odd."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from tongban.catalogue.findings import Finding

Status = Literal["taken", "taken_with_findings", "refused"]


class Taken(Protocol):
    """A record of any kind. `key` names it for ever within its `layer`."""

    @property
    def key(self) -> str: ...
    @property
    def layer(self) -> str: ...
    @property
    def name(self) -> str: ...
    def as_json(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """`record` is None when the record, or the file, was refused."""

    file: str
    record: Taken | None
    findings: tuple[Finding, ...] = ()

    @property
    def status(self) -> Status:
        if self.record is None:
            return "refused"
        return "taken_with_findings" if self.findings else "taken"

    def as_json(self) -> dict[str, Any]:
        item = self.record.as_json() if self.record else None
        findings = [finding.as_json() for finding in self.findings]
        return {"file": self.file, "status": self.status, "item": item, "findings": findings}


def conclude(file: str, record: Taken | None, findings: Sequence[Finding]) -> Entry:
    """Refused when anything found is an error."""
    refused = any(finding.severity == "error" for finding in findings)
    return Entry(file, None if refused else record, tuple(findings))
