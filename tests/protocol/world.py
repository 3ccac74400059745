"""A world of nodes in one process: a database for each, signed HTTP through the real views, a clock and a network that tests command."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from pytest import MonkeyPatch

from tests.cast import clerk
from tongban.alliance.tests.factories import found_alliance
from tongban.exchange import delivery, incarnation, peers, recovery, seal, services, wire
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.chain import Head
from tongban.exchange.log import lock_copy
from tongban.exchange.models import Proposal
from tongban.exchange.queries import list_events
from tongban.exchange.requests import sign_request
from tongban.kernel import clock, registries
from tongban.kernel.events import NewEvent, StoredEvent
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.registries import EventKind
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.project import postgres
from tongban.project.settings import _database

OPENED, NOTED, OFFERED, ACCEPTED, DECLINED, DECIDED, TAKEN_UP = (
    registries.register_kind(EventKind(f"world.{name}", 1, Text(name, name))).kind
    for name in ("opened", "noted", "offered", "accepted", "declined", "decided", "taken_up")
)
SLIP = "world.slip;v=1"
"""What a region without the baton asks for."""
TEMPLATE = "tongban_test"
MEMORY = ((peers, "_peers"),)
"""What a process keeps outside its database."""


class DecidedBefore(Refused):
    """One decision per case."""


class TakenUpBefore(Refused):
    """A slip goes onto the chain once."""


@dataclass
class Place:
    """One node: its identity, its database, what its process remembers."""

    node: Node
    database: str
    wrapper: BaseDatabaseWrapper
    memory: dict[str, Any] = field(default_factory=dict)
    backup: str = ""

    @property
    def region(self) -> str:
        return self.node.regions[0]


@dataclass(frozen=True)
class Letter:
    """A request as it left."""

    to: str
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class World:
    """`fate` says what becomes of the next requests; `sent` is every event ever put on a wire, by case and position."""

    cluster: postgres.Cluster
    places: list[Place]
    now: datetime
    fate: str = "ok"
    late: list[Letter] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    effects: set[tuple[UUID, str]] = field(default_factory=set)
    active: Place | None = None

    def at(self) -> datetime:
        return self.now

    def tick(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    # Who runs now

    @contextmanager
    def inside(self, place: Place) -> Iterator[Node]:
        """The process becomes this place's: its database, its node, what its memory holds."""
        before = self.active
        self._enter(place)
        try:
            yield place.node
        finally:
            if before is not None:
                self._enter(before)
            else:
                self.active = None

    def _enter(self, place: Place) -> None:
        connections["default"] = place.wrapper
        registries.set_node(place.node)
        for module, name in MEMORY:
            setattr(module, name, place.memory.setdefault(name, {}))
        self.active = place

    def place_at(self, url: str) -> Place:
        return next(place for place in self.places if place.node.url == url.rstrip("/"))

    # What people and machines do

    def write(self, place: Place, case_id: UUID, *events: NewEvent, cmd: UUID | None = None) -> list[StoredEvent]:
        """Refuses as `services.append` does."""
        with self.inside(place) as node, scope(node.regions):
            return services.append(
                node=node, region=place.region, case_id=case_id, events=events, cmd=cmd or new_id(), request=b"request",
                by=clerk(place.region), role="reception", at=self.now,
            )  # fmt: skip

    def propose(self, place: Place, case_id: UUID, cmd: UUID) -> None:
        with self.inside(place) as node, scope(node.regions):
            services.propose(
                node=node, region=place.region, case_id=case_id, kind=SLIP, body={}, cmd=cmd, request=b"slip",
                by=clerk(place.region), role="reception", at=self.now,
            )  # fmt: skip

    def head(self, place: Place, case_id: UUID) -> Head:
        with self.inside(place) as node, scope(node.regions):
            return lock_copy(place.region, case_id).head

    def send(self, place: Place, fate: str = "ok") -> int:
        """One batch to everybody for whom something is due."""
        self.fate = fate
        with self.inside(place) as node:
            sent = services.deliver_once(node, self.now, poster=Line(self, place), jitter=lambda low, high: low)
        self.fate = "ok"
        return sent

    def deliver_late(self, number: int) -> None:
        """A letter that was on its way arrives, and stays where a fault of the network may find it again."""
        letter = self.late[number % len(self.late)]
        self.hand_over(letter)

    def hand_over(self, letter: Letter) -> tuple[int, bytes]:
        """Status and body of what the receiving node's own views answer."""
        place = self.place_at(letter.to)
        with self.inside(place):
            client = Client(raise_request_exception=True)
            answer = client.generic(
                letter.method, letter.path, letter.body, content_type="application/json", secure=False,
                headers={**letter.headers, "Host": urlsplit(letter.to).netloc},
            )  # fmt: skip
            return answer.status_code, answer.getvalue()

    def note_effect(self, node: Node, event: StoredEvent) -> None:
        """What left for the world outside; only what was committed counts."""
        transaction.on_commit(lambda: self.effects.add((event.case, event.hash)))

    # Backups

    def back_up(self, place: Place) -> None:
        place.wrapper.close()
        name = f"{place.database}_backup"
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as owner:
            owner.execute(f"DROP DATABASE IF EXISTS {name}")
            owner.execute(f"CREATE DATABASE {name} TEMPLATE {place.database} STRATEGY FILE_COPY")
        place.backup = name

    def restore(self, place: Place) -> None:
        """As `tongban node restore` does: the database becomes what it was, the seal is gone; the process starts anew and finds out by itself."""
        place.wrapper.close()
        (place.node.home / seal.SEAL).unlink()
        with psycopg.connect(self.cluster.dsn(), autocommit=True) as owner:
            owner.execute(f"DROP DATABASE {place.database}")
            owner.execute(f"CREATE DATABASE {place.database} TEMPLATE {place.backup} STRATEGY FILE_COPY")
        place.memory.clear()
        self.start(place)

    def start(self, place: Place) -> None:
        """What every process of the node does first."""
        with self.inside(place) as node:
            incarnation.open_incarnation(node=node, at=self.now)

    def recover(self, place: Place, fate: str = "ok") -> None:
        """One round of asking the others, as a worker does every few seconds while anything is left to ask or to declare."""
        self.fate = fate
        with self.inside(place) as node:
            line = Line(self, place)
            recovery.advance_recovery(node=node, client=line, at=self.now, budget_seconds=60)
            services.declare_past(node=node, client=line, at=self.now)
        self.fate = "ok"

    def list_slips(self, place: Place) -> set[UUID]:
        """What this place has asked for, as far as it remembers."""
        with self.inside(place) as node, scope(node.regions):
            return set(Proposal.objects.filter(author=place.region).values_list("proposal", flat=True))

    def is_recovering(self, place: Place) -> bool:
        with self.inside(place) as node:
            return incarnation.get_life(node).since is not None


@dataclass
class Line:
    """A place's side of the network: signs, and lets the world's fate act."""

    world: World
    place: Place

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes:
        return self._ask("POST", base, path, body, at)

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes:
        return self._ask("GET", base, path, None, at)

    def close(self) -> None:
        pass

    def _ask(self, method: str, base: str, path: str, body: bytes | None, at: datetime) -> bytes:
        headers = sign_request(node=self.place.node, method=method, url=base.rstrip("/") + path, body=body, at=at)
        letter = Letter(base, method, path, headers, body or b"")
        fate = self.world.fate
        if fate == "late":
            self.world.late.append(letter)
        if fate in ("lost", "late"):
            raise PeerUnreachable("ConnectTimeout")
        if fate == "twice":
            self.world.hand_over(letter)
        status, answer = self.world.hand_over(letter)
        self.world.answers.append((status, answer))
        if fate == "reply lost":
            raise PeerUnreachable("ReadTimeout")
        if status != 200:
            raise PeerUnreachable(f"status {status}")
        return answer


_open: list[World] = []


def send_now(node: Node, stored: Iterable[StoredEvent]) -> None:
    """For the switch that sends before the commit: own events, straight to who is to have them."""
    world = _open[-1]
    for event in stored:
        for region in {*event.payload.audience} - {event.payload.region} if event.own else ():
            place = next(place for place in world.places if place.region == region)
            batch = wire.Batch(region, event.payload.region, (wire.Item(event.envelope),))
            line = Line(world, next(place for place in world.places if place.node.id == node.id))
            with suppress(PeerUnreachable):
                line.post(place.node.url, delivery.EVENTS_PATH, batch.as_bytes(), at=world.now)


# What a case means here: one decision, each slip once, an effect outside the alliance.


def fold(node: Node, events: Any) -> None:
    """Refuses a second decision and a slip taken up twice."""
    chain = list_events(events[0].holder, events[0].case)
    kinds = [event.payload.kind for event in chain]
    if kinds.count(DECIDED) > 1:
        raise DecidedBefore
    slips = [event.payload.body["proposal"] for event in chain if event.payload.kind == TAKEN_UP]
    if len(set(slips)) < len(slips):
        raise TakenUpBefore


def take_up(*, node: Node, proposal: Any, at: datetime) -> None:
    services.append(
        node=node, region=proposal.holder, case_id=proposal.case, events=[NewEvent(TAKEN_UP, {"proposal": proposal.hash})],
        cmd=proposal.id, request=b"take up", by=clerk(proposal.holder), role="reception", at=at,
    )  # fmt: skip


@contextmanager
def found(cluster: postgres.Cluster, nodes: list[Node], now: datetime) -> Iterator[World]:
    """A world of `nodes` that hold the same list and agreement. The template must be migrated and without connections."""
    usual = connections["default"]
    usual.close()
    with ExitStack() as stack:
        places = [stack.enter_context(_place(cluster, node)) for node in nodes]
        world = World(cluster, places, now)
        patch = stack.enter_context(MonkeyPatch.context())
        patch.setattr(clock, "now", world.at)
        for module, name in MEMORY:
            patch.setattr(module, name, {})
        registries.register_fold("world", fold)
        registries.register_proposal(SLIP, take_up)
        registries._witnessed["world.decided"] = [world.note_effect]
        _open.append(world)
        try:
            for place in places:
                with world.inside(place):
                    found_alliance(nodes, now)
                world.start(place)
            yield world
        finally:
            _open.pop()
            connections["default"] = usual
            registries._folds.pop("world")
            registries._proposals.pop(SLIP)
            registries._witnessed.pop("world.decided")


@contextmanager
def _place(cluster: postgres.Cluster, node: Node) -> Iterator[Place]:
    name = f"world_{node.regions[0]}"
    with psycopg.connect(cluster.dsn(), autocommit=True) as owner:
        owner.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        owner.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    wrapper = connections.create_connection("default")
    wrapper.settings_dict = {**wrapper.settings_dict, **_database(cluster.dsn(database=name, role="tongban_app"))}
    place = Place(node, name, wrapper)
    try:
        yield place
    finally:
        wrapper.close()
        with psycopg.connect(cluster.dsn(), autocommit=True) as owner:
            for database in (name, f"{name}_backup"):
                owner.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
