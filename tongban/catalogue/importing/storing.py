"""Keeping what was taken in, as versions. Taking in the same again changes nothing; what was refused is not kept."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db import transaction

from tongban.catalogue.importing.entries import Entry, Taken
from tongban.catalogue.models import ItemVersion
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden

Act = Literal["added", "changed", "unchanged", "behind", "refused"]
"""`behind`: an earlier record of the same batch has this code and counts."""
AT_ONCE = 1000
MAX_SOURCE = 400


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of an entry; `version` 0 when nothing is kept of it."""

    entry: Entry
    act: Act
    version: int = 0


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """One version of an item as it was taken in. `act` is `added` or `changed`."""

    layer: str
    key: str
    version: int
    act: str
    content: dict[str, Any]
    source: str
    by: str
    stored_at: datetime


@transaction.atomic
def store_items(*, entries: Sequence[Entry], by: Actor, at: datetime) -> list[Stored]:
    """All entries or, when it fails, none. Refuses `Forbidden`."""
    if by.kind != "system" and not by.may("catalogue_editor"):
        raise Forbidden
    newest = _newest({entry.record.key for entry in entries if entry.record})
    rows: list[ItemVersion] = []
    seen: set[tuple[str, str]] = set()
    stored = [_store(entry, newest, seen, rows, by, at) for entry in entries]
    ItemVersion.objects.bulk_create(rows, batch_size=AT_ONCE)
    return stored


def list_item_versions(layer: str, key: str) -> list[KeptVersion]:
    """The history of an item, the oldest version first."""
    rows = ItemVersion.objects.filter(layer=layer, key=key).order_by("version")
    return [KeptVersion(**{name: getattr(row, name) for name in KeptVersion.__slots__}) for row in rows]


def _newest(keys: Iterable[str]) -> dict[tuple[str, str], tuple[int, str]]:
    """(layer, key) → its newest version and that one's hash."""
    wanted = sorted(keys)
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = ItemVersion.objects.filter(key__in=wanted[start : start + AT_ONCE]).order_by("version")
        found |= {
            (layer, key): (version, hash)
            for layer, key, version, hash in rows.values_list("layer", "key", "version", "hash")
        }
    return found


def _store(
    entry: Entry,
    newest: dict[tuple[str, str], tuple[int, str]],
    seen: set[tuple[str, str]],
    rows: list[ItemVersion],
    by: Actor,
    at: datetime,
) -> Stored:
    record = entry.record
    if record is None:
        return Stored(entry, "refused")
    name, content = (record.layer, record.key), record.as_json()
    version, before = newest.get(name, (0, ""))
    hash = _hash(content)
    if hash == before:
        seen.add(name)
        return Stored(entry, "unchanged", version)
    if name in seen:
        return Stored(entry, "behind")
    seen.add(name)
    rows.append(_row(record, content, hash, version + 1, entry.file, by, at))
    newest[name] = (version + 1, hash)
    return Stored(entry, "changed" if version else "added", version + 1)


def _row(
    record: Taken, content: dict[str, Any], hash: str, version: int, file: str, by: Actor, at: datetime
) -> ItemVersion:
    return ItemVersion(
        layer=record.layer, key=record.key, version=version, act="changed" if version > 1 else "added", name=record.name, hash=hash,
        content=content, source=file[-MAX_SOURCE:], by=by.ref, stored_at=at,
    )  # fmt: skip


def _hash(content: dict[str, Any]) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
