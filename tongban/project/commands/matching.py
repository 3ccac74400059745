"""Rule sets matched with a population in a Parquet file, without a node: how many, and row by row (规则匹配)."""

from argparse import Namespace
from importlib import import_module
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from tongban.catalogue.definition import Definition
from tongban.catalogue.examples import load_examples
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.project.commands.papers import read_file
from tongban.project.commands.reporting_matches import (
    DataUnreadable,
    NoDatabase,
    NoSuchColumn,
    columns_missing,
    print_counts,
)
from tongban.review.drafts import read_draft
from tongban.rules.batches import WORLD
from tongban.rules.points import RuleSet
from tongban.rules.population import match as match_rows

IN_DATABASE = "tongban.project.commands.matching_tables"


def match(args: Namespace) -> None:
    """Counts for each rule set; --out writes one line for each row and rule set, with the row's number, never its values."""
    rule_sets = _rule_sets(_definition(args.ruleset, args.region), args.situation)
    read_file(args.data)
    if args.engine == "duckdb":
        _in_database().match(args, rule_sets)
        return
    frame = _read(args.data)
    id = _id(frame, args.id)
    found = match_rows(rule_sets, frame, world=WORLD)
    print_counts({name: _counts(found[name]) for name in found.columns}, columns_missing(rule_sets, frame.columns))
    if args.out:
        _lines(found, id).write_parquet(args.out)
        print(args.out)


def _in_database() -> Any:
    """Its packages are optional."""
    try:
        return import_module(IN_DATABASE)
    except ModuleNotFoundError as error:
        raise NoDatabase(package=error.name) from None


def _definition(name: str, region: str | None) -> Definition:
    if name in list_items():
        document = load_document(name, region or load_examples(name)[0].region)
    else:
        document = read_draft(read_file(Path(name)))
    return read_definition(document, suite=SUITES[1])


def _read(file: Path) -> pl.DataFrame:
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


def _counts(verdicts: pl.Series) -> tuple[int, ...]:
    rows = verdicts.struct.unnest()
    value = rows["value"]
    near = (rows[name].count() for name in ("one_point", "one_fact"))
    return rows.height, rows.filter(value).height, rows.filter(~value).height, value.null_count(), *near


def _lines(found: pl.DataFrame, id: pl.Series) -> pl.DataFrame:
    """All rows of the first rule set, then of the next."""
    parts = [found[name].struct.unnest().select(id, pl.lit(name).alias("rule_set"), pl.all()) for name in found.columns]
    return pl.concat(parts)
