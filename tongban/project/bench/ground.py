"""What every figure stands on: the running demo, 济阳's node opened in this process, a plain look into both databases."""

import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
from django.db import connection, connections

from tongban.alliance import queries as alliance
from tongban.cases.events import CaseSubmitted, CaseWithdrawn, ProposalDeclined
from tongban.cases.writing import Step, write
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.kernel import registries, vault
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.events import Baton
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.sealing import seal_json
from tongban.kernel.workdays import legal_day
from tongban.project import demo_alliance
from tongban.project.children import Child, Children
from tongban.project.demo import Demo
from tongban.project.demo_alliance import ITEM, PLACES, Place
from tongban.project.home import DATABASE
from tongban.project.postgres import Cluster
from tongban.project.registers.people import DemoPerson, load_people
from tongban.project.walk import LocalNames

JIYANG, LINYI, HUIMIN = PLACES
RESIDENT_FOR = timedelta(days=365)
KNOWN_RESIDENTS = 8
"""Those at the head of the list sign in; the cases are of the others."""


class Ground:
    def __init__(self, demo: Demo, children: Children) -> None:
        self.demo, self.children = demo, children
        self.node = registries.current_node()
        self._fresh = iter(self.residents()[KNOWN_RESIDENTS:])
        self.look = {place: _look_into(self.dsn(place), place.region) for place in (JIYANG, LINYI)}

    def close(self) -> None:
        for looking in self.look.values():
            looking.close()
        connections.close_all()

    def dsn(self, place: Place, role: str = "tongban_app") -> str:
        return Cluster(self.demo.homes[place.name] / "pg").dsn(database=DATABASE, role=role)

    def url(self, place: Place) -> str:
        return demo_alliance.urls_of(self.demo.homes)[place.name]

    @cached_property
    def definition(self) -> Definition:
        definition = catalogue.find_in_force(ITEM, LINYI.region, legal_day(now()))
        if definition is None:
            raise LookupError(ITEM)
        return definition

    def residents(self) -> list[DemoPerson]:
        """Made-up people insured in 临邑 and long resident in 济阳, of whom every register knows the same."""
        long_ago = (legal_day(now()) - RESIDENT_FOR).isoformat()
        return [person for person in load_people(self.demo.people).values() if _is_ordinary(person, long_ago)]

    def fresh_resident(self) -> DemoPerson:
        """Somebody who has filed nothing yet, and whom nobody else is given."""
        return next(self._fresh)

    @contextmanager
    def workers_paused(self) -> Iterator[None]:
        """Nothing else writes meanwhile."""
        workers = [child.process for child in self.children.all if child.name.endswith("worker")]
        for worker in workers:
            worker.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGCONT)

    @contextmanager
    def away(self, place: Place) -> Iterator[None]:
        """Its pages and doors are gone at once, without a word; afterwards they are there again and answer."""
        serving = next(child for child in self.children.all if child.name == f"{place.name} serve")
        environment = _environment_of(serving)
        os.killpg(serving.process.pid, signal.SIGKILL)
        serving.process.wait()
        self.children.forget(serving)
        try:
            yield
        finally:
            arguments = ["node", "serve", "--home", self.demo.homes[place.name], "--quiet"]
            self.children.start(serving.name, "tongban.project.cli", arguments, env=environment, log=serving.log)
            _wait_until_answering(self.url(place))


def _environment_of(child: Child) -> dict[str, str]:
    variables = Path(f"/proc/{child.process.pid}/environ").read_bytes().decode().rstrip("\0").split("\0")
    return dict(variable.split("=", 1) for variable in variables)


def _wait_until_answering(url: str) -> None:
    with httpx.Client(transport=LocalNames(), timeout=5) as client:
        while True:
            with suppress(httpx.TransportError):
                client.get(url)
                return
            time.sleep(0.02)


def _look_into(dsn: str, region: str) -> psycopg.Connection[tuple[Any, ...]]:
    looking = psycopg.connect(dsn, autocommit=True)
    looking.execute("SELECT set_config('tongban.scope', %s, false)", [region])
    return looking


def _is_ordinary(person: DemoPerson, long_ago: str) -> bool:
    misbehaves = (
        person.insured_silent or person.residence_silent or person.platform_silent or person.platform_fails_times
    )
    return (
        not misbehaves
        and not person.platform_refuses
        and person.registered_name == person.name
        and (person.insured.get("insured.region"), person.insured.get("insured.status")) == (LINYI.region, "normal")
        and "" < person.residence.get("residence.since", "") < long_ago
    )


# A case that both places hold and that nothing moves by itself: handed in and withdrawn.


def open_quiet_case(ground: Ground, *, also: Sequence[Place] = ()) -> UUID:
    """`also`: other places that hold it."""
    node, at, region, case_id = ground.node, now(), JIYANG.region, new_id()
    with scope([region]):
        key = vault.create_key(node=node, region=region, case_id=case_id)
        person = ground.residents()[0]
        application = {
            "applicant": {"name": person.name, "id_kind": "111", "id_number": person.id_number, "phone": person.phone},
            "elements": {"treat.region": region},
            "materials": [],
        }
        sealed = seal_json(application, name="application", key=key, suite=node.suite)
        write(
            node=node, region=region, case_id=case_id, cmd=new_id(), by=system(region), role="system", at=at,
            steps=[_opening(ground, [sealed], also), Step(CaseWithdrawn())],
        )  # fmt: skip
    return case_id


def _opening(ground: Ground, parts: Sequence[Any], also: Sequence[Place]) -> Step:
    definition, places = ground.definition, tuple(place.region for place in (JIYANG, LINYI, *also))
    clause = alliance.find_clause(
        item=definition.item, mode="online", receiving=JIYANG.region, deciding=LINYI.region, at=now()
    )
    event = CaseSubmitted(
        number="bench", item=definition.item, title=definition.name.as_json(), definition=definition.hash,
        situation="long_term_permit", mode="online", channel="online", receiving=JIYANG.region, deciding=LINYI.region,
        receiving_office="hall", deciding_office="medical-insurance", files=0,
    )  # fmt: skip
    return Step(event, parts=parts, baton=Baton("open"), clause=clause, audience=places)


def append_small_event(ground: Ground, case_id: UUID) -> None:
    """An event that leaves the case as it is, with everything that an event brings with it: signed, stored, folded, queued for the peer."""
    region, event = JIYANG.region, ProposalDeclined(proposal="", reason="not-allowed-now")
    with scope([region]):
        write(
            node=ground.node, region=region, case_id=case_id, steps=[Step(event)], cmd=new_id(), by=system(region),
            role="system", at=now(),
        )  # fmt: skip


# Counting and summing up


class Statements:
    """How many statements this process sends to its database; the beginning and end of transactions not counted."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.said.append(sql)
        return execute(sql, params, many, context)

    @property
    def count(self) -> int:
        return len(self.said)


@contextmanager
def counted() -> Iterator[Statements]:
    statements = Statements()
    with connection.execute_wrapper(statements):
        yield statements


def median_ms(seconds: Sequence[float]) -> float:
    return round(statistics.median(seconds) * 1000, 3)


def p95_ms(seconds: Sequence[float]) -> float:
    """Of two or more."""
    return round(statistics.quantiles(seconds, n=20, method="inclusive")[-1] * 1000, 3)
