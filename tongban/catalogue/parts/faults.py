"""What is wrong because of one part, each fault at the input where it is mended. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from tongban.catalogue.checks import Fault, find_faults
from tongban.catalogue.findings import WEIGHTS
from tongban.catalogue.lint.documents import lint_document
from tongban.catalogue.parts.inputs import Json, Part
from tongban.catalogue.publishing import find_gaps
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class PartFault:
    """`path` is that of an input; empty: of the whole form. What does not `block` may stay in a draft, and what is an error of lint is not
    published."""

    path: str
    text: Text
    blocks: bool = True


def find_part_faults(document: Json, part: Part, id: str) -> list[PartFault]:
    """What keeps the document from being a definition; where nothing does, what lint says of this part."""
    blocking = [_placed(fault, part, id) for fault in find_faults(document) or find_gaps(document)]
    return blocking or list(_of_lint(document, part, id))


def _of_lint(document: Json, part: Part, id: str) -> Iterator[PartFault]:
    own = f"{part.list}[{id}]"
    keys = {one.path.partition(".")[0] for one in part.inputs}
    for finding in lint_document(document):
        ours = finding.field.startswith(own) if part.list else finding.field.partition(".")[0] in keys
        if ours and WEIGHTS[finding.severity] > 0:
            placed = _placed(Fault(finding.field, finding.what), part, id)
            yield PartFault(placed.path, placed.text, blocks=False)


def _placed(fault: Fault, part: Part, id: str) -> PartFault:
    path = fault.path
    if part.list:
        own = f"{part.list}[{id}]"
        if not path.startswith(own):
            return PartFault("", _named(fault))
        path = path.removeprefix(own).lstrip(".")
    paths = {one.path for one in part.inputs} | {"id"}
    at = max((one for one in paths if path == one or path.startswith((f"{one}.", f"{one}["))), key=len, default="")
    if at:
        return PartFault(at, fault.text)
    below = next((one.path for one in part.inputs if path and one.path.startswith(f"{path}.")), "")
    return PartFault(below, fault.text if below else _named(fault))


def _named(fault: Fault) -> Text:
    return Text(f"{fault.path}：{fault.text.zh}", f"{fault.path}: {fault.text.en}")
