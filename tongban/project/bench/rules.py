"""rules_case_ratio: one case with full trace over bare CEL for the same conditions. rules_population_ratio: a population over Polars by hand.

Needs no node. What is compared takes turns, so that noise meets both, and must come to the same.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

import polars as pl
from cel_expr_python import cel

from tongban.kernel.text import Text
from tongban.project.bench.running import Sizes
from tongban.rules.expression import compile_condition
from tongban.rules.facts import ElementType, Fact, Value, Vocabulary
from tongban.rules.points import Basis, Point, RuleSet, evaluate
from tongban.rules.population import decide

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
CASES = 2000
TURNS = 5
POLICIES = 40
SEED = 20261120
FOUNDED_FROM = date(1995, 1, 1)

COMPANY: dict[str, ElementType] = {
    "company.industry": "text", "company.region": "text", "company.kind": "text", "company.founded_on": "date", "company.staff": "integer",
    "company.revenue_fen": "integer", "company.research_fen": "integer", "company.in_default": "boolean",
}  # fmt: skip
INDUSTRIES = [f"C{number}" for number in range(10, 50)]
REGIONS = [f"37{number:02d}00" for number in range(1, 17)]
KINDS = ["limited", "shares", "partnership", "sole", "branch"]


def measure(ground: Any, sizes: Sizes) -> dict[str, float]:
    return {"rules_case_ratio": _case_ratio(), "rules_population_ratio": _population_ratio(sizes.companies)}


def _in_turns(ours: Callable[[], Any], bare: Callable[[], Any], turns: int) -> float:
    """The median of ours over the median of the bare one."""
    times = [(_seconds(ours), _seconds(bare)) for _ in range(turns)]
    return round(median(one for one, _ in times) / median(other for _, other in times), 2)


def _seconds(act: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _case_ratio() -> float:
    elements = _case_elements()
    values = {name: _value(type, number) for number, (name, type) in enumerate(elements.items())}
    sources = [_case_conditions(number) for number in range(12)]
    rules = RuleSet(tuple(_point(str(number), two, elements) for number, two in enumerate(sources)))
    facts = {name: Fact(name, value, "declared", AT) for name, value in values.items()}
    programs = _bare(elements, [source for two in sources for source in two])

    def bare() -> list[bool]:
        return [bool(program.eval(data=values).value()) for program in programs]

    if evaluate(rules, facts).outcome != "approve" or not all(bare()):
        raise AssertionError("both must approve")
    return _in_turns(lambda: evaluate(rules, facts), bare, CASES)


def _case_elements() -> dict[str, ElementType]:
    """25 of them."""
    types: tuple[ElementType, ...] = ("text", "integer", "boolean", "date", "text")
    return {f"group{number % 5}.element{number}": types[number % 5] for number in range(25)}


def _value(type: ElementType, number: int) -> Value:
    values: dict[ElementType, Value] = {
        "text": f"word{number}",
        "integer": number,
        "boolean": True,
        "date": "2026-11-20",
    }
    return values[type]


def _case_conditions(number: int) -> tuple[str, str]:
    """Two conditions of a point, over one group of five elements after the other."""
    text, whole, yes, day, other = (5 * (number % 5) + place for place in range(5))
    first = (
        f"group0.element{text} == 'word{text}' && group2.element{yes}",
        f"group1.element{whole} >= {whole} && group1.element{whole} < 100",
        f"group3.element{day} >= '2026-01-01' || !group2.element{yes}",
    )
    return first[number % 3], f"group4.element{other} in ['a', 'word{other}', 'b']"


def _point(id: str, sources: tuple[str, ...], elements: Mapping[str, ElementType]) -> Point:
    conditions = tuple(compile_condition(source, elements=elements) for source in sources)
    return Point(id, Text(id, id), conditions, (Basis("-", "-", verified=False),), Vocabulary())


def _bare(elements: Mapping[str, ElementType], sources: list[str]) -> list[Any]:
    types = {"text": cel.Type.STRING, "date": cel.Type.STRING, "integer": cel.Type.INT, "boolean": cel.Type.BOOL}
    environment = cel.NewEnv(variables={name: types[type] for name, type in elements.items()})
    return [environment.compile(source) for source in sources]


def _population_ratio(rows: int) -> float:
    companies = _companies(rows)
    rules = {f"policy{n}": RuleSet((_point("p", _policy(n), COMPANY),)) for n in range(POLICIES)}
    by_hand = [pl.all_horizontal(_policy_by_hand(n)).alias(f"policy{n}") for n in range(POLICIES)]

    def bare() -> pl.DataFrame:
        return companies.lazy().select(by_hand).collect()

    if not decide(rules, companies).equals(bare()):
        raise AssertionError("both must find the same companies")
    return _in_turns(lambda: decide(rules, companies), bare, TURNS)


def _companies(rows: int) -> pl.DataFrame:
    """Made up; of every element one in twenty is not known."""
    number = pl.int_range(rows, eager=True).alias("number").to_frame()
    draws = {name: pl.col("number").hash(SEED + place) for place, name in enumerate(COMPANY)}
    values = {
        "company.industry": _one_of(INDUSTRIES, draws["company.industry"]),
        "company.region": _one_of(REGIONS, draws["company.region"]),
        "company.kind": _one_of(KINDS, draws["company.kind"]),
        "company.founded_on": pl.lit(FOUNDED_FROM)
        + pl.duration(days=(draws["company.founded_on"] % 11_000).cast(pl.Int64)),
        "company.staff": (draws["company.staff"] % 500).cast(pl.Int64),
        "company.revenue_fen": (draws["company.revenue_fen"] % 10**10).cast(pl.Int64),
        "company.research_fen": (draws["company.research_fen"] % 10**9).cast(pl.Int64),
        "company.in_default": draws["company.in_default"] % 10 == 0,
    }
    known = [pl.when(draws[name] // 1000 % 20 != 0).then(value).alias(name) for name, value in values.items()]
    return number.select(known)


def _one_of(words: list[str], draw: pl.Expr) -> pl.Expr:
    return (draw % len(words)).replace_strict(dict(enumerate(words)), return_dtype=pl.String)


def _policy(n: int) -> tuple[str, ...]:
    return (
        f"company.industry in ['{INDUSTRIES[n % 40]}', '{INDUSTRIES[(n + 7) % 40]}', '{INDUSTRIES[(n + 19) % 40]}']",
        f"company.region.startsWith('37{n % 2}')",
        f"company.kind != '{KINDS[n % 5]}'",
        f"company.founded_on >= '{2000 + n % 20}-01-01'",
        f"months_after(company.founded_on, {12 + n}) <= '2026-11-20'",
        f"company.staff >= {n} && company.staff < {300 + n}",
        f"company.research_fen * 100 / company.revenue_fen >= {n % 8}",
        "!company.in_default",
    )


def _policy_by_hand(n: int) -> tuple[pl.Expr, ...]:
    staff, founded = pl.col("company.staff"), pl.col("company.founded_on")
    return (
        pl.col("company.industry").is_in([INDUSTRIES[n % 40], INDUSTRIES[(n + 7) % 40], INDUSTRIES[(n + 19) % 40]]),
        pl.col("company.region").str.starts_with(f"37{n % 2}"),
        pl.col("company.kind") != KINDS[n % 5],
        founded >= date(2000 + n % 20, 1, 1),
        founded.dt.offset_by(f"{12 + n}mo") <= date(2026, 11, 20),
        (staff >= n) & (staff < 300 + n),
        pl.col("company.research_fen") * 100 // pl.col("company.revenue_fen") >= n % 8,
        ~pl.col("company.in_default"),
    )
