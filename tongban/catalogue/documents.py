"""Definitions as documents (事项定义文本): of many places at once, without compiling their rules. For comparison and export.

The bytes were checked when they were stored.
"""

import base64
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tongban.catalogue.deviating import Standard, read_standard
from tongban.catalogue.models import PublishedDefinition

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A version in force; `item` is its code."""

    key: str
    region: str
    version: int
    item: str
    hash: str
    document: Json

    @property
    def standard(self) -> Standard | None:
        return read_standard(self.document)


@dataclass(frozen=True, slots=True)
class InForce:
    """The same by name only."""

    key: str
    region: str
    version: int
    item: str
    hash: str


def list_in_force(
    *, on: date, keys: Collection[str] = (), items: Collection[str] = (), regions: Collection[str] = ()
) -> list[Held]:
    """Versions in force on a legal day, by key and region; of all services or codes and of all regions where none are named."""
    named = name_in_force(on=on, keys=keys, items=items, regions=regions)
    return list(read_held(named))


def name_in_force(
    *, on: date, keys: Collection[str] = (), items: Collection[str] = (), regions: Collection[str] = ()
) -> list[InForce]:
    """Without reading them."""
    rows = PublishedDefinition.objects.filter(valid_from__lte=on)
    for name, asked in (("key", keys), ("item", items), ("region", regions)):
        rows = rows.filter(**{f"{name}__in": list(asked)}) if asked else rows
    newest = rows.order_by("key", "region", "-valid_from", "-version").distinct("key", "region")
    return [InForce(*row) for row in newest.values_list("key", "region", "version", "item", "hash")]


def read_held(named: Collection[InForce]) -> Iterator[Held]:
    """What these say, in their order."""
    rows = PublishedDefinition.objects.filter(hash__in=[one.hash for one in named])
    raw = dict(rows.values_list("hash", "envelope"))
    for one in named:
        yield Held(one.key, one.region, one.version, one.item, one.hash, _document(raw[one.hash]))


def read_document(hash: str) -> Json | None:
    """None where no definition of this hash is held here."""
    raw = PublishedDefinition.objects.filter(hash=hash).values_list("envelope", flat=True).first()
    return _document(raw) if raw is not None else None


def _document(raw: Any) -> Json:
    """`raw`: bytes as the database gives them."""
    payload = base64.b64decode(json.loads(bytes(raw))["p"])
    document: Json = json.loads(payload)["document"]
    return document
