"""A licence as a file to take along: PDF, OFD, or the licence file that machines read. With the seal of its issuer where that is here."""

from dataclasses import dataclass, field

from tongban.cases import sealed_documents
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.licences.forms.ofd import print_ofd
from tongban.licences.forms.sealing import SUBJECT, read_form
from tongban.licences.queries import LicenceView
from tongban.licences.showing import ATTACHMENT, write_licence_file
from tongban.seals.views import NATIONAL_SUITE

MEDIA = {"pdf": "application/pdf", "ofd": "application/ofd", "file": "application/vnd.tongban.licence+json"}


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """`name`: of the file, without what it says of a person. `sealed`: the seal of the issuer stands on it."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    sealed: bool


def read_file(view: LicenceView, *, node: Node, form: str, by: Actor) -> LicenceFile:
    """`form`: of `MEDIA`. Refuses `Missing`, and what printing refuses."""
    ending = ATTACHMENT.rpartition(".")[2] if form == "file" else form
    data, sealed = _READERS[form](view, node, by)
    return LicenceFile(f"{view.content.name.zh}.{ending}", MEDIA[form], data, sealed)


def _pdf(view: LicenceView, node: Node, by: Actor) -> tuple[bytes, bool]:
    form = read_form(node=node, region=view.held.region, identifier=view.held.identifier, by=by)
    return form.data, form.sealed


def _ofd(view: LicenceView, node: Node, by: Actor) -> tuple[bytes, bool]:
    held = view.held
    sealed = sealed_documents.read_sealed(
        node=node, region=held.region, case_id=held.case_id, subject=SUBJECT, ref=held.identifier, suite=NATIONAL_SUITE
    )
    return (sealed, True) if sealed is not None else (print_ofd(view.content, view.signed), False)


def _file(view: LicenceView, node: Node, by: Actor) -> tuple[bytes, bool]:
    return write_licence_file(view.signed, view.content), False


_READERS = {"pdf": _pdf, "ofd": _ofd, "file": _file}
