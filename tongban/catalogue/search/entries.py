"""Entries from what the catalogue holds: published definitions, items taken in, and the list that comes with the product. Plain values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.importing.listed import read_list
from tongban.catalogue.items.codes import find_basic
from tongban.catalogue.search.index import Entry
from tongban.catalogue.search.words import plain

ITEMS = Path(__file__).parents[1] / "data" / "items.yaml"
Json = Mapping[str, Any]


@cache
def list_listed() -> tuple[Entry, ...]:
    """The items of `data/items.yaml`: names to find, nothing that can be begun here."""
    document = yaml.load(ITEMS.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    records = (entry.record for entry in read_list(document, file=ITEMS.name))
    return tuple(of_content(record.as_json()) for record in records if record)


def of_content(content: Json) -> Entry:
    """From what was taken in of an item, as its newest version keeps it."""
    code = content.get("code") or ""
    return Entry(
        id=f"item:{content['key']}", name=content["name"], department=content.get("department") or "",
        audience=frozenset(content.get("audience") or ()), verified=(content.get("marks") or {}).get("verified") is not False,
        codes=frozenset(filter(None, [code, find_basic(code)])),
    )  # fmt: skip


def of_document(document: Json, *, places: Iterable[str] = ()) -> Entry:
    """From a published definition; it is found by the names of its situations and in English too."""
    names = [document["name"], *(situation["name"] for situation in document["situations"])]
    others = dict.fromkeys(name[language] for name in names for language in ("zh", "en"))
    return Entry(
        id=f"service:{document['key']}", name=document["name"]["zh"], summary=f"{document['summary']['zh']} {document['summary']['en']}",
        others=tuple(name for name in others if name != document["name"]["zh"]), department=document["department"]["zh"],
        audience=frozenset(document["audience"]), service=document["key"], region=document["region"],
        places=frozenset(places), published=frozenset(places),
        codes=frozenset([document["code"]["value"]]),
    )  # fmt: skip


def merge(services: Iterable[Entry], items: Iterable[Entry]) -> list[Entry]:
    """Each thing once: what can be begun here stands for the item of the same name or code, the first item for others of its name."""
    kept = list(services)
    codes = {code for entry in kept for code in entry.codes}
    names = {plain(name) for entry in kept for name in entry.list_names()}
    kept.extend(_others(items, names, codes))
    return kept


def _others(items: Iterable[Entry], names: set[str], codes: set[str]) -> Iterator[Entry]:
    for item in items:
        name = plain(item.name)
        if name not in names and not item.codes & codes:
            names.add(name)
            yield replace(item, codes=frozenset())
