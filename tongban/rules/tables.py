"""Decision tables (决策表): one row per rule, one column per element, each cell what that element must be.

Policies: `every` row is a review point; of `unique` at most one row fits; of `any` all that fit say the same; of `first` the first that fits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Literal as OneOf

from tongban.kernel.text import Text
from tongban.rules.cells import read_cell
from tongban.rules.domains import find_domains, is_made_up
from tongban.rules.evaluation import Open, Step, prepare
from tongban.rules.expression import compile_condition, fitting
from tongban.rules.facts import ElementType, Value, Vocabulary
from tongban.rules.faults import BadCondition
from tongban.rules.points import Basis, Point, RuleSet
from tongban.rules.tree import Binary, Literal, Node
from tongban.rules.wording import write
from tongban.rules.world import NO_WORLD

Policy = OneOf["every", "unique", "any", "first"]
POLICIES: tuple[Policy, ...] = ("every", "unique", "any", "first")
MAX_TRIED = 20_000
MAX_ROWS = 500
NO_ELEMENT = Text("没有要素“{it}”", "undeclared reference to '{it}'")
GAP = Text("没有一行适用：{it}", "no row fits: {it}")
OVERLAP = Text("第{it}行同时适用", "rows {it} fit at the same time")
NEVER = Text("该行永远不适用", "this row never fits")
TOO_MANY = Text("组合过多，未逐一检查", "too many combinations, not all tried")


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` in the order of the table's inputs, `results` in that of its outputs."""

    id: str
    cells: tuple[str, ...]
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableFault:
    """`row` is the id, empty for the table as a whole."""

    row: str
    text: Text


@dataclass(frozen=True, slots=True)
class Table:
    """Made by `build_table`. `trees` and `steps`: what each row asks, as a whole."""

    policy: Policy
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[Row, ...]
    types: Mapping[str, ElementType] = field(repr=False)
    trees: tuple[Node, ...] = field(repr=False)
    steps: tuple[Step, ...] = field(repr=False, compare=False)

    def decide(self, values: Mapping[str, Value]) -> Row | Open:
        """The row that fits; `Open` when that hangs on what is missing, with the fault NO_ROW when none fits. Never raises."""
        known = fitting(values, self.types)
        waiting: dict[str, None] = {}
        for row, step in zip(self.rows, self.steps, strict=True):
            outcome = step(known, NO_WORLD)
            if isinstance(outcome, Open):
                waiting |= dict.fromkeys(outcome.missing)
            elif outcome and not (waiting and self.policy == "first"):
                return row
        return Open(tuple(waiting), "" if waiting else "NO_ROW")


def build_table(
    *,
    policy: Policy,
    inputs: Sequence[str],
    outputs: Sequence[str],
    rows: Sequence[Row],
    elements: Mapping[str, ElementType],
) -> Table:
    """Raises `BadCondition` for a cell that cannot be read, naming it, and for an input that is no element."""
    for name in inputs:
        if name not in elements:
            raise BadCondition(name, 0, NO_ELEMENT, it=name)
    trees = tuple(_tree(row, inputs, elements) for row in rows)
    types = {name: elements[name] for name in inputs}
    steps = tuple(prepare(tree) for tree in trees)
    return Table(policy, tuple(inputs), tuple(outputs), tuple(rows), types, trees, steps)


def _tree(row: Row, inputs: Sequence[str], elements: Mapping[str, ElementType]) -> Node:
    asked = [read_cell(cell, name, elements[name]) for name, cell in zip(inputs, row.cells, strict=True)]
    wanted = [node for node in asked if node is not None]
    return reduce(lambda left, right: Binary("&&", left, right), wanted) if wanted else Literal(True)


def find_faults(table: Table, *, complete: bool = True) -> list[TableFault]:
    """Rows that never fit, rows that fit together against the policy, and combinations that no row fits (`complete`)."""
    domains = find_domains(table.trees)
    if domains.size > MAX_TRIED:
        return [TableFault("", TOO_MANY)]
    fitting_rows = [(values, _rows_that_fit(table, values)) for values in domains.every()]
    faults = [TableFault(table.rows[n].id, NEVER) for n in _unused(table, [rows for _, rows in fitting_rows])]
    if table.policy in ("unique", "any"):
        faults += _overlaps(table, [rows for _, rows in fitting_rows])
    if complete and table.policy != "every":
        faults += [TableFault("", _fill(GAP, _told(values))) for values, rows in fitting_rows if not rows][:1]
    return faults


def _rows_that_fit(table: Table, values: Mapping[str, Value]) -> list[int]:
    return [n for n, step in enumerate(table.steps) if step(values, NO_WORLD) is True]


def _unused(table: Table, found: list[list[int]]) -> Iterator[int]:
    """Of the policy `first` a row also never fits when earlier rows take all that it would."""
    used = {n for rows in found for n in (rows[:1] if table.policy == "first" else rows)}
    yield from (n for n in range(len(table.rows)) if n not in used)


def _overlaps(table: Table, found: list[list[int]]) -> list[TableFault]:
    pairs: dict[tuple[int, int], None] = {}
    for rows in found:
        pairs |= dict.fromkeys((a, b) for a in rows for b in rows if a < b and _clash(table, a, b))
    return [TableFault(table.rows[b].id, _fill(OVERLAP, f"{table.rows[a].id}, {table.rows[b].id}")) for a, b in pairs]


def _clash(table: Table, a: int, b: int) -> bool:
    return table.policy == "unique" or table.rows[a].results != table.rows[b].results


def _told(values: Mapping[str, Value]) -> str:
    shown = {name: "*" if is_made_up(value) else value for name, value in values.items()}
    return ", ".join(
        f"{name} = {str(value).lower() if value is True or value is False else value}" for name, value in shown.items()
    )


def _fill(text: Text, it: str) -> Text:
    return Text(text.zh.format(it=it), text.en.format(it=it))


def as_rule_set(table: Table, *, vocabulary: Vocabulary, elements: Mapping[str, ElementType]) -> RuleSet:
    """Each row a review point. Outputs that are used: label_zh, label_en, law, article, verified, on_false, on_unknown."""
    points = [
        _point(row.id, write(tree), dict(zip(table.outputs, row.results, strict=True)), vocabulary, elements)
        for row, tree in zip(table.rows, table.trees, strict=True)
    ]
    return RuleSet(tuple(points))


def _point(
    id: str, source: str, told: Mapping[str, str], vocabulary: Vocabulary, elements: Mapping[str, ElementType]
) -> Point:
    verified = told.get("verified", "") in ("true", "是", "yes")
    return Point(
        id=id,
        label=Text(told.get("label_zh") or id, told.get("label_en") or id),
        conditions=(compile_condition(source, elements=elements),),
        basis=(Basis(told["law"], told.get("article", ""), verified),) if told.get("law") else (),
        vocabulary=vocabulary,
        on_false="correct"
        if told.get("on_false") == "correct"
        else "demand"
        if told.get("on_false") == "demand"
        else "refer",
        on_unknown="ask" if told.get("on_unknown") == "ask" else "refer",
    )
