"""Type tables: what the type digits of a code mean. Provinces number some kinds otherwise, so the region of the code is asked."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tongban.catalogue.items.codes import ItemCode
from tongban.kernel.text import Text

TYPES = Path(__file__).parents[1] / "data" / "item-types.yaml"


@cache
def _tables() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(TYPES.read_text(encoding="utf-8"))
    return loaded


def find_type(code: ItemCode) -> str | None:
    """The kind of power that the digits stand for, such as `licence`; None for digits that are in no table."""
    province = _tables()["provinces"].get(code.region, {"types": {}})["types"]
    entry = {**_tables()["national"]["types"], **province}.get(code.type_digits)
    return str(entry["is"]) if entry else None


def find_level(digit: str) -> str | None:
    """`county` for 4; None for a digit that is none."""
    entry = _tables()["levels"].get(digit)
    return str(entry["is"]) if entry else None


def find_department(code: ItemCode) -> Text | None:
    """The family of departments behind the digits, where it is known."""
    entry = _tables()["departments"].get(code.department_digits)
    return Text.from_json(entry) if entry else None
