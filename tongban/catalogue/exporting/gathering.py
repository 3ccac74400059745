"""What a place uploads: its definitions in force and, where asked for, every item that was taken in here."""

from collections.abc import Iterator
from datetime import date

from tongban.catalogue.documents import list_in_force
from tongban.catalogue.exporting.rows import Exported, of_document, of_record
from tongban.catalogue.exporting.tables import TableRow, fill
from tongban.catalogue.history.taken import RECORDS, TakenItem, list_taken
from tongban.catalogue.items.record import ItemRecord


def list_table_rows(*, region: str, on: date, taken: bool = False) -> list[TableRow]:
    """Of every item, as it is on a legal day. Items taken in are nobody's region's; bare lists of names are left out."""
    exported = [of_document(held.document) for held in list_in_force(on=on, regions=[region])]
    if taken:
        exported += [_of_taken(item) for item in _all_taken(on) if item.layer in RECORDS]
    return [row for one in exported for row in fill(one)]


def _of_taken(item: TakenItem) -> Exported:
    return of_record(ItemRecord.from_json(item.content), version=item.version, standing=item.standing)


def _all_taken(on: date) -> Iterator[TakenItem]:
    items, after = list_taken(on=on)
    while items:
        yield from items
        items, after = list_taken(on=on, after=after) if after else ([], 0)
