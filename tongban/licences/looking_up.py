"""What a verifier may compare (比对): what the licence says of its holder, from the file that was shown, or from the copy that this node holds.

A number that is typed in is compared only with a file or a credential that was shown: who has the code alone learns nothing by trying.
"""

import unicodedata
from dataclasses import dataclass, field, replace
from typing import Self

from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.licences import queries
from tongban.licences.content import BadContent, Content
from tongban.licences.face import Face
from tongban.licences.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Compared:
    """Personal where there is content: for the page of who has shown the licence, never for a log."""

    verdict: Verdict = field(repr=False)
    face: Face
    node: Node = field(repr=False)
    content: Content | None = field(default=None, repr=False)

    def is_of(self, id_number: str) -> bool | None:
        """As people type it: spaces, hyphens, full-width forms and small letters do not matter. None: what was shown does not tell."""
        shown, told = self.verdict.content, self.verdict.told.get("holder_id")
        if shown is not None:
            return self.face.is_of(_bare(id_number), salt=shown.salt, suite=self.node.suite)
        return _bare(id_number) == _bare(str(told)) if told else None

    def with_holder(self, name: str, id_number: str) -> Self:
        if self.content is None:
            return self
        holder = replace(self.content.holder, name=name, id_number=id_number)
        return replace(self, content=replace(self.content, holder=holder))


def find_compared(verdict: Verdict, *, node: Node) -> Compared:
    """Of a verdict on something genuine. Whoever asks has shown the whole code: its signature is not to be guessed."""
    if verdict.face is None:
        raise ValueError("nothing is compared with what is not genuine")
    return Compared(verdict, verdict.face, node, verdict.content or _held(verdict.face, node))


def _bare(id_number: str) -> str:
    normal = unicodedata.normalize("NFKC", id_number).upper()
    return "".join(sign for sign in normal if not sign.isspace() and sign != "-")


def _held(face: Face, node: Node) -> Content | None:
    """From a copy here, whichever region of this node holds it; None where nobody does or its key is erased."""
    for region in node.regions:
        held = queries.find_licence(face.identifier, region=region)
        if held is None or held.face != face:
            continue
        try:
            return queries.read_held_content(held, node=node)
        except (Refused, BadContent, BadCiphertext, ValueError):
            return None
    return None
