"""What goes wrong between 济阳 and 临邑, made for the operator's pages: a newer release, a fork, a peer that is away, a restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from tests.cast import JIYANG, LINYI
from tests.web.desks import Desks, Wire
from tongban.cases import services as cases
from tongban.exchange import queries, services
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.models import CaseHead, Incarnation, Overdue
from tongban.exchange.wire import Batch, Item
from tongban.kernel import envelopes, registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.events import NewEvent
from tongban.kernel.ids import new_id
from tongban.kernel.registries import EventKind
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

NEWER = "weather.noted;v=1"


@contextmanager
def newer_release() -> Iterator[None]:
    """Knows a kind that others do not."""
    registries.register_kind(EventKind("weather.noted", 1, Text("天气已记录", "Weather noted")))
    try:
        yield
    finally:
        registries._kinds.pop(NEWER)


@dataclass
class Troubles:
    desks: Desks

    def operator(self, username: str = "zhouqi", *, roles: tuple[str, ...] = ("operator",)) -> Client:
        return self.desks.sign_in(self.desks.linyi, username, *roles)

    def parked(self) -> UUID:
        """At 临邑: 济阳 has upgraded and wrote something new before it passed the case on."""
        case_id = self.desks.received()
        with scope([JIYANG]), newer_release():
            services.append(
                node=self.desks.jiyang, region=JIYANG, case_id=case_id, events=[NewEvent(NEWER, {"sky": "clear"})], cmd=new_id(),
                request=b"r", by=system(JIYANG), role="system", at=now(),
            )  # fmt: skip
        self.hand_over(case_id)
        self.desks.deliver()
        return case_id

    def hand_over(self, case_id: UUID) -> None:
        with scope([JIYANG]):
            cases.record_evidence_and_hand_over(
                node=self.desks.jiyang, region=JIYANG, case_id=case_id, evidence=[cases.Evidence("residence", "silent")],
                by=system(JIYANG), at=now(),
            )  # fmt: skip

    def forked(self) -> UUID:
        """At 临邑: 济阳 signed two different events for one position."""
        case_id = self.desks.taken_over()
        with scope([JIYANG]):
            offer = next(
                event for event in queries.get_chain(JIYANG, case_id) if event.payload.kind_name == "cases.offered"
            )
        claims: Any = offer.payload.as_json() | {"body": {"to": LINYI, "to_name": "临邑"}}
        jiyang = self.desks.jiyang
        raw = envelopes.sign(claims, type=envelopes.EVENT, suite=jiyang.suite, keys=[jiyang.keys["event"]]).raw
        services.receive(
            node=self.desks.linyi, batch=Batch(LINYI, JIYANG, (Item(raw),)), peer=jiyang.id, at=now()
        )  # fmt: skip
        return case_id

    def unsent(self) -> UUID:
        """At 临邑: taken over, and 济阳 does not answer."""
        case_id = self.desks.taken_over()
        services.deliver_once(
            self.desks.linyi, now() + timedelta(seconds=2), poster=Silence(self.desks, self.desks.linyi)
        )
        with scope([LINYI]):
            Overdue.objects.create(
                case_id=case_id, region=LINYI, peer_region=JIYANG, seq=5, rung="stored", level="alarm",
                since=now() - timedelta(hours=13), raised_at=now(),
            )  # fmt: skip
        return case_id

    def restored(self) -> None:
        """临邑 came back from a backup."""
        node = self.desks.linyi
        Incarnation.objects.update_or_create(
            node=node.id,
            defaults={"inc": 2, "seal": "x", "renewed_at": now(), "recovering_since": now(), "reason": "seal"},
        )  # fmt: skip
        with scope([LINYI]):
            CaseHead.objects.filter(region=LINYI).update(recovering=True)


class Silence(Wire):
    def post(self, base: str, path: str, body: bytes, *, at: Any) -> bytes:
        raise PeerUnreachable("ConnectError")
