"""The scanner of demonstrations: knows the EICAR test file and nothing else, and says so."""

import structlog

from tongban.documents.adapters.base import CLEAN, Verdict

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""Written in two, so that no scanner takes this source for what it describes."""

log = structlog.get_logger()


class DemoScanner:
    def __init__(self) -> None:
        log.warning("DEMONSTRATION: files are not scanned for malware, only for the EICAR test file")

    def scan(self, data: bytes) -> Verdict:
        return Verdict("infected", found="EICAR") if EICAR in data else CLEAN
