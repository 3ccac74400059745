"""What the exchange's tests write and send. The kinds are the tests' own: the exchange knows no case."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tests.cast import ITEM, JIYANG, LINYI, clerk
from tongban.alliance import queries as alliance
from tongban.exchange import services, wire
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.models import CaseHead
from tongban.exchange.outbox import Link
from tongban.kernel import registries, sealing, vault
from tongban.kernel.events import Baton, Clause, NewEvent, StoredEvent
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.registries import EventKind
from tongban.kernel.scope import scope
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text

OPENED, NOTED, OFFERED, ACCEPTED, DECLINED = (
    registries.register_kind(EventKind(f"test.{name}", 1, Text(name, name))).kind
    for name in ("opened", "noted", "offered", "accepted", "declined")
)
SUPPLEMENT = "test.supplement;v=1"


def clause(receiving: str = JIYANG, deciding: str = LINYI, *, article: str = "1") -> Clause:
    return Clause("jlh", 1, article, ITEM, "one-window", receiving, deciding)


def opened(**changes: Any) -> NewEvent:
    return NewEvent(OPENED, {"item": ITEM}, **({"baton": Baton("open"), "clause": clause()} | changes))


def noted(**body: Any) -> NewEvent:
    return NewEvent(NOTED, body)


def offered(to: str = LINYI, receiving: str = JIYANG, **changes: Any) -> NewEvent:
    article = "1" if {to, receiving} == {JIYANG, LINYI} else "2"
    return NewEvent(
        OFFERED, {}, **({"baton": Baton("offer", to), "clause": clause(receiving, to, article=article)} | changes)
    )


def accepted() -> NewEvent:
    return NewEvent(ACCEPTED, {}, baton=Baton("accept"))


def declined() -> NewEvent:
    return NewEvent(DECLINED, {"reason": "not ours"}, baton=Baton("decline"))


def write(node: Node, case_id: UUID, *events: NewEvent, at: datetime, **changes: Any) -> list[StoredEvent]:
    """Append as the node's own region, each call a command of its own."""
    region = changes.pop("region", node.regions[0])
    values: dict[str, Any] = {"cmd": new_id(), "request": b"request", "by": clerk(region), "role": "reception"}
    with scope([region]):
        return services.append(node=node, region=region, case_id=case_id, events=events, at=at, **(values | changes))


def seal(node: Node, case_id: UUID, value: Any = "罗建国", *, name: str = "application") -> Sealed:
    """A sealed part of a case; its key is made when there is none."""
    with scope(node.regions):
        region = node.regions[0]
        if not vault.has_key(region=region, case_id=case_id):
            vault.create_key(node=node, region=region, case_id=case_id)
        key = vault.get_key(node=node, region=region, case_id=case_id)
        return sealing.seal_json(value, name=name, key=key, suite=node.suite)


def send_raw(
    node: Node, items: Sequence[wire.Item], *, at: datetime, peer: Node, to: str = "", sender: str = ""
) -> list[wire.Answer]:
    """Post items to `node` in the name of `peer`, whatever they are."""
    batch = wire.Batch(to or node.regions[0], sender or peer.regions[0], tuple(items))
    return services.receive(node=node, batch=batch, peer=peer.id, at=at)


@dataclass
class Network:
    """Carries posts between nodes in one process, as bytes. `down`: unreachable nodes; `lose`: replies to drop; `log`: what was asked."""

    nodes: dict[str, Node]
    down: set[str] = field(default_factory=set)
    lose: int = 0
    log: list[wire.Batch] = field(default_factory=list)
    answers: list[wire.Answer] = field(default_factory=list)
    reply: bytes | None = None

    def poster(self, node: Node) -> "Line":
        return Line(self, node)

    def deliver(self, node: Node, at: datetime, *, jitter: float = 1.0) -> int:
        return services.deliver_once(node, at, poster=self.poster(node), jitter=lambda low, high: high * jitter)

    def settle(self, at: datetime) -> None:
        """Until nobody confirms anything any more."""
        while sum(self.deliver(node, at) for node in self.nodes.values()):
            pass


@dataclass
class Line:
    network: Network
    node: Node

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes:
        receiver = next(node for node in self.network.nodes.values() if node.url == base)
        if receiver.id in self.network.down:
            raise PeerUnreachable("ConnectError")
        batch = wire.read_batch(body)
        self.network.log.append(batch)
        answers = services.receive(node=receiver, batch=batch, peer=self.node.id, at=at)
        self.network.answers = answers
        if self.network.lose:
            self.network.lose -= 1
            raise PeerUnreachable("ReadError")
        return self.network.reply if self.network.reply is not None else wire.write_answers(answers)


def link(sender: Node, receiver: Node) -> Link:
    return Link(sender.regions[0], receiver.regions[0])


def members(at: datetime) -> Any:
    return alliance.current_list(at)


def park(region: str, case_id: UUID) -> None:
    """As if two records of the case contradicted each other."""
    CaseHead.objects.filter(case_id=case_id, region=region).update(parked="fork")


def waiting_jobs(name: str) -> int:
    """Of this name, not yet begun."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [name])
        return int(cursor.fetchone()[0])
