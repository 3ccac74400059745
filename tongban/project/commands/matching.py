"""Rule sets matched with a population in a Parquet file, without a node: how many, and row by row (规则匹配)."""

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from tongban.catalogue.definition import Definition
from tongban.catalogue.examples import load_examples
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.commands.papers import read_file
from tongban.review.drafts import read_draft
from tongban.rules.batches import WORLD
from tongban.rules.points import RuleSet
from tongban.rules.population import match as match_rows

COUNTS = ("rows", "met", "unmet", "unknown", "one point", "one fact")


class DataUnreadable(Refused):
    status = 422
    text = Text("数据文件无法读取：{reason}", "The data cannot be read: {reason}")
    advice = Text("请提供 Parquet 文件，每列为一个要素。", "Give a Parquet file whose columns are elements.")


class NoSuchColumn(Refused):
    status = 422
    text = Text("没有名为 {name} 的列。", "There is no column {name}.")
    advice = Text("现有的列：{names}", "There are: {names}")


def match(args: Namespace) -> None:
    """Counts for each rule set; --out writes one line for each row and rule set, with the row's number, never its values."""
    definition = _definition(args.ruleset, args.region)
    frame = _read(args.data)
    rule_sets = _rule_sets(definition, args.situation)
    id = _id(frame, args.id)
    found = match_rows(rule_sets, frame, world=WORLD)
    _print(found, _columns_missing(rule_sets, frame))
    if args.out:
        _lines(found, id).write_parquet(args.out)
        print(args.out)


def _definition(name: str, region: str | None) -> Definition:
    if name in list_items():
        document = load_document(name, region or load_examples(name)[0].region)
    else:
        document = read_draft(read_file(Path(name)))
    return read_definition(document, suite=SUITES[1])


def _read(file: Path) -> pl.DataFrame:
    read_file(file)
    try:
        return pl.read_parquet(file)
    except PolarsError as error:
        raise DataUnreadable(reason=type(error).__name__) from None


def _rule_sets(definition: Definition, situation: str | None) -> dict[str, RuleSet]:
    names = [situation] if situation else list(definition.situations)
    return {name: definition.rule_set(name) for name in names}


def _id(frame: pl.DataFrame, name: str | None) -> pl.Series:
    if name is None:
        return pl.int_range(frame.height, eager=True).alias("row")
    if name not in frame.columns:
        raise NoSuchColumn(name=name, names=", ".join(frame.columns))
    return frame[name].alias("row")


def _columns_missing(rule_sets: Mapping[str, RuleSet], frame: pl.DataFrame) -> list[str]:
    return sorted({name for rules in rule_sets.values() for name in rules.reads} - set(frame.columns))


def _print(found: pl.DataFrame, columns_missing: list[str]) -> None:
    width = max((len(name) for name in found.columns), default=0)
    print(" " * width, *(f"{word:>10}" for word in COUNTS))
    for name in found.columns:
        print(f"{name:<{width}}", *(f"{count:>10,}" for count in _counts(found[name])))
    if columns_missing:
        print("未知（没有这些列） unknown for want of a column:", ", ".join(columns_missing))


def _counts(verdicts: pl.Series) -> tuple[int, ...]:
    rows = verdicts.struct.unnest()
    value = rows["value"]
    near = (rows[name].count() for name in ("one_point", "one_fact"))
    return rows.height, rows.filter(value).height, rows.filter(~value).height, value.null_count(), *near


def _lines(found: pl.DataFrame, id: pl.Series) -> pl.DataFrame:
    """All rows of the first rule set, then of the next."""
    parts = [found[name].struct.unnest().select(id, pl.lit(name).alias("rule_set"), pl.all()) for name in found.columns]
    return pl.concat(parts)
