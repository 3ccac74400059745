"""Filters that a member of staff keeps under a name of their own (常用筛选). What a filter means the lists know; here it is a value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.people.models import StaffPreference

FILTER = "worklist"
LONGEST_NAME = 20
MOST = 20
_PURPOSE = "preference"


class FilterUnusable(Refused):
    status = 422
    text = Text(
        "筛选名称应为 1 至 20 个字，每人最多保存 20 个。", "A filter has a name of 1 to 20 characters; 20 are kept."
    )
    advice = Text("请改名，或先删除不用的筛选。", "Choose another name, or remove one that you no longer use.")


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """`value`: as it was saved; all texts."""

    id: UUID
    name: str
    value: dict[str, str]


def save_filter(*, node: Node, name: str, value: dict[str, str], by: Actor, at: datetime) -> None:
    """Under a name that is used already it replaces the one there. Refuses `FilterUnusable`."""
    name = " ".join(name.replace("\x00", "").split())
    saved = list_filters(node=node, by=by)
    same = next((filter.id for filter in saved if filter.name == name), None)
    if not 0 < len(name) <= LONGEST_NAME or (len(saved) >= MOST and same is None):
        raise FilterUnusable
    sealed = node.seal_locally(name, purpose=_PURPOSE, region=by.region)
    whose = {"region": by.region, "staff": by.ref, "kind": FILTER, "name": sealed}
    StaffPreference.objects.update_or_create(id=same or new_id(), defaults={**whose, "value": value, "saved_at": at})


def forget_filter(*, filter_id: UUID, by: Actor) -> None:
    """Harmless when it is gone or somebody else's."""
    _own(by).filter(id=filter_id).delete()


def list_filters(*, node: Node, by: Actor) -> list[SavedFilter]:
    """The actor's own, oldest first."""
    return [
        SavedFilter(row.id, node.open_locally(bytes(row.name), purpose=_PURPOSE, region=row.region), dict(row.value))
        for row in _own(by).order_by("id")
    ]


def _own(by: Actor) -> QuerySet[StaffPreference]:
    return StaffPreference.objects.filter(region=by.region, staff=by.ref, kind=FILTER)
