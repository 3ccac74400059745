"""What a draft changes in the rules, in sentences: for whoever signs for it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongban.catalogue.definition import Definition
from tongban.kernel.text import Text
from tongban.rules.points import BY_WEIGHT, Point, Verdict
from tongban.rules.sentences import say_rule

OUTCOMES: dict[str, Text] = dict(
    zip(
        BY_WEIGHT,
        (
            Text("准予", "granted"),
            Text("请申请人补正", "to be corrected"),
            Text("补问", "to be asked"),
            Text("转审核人员", "to an examiner"),
        ),
        strict=True,
    )
)
MODES = {
    "all": Text("须全部符合", "all of these"),
    "any": Text("符合其一即可", "one of these"),
    "not": Text("均不得符合", "none of these"),
    "at_least": Text("至少符合 {count} 项", "at least {count} of these"),
}


@dataclass(frozen=True, slots=True)
class PointChange:
    """A point that says something else. `removed`, `added`: sentences that only the rules before, or only the draft, have of it."""

    id: str
    label: Text
    removed: tuple[Text, ...]
    added: tuple[Text, ...]


def list_changes(before: Definition | None, draft: Definition) -> list[PointChange]:
    """The points of all situations, in the order of the draft; those that are gone at the end."""
    was, now = _points(before), _points(draft)
    return [
        _change(now.get(id) or was[id], _lines(was.get(id), before), _lines(now.get(id), draft))
        for id in dict.fromkeys([*now, *was])
        if _lines(was.get(id), before) != _lines(now.get(id), draft)
    ]


def _points(definition: Definition | None) -> dict[str, Point]:
    situations = definition.situations.values() if definition else ()
    return {point.id: point for situation in situations for point in situation.rule_set.points}


def _change(point: Point, was: list[Text], now: list[Text]) -> PointChange:
    return PointChange(point.id, point.label, _without(was, now), _without(now, was))


def _without(lines: Iterable[Text], others: list[Text]) -> tuple[Text, ...]:
    return tuple(line for line in lines if line not in others)


def _lines(point: Point | None, definition: Definition | None) -> list[Text]:
    if point is None or definition is None:
        return []
    fails, open_ = (OUTCOMES[Verdict(point, value).consequence] for value in (False, None))
    return [
        *(say_rule(condition.tree, point.vocabulary) for condition in point.conditions),
        _joined(point),
        Text(f"不符合时：{fails.zh}", f"if not met: {fails.en}"),
        Text(f"尚不能确定时：{open_.zh}", f"if not known: {open_.en}"),
        _used_in(point, definition),
    ]


def _joined(point: Point) -> Text:
    words = MODES[point.mode]
    return Text(words.zh.format(count=point.at_least), words.en.format(count=point.at_least))


def _used_in(point: Point, definition: Definition) -> Text:
    situations = [one.name for one in definition.situations.values() if point.id in _ids(one.rule_set.points)]
    return Text(
        "用于：" + "、".join(name.zh for name in situations), "used in: " + ", ".join(name.en for name in situations)
    )


def _ids(points: Iterable[Point]) -> set[str]:
    return {point.id for point in points}
