"""A licence as a file to take along: PDF, OFD, the licence file that machines read, or a credential for a wallet outside.

Pages with the seal of its issuer where that is here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tongban.cases import sealed_documents
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json
from tongban.kernel.node import Node
from tongban.licences.credentials import get_credential
from tongban.licences.forms.ofd import print_ofd
from tongban.licences.forms.sealing import SUBJECT, read_form
from tongban.licences.queries import LicenceView
from tongban.licences.showing import ATTACHMENT, write_licence_file
from tongban.seals.views import NATIONAL_SUITE

MEDIA = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "file": "application/vnd.tongban.licence+json",
    "credential": "application/dc+sd-jwt",
}
_ENDINGS = {"file": ATTACHMENT.rpartition(".")[2], "credential": "txt"}
"""Where it is not the form's own name: a wallet takes a credential as text."""


@dataclass(frozen=True, slots=True)
class LicenceFile:
    """`name`: of the file, without what it says of a person. `sealed`: the seal of the issuer stands on it."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    sealed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """`holder`: the public JWK that a credential is bound to, None for none."""

    view: LicenceView
    node: Node
    by: Actor
    at: datetime
    holder: Json | None


def read_file(
    view: LicenceView, *, node: Node, form: str, by: Actor, at: datetime, holder: Json | None = None
) -> LicenceFile:
    """`form`: of `MEDIA`. Refuses `Missing`, what printing refuses, and of a credential `IssuerAway`."""
    data, sealed = _READERS[form](Asked(view, node, by, at, holder))
    return LicenceFile(f"{view.content.name.zh}.{_ENDINGS.get(form, form)}", MEDIA[form], data, sealed)


def _pdf(asked: Asked) -> tuple[bytes, bool]:
    held = asked.view.held
    form = read_form(node=asked.node, region=held.region, identifier=held.identifier, by=asked.by)
    return form.data, form.sealed


def _ofd(asked: Asked) -> tuple[bytes, bool]:
    view, held = asked.view, asked.view.held
    sealed = sealed_documents.read_sealed(
        node=asked.node, region=held.region, case_id=held.case_id, subject=SUBJECT, ref=held.identifier, suite=NATIONAL_SUITE
    )  # fmt: skip
    return (sealed, True) if sealed is not None else (print_ofd(view.content, view.signed), False)


def _file(asked: Asked) -> tuple[bytes, bool]:
    return write_licence_file(asked.view.signed, asked.view.content), False


def _credential(asked: Asked) -> tuple[bytes, bool]:
    return get_credential(asked.view, node=asked.node, holder=asked.holder, at=asked.at).encode(), False


_READERS: dict[str, Callable[[Asked], tuple[bytes, bool]]] = {
    "pdf": _pdf,
    "ofd": _ofd,
    "file": _file,
    "credential": _credential,
}
