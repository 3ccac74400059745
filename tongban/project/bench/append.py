"""append_ratio: our append of one event over the bare minimum for the same rows, one after the other in turns so that noise meets both."""

import hashlib
import time
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.project.bench.ground import JIYANG, LINYI, Ground, append_small_event, counted, median_ms, open_quiet_case
from tongban.project.bench.running import Sizes

TABLES = ("exchange_command", "exchange_event", "exchange_casehead", "exchange_outbox", "cases_case")
WARM_UP = 20
SIGNATURE_BYTES = 64


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    case_id = open_quiet_case(ground)
    with counted() as statements:
        append_small_event(ground, case_id)
    with ground.workers_paused(), Floor(ground, case_id) as floor:
        ours, bare = [], []
        for number in range(WARM_UP + sizes.appends):
            times = _timed(append_small_event, ground, case_id), _timed(floor.append)
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

    def __init__(self, ground: Ground, case_id: UUID) -> None:
        self.case_id = case_id
        self.owner = psycopg.connect(ground.dsn(JIYANG, "tongban_owner"), autocommit=True)
        self._make_tables()
        self.connection = psycopg.connect(ground.dsn(JIYANG))
        self.key = Ed25519PrivateKey.from_private_bytes(ground.node.keys["event"].secret)
        self.envelope, self.folded = self._last("exchange_event", "envelope"), self._last("cases_case", "folded::text")
        self.seq = int(self._last("exchange_casehead", "seq"))

    def __enter__(self) -> "Floor":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        for table in TABLES:
            self.owner.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(f"bench_{table}")))
        self.owner.close()

    def _make_tables(self) -> None:
        for table in TABLES:
            names = {"copy": sql.Identifier(f"bench_{table}"), "table": sql.Identifier(table)}
            for statement in (
                "CREATE TABLE {copy} (LIKE {table} INCLUDING ALL)",
                "GRANT SELECT, INSERT, UPDATE ON {copy} TO tongban_app",
            ):
                self.owner.execute(sql.SQL(statement).format(**names))
        for table in ("exchange_casehead", "cases_case"):
            copy, names = sql.Identifier(f"bench_{table}"), sql.Identifier(table)
            select = sql.SQL("INSERT INTO {} SELECT * FROM {} WHERE case_id = %s").format(copy, names)
            self.owner.execute(select, [self.case_id])

    def _last(self, table: str, column: str) -> Any:
        query = sql.SQL("SELECT {} FROM {} WHERE case_id = %s ORDER BY seq DESC LIMIT 1")
        found = self.owner.execute(query.format(sql.SQL(column), sql.Identifier(table)), [self.case_id]).fetchone()
        return found[0] if found else None

    def append(self) -> None:
        self.seq += 1
        at, cmd = now(), new_id()
        content = cmd.bytes + self.envelope[len(cmd.bytes) + SIGNATURE_BYTES :]
        envelope = content + self.key.sign(content)
        hash = hashlib.sha256(envelope).hexdigest()
        with self.connection.transaction():
            self._write(at, cmd, envelope, hash)

    def _write(self, at: Any, cmd: UUID, envelope: bytes, hash: str) -> None:
        case_id, region, execute = self.case_id, JIYANG.region, self.connection.execute
        execute(
            "INSERT INTO bench_exchange_command (case_id, region, cmd, request_hash, first_seq, last_seq)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [case_id, region, cmd, hash, self.seq, self.seq],
        )
        execute(
            "INSERT INTO bench_exchange_event (case_id, region, seq, hash, prev, kind, author, baton, baton_to, writer, offered_by,"
            " envelope, at, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, '', '', %s, '', %s, %s, %s)",
            [case_id, region, self.seq, hash, hash, "cases.proposal_declined;v=1", region, region, envelope, at, at],
        )
        execute(
            "UPDATE bench_exchange_casehead SET seq = %s, head = %s, folded = %s WHERE case_id = %s AND region = %s",
            [self.seq, hash, self.seq, case_id, region],
        )
        execute(
            "INSERT INTO bench_exchange_outbox (region, case_id, peer_region, seq, created_at, next_try, claim, tries, last_error)"
            " VALUES (%s, %s, %s, %s, %s, %s, 0, 0, '')",
            [region, case_id, LINYI.region, self.seq, at, at],
        )
        execute(
            "UPDATE bench_cases_case SET seq = %s, updated_at = %s, folded = %s::jsonb WHERE case_id = %s AND region = %s",
            [self.seq, at, self.folded, case_id, region],
        )
