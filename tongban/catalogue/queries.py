"""What others may ask the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Q

from tongban.catalogue.definition import Definition
from tongban.catalogue.models import PublishedDefinition
from tongban.catalogue.reading import build_definition
from tongban.kernel import envelopes
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text


class DefinitionUnknown(Missing):
    """This node does not hold a definition of this hash."""

    text = Text("本节点没有这个事项版本。", "This node does not hold this version of the service.")
    advice = Text("请先从决定地获取事项定义。", "Fetch the definition from the deciding place first.")


@dataclass(frozen=True, slots=True)
class Publication:
    """A signed definition: who published what, since when it applies."""

    hash: str
    region: str
    key: str
    item: str
    version: int
    valid_from: date
    published_at: datetime
    key_id: str


@dataclass(frozen=True, slots=True)
class SignedPublication(Publication):
    """`envelope` is what travels, byte for byte."""

    envelope: bytes


def get_publication(hash: str) -> SignedPublication:
    """Refuses `DefinitionUnknown`."""
    row = _row(hash)
    return SignedPublication(**{name: getattr(row, name) for name in LISTED}, envelope=bytes(row.envelope))


def list_publications(region: str | None = None, *, key: str | None = None) -> list[Publication]:
    """Every publication held here, of one publisher or of all, of one service or of all, newest version first. Without their bytes."""
    asked = {name: value for name, value in (("region", region), ("key", key)) if value}
    rows = PublishedDefinition.objects.filter(**asked).order_by("key", "region", "-version")
    return [Publication(*row) for row in rows.values_list(*LISTED)]


LISTED = tuple(Publication.__dataclass_fields__)


@lru_cache(maxsize=128)
def get_definition(hash: str) -> Definition:
    """The definition of this hash, whether in force or not: a case keeps the version it was opened with. Refuses `DefinitionUnknown`."""
    # Checked when it was stored, and content never changes under its hash: reading it and compiling its conditions once is enough.
    return build_definition(get_document(hash), hash=hash)


def get_document(hash: str) -> dict[str, Any]:
    """What was published under this hash, for whoever needs none of its conditions: nothing is compiled. Refuses `DefinitionUnknown`."""
    claims = envelopes.read(bytes(_row(hash).envelope), type=envelopes.DEFINITION).claims()
    return dict(claims["document"])


def find_in_force(key: str, region: str, on: date) -> Definition | None:
    """The version of a region's service that applies on a legal day: the latest to have come into force."""
    rows = PublishedDefinition.objects.filter(key=key, region=region, valid_from__lte=on)
    hash = rows.order_by("-valid_from", "-version").values_list("hash", flat=True).first()
    return get_definition(hash) if hash else None


def list_in_force(on: date, *, region: str = "", after: tuple[str, str] = ("", ""), most: int) -> list[Definition]:
    """What applies on a legal day, by key and region, so many after a pair of these; of one region or of all."""
    key, place = after
    rows = PublishedDefinition.objects.filter(valid_from__lte=on).filter(Q(key__gt=key) | Q(key=key, region__gt=place))
    rows = rows.filter(region=region) if region else rows
    newest = rows.order_by("key", "region", "-valid_from", "-version").distinct("key", "region")
    return [get_definition(hash) for hash in newest.values_list("hash", flat=True)[:most]]


def keep_standing(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the standing that its item has on the day from which it is to apply, whenever it was drafted."""
    before = find_in_force(document["key"], document["region"], date.fromisoformat(document["valid_from"]))
    standing = {"standing": before.standing.as_json()} if before and before.standing else {}
    return {**{name: value for name, value in document.items() if name != "standing"}, **standing}


def list_services(on: date, *, most: int | None = None) -> list[Definition]:
    """Every service that some place offers on a legal day, once: filings, then other services to people, then licences; by key. Not more than
    `most`, the first by key: each is read and compiled.

    One that is suspended everywhere is among them, one that was withdrawn everywhere is not.
    """
    with connection.cursor() as cursor:
        cursor.execute(KEYS)
        keys = [key for (key,) in cursor.fetchall()]
    found = islice((one for key in keys if (one := _offered(key, on))), most)
    return sorted(found, key=lambda one: (_KINDS.index(one.kind), one.key))


# From one key to the next in the index, however many places publish each.
KEYS = """
    WITH RECURSIVE found AS (
        (SELECT key FROM catalogue_publisheddefinition ORDER BY key LIMIT 1)
        UNION ALL
        SELECT (SELECT key FROM catalogue_publisheddefinition WHERE key > found.key ORDER BY key LIMIT 1) FROM found
        WHERE found.key IS NOT NULL
    )
    SELECT key FROM found WHERE key IS NOT NULL
"""


def list_regions(key: str) -> list[str]:
    """Whoever has published a service, in force or not, by code."""
    rows = PublishedDefinition.objects.filter(key=key).order_by("region")
    return list(rows.values_list("region", flat=True).distinct())


def _offered(key: str, on: date) -> Definition | None:
    """Of the first place where it is open, else where it is suspended."""
    found: Definition | None = None
    for region in list_regions(key):
        definition = find_in_force(key, region, on)
        if definition and definition.standing is None:
            return definition
        if definition and definition.standing and definition.standing.act == "suspended":
            found = found or definition
    return found


_KINDS = ("filing", "service", "licence")


def _row(hash: str) -> PublishedDefinition:
    row = PublishedDefinition.objects.filter(hash=hash).first()
    if row is None:
        raise DefinitionUnknown
    return row
