"""A world whose transactions commit, so that one region's rows can be put back as they stood in a backup."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import psycopg
from psycopg import sql

from tongban.alliance import queries as alliance
from tongban.exchange import queries, services
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.seal import LOCK, SEAL
from tongban.exchange.tests.factories import Network, write
from tongban.kernel.actors import system
from tongban.kernel.events import NewEvent, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.project.postgres import Cluster

Rows = dict[str, bytes]
SERVED = {"/txp/1/promises": services.answer_promise, "/txp/1/declarations": services.take_declaration}


@dataclass
class Client:
    """What `PeerClient` does, in one process. `left`: how many more requests get an answer."""

    network: Network
    node: Node
    left: int = 1_000_000
    asked: list[str] = field(default_factory=list)

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes:
        peer = self._peer(base, path)
        with _statuses():
            return SERVED[path](node=peer, peer=self.node.id, body=body, at=at)

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes:
        peer, parts = self._peer(base, path), urlsplit(path)
        if parts.path == "/txp/1/members":
            return alliance.get_list_bytes(alliance.latest_list(at).version)
        if not parts.path.endswith("/items"):
            raise PeerUnreachable("status 404")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        with _statuses():
            return services.list_items_for(
                node=peer, peer=self.node.id, region=query["region"], receiver=query["for"],
                case_id=UUID(parts.path.split("/")[4]), first=int(query["from"]), at=at,
            )  # fmt: skip

    def _peer(self, base: str, path: str) -> Node:
        peer = next(node for node in self.network.nodes.values() if node.url == base)
        if peer.id in self.network.down or not self.left:
            raise PeerUnreachable("ConnectError")
        self.left -= 1
        self.asked.append(path)
        return peer


@contextmanager
def _statuses() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        raise PeerUnreachable(f"status {refused.status}") from None


@dataclass
class World:
    """`at` moves on with every step, so that whatever waits is due."""

    cluster: Cluster
    network: Network
    at: datetime

    def later(self) -> datetime:
        self.at += timedelta(minutes=10)
        return self.at

    # What a node does

    def write(self, node: Node, case_id: UUID, *events: NewEvent, **changes: Any) -> list[StoredEvent]:
        return write(node, case_id, *events, at=self.later(), **changes)

    def settle(self) -> None:
        self.network.settle(self.later())

    def start(self, node: Node) -> Any:
        return services.open_incarnation(node=node, at=self.later())

    def advance(self, node: Node, **client: Any) -> bool:
        return services.advance_recovery(node=node, client=Client(self.network, node, **client), at=self.later())

    def declare(self, node: Node) -> int:
        return services.declare_past(node=node, client=Client(self.network, node), at=self.later())

    def recover(self, node: Node) -> None:
        """Start, ask until all have answered, and send what was left."""
        self.start(node)
        while self.advance(node):
            pass
        self.converge(node)

    def converge(self, *nodes: Node) -> None:
        self.settle()
        while sum(self.declare(node) for node in nodes):
            self.settle()

    def order_recovery(self, node: Node) -> Any:
        return services.begin_recovery(node=node, reason="test", by=system(node.regions[0]), at=self.later())

    # What it holds

    def chain(self, node: Node, case_id: UUID) -> list[bytes]:
        with scope(node.regions):
            return [event.envelope for event in queries.list_events(node.regions[0], case_id)]

    def head(self, node: Node, case_id: UUID) -> queries.HeadView:
        with scope(node.regions):
            return queries.get_head(node.regions[0], case_id)

    def agree(self, case_id: UUID, *nodes: Node) -> bool:
        """Equal chains, and nobody has seen two events at one place."""
        for node in nodes:
            with scope(node.regions):
                assert queries.list_forks(node.regions[0], case_id) == []
        return len({tuple(self.chain(node, case_id)) for node in nodes}) == 1

    # Backups

    def back_up(self, node: Node) -> Rows:
        """The seal is changed soon after, as every minute."""
        with self._superuser() as connection:
            rows = {
                table: _read(connection, _rows_of(table, node))
                for table in [*_tables(connection), "exchange_incarnation"]
            }
        services.renew_seal(node=node, at=self.at)
        return rows

    def restore(self, node: Node, backup: Rows) -> None:
        """The database goes back in time; the file beside it does not."""
        with self._superuser() as connection:
            connection.execute("SET session_replication_role = replica")
            for table, rows in backup.items():
                connection.execute(sql.SQL("DELETE FROM {} WHERE {}").format(sql.Identifier(table), _of(table, node)))
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                    copy.write(rows)

    def forget(self, node: Node) -> None:
        """Everything: a new, empty machine."""
        self.restore(node, dict.fromkeys(self.back_up(node), b""))

    def end(self) -> None:
        with self._superuser() as connection:
            connection.execute("SET session_replication_role = replica")
            for table in (*_tables(connection), "exchange_incarnation", "exchange_peer", *_others(connection)):
                if (
                    table.partition("_")[0] in {"exchange", "cases", "alliance", "procrastinate", "kernel"}
                    and table not in KEPT
                ):
                    connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        for node in self.network.nodes.values():
            for name in (SEAL, LOCK):
                (node.home / name).unlink(missing_ok=True)

    def _superuser(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.cluster.dsn(database="tongban_test"))


KEPT = {"kernel_calendaryear"}


def _tables(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT table_name FROM information_schema.columns JOIN pg_tables ON tablename = table_name"
        " WHERE column_name = 'region' AND table_schema = 'public' AND schemaname = 'public'"
    )
    return sorted({row[0] for row in found} - KEPT)


def _others(connection: psycopg.Connection[Any]) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (tablename LIKE 'alliance_%' OR tablename LIKE 'procrastinate_%')"
    )
    return [row[0] for row in found]


def _read(connection: psycopg.Connection[Any], rows: sql.Composed) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(rows)) as copy:
        return b"".join(bytes(piece) for piece in copy)


def _rows_of(table: str, node: Node) -> sql.Composed:
    return sql.SQL("SELECT * FROM {} WHERE {}").format(sql.Identifier(table), _of(table, node))


def _of(table: str, node: Node) -> sql.Composed:
    if table == "exchange_incarnation":
        return sql.SQL("node = {}").format(node.id)
    return sql.SQL("region = ANY({})").format([*node.regions])
