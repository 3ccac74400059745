"""append_ratio: our append of one event over the bare minimum for the same rows, one after the other in turns so that noise meets both."""

import hashlib
import time
from collections.abc import Sequence
from typing import Any, LiteralString, Self
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.project.bench.ground import JIYANG, LINYI, Ground, append_small_event, counted, median_ms, open_quiet_case
from tongban.project.bench.running import Sizes

TABLES = ("exchange_command", "exchange_event", "exchange_casehead", "exchange_outbox", "cases_case")
CASES = 20
WARM_UP = 2 * CASES
SIGNATURE_BYTES = 64


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    cases = [open_quiet_case(ground) for _ in range(CASES)]
    append_small_event(ground, cases[0])
    with counted() as statements:
        append_small_event(ground, cases[0])
    with ground.workers_paused(), Floor(ground, cases) as floor:
        ours, bare = [], []
        for number in range(WARM_UP + sizes.appends):
            case_id = cases[number % CASES]
            times = _timed(append_small_event, ground, case_id), _timed(floor.append, case_id)
            if number >= WARM_UP:
                ours.append(times[0])
                bare.append(times[1])
    return {
        "append_ratio": round(median_ms(ours) / median_ms(bare), 2),
        "append_ms": median_ms(ours),
        "append_floor_ms": median_ms(bare),
        "append_statements": statements.count,
    }


def _timed(act: Any, *arguments: Any) -> float:
    begun = time.perf_counter()
    act(*arguments)
    return time.perf_counter() - begun


class Floor:
    """Plain SQL into tables with the same columns and indexes and rows of the same size: sign once, write, one durable commit."""

    def __init__(self, ground: Ground, cases: Sequence[UUID]) -> None:
        self.owner = psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True)
        self.connection = psycopg.connect(ground.dsn(JIYANG))
        self._make_tables(list(cases))
        self.key = Ed25519PrivateKey.from_private_bytes(ground.node.keys["event"].secret)
        self.envelope = self._newest("exchange_event", "envelope", cases[0])
        self.folded = self._newest("cases_case", "folded::text", cases[0])
        self.seqs = {case_id: self._newest("exchange_casehead", "seq", case_id) for case_id in cases}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        for table in TABLES:
            self._own("DROP TABLE {copy}", table)
        self.owner.close()

    def _make_tables(self, cases: list[UUID]) -> None:
        for table in TABLES:
            self._own("CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)", table)
            self._own("GRANT SELECT, INSERT, UPDATE ON {copy} TO tongban_app", table)
        for table in ("exchange_casehead", "cases_case"):
            self._own("INSERT INTO {copy} SELECT * FROM {table} WHERE case_id = ANY(%s)", table, cases)

    def _own(self, statement: LiteralString, table: str, *values: Any) -> None:
        names = {"copy": sql.Identifier(f"bench_{table}"), "table": sql.Identifier(table)}
        self.owner.execute(sql.SQL(statement).format(**names), values or None)

    def _newest(self, table: LiteralString, column: LiteralString, case_id: UUID) -> Any:
        query = sql.SQL(f"SELECT {column} FROM {table} WHERE case_id = %s ORDER BY seq DESC LIMIT 1")  # noqa: S608
        found = self.owner.execute(query, [case_id]).fetchone()
        return found[0] if found else None

    def append(self, case_id: UUID) -> None:
        self.seqs[case_id] += 1
        cmd = new_id()
        content = cmd.bytes + self.envelope[len(cmd.bytes) + SIGNATURE_BYTES :]
        envelope = content + self.key.sign(content)
        with self.connection.transaction():
            self._write(case_id, self.seqs[case_id], cmd, envelope, hashlib.sha256(envelope).hexdigest())

    def _write(self, case_id: UUID, seq: int, cmd: UUID, envelope: bytes, hash: str) -> None:
        at, region, execute = now(), JIYANG.region, self.connection.execute
        execute(
            "INSERT INTO bench_exchange_command (case_id, region, cmd, request_hash, first_seq, last_seq)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [case_id, region, cmd, hash, seq, seq],
        )
        execute(
            "INSERT INTO bench_exchange_event (case_id, region, seq, hash, prev, kind, author, baton, baton_to, writer, offered_by,"
            " envelope, at, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, '', '', %s, '', %s, %s, %s)",
            [case_id, region, seq, hash, hash, "cases.proposal_declined;v=1", region, region, envelope, at, at],
        )
        execute(
            "UPDATE bench_exchange_casehead SET seq = %s, head = %s, folded = %s WHERE case_id = %s AND region = %s",
            [seq, hash, seq, case_id, region],
        )
        execute(
            "INSERT INTO bench_exchange_outbox (region, case_id, peer_region, seq, created_at, next_try, claim, tries, last_error)"
            " VALUES (%s, %s, %s, %s, %s, %s, 0, 0, '')",
            [region, case_id, LINYI.region, seq, at, at],
        )
        execute(
            "UPDATE bench_cases_case SET seq = %s, updated_at = %s, folded = %s::jsonb WHERE case_id = %s AND region = %s",
            [seq, at, self.folded, case_id, region],
        )
