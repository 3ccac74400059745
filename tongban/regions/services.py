"""Loading places from the data files of the product, or from files of an operator."""

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from tongban.regions import queries
from tongban.regions.models import Hall, Office, Region

DATA = Path(__file__).parent / "data"

_REGION_FIELDS = ("name", "name_en", "level", "parent", "valid_until", "verified", "gb2260", "aliases", "note")

_HALL_FIELDS = (
    "address", "phone", "hours", "verified", "name_en", "address_en", "hours_en", "kind", "level", "town", "modes", "opens", "closes",
    "every_day", "latitude", "longitude",
)  # fmt: skip


def load_regions(*, regions: Path = DATA / "regions.yaml", halls: Path = DATA / "halls.yaml") -> int:
    """Bring the tables up to the files: new rows are added, known rows are brought up to date, none is removed.

    Running it again changes nothing. Returns the number of region rows in the file.
    """
    rows = _read(regions)["regions"]
    places = _read(halls)
    with transaction.atomic():
        Region.objects.bulk_create(
            [_region(row) for row in rows],
            update_conflicts=True,
            unique_fields=["code", "valid_from"],
            update_fields=list(_REGION_FIELDS),
        )
        Office.objects.bulk_create(
            [Office(**row) for row in places["offices"]],
            update_conflicts=True,
            unique_fields=["region", "code"],
            update_fields=["name", "kind", "verified"],
        )
        Hall.objects.bulk_create(
            [Hall(**row) for row in places["halls"]],
            update_conflicts=True,
            unique_fields=["region", "name"],
            update_fields=list(_HALL_FIELDS),
        )
    queries.forget()
    return len(rows)


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return content


def _region(row: dict[str, Any]) -> Region:
    given = {name: row[name] for name in _REGION_FIELDS if name in row}
    return Region(code=row["code"], valid_from=row.get("valid_from"), **given)
