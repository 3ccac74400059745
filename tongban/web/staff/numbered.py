"""A long list by numbered pages: `?page=2`."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Numbered:
    """`number` from 1 of `pages`; `skip`: how many lines come before it. `asked`: the filters that its neighbours keep."""

    number: int
    pages: int
    skip: int
    asked: str

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        """0 on the last one."""
        return self.number + 1 if self.number < self.pages else 0


def number_page(request: Any, lines: int, *, most: int) -> Numbered:
    """What is asked for, of so many lines; beyond the last page the last one."""
    pages = max(1, -(-lines // most))
    asked = request.GET.get("page", "")
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
    number = min(max(wanted, 1), pages)
    filters = request.GET.copy()
    filters.pop("page", None)
    return Numbered(number, pages, (number - 1) * most, f"{filters.urlencode()}&" if filters else "")
