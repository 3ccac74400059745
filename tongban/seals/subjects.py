"""What may be sealed: each kind reads a document of its own from where it was fixed, and says what follows once it is signed. Filled by `project`.

The signer seals nothing that no kind knows, and no file that stands in a queue: no page and no caller can make it one (SR-36).
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tongban.kernel.node import Node
from tongban.seals.pdf import Spot


class NotAsFixed(Exception):
    """What is to be sealed is not what was decided: somebody changed it on the way."""


@dataclass(frozen=True, slots=True)
class Sealable:
    """A document without its seal. `office`: whose seal goes on it; `ofd`: the same page as OFD, b"" where the kind has none."""

    office: str
    pdf: bytes = field(repr=False)
    spot: Spot
    ofd: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """`read`: region and reference → the document, proved against what the decision fixed, None where nobody knows it; may raise `NotAsFixed`.

    The last argument says whether the OFD is wanted. `signed`: defers a job, in the transaction of the signature.
    """

    name: str
    read: Callable[[Node, str, str, bool], Sealable | None]
    signed: Callable[[Node, str, str], None]


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    _subjects[subject.name] = subject


def find_subject(name: str) -> Subject | None:
    return _subjects.get(name)
