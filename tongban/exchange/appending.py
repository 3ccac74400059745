"""Writing events: numbered, signed, stored, folded and queued for the other regions in one transaction (protocol §3.4)."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.alliance.own_keys import use_listed_keys
from tongban.exchange import chain, incarnation, log, proposals, witnesses
from tongban.exchange.arrivals import MAX_PAYLOAD_BYTES
from tongban.exchange.blobs import fetch_later, require_blobs
from tongban.exchange.chain import Head, Illegal
from tongban.exchange.clauses import require_clause
from tongban.exchange.incarnation import CaseRecovering, Life
from tongban.exchange.log import Copy, EventTooLarge
from tongban.exchange.queries import list_events
from tongban.exchange.reassigning import require_fences_of_chain, require_order
from tongban.kernel import crash, envelopes, registries, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import NewEvent, Payload, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text


class StaleHead(Refused):
    text = Text("办件已有新进展（现为第 {seq} 步）。", "The case has moved on (it is at step {seq} now).")
    advice = Text("请刷新后再办理。", "Reload the case and decide again.")


class NotTheWriter(Refused):
    text = Text(
        "办件目前由 {writer} 办理，{region} 不能写入。", "The case is with {writer}; {region} may not write to it now."
    )
    advice = Text(
        "请等待对方接手或退回，或提交请求。", "Wait until the other side takes over or hands back, or send a request."
    )


class CaseParked(Refused):
    text = Text("办件已暂停处理：{reason}", "The case is parked: {reason}")
    advice = Text("请联系系统管理员。", "Ask the operator of this node.")


class UnknownEventKind(Refused):
    status = 500
    text = Text("本版本不认识事件 {kind}。", "This version does not know the event {kind}.")
    advice = Text("请升级系统。", "Upgrade this node.")


def append(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    events: Sequence[NewEvent],
    cmd: UUID,
    request: bytes,
    expected_seq: int | None = None,
    by: Actor,
    role: str,
    at: datetime,
    parts: Sequence[Sealed] = (),
) -> list[StoredEvent]:
    """Put `events` on the chain of a case, signed for `region`; fold them, start what follows, queue them for the other regions.

    `cmd` names the human act and `request` says what was asked: the same again returns the events it wrote. `expected_seq`: the
    position the actor saw. Refuses `StaleHead`, `NotTheWriter`, `CommandReused`, `CaseParked`, `NotCoveredByAgreement`, `BlobsMissing`.

    After a refusal a person's page goes on in the same transaction; what the machine does ends with its own.
    """
    _check_request(node, region, events, parts)
    with transaction.atomic(savepoint=by.kind != "system"):
        begun = log.begin_command(
            region=region, case_id=case_id, cmd=cmd, request_hash=node.suite.hash(request), count=len(events),
            node_id=node.id, at=at,
        )  # fmt: skip
        copy = begun.copy
        if begun.before:
            return list_events(region, case_id, first=begun.before.first_seq, last=begun.before.last_seq)
        if not events:
            raise Missing
        _check_position(copy, expected_seq)
        node = _living(node, incarnation.life_of(node, begun.life), copy, events, at)
        crash.point("append.begun")
        writing = _Writing(node, alliance.read_latest(begun.members), copy, cmd, by.as_json(role), at)
        stored = [writing.write(event) for event in events]
        crash.point("append.signed")
        vault.store_parts(region=region, case_id=case_id, parts=parts)
        log.write_chain(stored, writing.copy, queue=_addressees(copy.head, writing.copy), at=at)
        crash.point("append.stored")
        settle(node, writing.copy, stored, at)
        for event in stored:
            # Files that a peer's proposal named are not here yet.
            fetch_later(event)
        crash.point("append.settled")
        transaction.on_commit(partial(crash.point, "append.committed"))
        return stored


def settle(node: Node, copy: Copy, stored: Sequence[StoredEvent], at: datetime) -> None:
    """What storing an event sets off in the same transaction, wherever it came from: projection, reactions, waiting proposals."""
    registries.fold(node, stored)
    proposals.follow(copy, stored, at)
    for event in stored:
        registries.react(node, event)
    witnesses.react_without_witness(node, stored, at)


class _Writing:
    """The copy as it grows while the events of one command are signed."""

    def __init__(
        self, node: Node, members: MemberList, copy: Copy, cmd: UUID, actor: dict[str, str], at: datetime
    ) -> None:
        self.node, self.members, self.copy, self.cmd, self.actor, self.at = node, members, copy, cmd, actor, at
        use_listed_keys(node, members, at)

    def write(self, new: NewEvent) -> StoredEvent:
        payload = self._payload(new)
        self._check(payload)
        envelope = envelopes.sign(
            payload.as_json(), type=envelopes.EVENT, suite=self.node.suite, keys=[self.node.keys["event"]]
        )
        if len(envelope.payload) > MAX_PAYLOAD_BYTES:
            raise EventTooLarge
        hash = envelope.hash(self.node.suite)
        self.copy = self.copy.moved(self._advance(payload, hash))
        return StoredEvent(self.copy.region, payload, hash, envelope.raw, self.at)

    def _payload(self, new: NewEvent) -> Payload:
        kind = registries.find_kind(new.kind)
        if kind is None:
            raise UnknownEventKind(kind=new.kind)
        head, region = self.copy.head, self.copy.region
        to = new.baton.to if new.baton else ""
        audience = dict.fromkeys((*head.audience, region, *new.audience, *([to] if to else [])))
        return Payload(
            alliance=self.node.alliance, epoch=self.node.epoch, list=self.members.version, case=self.copy.case_id,
            seq=head.seq + 1, prev=head.hash, region=region, node=self.node.id, inc=self.node.inc,
            audience=tuple(audience), kind=new.kind, critical=kind.critical, cmd=self.cmd, actor=self.actor,
            at=self.at, body=new.body, sealed=new.sealed, baton=new.baton, clause=new.clause,
        )  # fmt: skip

    def _check(self, payload: Payload) -> None:
        require_clause(payload)
        if chain.operation(payload) == chain.REASSIGN:
            require_fences_of_chain(require_order(payload, self.copy.head), self.copy.region)
        if chain.operation(payload) == "accept":
            require_blobs(self.copy.region, self.copy.case_id)

    def _advance(self, payload: Payload, hash: str) -> Head:
        try:
            return chain.advance(self.copy.head, payload, hash=hash)
        except Illegal as illegal:
            if illegal.code in {"wrong-writer", "wrong-baton"}:
                raise NotTheWriter(writer=self.copy.head.writer or "-", region=self.copy.region) from None
            raise


def _check_request(node: Node, region: str, events: Sequence[NewEvent], parts: Sequence[Sealed]) -> None:
    if not node.hosts(region):
        raise Forbidden
    log.require_size(parts)


def _living(node: Node, life: Life, copy: Copy, events: Sequence[NewEvent], at: datetime) -> Node:
    """The node in its present life, if it may write to this case now (R15)."""
    allowed = not copy.recovering and incarnation.lets_write(
        node, life, case_id=copy.case_id, is_new=not copy.head.seq, events=events, at=at
    )
    if not allowed:
        raise CaseRecovering
    return incarnation.living(node, life)


def _check_position(copy: Copy, expected_seq: int | None) -> None:
    if copy.parked:
        raise CaseParked(reason=copy.parked)
    if expected_seq is not None and expected_seq != copy.head.seq:
        raise StaleHead(seq=copy.head.seq)


def _addressees(before: Head, copy: Copy) -> list[tuple[str, int]]:
    """New events for those who had the chain, all of it for those who join: (peer region, position)."""
    return [
        (peer, seq)
        for peer in copy.head.audience
        if peer != copy.region
        for seq in range(before.seq + 1 if peer in before.audience else 1, copy.head.seq + 1)
    ]
