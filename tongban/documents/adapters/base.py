"""What a malware scanner answers. Plain Python."""

from dataclasses import dataclass
from typing import Literal, Protocol

State = Literal["clean", "quarantined", "infected"]
Reason = Literal["", "unscanned", "down", "timeout", "oversize", "encrypted"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`quarantined` is everything that is not known to be clean; `reason` says why. `found`: the scanner's name for what it found."""

    state: State
    reason: Reason = ""
    found: str = ""


CLEAN = Verdict("clean")


class Scanner(Protocol):
    def scan(self, data: bytes) -> Verdict:
        """Never raises: whatever goes wrong is a quarantine."""
