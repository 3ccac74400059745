"""After a restore (protocol §3.9): ask every peer region for its promise and its copies, take back what was forgotten, then write again.

Each call of `advance_recovery` goes on where the last one ended; what it has learnt stands in `Recovery`, one row for each pair of regions.
Then cases are opened again (`reopening.py`), and what peers refuse is declared (`declaring.py`).
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode
from uuid import UUID

import structlog
from django.db import DatabaseError

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.exchange import incarnation, lists, peers, promises, promising, reopening
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.definitions import fetch_definitions
from tongban.exchange.incarnation import DONE, Life
from tongban.exchange.models import CaseHead, Event, Recovery
from tongban.exchange.promising import Answered, Question
from tongban.exchange.receiving import receive
from tongban.exchange.wire import MAX_BYTES, BadMessage, Batch, read_batch
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope

WAITING, PROMISED = "waiting", "promised"
PATH = "/txp/1/promises"
NOT_RECOVERED = "not-recovered"
"""A case waits for this when a peer holds events of it that could not be taken back."""
BUDGET_SECONDS = 20.0
"""How long one call may take; the next one goes on."""

events_log = structlog.get_logger()


class Client(Protocol):
    """`PeerClient` in production. Raises `PeerUnreachable`."""

    def get(self, base: str, path: str, *, max_bytes: int, at: datetime) -> bytes: ...

    def post(self, base: str, path: str, body: bytes, *, at: datetime) -> bytes: ...


class LivedBefore(Exception):
    """A peer knows of a life of this node that is as high as the one it asked for, or higher."""

    def __init__(self, seen: int) -> None:
        self.seen = seen
        super().__init__(seen)


def advance_recovery(*, node: Node, client: Client, at: datetime, budget_seconds: float = BUDGET_SECONDS) -> bool:
    """Ask whoever has not answered yet, open the cases that all have answered for; True while something is left to ask.

    For one worker at a time. Must not run inside a transaction. Refuses `NoMemberList`, `ListExpired`.
    """
    life = incarnation.get_life(node)
    if life.since is None:
        return False
    step = _Step(node, life, client, at, time.monotonic() + budget_seconds)
    try:
        step.ask_all()
    except LivedBefore as before:
        incarnation.raise_incarnation(node=node, above=before.seen)
        return True
    for region in node.regions:
        with scope([region]):
            reopening.release(node, life, region, at)
    return not _finish(node, life, at)


def _finish(node: Node, life: Life, at: datetime) -> bool:
    with scope(node.regions):
        over = not incarnation.unanswered(node, life, region=None, at=at)
        over = over and not CaseHead.objects.filter(region__in=node.regions, recovering=True).exists()
    if over:
        incarnation.end_recovery(node=node, life=life)
    return over


@dataclass(frozen=True, slots=True)
class _Step:
    node: Node
    life: Life
    client: Client
    at: datetime
    deadline: float
    started: float = field(default_factory=time.monotonic)

    def ask_all(self) -> None:
        """The newest member list first: whoever is suspended is not asked, and whoever is new is."""
        askable = self._askable(self._rows())
        if not askable:
            return
        lists.fetch_lists(self.node, self._now(), client=self.client)
        # Of a case that comes back, the definition must be here before it.
        fetch_definitions(self.node, self._now(), client=self.client)
        members = alliance.current_list(self._now())
        for row in self._rows():
            host = members.node_of(row.peer_region, self._now())
            if host.id in askable and time.monotonic() < self.deadline:
                self._ask(row, host.id, host.url, members)

    def _askable(self, rows: Sequence[Recovery]) -> set[str]:
        """Nodes of these regions whose breaker is closed, or lets a probe through."""
        members = alliance.current_list(self._now())
        hosts = {members.node_of(row.peer_region, self._now()).id for row in rows}
        return {host for host in sorted(hosts) if peers.may_ask(host, self._now())}

    def _rows(self) -> list[Recovery]:
        """Who has not answered yet; who is asked no more is forgotten."""
        others, found = incarnation.other_regions(self.node, self._now()), []
        for region in self.node.regions:
            with scope([region]):
                Recovery.objects.filter(region=region).exclude(peer_region__in=others).delete()
                for peer in others:
                    known = {"inc": self.life.inc, "state": WAITING, "updated_at": self.at}
                    Recovery.objects.get_or_create(region=region, peer_region=peer, defaults=known)
                found += [*Recovery.objects.filter(region=region, inc=self.life.inc).exclude(state=DONE)]
        return found

    def _ask(self, row: Recovery, host: str, url: str, members: MemberList) -> None:
        try:
            asking = _Asking(self, row, host, url, members)
            while row.state != DONE and time.monotonic() < self.deadline:
                asking.next_page()
            peers.note_answer(host, at=self.at)
        except PeerUnreachable as error:
            if not error.reason.startswith("status 4"):
                peers.note_silence(host, reason=error.reason, at=self.at)
            self.note(row, last_error=f"unreachable: {error.reason}"[:80])
        except Refused as refused:
            self.note(row, last_error=refused.code)
        except (LivedBefore, DatabaseError):
            raise
        except Exception:
            # What one peer answers must not keep the others from being asked (R8).
            events_log.exception("recovery failed", peer=row.peer_region)
            self.note(row, last_error="internal")

    def note(self, row: Recovery, **values: object) -> None:
        """Nothing any more when the recovery has begun anew meanwhile."""
        for name, value in values.items():
            setattr(row, name, value)
        with scope([row.region]):
            Recovery.objects.filter(pk=row.pk, inc=self.life.inc).update(**values, updated_at=self._now())

    def _now(self) -> datetime:
        """Requests of a long call must be fresh too."""
        return self.at + timedelta(seconds=time.monotonic() - self.started)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One peer region, on behalf of one region that was restored."""

    step: _Step
    row: Recovery
    host: str
    url: str
    members: MemberList

    def next_page(self) -> None:
        """The promise, and the next cases that both hold: what is lacking of them is fetched before the page counts."""
        row, said = self.row, self._question()
        with scope([row.region]):
            promises.learn(region=row.region, lives=self._others(said), at=self.step.at)
        fetched = sum(self._take_back(case_id, seq, head) for case_id, seq, head in said.cases)
        cursor = said.cases[-1][0] if said.cases else row.cursor
        self.step.note(
            row, state=PROMISED if said.more and said.cases else DONE, cursor=cursor, statement=said.raw, last_error="",
            cases=row.cases + len(said.cases), fetched=row.fetched + fetched,
        )  # fmt: skip

    def _question(self) -> Answered:
        life, row = self.step.life, self.row
        question = Question(row.peer_region, row.region, life.inc, life.nonce, row.cursor)
        reply = self.step.client.post(self.url, PATH, question.as_bytes(), at=self.step._now())
        try:
            said = promising.read_answer(reply, question, members=self.members, at=self.step._now())
        except BadMessage as bad:
            raise PeerUnreachable(f"no promise: {bad}") from None
        if said.promised != life.inc:
            raise LivedBefore(said.seen)
        if said.list > self.members.version:
            raise PeerUnreachable("newer member list")
        return said

    def _others(self, said: Answered) -> dict[str, tuple[int, str]]:
        return {name: life for name, life in said.lives.items() if name != self.step.node.id}

    def _take_back(self, case_id: UUID, seq: int, head: str) -> int:
        """How many events came. A case that cannot be taken back waits for somebody to look; the others go on."""
        first = _first_lacking(self.row.region, case_id, seq, head)
        if first is None:
            return 0
        came = 0
        while first + came <= seq:
            answers = self._fetch(case_id, first + came)
            new = _count_new(answers)
            came += new
            if not answers or new < len(answers):
                self._give_up(case_id, answers)
                break
        return came

    def _fetch(self, case_id: UUID, first: int) -> list[str]:
        """What became of each event, as its status or code."""
        asked = {"region": self.row.peer_region, "for": self.row.region, "from": first}
        path = f"/txp/1/cases/{case_id}/items?{urlencode(asked)}"
        reply = self.step.client.get(self.url, path, max_bytes=MAX_BYTES, at=self.step._now())
        batch = _read_items(reply, to=self.row.region, sender=self.row.peer_region)
        if batch is None:
            return []
        answers = receive(node=self.step.node, batch=batch, peer=self.host, at=self.step._now(), asked=True)
        return [answer.status if answer.status in KEPT else answer.code or answer.status for answer in answers]

    def _give_up(self, case_id: UUID, answers: Sequence[str]) -> None:
        reason = next((answer for answer in answers if answer not in KEPT), "no events")
        events_log.warning("case not taken back", case=str(case_id), peer=self.row.peer_region, reason=reason)
        with scope([self.row.region]):
            held = CaseHead.objects.filter(case_id=case_id, region=self.row.region, parked="")
            held.update(parked=NOT_RECOVERED)


KEPT = frozenset({"stored", "duplicate", "parked"})


def _count_new(answers: Sequence[str]) -> int:
    """Up to the first that was not kept."""
    return next((number for number, answer in enumerate(answers) if answer not in KEPT), len(answers))


def _read_items(data: bytes, *, to: str, sender: str) -> Batch | None:
    """None at the end of the copy, and for whatever is no batch."""
    try:
        batch = read_batch(data)
    except BadMessage:
        return None
    return batch if (batch.to, batch.sender) == (to, sender) else None


def _first_lacking(region: str, case_id: UUID, seq: int, head: str) -> int | None:
    """From where to fetch; of a copy that differs the event where it does, so that the fork is on record."""
    with scope([region]):
        held = CaseHead.objects.filter(case_id=case_id, region=region).values_list("seq", flat=True).first() or 0
        if held < seq:
            return held + 1
        same = Event.objects.filter(case_id=case_id, region=region, seq=seq, hash=head).exists()
    return None if same else seq
