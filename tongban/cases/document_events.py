"""What was read on the papers of a case (材料识读). What was read is sealed; which elements it answers stands in clear."""

from dataclasses import dataclass

from tongban.cases.bodies import CaseEvent
from tongban.cases.bodies import case_kind as _kind


@dataclass(frozen=True)
class DocumentRead(CaseEvent):
    """The deciding place read a material; each value is sealed with the file and the place on it where it stands.

    `material`: id of the definition. `reader`: machine, or person who confirmed what the machine was not sure of.
    """

    KIND = _kind(
        "document_read", "材料识读：{reader}", "A paper was read: {reader}", sealed=("evidence",), critical=False
    )
    material: str
    elements: list[str]
    reader: str


EVENTS: tuple[type[CaseEvent], ...] = (DocumentRead,)
