"""What rules may look up besides the facts: a calendar of working days and a register of places. Given by the caller; no rule fetches."""

from dataclasses import dataclass
from typing import Protocol

from tongban.kernel.workdays import Calendar


class Places(Protocol):
    """A register of places by their codes, as it stood on the day that matters. None: it does not know one of them."""

    def is_in(self, region: str, area: str) -> bool | None: ...

    def same_pooling_area(self, a: str, b: str) -> bool | None: ...


@dataclass(frozen=True, slots=True)
class World:
    """Without a calendar or a register, what needs it is a fault and hence unknown."""

    calendar: Calendar | None = None
    places: Places | None = None


NO_WORLD = World()


@dataclass(frozen=True, slots=True)
class PlacesByCode:
    """Places by the parts of their codes (GB/T 2260): two digits province, two prefecture, two county, three town.

    `pools` are the areas that share one medical insurance pool (统筹区) although their prefectures differ, e.g. a whole province.
    """

    pools: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ("11", "12", "31", "50")

    def is_in(self, region: str, area: str) -> bool | None:
        """A place is in itself and in each place above it."""
        if not (_is_code(region) and _is_code(area)):
            return None
        return region.startswith(_stem(area))

    def same_pooling_area(self, a: str, b: str) -> bool | None:
        if not (_is_code(a) and _is_code(b)):
            return None
        return self._pool(a) == self._pool(b)

    def _pool(self, code: str) -> str:
        shared = next((pool for pool in self.pools if code.startswith(_stem(pool))), None)
        return shared or (code[:2] if code[:2] in self.municipalities else code[:4])


def _is_code(code: str) -> bool:
    return len(code) in (6, 9, 12) and code.isascii() and code.isdecimal()


def _stem(area: str) -> str:
    """The digits that everything in the area begins with."""
    for length in (2, 4, 6, 9):
        if not area[length:].strip("0"):
            return area[:length]
    return area
