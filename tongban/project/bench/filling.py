"""A year of a large place: a thousand rows as the fold would have left them, and as many copies of them as are wanted, made by the database.

A copy has its own ids, number, days, partner, item and person; its projection is that of its pattern. It has no chain.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from tongban.cases.marks import marks
from tongban.cases.projection import Case
from tongban.kernel.clock import now
from tongban.kernel.events import format_instant
from tongban.kernel.ids import new_id
from tongban.kernel.workdays import legal_day
from tongban.people.identity import mask_name, mask_number
from tongban.project.bench.ground import JIYANG, LINYI, Ground
from tongban.project.registers.people import FAMILY_NAMES, GIVEN_NAMES
from tongban.regions import queries as regions

STATES = {"closed": 70, "examining": 10, "accepted": 6, "received": 8, "decided_pending_effect": 3, "withdrawn": 3}
"""Shares in the hundred: most cases of a year are closed."""
PATTERNS = 1000
OFFICERS = 40
COLUMNS = (
    "region", "case_id", "number", "item", "partner", "state", "desk", "label", "applicant", "owner", "seq", "received_at",
    "due_on", "updated_at", "officer", "escalated", "asked", "unanswered", "unserved", "folded",
)  # fmt: skip
_COPIES: LiteralString = """
INSERT INTO cases_case (region, case_id, number, item, partner, state, desk, label, applicant, owner, seq, received_at, due_on, updated_at,
    officer, escalated, asked, unanswered, unserved, folded)
SELECT p.region, uuidv7(make_interval(secs => -30 * n)), p.region || '-copy-' || n,
    CASE WHEN n %% 3 = 0 THEN 'bench-' || n %% 97 ELSE p.item END,
    CASE WHEN n %% 5 = 0 THEN (%(places)s::text[])[1 + n %% %(count)s] ELSE p.partner END,
    p.state, p.desk, p.label, md5(n::text), 'c-' || n %% 200000, p.seq, now() - make_interval(secs => 30 * n),
    CASE WHEN p.due_on IS NOT NULL THEN current_date + (n %% 60 - 15)::int END, now() - make_interval(secs => 30 * n),
    p.officer, CASE WHEN p.desk <> '' AND n %% 50 = 0 THEN 'red' ELSE '' END, p.asked, p.desk <> '' AND n %% 40 = 0, n %% 400 = 0, p.folded
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n JOIN bench_pattern p ON p.place = n %% (SELECT count(*) FROM bench_pattern)
"""


def fill(ground: Ground, *, first: int, last: int) -> None:
    """Copies number `first` to `last`, as the owner of the tables. The indexes are made anew afterwards: that is faster, and they are the same."""
    with psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True) as owner:
        _make_patterns(owner, ground)
        kept = _drop_indexes(owner)
        places = partners()
        owner.execute(_COPIES, {"first": first, "last": last, "places": places, "count": len(places)})
        for definition in kept:
            owner.execute(sql.SQL(definition))
        # As the database's own housekeeping does after so many rows.
        owner.execute("VACUUM (ANALYZE) cases_case")


def partners() -> list[str]:
    """Places with which a fifth of the copies are shared."""
    return [region.code for region in regions.list_regions(level="county")][:97]


def number_of(copy: int) -> str:
    return f"{JIYANG.region}-copy-{copy}"


def _drop_indexes(owner: psycopg.Connection[Any]) -> list[LiteralString]:
    """Those that no constraint needs; answers how to make them."""
    found = owner.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'cases_case' AND schemaname = 'public'"
        " AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = 'cases_case'::regclass)"
    ).fetchall()
    for name, _ in found:
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in found]


# Rows as the fold would have left them


def _make_patterns(owner: psycopg.Connection[Any], ground: Ground) -> None:
    owner.execute("CREATE TEMPORARY TABLE bench_pattern (place bigint, LIKE cases_case INCLUDING DEFAULTS)")
    owner.execute("ALTER TABLE bench_pattern ALTER COLUMN id DROP NOT NULL")
    with owner.cursor().copy(f"COPY bench_pattern (place, {', '.join(COLUMNS)}) FROM STDIN") as copy:
        for place, row in enumerate(_rows(ground)):
            copy.write_row((place, *row))
    owner.execute("ANALYZE bench_pattern")


def _rows(ground: Ground) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(1)  # noqa: S311  made-up people, no secret
    states, weights = list(STATES), list(STATES.values())
    for number in range(PATTERNS):
        state = chance.choices(states, weights)[0]
        yield _row(ground, chance, _case(ground, chance, number, state), new_id())


def some_case(ground: Ground, number: int, state: str) -> Case:
    return _case(ground, random.Random(number), number, state)  # noqa: S311  made-up people, no secret


def row_of(ground: Ground, case: Case, case_id: UUID) -> tuple[Any, ...]:
    """`COLUMNS` of this case."""
    return _row(ground, random.Random(case.number), case, case_id)  # noqa: S311


def _case(ground: Ground, chance: random.Random, number: int, state: str) -> Case:
    """Half of them received here for 临邑, half decided here."""
    handed_in = datetime.now(UTC) - timedelta(minutes=number + 1)
    here_decides = bool(chance.getrandbits(1))
    receiving, deciding = (LINYI.region, JIYANG.region) if here_decides else (JIYANG.region, LINYI.region)
    due = legal_day(handed_in) + timedelta(days=chance.randint(1, 40))
    definition, part = (
        ground.definition,
        {"kid": "1", "cipher": f"{number:064x}", "commit": f"{number:064x}", "size": 420},
    )
    clause = {
        "agreement": "bench", "version": 1, "article": "第三条", "item": definition.item, "mode": "online",
        "receiving": receiving, "deciding": deciding,
    }  # fmt: skip
    return Case(
        state=state, seq=9, number=f"{receiving}-{legal_day(handed_in):%Y%m%d}-{number:06d}", item=definition.item,
        title=definition.name.as_json(), definition=definition.hash, situation="long_term_permit", mode="online",
        channel="online", receiving=receiving, deciding=deciding, receiving_office="hall",
        deciding_office="medical-insurance", clause=clause, submitted_at=format_instant(handed_in),
        writer=receiving if state == "received" else deciding, received_at=format_instant(handed_in), identity_check="sms",
        acceptance_due_on=due.isoformat(), accepted_at=format_instant(handed_in), decision_due_on=due.isoformat(),
        parts={name: {"name": name, **part} for name in ("application", "evidence", "assessment")},
        assessment={"outcome": "refer", "points": dict.fromkeys(("identity", "insured", "residence"), "unknown")},
        officer=f"s-bench-{chance.randrange(OFFICERS)}" if here_decides and state != "received" else "",
    )  # fmt: skip


def _row(ground: Ground, chance: random.Random, case: Case, case_id: UUID) -> tuple[Any, ...]:
    region = JIYANG.region
    name = chance.choice(FAMILY_NAMES) + "".join(chance.choices(GIVEN_NAMES, k=2))
    label = f"{mask_name(name)} {mask_number(f'99{chance.randrange(10**16):016d}')}"
    partner = case.deciding if case.receiving == region else case.receiving
    marked = marks(case, region)
    return (
        region, case_id, case.number, case.item, partner, case.state, case.desk_of(region),
        ground.node.seal_locally(label, purpose="label", region=region), f"{chance.getrandbits(128):032x}", "c-bench", case.seq,
        case.received_at, case.due_on or None, now(), *(marked[column] for column in COLUMNS[14:19]), Jsonb(case.as_json()),
    )  # fmt: skip
