"""Cursors: opaque, signed, and good for one list only. A page says where the next one begins, or nothing."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.core import signing
from ninja import Query

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

Cursor = Annotated[str, Query(max_length=400, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=100, description="how many at most")]
Row = TypeVar("Row")


class CursorUnusable(Refused):
    status = 422
    text = Text("分页游标无效。", "This cursor does not belong to this list.")
    advice = Text("请从第一页重新查询。", "Begin again with the first page.")


def write(name: str, position: Any) -> str:
    return signing.dumps(position, salt=f"api {name}")


def read(name: str, cursor: str) -> Any:
    """The position, or None for the first page. Refuses `CursorUnusable`."""
    if not cursor:
        return None
    try:
        return signing.loads(cursor, salt=f"api {name}")
    except signing.BadSignature:
        raise CursorUnusable from None


def cut(rows: Sequence[Row], limit: int, *, name: str, position: Callable[[Row], Any]) -> tuple[list[Row], str | None]:
    """`rows` holds one more than the page, where there is one."""
    page = list(rows[:limit])
    return page, write(name, position(page[-1])) if len(rows) > limit else None
