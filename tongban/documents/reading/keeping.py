"""What was read from a file, kept sealed under the case's own key, so that it is erased with it. Nothing of it is signed here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from tongban.documents.models import FileReading
from tongban.documents.reading.kinds import ReadField, Reading
from tongban.documents.reading.page import Box, Page
from tongban.kernel import sealing, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef, format_instant, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing

PART = "reading"


@dataclass(frozen=True, slots=True)
class KeptField:
    """A field as it was read; `said` is what a person read there instead or as well, with who and when; empty while nobody has."""

    read: ReadField
    said: str = ""
    said_by: str = ""
    said_at: datetime | None = None

    @property
    def value(self) -> str:
        return self.said or self.read.value

    @property
    def settled(self) -> bool:
        """Read for sure, or confirmed by a person."""
        return bool(self.said) or self.read.sure


@dataclass(frozen=True, slots=True)
class KeptReading:
    """`reason` says why nothing could be read, empty where something was. `pages` carry their pictures and no lines. Personal data."""

    cipher: str
    kind: str
    reason: str
    fits: bool
    seconds: float
    read_at: datetime
    fields: tuple[KeptField, ...]
    pages: tuple[Page, ...]

    def field(self, id: str) -> KeptField:
        """Refuses `Missing`."""
        found = next((field for field in self.fields if field.read.id == id), None)
        if found is None:
            raise Missing
        return found


def keep_reading(
    *, node: Node, region: str, case_id: UUID, cipher: str, reading: Reading, pages: Sequence[Page] = (), reason: str = "",
    seconds: float = 0, at: datetime,
) -> None:  # fmt: skip
    """Once for each file of a case; again it changes nothing. Refuses `KeyErased`."""
    fields = tuple(KeptField(field) for field in reading.fields)
    bare = tuple(replace(page, lines=()) for page in pages)
    kept = KeptReading(cipher, reading.kind, reason, reading.fits, seconds, at, fields, bare)
    row = FileReading(
        region=region, case_id=case_id, cipher=cipher, reason=reason, seconds=seconds, read_at=at, **_sealed(node, region, case_id, kept)
    )  # fmt: skip
    FileReading.objects.bulk_create([row], ignore_conflicts=True)


def has_readings(*, region: str, case_id: UUID) -> bool:
    return FileReading.objects.filter(region=region, case_id=case_id).exists()


def list_readings(*, node: Node, region: str, case_id: UUID) -> dict[str, KeptReading]:
    """By the hash of the file. Refuses `KeyErased`."""
    rows = list(FileReading.objects.filter(region=region, case_id=case_id))
    return {row.cipher: _opened(node, row) for row in rows}


def find_reading(*, node: Node, region: str, case_id: UUID, cipher: str) -> KeptReading | None:
    row = FileReading.objects.filter(region=region, case_id=case_id, cipher=cipher).first()
    return _opened(node, row) if row else None


def confirm_field(
    *, node: Node, region: str, case_id: UUID, cipher: str, field: str, value: str, by: Actor, at: datetime
) -> KeptReading:
    """Somebody looked at the paper and says what stands there. The caller has checked that they may. Refuses `Missing`."""
    if by.region != region:
        raise Forbidden
    row = FileReading.objects.select_for_update().filter(region=region, case_id=case_id, cipher=cipher).first()
    if row is None:
        raise Missing
    kept = _opened(node, row)
    said = replace(kept.field(field), said=value, said_by=by.ref, said_at=at)
    changed = replace(kept, fields=tuple(said if each.read.id == field else each for each in kept.fields))
    for name, sealed in _sealed(node, region, case_id, changed).items():
        setattr(row, name, sealed)
    row.save(update_fields=["part", "sealed"])
    return changed


def _sealed(node: Node, region: str, case_id: UUID, kept: KeptReading) -> dict[str, Any]:
    key = vault.get_key(node=node, region=region, case_id=case_id)
    # Our own content, larger than the canonical JSON of events may be: it holds the pictures of the pages.
    sealed = sealing.seal(json.dumps(_as_json(kept)).encode(), name=PART, key=key, suite=node.suite)
    return {"part": sealed.ref.as_json(), "sealed": sealed.ciphertext}


def _opened(node: Node, row: FileReading) -> KeptReading:
    ref = SealedRef(**row.part)
    key = vault.get_key(node=node, region=row.region, case_id=row.case_id, kid=ref.kid)
    value = json.loads(sealing.open_(bytes(row.sealed), ref=ref, key=key, suite=node.suite))
    return KeptReading(
        cipher=row.cipher, kind=value["kind"], reason=row.reason, fits=value["fits"], seconds=row.seconds, read_at=row.read_at,
        fields=tuple(_field(field) for field in value["fields"]), pages=tuple(Page.from_json(page) for page in value["pages"]),
    )  # fmt: skip


def _as_json(kept: KeptReading) -> dict[str, Any]:
    fields = [_field_as_json(field) for field in kept.fields]
    return {
        "kind": kept.kind,
        "fits": kept.fits,
        "fields": fields,
        "pages": [page.as_json() for page in kept.pages],
    }


def _field_as_json(field: KeptField) -> dict[str, Any]:
    read = field.read
    return {
        "id": read.id, "value": read.value, "score": read.score, "page": read.page, "box": read.box.as_json(),
        "said": field.said, "said_by": field.said_by, "said_at": format_instant(field.said_at) if field.said_at else "",
    }  # fmt: skip


def _field(value: dict[str, Any]) -> KeptField:
    read = ReadField(value["id"], value["value"], value["score"], value["page"], Box(*value["box"]))
    return KeptField(
        read, value["said"], value["said_by"], parse_instant(value["said_at"]) if value["said_at"] else None
    )
