"""rehearsal_cases_per_s: a draft tried on recorded cases of a node, from the start of the job until its list is kept.

Every case has its own key and its own sealed values, as cases have; the database and the key vault are the node's own.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql

from tongban.cases.projection import Case
from tongban.catalogue import examples
from tongban.kernel import vault
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.events import Json, format_instant
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.sealing import DataKey, Sealed, seal_json
from tongban.project.bench.filling import COLUMNS, row_of, some_case
from tongban.project.bench.ground import JIYANG, Ground
from tongban.project.bench.running import Sizes
from tongban.review import rehearsal, rehearsals
from tongban.review.facts import points_as_text

SITUATION = "long_term_permit"
MARK = f"{JIYANG.region}-past-"
LATE, EVERY = "filing.start_on", 100
"""In one case of so many the filing begins too late for the draft."""


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    with ground.workers_paused():
        _record(ground, sizes.past)
        with scope([JIYANG.region]):
            id = rehearsal.start_rehearsal(
                node=ground.node, region=JIYANG.region, document=_draft(ground), by=system(JIYANG.region), at=now()
            )
        begun = time.perf_counter()
        rehearsal.run_rehearsal(node=ground.node, region=JIYANG.region, rehearsal_id=id, at=now())
        seconds = time.perf_counter() - begun
        _forget(ground)
    expected = len(range(0, sizes.past, EVERY))
    with scope([JIYANG.region]):
        found = rehearsals.get_rehearsal(node=ground.node, region=JIYANG.region, rehearsal_id=id, most=0)
    if (found.cases, found.flipped) != (sizes.past, expected):
        raise AssertionError(f"{found.flipped} of {found.cases} flipped, {expected} of {sizes.past} expected")
    return {"rehearsal_cases_per_s": round(sizes.past / seconds)}


def _draft(ground: Ground) -> dict[str, Any]:
    """The item as it is, for nobody who starts more than half a year after handing in."""
    document = {**ground.definition.document, "region": JIYANG.region}
    extra = f"{LATE} <= months_after(case.submitted_on, 6)"
    points = [
        {**point, "conditions": [*point["conditions"], extra]} if point["id"] == "start" else point
        for point in document["points"]
    ]
    return {**document, "points": points}


def _record(ground: Ground, count: int) -> None:
    """As the owner of the tables."""
    values = _values(ground)
    with psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True) as owner:
        for first in range(0, count, 1000):
            made = [_made(ground, values, number) for number in range(first, min(first + 1000, count))]
            _copy(owner, "cases_case", COLUMNS, (row for row, _, _ in made))
            _copy(owner, "kernel_casekey", ("region", "case_id", "kid", "wrapped"), (key for _, key, _ in made))
            _copy(
                owner, "kernel_sealedpart", ("region", "case_id", "cipher", "ciphertext"), (part for _, _, part in made)
            )
        owner.execute("ANALYZE cases_case, kernel_casekey, kernel_sealedpart")


def _forget(ground: Ground) -> None:
    """The lists that are measured afterwards are as long as they say."""
    with psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True) as owner:
        for table in ("kernel_sealedpart", "kernel_casekey", "cases_case"):
            owner.execute(
                sql.SQL("DELETE FROM {} WHERE case_id IN (SELECT case_id FROM cases_case WHERE number LIKE %s)").format(
                    sql.Identifier(table)
                ),
                [f"{MARK}%"],
            )
        owner.execute("VACUUM (ANALYZE) cases_case, kernel_casekey, kernel_sealedpart")


def _copy(
    owner: psycopg.Connection[Any], table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    with owner.cursor().copy(sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)) as copy:
        for row in rows:
            copy.write_row(row)


def _values(ground: Ground) -> Json:
    """What the rules read of somebody whom they grant it."""
    granted = (one for one in examples.load_examples(ground.definition.key) if one.outcome == "approve")
    example = next(one for one in granted if one.situation == SITUATION)
    return examples.assess_example(example, ground.definition).as_json()


def _made(ground: Ground, values: Json, number: int) -> tuple[tuple[Any, ...], ...]:
    """A row, a wrapped key and a sealed part."""
    key = DataKey(new_id(), vault.FIRST_KEY, ground.node.suite.new_data_key())
    wrapped = vault.wrap_for(ground.node.keys["encryption"].public, key=key, node=ground.node)
    part = seal_json(_own(values, number), name="assessment", key=key, suite=ground.node.suite)
    return (
        row_of(ground, _assessed(ground, values, part, number), key.case),
        (JIYANG.region, key.case, key.kid, wrapped),
        (JIYANG.region, key.case, part.ref.cipher, part.ciphertext),
    )


def _own(values: Json, number: int) -> Json:
    late = "2099-01-01"
    facts = [
        {**fact, "value": late} if fact["element"] == LATE and number % EVERY == 0 else fact for fact in values["facts"]
    ]
    return {**values, "facts": facts}


def _assessed(ground: Ground, values: Json, part: Sealed, number: int) -> Case:
    case = some_case(ground, number, "closed")
    return replace(
        case, number=f"{MARK}{number}", deciding=JIYANG.region, writer=JIYANG.region, situation=SITUATION, parts={"assessment": part.ref.as_json()},
        assessment={"outcome": values["outcome"], "points": points_as_text(values["points"])},
        assessed_at=format_instant(now() - timedelta(minutes=number)),
        decision={"outcome": "approved", "decided_by": "rules"},
    )  # fmt: skip
