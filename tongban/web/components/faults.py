"""What is wrong with a form, as the error summary and the field say it: the same words in both places."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Fault:
    """`anchor` is the id of the input that the summary links to."""

    anchor: str
    text: Text


def fault_of(refused: Refused, anchor: str) -> Fault:
    """A refusal as the fault of one field: what is wrong and what to do."""
    sentences = (
        f"{refused.sentence(language)}{_gap(language)}{refused.next_step(language)}" for language in ("zh", "en")
    )
    return Fault(anchor, Text(*sentences))


def by_anchor(faults: Iterable[Fault]) -> dict[str, Text]:
    """The first fault of each input."""
    found: dict[str, Text] = {}
    for fault in faults:
        found.setdefault(fault.anchor, fault.text)
    return found


def _gap(language: str) -> str:
    return " " if language == "en" else ""
