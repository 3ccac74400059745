"""What the commands of matching say: refusals, and counts as a table."""

from collections.abc import Iterable, Mapping

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.rules.points import RuleSet

COUNTS = ("rows", "met", "unmet", "unknown", "one point", "one fact")
Row = tuple[int, ...]
"""As many as `COUNTS`."""


class DataUnreadable(Refused):
    status = 422
    text = Text("数据文件无法读取：{reason}", "The data cannot be read: {reason}")
    advice = Text("请提供 Parquet 文件，每列为一个要素。", "Give a Parquet file whose columns are elements.")


class NoSuchColumn(Refused):
    status = 422
    text = Text("没有名为 {name} 的列。", "There is no column {name}.")
    advice = Text("现有的列：{names}", "There are: {names}")


class NoDatabase(Refused):
    text = Text("没有安装 {package}。", "{package} is not installed.")
    advice = Text(
        "请安装可选组件：pip install tongban[population]。",
        "Install the optional part: pip install tongban[population].",
    )


def columns_missing(rule_sets: Mapping[str, RuleSet], columns: Iterable[str]) -> list[str]:
    return sorted({name for rules in rule_sets.values() for name in rules.reads} - set(columns))


def print_counts(counts: Mapping[str, Row], missing: list[str]) -> None:
    width = max((len(name) for name in counts), default=0)
    print(" " * width, *(f"{word:>10}" for word in COUNTS))
    for name, row in counts.items():
        print(f"{name:<{width}}", *(f"{count:>10,}" for count in row))
    if missing:
        print("未知（没有这些列） unknown for want of a column:", ", ".join(missing))
