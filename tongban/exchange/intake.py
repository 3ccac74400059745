"""Events taken in by one region, inside one transaction: judged case by case, looked up and written for all cases at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db import connection, transaction

from tongban.alliance.queries import ClauseMismatch, NotCoveredByAgreement
from tongban.exchange import blobs, chain, incarnation, log, receipts, taking_back
from tongban.exchange.appending import settle
from tongban.exchange.arrivals import Arrival, NotNow, Reader, Rejected
from tongban.exchange.chain import Head, Illegal
from tongban.exchange.clauses import ClauseMissing, require_clause
from tongban.exchange.models import Event, Fence, ForkEvidence, InboxPending
from tongban.exchange.promises import Promises
from tongban.exchange.queries import BLOB
from tongban.exchange.reassigning import is_lawful, require_lawful, was_reassigned, was_taken_from
from tongban.exchange.receipts import BadReceipt, Verified
from tongban.exchange.verdicts import Verdict
from tongban.exchange.vouching import Vouching
from tongban.exchange.wire import Item
from tongban.kernel import crash, registries, vault
from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.events import StoredEvent
from tongban.kernel.refusals import Refused

# Asked with every batch that comes: the query sets would cost more than the queries.
_FENCES = "SELECT * FROM exchange_fence WHERE case_id = ANY(%s) AND region = %s"
_PENDING = "SELECT DISTINCT case_id FROM exchange_inboxpending WHERE case_id = ANY(%s) AND region = %s"
AHEAD = 64
"""How far ahead of the chain an event is kept for its predecessors."""


@dataclass(frozen=True, slots=True)
class Held:
    """A locked copy and what stands beside it. `fences`: by node; `pending`: whether events wait here for their predecessors."""

    copy: log.Copy
    fences: dict[str, Fence]
    pending: bool


def lock_cases(region: str, case_ids: Collection[UUID]) -> list[Held]:
    """In the order of their ids. Whoever writes what stands beside a copy has locked it too, so it is read under the lock."""
    copies = log.lock_copies(region, case_ids)
    fences = list(Fence.objects.raw(_FENCES, [list(case_ids), region]))
    with connection.cursor() as cursor:
        cursor.execute(_PENDING, [list(case_ids), region])
        pending = {case_id for (case_id,) in cursor.fetchall()}
    return [
        Held(copy, {row.node: row for row in fences if row.case_id == copy.case_id}, copy.case_id in pending)
        for copy in copies
    ]


def finish(intakes: Sequence["Intake"]) -> None:
    """Write what came and where the copies stand; then do what follows from it."""
    for intake in intakes:
        intake.fold_in_pending()
    log.insert_events([event for intake in intakes for event in intake.take_unwritten()])
    crash.point("receive.stored")
    log.write_copies([intake.copy for intake in intakes if intake.copy != intake.before])
    for intake in intakes:
        intake.settle()
    crash.point("receive.settled")


class Intake:
    """The copy of a case as it grows; `finish` writes what came and where it stands.

    `together`: the projection sees all events at once, and what its table does not allow is a `Refused` of the whole; else each event by
    itself, and such an event parks the case. `batch`: all that came of the case, of which a later event may vouch for an earlier one.
    """

    def __init__(self, reader: Reader, held: Held, *, together: bool = False, batch: Sequence[Arrival] = ()) -> None:
        self.reader, self.held, self.together = reader, held, together
        self.vouching = Vouching(reader, batch, is_lawful)
        self.copy = self.before = self._opened(held.copy)
        self.own: list[StoredEvent] = []
        self.unwritten: list[StoredEvent] = []
        self.unsettled: list[StoredEvent] = []

    def take(self, arrival: Arrival) -> Verdict:
        """Add, recognise, keep or refuse one event."""
        try:
            if arrival.payload.seq <= self.copy.head.seq:
                return self._compare(arrival)
            if arrival.payload.seq > self.copy.head.seq + 1:
                return self._keep_for_later(arrival)
            if self.copy.head.seq and not arrival.follows(self.copy.head):
                return self._diverge(arrival, ours=self._event_at(self.copy.head.seq), writer=self.copy.head.writer)
            return self._add(arrival)
        except Rejected as rejected:
            return Verdict.rejected(rejected, self.at)
        except NotNow as not_now:
            return Verdict("retry", code=not_now.code)

    def settle(self) -> None:
        if self.unsettled:
            settle(self.reader.node, self.copy, self.unsettled, self.at)
        self._remember()

    @property
    def at(self) -> datetime:
        return self.reader.at

    def _opened(self, copy: log.Copy) -> log.Copy:
        """A case that a restored node had forgotten is one of those that wait for every answer."""
        return copy if copy.head.seq else replace(copy, recovering=self.life.since is not None)

    @cached_property
    def life(self) -> incarnation.Life:
        return incarnation.get_life(self.reader.node)

    def _remember(self) -> None:
        node = self.reader.node
        if self.own:
            taking_back.take_back(node=node, copy=self.copy, events=self.own, at=self.at)
        if self.before.head.seq and (
            joined := set(self.copy.head.audience) - {self.copy.region, *self.before.head.audience}
        ):
            taking_back.introduce(node=node, copy=self.copy, joined=sorted(joined), at=self.at)

    def _add(self, arrival: Arrival) -> Verdict:
        payload = arrival.payload
        self._require_incarnation(arrival)
        following = self._advance(arrival)
        beside = self._check_beside(arrival)
        self.vouching.require(arrival, self.copy.head, beside, fenced_at=self._fenced_at(payload.node))
        self.promises.note(node=payload.node, inc=payload.inc)
        stored = StoredEvent(self.copy.region, payload, arrival.hash, arrival.item.envelope, self.at)
        self.unwritten.append(stored)
        self.own += [stored] if stored.own else []
        vault.store_ciphertexts(region=self.copy.region, case_id=payload.case, parts=_named_parts(arrival))
        receipts.keep(region=self.copy.region, cases=[payload.case], receipts=beside, at=self.at)
        parked = self.copy.parked or self._store_keys(arrival) or _not_understood(arrival)
        parked = parked or self._settle(self.copy.moved(following), stored)
        self.copy = replace(self.copy, parked=parked).moved(following)
        blobs.fetch_later(stored)
        return Verdict.kept(arrival, parked=parked, at=self.at)

    def _settle(self, copy: log.Copy, stored: StoredEvent) -> str:
        """Why the case must wait, or "": what its own table does not allow is kept, and folded when somebody has looked at it."""
        if self.together:
            self.unsettled.append(stored)
            return ""
        self._write()
        try:
            with transaction.atomic():
                settle(self.reader.node, copy, [stored], self.at)
        except Refused as refused:
            return refused.code
        return ""

    def _require_incarnation(self, arrival: Arrival) -> None:
        """An older life of a restored node may write nothing more: not a last word, for it may still declare this event its past."""
        payload = arrival.payload
        if payload.region == self.copy.region:
            self._require_memory()
        # What we asked for ourselves stands in the copy of a peer that has made the same promise.
        elif self.reader.asked:
            return
        elif not self.promises.allows(node=payload.node, inc=payload.inc, case_id=payload.case, hash=arrival.hash):
            raise NotNow("older-incarnation")

    def _require_memory(self) -> None:
        """An event of our own that is not here: we were restored and did not notice."""
        if self.life.since is None:
            incarnation.begin_recovery_soon(node=self.reader.node, reason="forgotten event", at=self.at)
            raise NotNow("recovering")

    @property
    def promises(self) -> Promises:
        """Read once for all cases of a transaction, after the first of them was locked."""
        held, region = self.reader.promises, self.reader.region
        if region not in held:
            held[region] = Promises.of(region)
        return held[region]

    def _fenced_at(self, node: str) -> datetime | None:
        """Since when nothing more of that node is taken in here; until the case is reassigned."""
        fence = self.held.fences.get(node)
        return fence.made_at if fence and not was_reassigned(self.copy, after=fence.seq) else None

    def _advance(self, arrival: Arrival) -> chain.Head:
        """Writer rule, then clause; for a reassignment, the alliance's order (R17)."""
        if chain.operation(arrival.payload) == chain.REASSIGN:
            self._write()
            require_lawful(arrival, self.copy.head, self.copy.region)
        try:
            following = chain.advance(self.copy.head, arrival.payload, hash=arrival.hash)
            require_clause(arrival.payload)
        except Illegal as illegal:
            raise arrival.rejected(illegal.code) from None
        except (ClauseMissing, ClauseMismatch) as refused:
            raise arrival.rejected(refused.code) from None
        except NotCoveredByAgreement as refused:
            raise NotNow(refused.code) from None
        return following

    def _check_beside(self, arrival: Arrival) -> list[Verified]:
        """Parts and receipts are not in the signed bytes: a fault in them says nothing about the event."""
        suite = self.reader.members.suite
        for part in arrival.travelling_parts(blob=BLOB):
            if suite.hash(arrival.item.parts.get(part.cipher, b"")) != part.cipher:
                raise NotNow("part-missing")
        try:
            return [receipts.verify(raw, members=self.reader.members, at=self.at) for raw in arrival.item.receipts]
        except BadReceipt:
            raise NotNow("receipt-unusable") from None

    def _store_keys(self, arrival: Arrival) -> str:
        """Why the case must wait, or ""."""
        case_id = arrival.payload.case
        if not arrival.payload.sealed and not arrival.item.keys:
            return ""
        if vault.has_key(region=self.copy.region, case_id=case_id):
            return ""
        try:
            for key in arrival.item.keys:
                vault.open_wrapped(node=self.reader.node, case_id=case_id, kid=key.kid, wrapped=key.wrapped)
        except BadCiphertext:
            return "key-unusable"
        for key in arrival.item.keys:
            vault.store_wrapped(region=self.copy.region, case_id=case_id, kid=key.kid, wrapped=key.wrapped)
        needed = arrival.payload.sealed and not arrival.item.keys
        return "key-missing" if needed else ""

    def _compare(self, arrival: Arrival) -> Verdict:
        """A position that is taken: the same event, or a fork."""
        ours = self._event_at(arrival.payload.seq)
        if ours.hash == arrival.hash:
            parked = (self.copy.parked or "parked") if ours.seq > self.copy.folded else ""
            return Verdict.kept(arrival, parked=parked, at=ours.received_at, status="duplicate")
        if chain.operation(arrival.payload) == chain.REASSIGN:
            return self._overtaken(arrival)
        writer = self._event_at(ours.seq - 1).writer if ours.seq > 1 else ours.author
        if arrival.payload.prev == ours.prev and arrival.payload.region != writer:
            raise arrival.rejected("wrong-writer")
        return self._diverge(arrival, ours=ours, writer=writer)

    def _diverge(self, arrival: Arrival, *, ours: Event, writer: str) -> Verdict:
        """Two chains of one case. Only a second body by the entitled writer parks the case: nobody else can stop it (R11, M3)."""
        if arrival.payload.region not in {writer, *self.copy.head.audience}:
            raise arrival.rejected("wrong-writer")
        if was_taken_from(arrival, self.copy.region):
            raise arrival.rejected("reassigned")
        ForkEvidence.objects.bulk_create([self._evidence(arrival, ours)], ignore_conflicts=True)
        if arrival.payload.region == writer:
            self.copy = replace(self.copy, parked=self.copy.parked or "fork")
        return Verdict("conflict", have=self.copy.head.seq)

    def _overtaken(self, arrival: Arrival) -> Verdict:
        """The alliance gave the case to another place before what this region wrote on it: the private tail stays here and goes nowhere."""
        ours = self._event_at(arrival.payload.seq)
        before = Head(ours.seq - 1, ours.prev, self._event_at(ours.seq - 1).writer, audience=self.copy.head.audience)
        if arrival.payload.prev != ours.prev or not is_lawful(arrival, before):
            raise arrival.rejected("wrong-writer")
        ForkEvidence.objects.bulk_create([self._evidence(arrival, ours)], ignore_conflicts=True)
        self.copy = replace(self.copy, parked=self.copy.parked or "reassigned")
        raise arrival.rejected("overtaken")

    def _evidence(self, arrival: Arrival, ours: Event) -> ForkEvidence:
        return ForkEvidence(
            case_id=arrival.payload.case,
            region=self.copy.region,
            seq=arrival.payload.seq,
            peer=self.reader.peer,
            ours=bytes(ours.envelope),
            theirs=arrival.item.envelope,
            theirs_hash=arrival.hash,
            found_at=self.at,
        )

    def _keep_for_later(self, arrival: Arrival) -> Verdict:
        payload, have = arrival.payload, self.copy.head.seq
        if payload.seq - have <= AHEAD and self.reader.speaks_now(arrival):
            row = InboxPending(
                case_id=payload.case,
                region=self.copy.region,
                seq=payload.seq,
                hash=arrival.hash,
                item=arrival.item.as_bytes(),
                received_at=self.at,
            )
            InboxPending.objects.bulk_create([row], ignore_conflicts=True)
        return Verdict("gap", have=have)

    def fold_in_pending(self) -> None:
        """The gap has closed: what was kept is verified anew and added. Its sender gets the receipt when it repeats itself."""
        if self.copy.head.seq == self.before.head.seq or not self.held.pending:
            return
        for row in InboxPending.objects.filter(case_id=self.copy.case_id, region=self.copy.region).order_by("seq"):
            if row.seq > self.copy.head.seq + 1:
                break
            if row.seq == self.copy.head.seq + 1:
                self._retake(Item.from_bytes(bytes(row.item)))
            row.delete()

    def _retake(self, item: Item) -> None:
        try:
            self.take(self.reader.read(item))
        except (Rejected, NotNow):
            # Not added, so never confirmed: its sender still has it and sends it again.
            return

    def take_unwritten(self) -> list[StoredEvent]:
        unwritten, self.unwritten = self.unwritten, []
        return unwritten

    def _write(self) -> None:
        log.insert_events(self.take_unwritten())

    def _event_at(self, seq: int) -> Event:
        self._write()
        return Event.objects.get(case_id=self.copy.case_id, region=self.copy.region, seq=seq)


def _named_parts(arrival: Arrival) -> dict[str, bytes]:
    """Only what the signed bytes name is stored."""
    return {part.cipher: arrival.item.parts[part.cipher] for part in arrival.travelling_parts(blob=BLOB)}


def _not_understood(arrival: Arrival) -> str:
    known = registries.find_kind(arrival.payload.kind)
    return "unknown-kind" if known is None and arrival.payload.critical else ""
