"""Decision tables: cells as officials write them, the row that fits, and what a table leaves out or says twice."""

import pytest

from tongban.kernel.text import Text
from tongban.rules.cells import read_cell
from tongban.rules.evaluation import Open
from tongban.rules.facts import Vocabulary
from tongban.rules.faults import BadCondition
from tongban.rules.points import evaluate
from tongban.rules.tables import Row, as_rule_set, build_table, find_faults
from tongban.rules.tests.factories import facts
from tongban.rules.wording import write

ELEMENTS = {"level": "integer", "kind": "text", "poor": "boolean", "on": "date"}


def table(*rows, policy="unique", inputs=("level", "poor"), outputs=("paid",)):
    built = [Row(str(n), cells, results) for n, (cells, results) in enumerate(rows, start=1)]
    return build_table(policy=policy, inputs=inputs, outputs=outputs, rows=built, elements=ELEMENTS)


def told(some, **options):
    return [(fault.row, fault.text.en) for fault in find_faults(some, **options)]


SUBSIDY = table(
    (("1..2", "-"), ("nursing",)),
    (("3..4", "是"), ("living",)),
    (("3..4", "否"), ("none",)),
    (("<1", ""), ("?",)),
    ((">= 5", ""), ("?",)),
)


@pytest.mark.parametrize(
    ("cell", "name", "rule"),
    [
        ("是", "poor", "poor"),
        ("No", "poor", "!poor"),
        ("18", "level", "level == 18"),
        ("≥ 18", "level", "level >= 18"),
        ("18..60", "level", "level >= 18 && level <= 60"),
        ("2026-01-01..2026-12-31", "on", 'on >= "2026-01-01" && on <= "2026-12-31"'),
        ("hotel、bath, cinema", "kind", 'kind in ["hotel", "bath", "cinema"]'),
        ('"a, b"', "kind", 'kind == "a, b"'),
        ("!= hotel", "kind", 'kind != "hotel"'),
        ("≠ hotel，bath", "kind", '!(kind in ["hotel", "bath"])'),
    ],
)
def test_a_cell_is_a_condition(cell, name, rule):
    assert write(read_cell(cell, name, ELEMENTS[name])) == rule


@pytest.mark.parametrize(
    ("cell", "name"),
    [("many", "level"), ("> hotel", "kind"), ("2026-02-30", "on"), ("maybe", "poor"), ('a "b', "kind")],
)
def test_a_cell_that_says_nothing_sensible_is_refused(cell, name):
    with pytest.raises(BadCondition):
        read_cell(cell, name, ELEMENTS[name])


def test_the_row_that_fits_decides():
    assert SUBSIDY.decide({"level": 2}).results == ("nursing",)
    assert SUBSIDY.decide({"level": 3, "poor": True}).results == ("living",)


def test_a_row_that_hangs_on_what_is_missing_is_open():
    assert SUBSIDY.decide({"level": 3}) == Open(("poor",))
    assert table((("1", "是"), ("a",))).decide({"level": 2}) == Open((), "NO_ROW")


def test_of_first_a_later_row_waits_for_an_open_one():
    ordered = table((("", "是"), ("a",)), (("1", ""), ("b",)), policy="first")
    assert ordered.decide({"level": 1}) == Open(("poor",))
    assert ordered.decide({"level": 1, "poor": False}).id == "2"


def test_a_whole_table_has_no_fault():
    assert told(SUBSIDY) == []


def test_gaps_overlaps_and_dead_rows_are_told():
    assert told(table((("1", "是"), ("a",)), (("<1", ""), ("a",)), ((">1", ""), ("a",)))) == [
        ("", "no row fits: level = 1, poor = false")
    ]
    assert ("2", "rows 1, 2 fit at the same time") in told(
        table((("> 1", ""), ("a",)), (("> 2", ""), ("a",))), complete=False
    )
    assert told(table((("> 1", ""), ("a",)), (("> 2", ""), ("a",)), policy="any"), complete=False) == []
    dead = table((("", ""), ("a",)), (("1", ""), ("b",)), policy="first")
    assert told(dead) == [("2", "this row never fits")]


def test_every_row_may_be_a_review_point():
    rows = [Row("age", (">= 18", ""), ("成年", "of age", "某法", "是", "correct"))]
    outputs = ("label_zh", "label_en", "law", "verified", "on_false")
    built = build_table(policy="every", inputs=("level", "poor"), outputs=outputs, rows=rows, elements=ELEMENTS)
    rule_set = as_rule_set(built, vocabulary=Vocabulary(), elements=ELEMENTS)
    assert evaluate(rule_set, facts(level=17)).outcome == "correct"
    assert (rule_set.points[0].label, rule_set.points[0].basis[0].verified) == (Text("成年", "of age"), True)
