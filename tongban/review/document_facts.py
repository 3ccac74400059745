"""Which of the facts of a case still count when it is assessed: of what was read on papers, only what stands on the files that are there now."""

from collections.abc import Iterable

from tongban.cases.reading import Opened
from tongban.rules.facts import Fact
from tongban.rules.points import Assessment

SOURCE = "document"


def file_of(cipher: str) -> str:
    """How the evidence of a fact names its file: by the beginning of its hash."""
    return f"file:{cipher[:16]}"


def list_known(opened: Opened, found: Iterable[Fact] = ()) -> list[Fact]:
    """What sources said of the case, and `found` just now. What was read of a file that was replaced is left out; of what was read twice
    on one file the newest counts, so that a misread value that somebody corrected is not held against it.
    """
    here = {file_of(material.ref.cipher) for material in opened.materials if material.ref}
    others: list[Fact] = []
    newest: dict[tuple[str, str], Fact] = {}
    for fact in (*opened.evidence, *found):
        file = fact.evidence.partition("#")[0]
        about = (fact.element, file)
        if fact.source != SOURCE:
            others.append(fact)
        elif file in here and (about not in newest or fact.at >= newest[about].at):
            newest[about] = fact
    return [*others, *newest.values()]


def rests_on_papers(assessment: Assessment) -> bool:
    """Whether a point read what a machine, or somebody in its place, read on a paper: then a person decides."""
    return any(fact.source == SOURCE for verdict in assessment.verdicts for fact in verdict.read)
