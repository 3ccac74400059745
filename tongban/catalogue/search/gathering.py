"""The index of this node, kept until something in the catalogue changes."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache

from django.db import connection

from tongban.catalogue.history.taken import NAMES_ONLY, RECORDS
from tongban.catalogue.models import ItemVersion, SearchSynonym
from tongban.catalogue.queries import find_in_force, get_document
from tongban.catalogue.search import entries
from tongban.catalogue.search.index import Entry, Index
from tongban.catalogue.search.synonyms import Synonym, list_popular, list_synonyms, make_synonym

GONE = ("withdrawn", "merged")
STAMP = """
    SELECT (SELECT max(id) FROM catalogue_publisheddefinition), (SELECT max(id) FROM catalogue_itemversion),
           (SELECT max(added_at) FROM catalogue_searchsynonym), (SELECT count(*) FROM catalogue_searchsynonym)
"""
SERVICES = """
    SELECT key, (array_agg(hash ORDER BY region))[1], array_agg(region ORDER BY region) FROM (
        SELECT DISTINCT ON (key, region) key, region, hash FROM catalogue_publisheddefinition WHERE valid_from <= %s
        ORDER BY key, region, valid_from DESC, version DESC
    ) AS in_force GROUP BY key
"""

_kept: dict[str, tuple[object, Index]] = {}
_building = threading.Lock()


def get_index(on: date) -> Index:
    """What can be found on a legal day. When the catalogue or the synonyms changed, one request builds it anew; others use the old one until then."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        stamp = (on, *cursor.fetchone())
    before = _kept.get("index")
    if before and before[0] == stamp:
        return before[1]
    if not _building.acquire(blocking=before is None) and before:
        return before[1]
    try:
        _kept["index"] = (stamp, _build(on))
        return _kept["index"][1]
    finally:
        _building.release()


def _build(on: date) -> Index:
    items = [*_taken_in(), *entries.list_listed()]
    return Index(entries.merge(_services(on), items), [*_taught(), *list_synonyms()], list_popular())


def _services(on: date) -> Iterator[Entry]:
    """Each service once, by the words of its first place; none that was withdrawn everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(SERVICES, [on])
        rows = cursor.fetchall()
    for key, hash, regions in rows:
        entry, act = _read(hash)
        if act is None:
            yield replace(entry, places=frozenset(regions), published=frozenset(regions))
        else:
            yield from _closed_first(key, regions, on)


def _closed_first(key: str, regions: list[str], on: date) -> Iterator[Entry]:
    """The first place takes no new applications: then each place is looked at."""
    found = [(region, *_read(definition.hash)) for region in regions if (definition := find_in_force(key, region, on))]
    shown = [entry for _, entry, act in found if act not in GONE]
    if shown:
        places = frozenset(region for region, _, act in found if act is None)
        yield replace(shown[0], places=places, published=frozenset(regions))


@lru_cache(maxsize=20_000)
def _read(hash: str) -> tuple[Entry, str | None]:
    """The entry of a definition and how it stands. Content never changes under its hash."""
    document = get_document(hash)
    return entries.of_document(document), (document.get("standing") or {}).get("act")


def _taken_in() -> list[Entry]:
    """Those that say more than a name first: of one name they stand for the others."""
    rows = list(
        ItemVersion.objects.exclude(layer=NAMES_ONLY).order_by("version", "id").only("layer", "key", "act", "content")
    )
    first = {(row.layer, row.key): row.id for row in reversed(rows)}
    newest = {(row.layer, row.key): row for row in rows}
    shown = sorted(
        (one for one in newest.items() if one[1].act not in GONE), key=lambda one: one[1].layer not in RECORDS
    )
    return [replace(entries.of_content(row.content), taken=first[name]) for name, row in shown]


def _taught() -> list[Synonym]:
    rows = SearchSynonym.objects.order_by("said").values_list("said", "means")
    return [make_synonym(said, [means]) for said, means in rows]
