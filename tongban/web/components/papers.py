"""Materials (材料) of an application: what need not be handed in and why, what is still to bring, and taking files in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.datastructures import MultiValueDict

from tongban.cases import services as cases
from tongban.cases.drafts import Draft, Material
from tongban.catalogue.asking import Wanted, list_wanted
from tongban.catalogue.definition import Definition
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.web.components.faults import Fault, fault_of

ENDINGS = {"application/pdf": "PDF", "image/jpeg": "JPG", "image/png": "PNG"}


class FileTooBig(Refused):
    """Said before the bytes are read."""

    status = 413
    text = Text("文件超过 {limit} MB。", "The file is larger than {limit} MB.")
    advice = Text("请换一个较小的文件，或重新拍照上传。", "Choose a smaller file or take the photo again.")


@dataclass(frozen=True, slots=True)
class PaperView:
    """One material. `state` is waived, perhaps, signed, brought or missing; `files` are those that are there.

    `perhaps`: a register says later whether it is needed. `several`: more than one may be chosen.
    """

    id: str
    anchor: str
    name: Text
    issuer: Text
    state: str
    reason: Text | None
    original: bool
    accept: str
    kinds: str
    files: tuple[Material, ...]
    error: Text | None
    several: bool

    @property
    def uploadable(self) -> bool:
        return bool(self.accept)


def anchor_of(material: str) -> str:
    """The id of its line on the page; `check_draft` names its fault the same way."""
    return f"material.{material}"


def show_papers(definition: Definition, draft: Draft, errors: Mapping[str, Text]) -> list[PaperView]:
    wanted = list_wanted(definition, draft.situation, draft.elements, known=cases.known_values(draft, now()))
    signed = {field.material for field in definition.fields(draft.situation) if draft.elements.get(field.id) is True}
    shown = [_show(one, draft.files(one.material.id), signed, errors, several=True) for one in wanted]
    return sorted(shown, key=lambda paper: paper.state == "waived")


def show_named(definition: Definition, ids: Iterable[str], errors: Mapping[str, Text]) -> list[PaperView]:
    """Materials that were asked for, still to bring."""
    wanted = set(ids)
    named = {m.id: m for situation in definition.situations.values() for m in situation.materials if m.id in wanted}
    return [_show(Wanted(material, "needed"), (), set(), errors, several=True) for material in named.values()]


def take_in(
    *,
    node: Node,
    draft: Draft,
    definition: Definition,
    files: "MultiValueDict[str, Any]",
    seen: Iterable[str],
    by: Actor,
    at: datetime,
) -> list[Fault]:
    """Keep every file that can be kept, and say what is wrong with the others. `seen`: originals the clerk has compared."""
    faults = []
    for paper in definition.situation(draft.situation).materials:
        for file in files.getlist(f"file-{paper.id}") if "upload" in paper.ways else ():
            try:
                cases.attach_material(
                    node=node, region=draft.region, case_id=draft.case_id, material=paper.id, data=_bytes(file), filename=file.name,
                    original_seen=paper.id in seen, by=by, at=at,
                )  # fmt: skip
            except Refused as refused:
                faults.append(fault_of(refused, anchor_of(paper.id)))
    return faults


def read_upload(file: Any) -> bytes:
    """Refuses `FileTooBig`."""
    return _bytes(file)


def _bytes(file: Any) -> bytes:
    if file.size > settings.MAX_UPLOAD_BYTES:
        raise FileTooBig(limit=settings.MAX_UPLOAD_BYTES // 1024 // 1024)
    data: bytes = file.read()
    return data


def _show(
    wanted: Wanted, files: tuple[Material, ...], signed: set[str], errors: Mapping[str, Text], *, several: bool
) -> PaperView:
    material = wanted.material
    uploadable = "upload" in material.ways
    return PaperView(
        id=material.id, anchor=anchor_of(material.id), name=material.name, issuer=material.issuer, state=_state(wanted, files, signed),
        reason=wanted.why, original=material.original, accept=",".join(material.media_types) if uploadable else "",
        kinds=" / ".join(ENDINGS.get(kind, kind) for kind in material.media_types), files=files,
        error=errors.get(anchor_of(material.id)), several=several,
    )  # fmt: skip


def _state(wanted: Wanted, files: tuple[Material, ...], signed: set[str]) -> str:
    if files:
        return "brought"
    if wanted.state != "needed":
        return wanted.state
    return "signed" if wanted.material.id in signed else "missing"
