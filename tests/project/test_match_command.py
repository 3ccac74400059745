"""`tongban rules match`: a population in a Parquet file against the rule sets of an item, without a node."""

from itertools import groupby
from pathlib import Path

import polars as pl
import pytest

from tests.cast import ITEM
from tongban.catalogue import examples
from tongban.catalogue.definition import NoSuchSituation
from tongban.catalogue.layers import list_items, load_document
from tongban.catalogue.reading import read_definition
from tongban.kernel.crypto import SUITES
from tongban.project import grammar
from tongban.project.commands import matching
from tongban.project.commands.papers import FileUnreadable
from tongban.project.commands.reporting_matches import DataUnreadable, NoDatabase, NoSuchColumn
from tongban.rules import population
from tongban.rules.columns import BadColumn
from tongban.rules.points import Assessment, RuleSet
from tongban.rules.polars_columns import DTYPES

SITUATION = "long_term_permit"


def call(*words: str) -> None:
    args = grammar.build().parse_args(["rules", "match", *words])
    assert (args.command.opens, args.command.target[0]) == ("nothing", matching.__name__)
    matching.match(args)


def people(tmp_path: Path, **columns: list) -> str:
    file = tmp_path / "people.parquet"
    pl.DataFrame(columns).write_parquet(file)
    return str(file)


def test_those_who_meet_the_rules_and_those_one_fact_short_are_counted(tmp_path: Path, capsys):
    file = people(tmp_path, **{"insured.status": ["normal", None, "ended"], "nobody.reads": [1, 2, 3]})
    call(ITEM, file, "--situation", SITUATION)
    head, counts, missing = capsys.readouterr().out.splitlines()
    assert (counts.split()[:3], head.split()[0]) == ([SITUATION, "3", "0"], "rows")
    assert "residence.registered" in missing
    assert "insured.status" not in missing


def test_each_row_gets_its_verdict_and_none_of_its_values(tmp_path: Path):
    file, out = people(tmp_path, **{"key": ["a", "b"], "insured.status": ["normal", "ended"]}), tmp_path / "out.parquet"
    call(ITEM, file, "--situation", SITUATION, "--id", "key", "--out", str(out))
    found = pl.read_parquet(out)
    assert found.columns == ["row", "rule_set", *population.FIELDS]
    assert found["row"].to_list() == ["a", "b"]
    assert found["value"].to_list() == [None, False]


def test_what_is_no_population_is_refused(tmp_path: Path):
    (tmp_path / "text").write_text("nothing")
    for file, refusal in ((tmp_path / "none", FileUnreadable), (tmp_path / "text", DataUnreadable)):
        with pytest.raises(refusal):
            call(ITEM, str(file))
    with pytest.raises(BadColumn):
        call(ITEM, people(tmp_path, **{"insured.status": [1.5]}))
    with pytest.raises(NoSuchSituation):
        call(ITEM, people(tmp_path, a=[1]), "--situation", "none")
    with pytest.raises(NoSuchColumn):
        call(ITEM, people(tmp_path, a=[1]), "--id", "b")


@pytest.mark.parametrize("words", [(), ("--id", "key")])
def test_a_database_says_the_same(tmp_path: Path, capsys, words: tuple[str, ...]):
    pytest.importorskip("ibis", reason="the optional extra `population` is not installed")
    file = people(tmp_path, **{"key": ["a", "b", "c"], "insured.status": ["normal", None, "ended"]})
    said = []
    for engine in ("polars", "duckdb"):
        out = tmp_path / f"{engine}.parquet"
        call(ITEM, file, "--out", str(out), "--engine", engine, *words)
        said.append((capsys.readouterr().out.splitlines()[:-1], pl.read_parquet(out).sort("rule_set", "row").rows()))
    assert said[0] == said[1]


def test_without_the_optional_part_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(matching, "IN_DATABASE", "there_is_no_such_module")
    with pytest.raises(NoDatabase):
        call(ITEM, people(tmp_path, a=[1]), "--engine", "duckdb")


@pytest.mark.parametrize("key", list_items())
def test_every_example_comes_out_in_a_population_as_it_does_alone(key: str):
    cases = sorted((one for one in examples.load_examples(key) if not one.answer), key=_place)
    for (region, situation), group in groupby(cases, key=_place):
        definition = read_definition(load_document(key, region), suite=SUITES[1])
        rules, alone = definition.rule_set(situation), [examples.assess_example(one, definition) for one in group]
        found = population.match({"r": rules}, _frame(rules, alone))["r"].to_list()
        assert [row["outcome"] for row in found] == [one.outcome for one in alone]
        assert [row["unmet"] for row in found] == [[verdict.point.id for verdict in one.open] for one in alone]
        assert [set(row["missing"]) for row in found] == [set(one.ask) for one in alone]


def _place(example: examples.Example) -> tuple[str, str]:
    return example.region, example.situation


def _frame(rules: RuleSet, cases: list[Assessment]) -> pl.DataFrame:
    read = [{fact.element: fact.value for verdict in case.verdicts for fact in verdict.read} for case in cases]
    dtypes = {name: pl.String() if type == "date" else DTYPES[type] for name, type in rules.types.items()}
    return pl.DataFrame(
        {name: pl.Series([case.get(name) for case in read], dtype=dtype) for name, dtype in dtypes.items()}
    )
