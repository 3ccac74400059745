"""Suspending, resuming, withdrawing and merging a service of a region (动态调整): each is a signed version, so that every place knows.

Only new applications are affected: a case keeps the version it was opened with.
"""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction

from tongban.catalogue.definition import Definition
from tongban.catalogue.history.standing import ALLOWED, Adjustment, Standing
from tongban.catalogue.models import PublishedDefinition
from tongban.catalogue.queries import SignedPublication, find_in_force, get_definition
from tongban.catalogue.reading import read_definition
from tongban.catalogue.services import require_publisher, sign_definition
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

MOST_WORDS = 500
ACTS: dict[Adjustment | None, Text] = {
    None: Text("办理中", "open"),
    "suspended": Text("暂停", "suspended"),
    "resumed": Text("恢复", "resumed"),
    "withdrawn": Text("取消", "withdrawn"),
    "merged": Text("合并", "merged"),
}


class AdjustmentNotPossible(Refused):
    """Nothing is suspended twice, and only what is closed is resumed."""

    text = Text(
        "该事项届时的状态是“{state_zh}”，不能{act_zh}。", "On that day the item is {state_en}: it cannot be {act_en}."
    )
    advice = Text("请先查看该事项的历史。", "Look at the history of the item first.")


class AdjustedTooEarly(Refused):
    """People may have applied in good faith until now."""

    status = 422
    text = Text("不能从过去的日期（{since}）起调整。", "Nothing is adjusted from a day in the past ({since}).")
    advice = Text("请选择今天或者以后的日期。", "Choose today or a later day.")


class NoSuchDay(Refused):
    """A day is written as 2026-12-01."""

    status = 422
    text = Text("“{day}”不是日期。", "“{day}” is no day.")
    advice = Text("请写成 2026-12-01 的样子。", "Write it as in 2026-12-01.")


class NoSuchAdjustment(Refused):
    """Neither suspend, resume, withdraw nor merge."""

    status = 422
    text = Text("没有选择怎样调整。", "It is not said how the item is to be adjusted.")
    advice = Text("请选择暂停、恢复、取消或者合并。", "Choose to suspend, resume, withdraw or merge it.")


class AdjustmentUnexplained(Refused):
    """Whoever wants to apply is told why not."""

    status = 422
    text = Text("调整的理由没有写，或者太长。", "The reason of the adjustment is missing or too long.")
    advice = Text(
        "请写 1 至 {most} 个字，会公开显示。", "Write between 1 and {most} characters; they are shown in public."
    )


class NothingToMergeInto(Refused):
    """The other item is not open then, or is this one."""

    status = 422
    text = Text("没有可以并入的事项“{into}”。", "There is no open item “{into}” to merge into.")
    advice = Text("请给出另一个正在办理的事项。", "Name another item that can be applied for.")


@transaction.atomic
def adjust_item(
    *,
    node: Node,
    region: str,
    key: str,
    act: Adjustment,
    reason: Text,
    since: date | None = None,
    into: str = "",
    by: Actor,
    at: datetime,
) -> SignedPublication:
    """Publish the version of the region's service that holds from `since` on (default: today) with its new standing, and so for every
    version that is planned for later. `into`: the key of another service of the region, of a merged one only.

    Refuses `Forbidden`, `NotPublishedHere`, `Missing`, and what `check_adjustment` refuses.
    """
    require_publisher(node=node, region=region, by=by)
    since = since or legal_day(at)
    base = find_in_force(key, region, since)
    if base is None:
        raise Missing
    check_adjustment(act, state=base.standing, since=since, reason=reason, today=legal_day(at))
    if act == "merged":
        _require_other(key, region, into, since)
    standing = None if act == "resumed" else Standing(act, since, reason, into if act == "merged" else "")
    published = [
        sign_definition(node=node, definition=changed, by=by, at=at, reason=reason)
        for changed in _with_standing([base, *_planned(base, since)], standing, since, node)
    ]
    return published[0]


def read_day(text: str) -> date:
    """Refuses `NoSuchDay`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NoSuchDay(day=text[:20]) from None


def check_adjustment(act: Adjustment, *, state: Standing | None, since: date, reason: Text, today: date) -> None:
    """Refuses `AdjustedTooEarly`, `AdjustmentUnexplained`, `AdjustmentNotPossible`."""
    if since < today:
        raise AdjustedTooEarly(since=since)
    if not all(0 < len(words.strip()) <= MOST_WORDS for words in (reason.zh, reason.en)):
        raise AdjustmentUnexplained(most=MOST_WORDS)
    closed = state.act if state else None
    if act not in ALLOWED[closed]:
        is_, wanted = ACTS[closed], ACTS[act]
        raise AdjustmentNotPossible(state_zh=is_.zh, state_en=is_.en, act_zh=wanted.zh, act_en=wanted.en)


def _require_other(key: str, region: str, into: str, since: date) -> None:
    other = find_in_force(into, region, since) if into != key else None
    if other is None or other.standing:
        raise NothingToMergeInto(into=into)


def _planned(base: Definition, since: date) -> list[Definition]:
    """What comes into force later: without it a planned change of content would lift a suspension by the way."""
    rows = PublishedDefinition.objects.filter(key=base.key, region=base.region, valid_from__gt=since)
    newest = dict(rows.order_by("version").values_list("valid_from", "hash"))
    return [get_definition(newest[day]) for day in sorted(newest)]


def _with_standing(
    definitions: list[Definition], standing: Standing | None, since: date, node: Node
) -> Iterator[Definition]:
    first = definitions[0]
    taken = PublishedDefinition.objects.filter(key=first.key, region=first.region)
    version = max(taken.values_list("version", flat=True))
    for definition in definitions:
        version += 1
        bare = {name: value for name, value in definition.document.items() if name != "standing"}
        stated = {"standing": standing.as_json()} if standing else {}
        begins = {"version": version, "valid_from": max(since, definition.valid_from).isoformat()}
        yield read_definition({**bare, **begins, **stated}, suite=node.suite, strict=False)
