"""What may be sealed: each kind says whether a document of its own waits, and what follows once it is signed. Filled by `project` at start-up.

The signer signs nothing that no kind knows: no page and no caller can make it one (SR-36).
"""

from collections.abc import Callable
from dataclasses import dataclass

from tongban.kernel.node import Node


@dataclass(frozen=True, slots=True)
class Subject:
    """`knows`: region, reference and hash of the document without its seal. `signed`: defers a job, in the transaction of the signature."""

    name: str
    knows: Callable[[str, str, str], bool]
    signed: Callable[[Node, str, str], None]


_subjects: dict[str, Subject] = {}


def register_subject(subject: Subject) -> None:
    _subjects[subject.name] = subject


def find_subject(name: str) -> Subject | None:
    return _subjects.get(name)
