"""What was looked for in vain, and the synonyms that editors make of it.

Somebody may type a name. So words are counted by a keyed hash, and are written down only when several have asked the same; what holds a number
is not counted at all, and what looks like a name must be asked more often.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F

from tongban.catalogue.models import SearchMiss, SearchSynonym
from tongban.catalogue.search.index import Index
from tongban.catalogue.search.words import wish
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text

SEVERAL = 3
MANY = 10
"""For what could be somebody's name."""
MOST = 5_000
"""Different words that are counted at once."""
FORGOTTEN_AFTER = timedelta(days=30)
LONGEST, LONGEST_MEANING = 20, 320
NUMBER = re.compile(r"[0-9]{4}")
SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
LIKE_A_NAME = re.compile(f"[{SURNAMES}][\u3400-\u9fff]{{1,2}}")
_PURPOSE = "search"


class SynonymUnusable(Refused):
    status = 422
    text = Text(
        "同义词没有保存：说法要有 2 至 20 个字，并且要指向能搜到的事项。",
        "The synonym was not kept: it has 2 to 20 characters and stands for an item that can be found.",
    )
    advice = Text("请改写说法，或从列表中选择事项。", "Change the words, or choose an item of the list.")


@dataclass(frozen=True, slots=True)
class Miss:
    words: str
    times: int
    last_on: date


@dataclass(frozen=True, slots=True)
class Taught:
    """A synonym that an editor added."""

    id: int
    said: str
    means: str


def note_miss(*, node: Node, query: str, on: date) -> None:
    """Count a question that found nothing; one that could name somebody by a number is not counted."""
    words = wish(query)
    if not _is_countable(words):
        return
    hash = node.keyed_hash(words, purpose=_PURPOSE)
    if not SearchMiss.objects.filter(hash=hash).exists():
        SearchMiss.objects.filter(words="", last_on__lt=on - FORGOTTEN_AFTER).delete()
        if SearchMiss.objects.count() >= MOST:
            return
    row, _ = SearchMiss.objects.get_or_create(hash=hash, defaults={"last_on": on})
    same = SearchMiss.objects.filter(id=row.id)
    same.update(times=F("times") + 1, last_on=on)
    same.filter(words="", times__gte=MANY if LIKE_A_NAME.fullmatch(words) else SEVERAL).update(words=words)


def _is_countable(words: str) -> bool:
    return 2 <= len(words) <= LONGEST and not NUMBER.search(words)


def list_misses(*, limit: int = 100) -> list[Miss]:
    """What was asked most in vain and may be shown."""
    rows = SearchMiss.objects.exclude(words="").order_by("-times", "-last_on", "words")[:limit]
    return [Miss(row.words, row.times, row.last_on) for row in rows]


def count_hidden() -> int:
    """How many different words too few have asked to be shown."""
    return SearchMiss.objects.filter(words="").count()


def list_taught() -> list[Taught]:
    return [Taught(row.id, row.said, row.means) for row in SearchSynonym.objects.order_by("said")]


def teach_synonym(*, said: str, means: str, index: Index, by: Actor, at: datetime) -> None:
    """From now on these words find that item; what was counted of them is done with. Refuses `Forbidden`, `SynonymUnusable`."""
    _require_editor(by)
    words, meaning = wish(said), " ".join(means.split())
    if not _is_countable(words) or len(meaning) > LONGEST_MEANING or not index.holds(meaning):
        raise SynonymUnusable
    SearchSynonym.objects.update_or_create(said=words, defaults={"means": meaning, "by": by.ref, "added_at": at})
    SearchMiss.objects.filter(words=words).delete()


def forget_synonym(*, said: str, by: Actor) -> None:
    """Harmless when it is gone. Refuses `Forbidden`."""
    _require_editor(by)
    SearchSynonym.objects.filter(said=said).delete()


def forget_miss(*, words: str, by: Actor) -> None:
    """It is no wish of ours; its count begins anew. Refuses `Forbidden`."""
    _require_editor(by)
    SearchMiss.objects.exclude(words="").filter(words=words).delete()


def _require_editor(by: Actor) -> None:
    if not by.may("catalogue_editor"):
        raise Forbidden
