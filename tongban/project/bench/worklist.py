"""worklist_p95_ms: the list of a desk, opened by an examiner of a region with many cases, through the serving process."""

import json
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tongban.cases.projection import Case
from tongban.kernel.clock import now
from tongban.kernel.events import format_instant
from tongban.kernel.ids import new_id
from tongban.kernel.workdays import legal_day
from tongban.people.identity import mask_name, mask_number
from tongban.project import walk_case
from tongban.project.bench.ground import JIYANG, LINYI, Ground, median_ms, p95_ms
from tongban.project.bench.running import Sizes
from tongban.project.bench.visiting import count_statements
from tongban.project.registers.people import FAMILY_NAMES, GIVEN_NAMES
from tongban.project.walk import Visitor

DESKS = ("examination", "acceptance", "reception", "effect", "all")
DEEPEST_PAGE = 20
STATES = {"closed": 70, "examining": 10, "accepted": 6, "received": 8, "decided_pending_effect": 3, "withdrawn": 3}
"""Shares in the hundred: most cases of a year are closed."""
COLUMNS = (
    "region", "case_id", "number", "item", "partner", "state", "desk", "label", "applicant", "owner", "seq", "received_at",
    "due_on", "updated_at", "folded",
)  # fmt: skip


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    small = max(1, sizes.rows // 10)
    with Visitor(ground.url(JIYANG)) as examiner:
        _sign_in(ground, examiner)
        _fill(ground, small)
        few = _open_pages(examiner, sizes.requests // 2, rows=small)
        _fill(ground, sizes.rows - small, first=small)
        many = _open_pages(examiner, sizes.requests, rows=sizes.rows)
        statements = [count_statements(examiner, "/staff/?desk=examination") for _ in range(2)][-1]
    return {
        "worklist_p95_ms": p95_ms(many),
        "worklist_p50_ms": median_ms(many),
        "worklist_p95_ms_10k": p95_ms(few),
        "worklist_statements": statements.count,
    }


def _sign_in(ground: Ground, visitor: Visitor) -> None:
    accounts = json.loads((ground.demo.homes[JIYANG.name] / "accounts.json").read_text())
    account = next(account for account in accounts if "examiner" in account["roles"])
    walk_case.sign_in_staff(visitor, username=account["username"], password=account["password"], secret=account["totp"])


def _open_pages(visitor: Visitor, count: int, *, rows: int) -> list[float]:
    """Desks in turn, pages by chance among those a clerk may reach; each answer is a page, not a redirect."""
    chance = random.Random(count)  # noqa: S311  which page, no secret
    deepest = max(1, min(DEEPEST_PAGE, rows // 2000))
    seconds = []
    for number in range(-len(DESKS), max(2, count)):
        address = f"/staff/?desk={DESKS[number % len(DESKS)]}&page={chance.randint(1, deepest)}"
        begun = time.monotonic()
        answer = visitor.client.get(address, follow_redirects=False)
        if answer.status_code != 200:
            raise ValueError(f"status {answer.status_code}")
        if number >= 0:
            seconds.append(time.monotonic() - begun)
    return seconds


# Rows as the fold would have left them


def _fill(ground: Ground, count: int, *, first: int = 0) -> None:
    """COPY as the owner: the application's own role cannot copy into tables with row-level security."""
    with psycopg.connect(ground.dsn(JIYANG, "tongban_owner")) as owner:
        command = f"COPY cases_case ({', '.join(COLUMNS)}) FROM STDIN"
        with owner.cursor().copy(command) as copy:
            for row in _rows(ground, count, first):
                copy.write_row(row)
        owner.commit()
        owner.autocommit = True
        # As the database's own housekeeping does after so many rows.
        owner.execute("VACUUM (ANALYZE) cases_case")


def _rows(ground: Ground, count: int, first: int) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(first)  # noqa: S311  made-up people, no secret
    states, weights = list(STATES), list(STATES.values())
    for number in range(first, first + count):
        state = chance.choices(states, weights)[0]
        yield _row(ground, chance, _case(ground, chance, number, state))


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
    )  # fmt: skip


def _row(ground: Ground, chance: random.Random, case: Case) -> tuple[Any, ...]:
    region = JIYANG.region
    name = chance.choice(FAMILY_NAMES) + "".join(chance.choices(GIVEN_NAMES, k=2))
    label = f"{mask_name(name)} {mask_number(f'99{chance.randrange(10**16):016d}')}"
    partner = case.deciding if case.receiving == region else case.receiving
    return (
        region, new_id(), case.number, case.item, partner, case.state, case.desk_of(region),
        ground.node.seal_locally(label, purpose="label", region=region), f"{chance.getrandbits(128):032x}", "c-bench", case.seq,
        case.received_at, case.due_on or None, now(), Jsonb(case.as_json()),
    )  # fmt: skip
