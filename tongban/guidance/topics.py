"""Topics (情形导引): those of the product's file, as editors have changed them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tongban.guidance.models import TopicVersion
from tongban.guidance.trees import Branch, Topic, find_faults, list_given, read_branch
from tongban.kernel.actors import Actor
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.text import Text


class TopicNotReady(Refused):
    status = 422
    text = Text("情形没有保存：有 {count} 处要改。", "The topic was not kept: {count} lines need a change.")
    advice = Text("请按各条下面的提示修改后再保存。", "Change what is said below each line and save again.")


class TopicChangedMeanwhile(Refused):
    text = Text("别人刚改过这个情形。", "Somebody has just changed this topic.")
    advice = Text("请打开最新的一版再改。", "Open the newest version and change that.")


@dataclass(frozen=True, slots=True)
class TopicLine:
    """`version` 0: as the product brought it."""

    topic: Topic
    version: int


def list_topics() -> list[Topic]:
    """The file's in its order, then what editors added."""
    return [line.topic for line in list_lines()]


def list_lines() -> list[TopicLine]:
    newest = {row.topic: row for row in TopicVersion.objects.order_by("version", "id")}
    order = dict.fromkeys([topic.id for topic in list_given()] + sorted(newest))
    given = {topic.id: topic for topic in list_given()}
    lines = (_line(id, newest.get(id), given.get(id)) for id in order)
    return [line for line in lines if line]


def get_topic(id: str) -> TopicLine:
    """Refuses `Missing`."""
    row = TopicVersion.objects.filter(topic=id).order_by("-version").first()
    line = _line(id, row, next((topic for topic in list_given() if topic.id == id), None))
    if line is None:
        raise Missing
    return line


def count_versions(id: str) -> int:
    """How many there are of a topic, also of one that was taken away: the next one comes after them."""
    return TopicVersion.objects.filter(topic=id).count()


def put_topic(*, id: str, root: Branch, before: int, holds: Callable[[str], bool], by: Actor, at: datetime) -> None:
    """A new version of a topic, or a new topic. `before`: the version that the editor saw.

    Refuses `Forbidden`, `TopicNotReady`, `TopicChangedMeanwhile`.
    """
    _require_editor(by)
    faults = find_faults(root, holds)
    if faults:
        raise TopicNotReady(count=len(faults))
    _store(id, root.as_json(), before, by, at)


def remove_topic(*, id: str, before: int, by: Actor, at: datetime) -> None:
    """It is not shown any more; its versions stay. Refuses `Forbidden`, `Missing`, `TopicChangedMeanwhile`."""
    _require_editor(by)
    get_topic(id)
    _store(id, {}, before, by, at)


def _store(id: str, content: dict[str, object], before: int, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        newest = TopicVersion.objects.filter(topic=id).order_by("-version").values_list("version", flat=True).first()
        _, made = TopicVersion.objects.get_or_create(
            topic=id, version=before + 1, defaults={"content": content, "by": by.ref, "at": at}
        )
        if (newest or 0) != before or not made:
            raise TopicChangedMeanwhile


def _line(id: str, row: TopicVersion | None, given: Topic | None) -> TopicLine | None:
    if row is None:
        return TopicLine(given, 0) if given else None
    return TopicLine(Topic(id, read_branch(row.content)), row.version) if row.content else None


def _require_editor(by: Actor) -> None:
    if not by.may("catalogue_editor"):
        raise Forbidden
