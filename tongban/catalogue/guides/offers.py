"""Which items are offered where (开通情况): for lists of guides and for search engines."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from tongban.catalogue.guides.wording import list_claims
from tongban.catalogue.models import PublishedDefinition
from tongban.catalogue.queries import get_definition, get_document
from tongban.kernel.text import Text

KEPT = 20_000
# One look into the index per place, where DISTINCT would read every row.
_PLACES = """
WITH RECURSIVE places(region) AS (
    SELECT min(region) FROM catalogue_publisheddefinition
    UNION ALL SELECT (SELECT min(region) FROM catalogue_publisheddefinition WHERE region > places.region) FROM places WHERE region IS NOT NULL
) SELECT region FROM places WHERE region IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list says of an item at one place. `item`: its code, as agreements name it. `open`: it can be applied for."""

    key: str
    region: str
    item: str
    name: Text
    summary: Text
    department: Text
    audience: tuple[str, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """An item at a place, and since when it applies in its newest version."""

    key: str
    region: str
    since: date


def list_cards(region: str, on: date, *, after: str = "", most: int) -> list[Card]:
    """What a place offers on a legal day, by key."""
    rows = _in_force(on).filter(region=region, key__gt=after)
    return [get_card(hash) for hash in rows.values_list("hash", flat=True)[:most]]


def find_cards(keys: Collection[str], region: str, on: date) -> dict[str, Card]:
    """By key, what the place offers of these."""
    rows = _in_force(on).filter(region=region, key__in=keys) if keys else PublishedDefinition.objects.none()
    return {key: get_card(hash) for key, hash in rows.values_list("key", "hash")}


def find_named_cards(keys: Collection[str], on: date) -> dict[str, Card]:
    """By key, as the first place that offers it says: one look, however many places there are."""
    rows = PublishedDefinition.objects.filter(valid_from__lte=on, key__in=keys).distinct("key")
    found = rows.order_by("key", "region", "-valid_from", "-version").values_list("key", "hash") if keys else ()
    return {key: get_card(hash) for key, hash in found}


def find_cards_of(pairs: Collection[tuple[str, str]], on: date) -> dict[tuple[str, str], Card]:
    """By place and key, what these places offer of these."""
    regions, keys = {place for place, _ in pairs}, {key for _, key in pairs}
    rows = _in_force(on).filter(region__in=regions, key__in=keys) if pairs else PublishedDefinition.objects.none()
    found = {(place, key): hash for place, key, hash in rows.values_list("region", "key", "hash")}
    return {pair: get_card(found[pair]) for pair in pairs if pair in found}


def list_places() -> list[str]:
    """The places that have published anything, by code."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES)
        return [code for (code,) in cursor.fetchall()]


def find_common_claims(key: str, on: date) -> tuple[Text, ...]:
    """What holds of an item wherever it is offered; nothing is claimed where it cannot be applied for."""
    told = [_claims(hash) for hash in _in_force(on).filter(key=key).values_list("hash", flat=True)]
    return tuple(claim for claim in told[0] if all(claim in others for others in told)) if told else ()


def count_offers(on: date) -> int:
    return _offers(on).count()


def list_offers(on: date, *, skip: int, most: int) -> list[Offer]:
    """Every item at every place that offers it, by key and region."""
    return [Offer(**row) for row in _offers(on)[skip : skip + most]]


@lru_cache(maxsize=KEPT)
def get_card(hash: str) -> Card:
    """Kept by the process: content never changes under its hash."""
    # Not the definition: a list of hundreds need not compile the rules of each.
    document = get_document(hash)
    texts = {name: Text.from_json(document[name]) for name in ("name", "summary", "department")}
    return Card(
        key=document["key"],
        region=document["region"],
        item=document["code"]["value"],
        audience=tuple(document["audience"]),
        open="standing" not in document,
        **texts,
    )


@lru_cache(maxsize=KEPT)
def _claims(hash: str) -> tuple[Text, ...]:
    definition = get_definition(hash)
    return () if definition.standing else list_claims(definition)


def _in_force(on: date) -> QuerySet[PublishedDefinition]:
    rows = PublishedDefinition.objects.filter(valid_from__lte=on)
    return rows.order_by("key", "region", "-valid_from", "-version").distinct("key", "region")


def _offers(on: date) -> QuerySet[PublishedDefinition, Any]:
    rows = PublishedDefinition.objects.filter(valid_from__lte=on).values("key", "region")
    return rows.annotate(since=Max("valid_from")).order_by("key", "region")
