"""Proposals: what a region that does not hold the baton asks of the one that does (protocol §3.3).

The envelope has the form of an event: `cmd` is the proposal's id, `seq` and `prev` say which chain its author had seen. It is answered by
an event whose body names its hash under "proposal", or by a DECLINED receipt. Until then it follows the baton.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from tongban.alliance import queries as alliance
from tongban.alliance.own_keys import use_listed_keys
from tongban.exchange import chain, incarnation, log
from tongban.exchange.arrivals import Arrival, NotNow, Reader
from tongban.exchange.log import CommandReused, Copy, require_size
from tongban.exchange.models import Proposal
from tongban.exchange.queries import BLOB, OPERATORS, StoredProposal, list_events, proposal_of
from tongban.exchange.receipts import Statement
from tongban.exchange.verdicts import Verdict
from tongban.exchange.vouching import require_proposer
from tongban.kernel import crash, envelopes, registries, vault
from tongban.kernel.actors import Actor
from tongban.kernel.events import Json, Payload, SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.sealing import Sealed
from tongban.kernel.text import Text

SENT, TAKEN, PARKED, ANSWERED, DECLINED = "sent", "taken", "parked", "answered", "declined"


class NoNeedToPropose(Refused):
    text = Text("办件就在本地区，可直接办理。", "The case is with this region: act on it directly.")
    advice = Text("请刷新页面后直接办理。", "Reload the case and act on it.")


@transaction.atomic
def propose(
    *,
    node: Node,
    region: str,
    case_id: UUID,
    kind: str,
    body: Json,
    cmd: UUID,
    request: bytes,
    by: Actor,
    role: str,
    at: datetime,
    sealed: tuple[SealedRef, ...] = (),
    parts: Sequence[Sealed] = (),
    to: str = "",
) -> StoredProposal:
    """Sign a request to whoever holds the case, store it, and send it until it is answered. The same `cmd` again returns the first.

    With `to` it is a statement for that region, whoever holds the case.
    Refuses `Missing` for a case this region does not have, `NoNeedToPropose`, `CommandReused`.
    """
    if not node.hosts(region):
        raise Forbidden
    require_size(parts)
    copy = log.lock_copy(region, case_id)
    request_hash = node.suite.hash(request)
    before = Proposal.objects.filter(case_id=case_id, region=region, proposal=cmd).first()
    if before:
        return _same(before, request_hash)
    if not copy.head.seq:
        raise Missing
    if not to and not copy.recovering and copy.head.writer == region and not copy.head.offered_by:
        raise NoNeedToPropose
    if not to and copy.recovering and copy.head.writer == region:
        # Who holds it is not known before the others have answered.
        raise incarnation.CaseRecovering
    members = alliance.latest_list(at)
    use_listed_keys(node, members, at)
    node = incarnation.living(node, incarnation.get_life(node))
    payload = Payload(
        alliance=node.alliance, epoch=node.epoch, list=members.version, case=case_id,
        seq=copy.head.seq, prev=copy.head.hash, region=region, node=node.id, inc=node.inc, audience=copy.head.audience,
        kind=kind, critical=True, cmd=cmd, actor=by.as_json(role), at=at, body=body, sealed=sealed,
    )  # fmt: skip
    envelope = envelopes.sign(payload.as_json(), type=envelopes.PROPOSAL, suite=node.suite, keys=[node.keys["event"]])
    row = _row(region, payload, envelope.hash(node.suite), envelope.raw, at)
    row.request_hash = request_hash
    row.save(force_insert=True)
    vault.store_parts(region=region, case_id=case_id, parts=parts)
    log.queue_proposal(region=region, case_id=case_id, proposal=cmd, peer=to or copy.head.writer, at=at)
    crash.point("propose.stored")
    transaction.on_commit(partial(crash.point, "propose.committed"))
    return proposal_of(row)


def take(reader: Reader, arrival: Arrival) -> Verdict:
    """Hand a proposal to its handler, in the transaction that stores it. The handler may refuse, append, or leave it for a person."""
    try:
        return _take(reader, arrival)
    except NotNow as not_now:
        return Verdict("retry", code=not_now.code)


def follow(copy: Copy, stored: Iterable[StoredEvent], at: datetime) -> None:
    """Events that answer proposals close them; the others follow the baton."""
    named = (event.payload.body.get("proposal") for event in stored)
    answered = [hash for hash in named if hash and isinstance(hash, str)]
    if answered:
        rows = Proposal.objects.filter(case_id=copy.case_id, region=copy.region, hash__in=answered)
        rows.update(state=ANSWERED)
    if any(chain.operation(event.payload) in {"offer", "decline"} for event in stored):
        _readdress(copy, at)


def mark(*, region: str, case_id: UUID, proposal: UUID, state: str, code: str = "") -> None:
    """What the holder of the baton said about an own proposal that is still open."""
    rows = Proposal.objects.filter(case_id=case_id, region=region, proposal=proposal, state__in=(SENT, TAKEN, PARKED))
    rows.update(state=state, code=code)


def _take(reader: Reader, arrival: Arrival) -> Verdict:
    payload = arrival.payload
    require_proposer(reader, arrival)
    copy = log.lock_copy(reader.region, payload.case)
    if payload.region not in copy.head.audience:
        raise NotNow("not-in-audience")
    row = Proposal.objects.filter(case_id=payload.case, region=reader.region, proposal=payload.cmd).first()
    if row and row.hash != arrival.hash:
        return Verdict.rejected(arrival.rejected("proposal-reused"), reader.at)
    if row and row.state != SENT:
        return _answered_before(arrival, row)
    if row is None and _is_answered(copy, arrival.hash):
        row = _row(reader.region, payload, arrival.hash, arrival.item.envelope, reader.at)
        row.state = ANSWERED
        row.save(force_insert=True)
        return _answered_before(arrival, row)
    _require_turn(copy, payload.kind)
    _store_parts(reader, arrival)
    row = row or _row(reader.region, payload, arrival.hash, arrival.item.envelope, reader.at)
    return _handle(reader, arrival, row)


def _is_answered(copy: Copy, hash: str) -> bool:
    """By whoever held the case before: this region has not seen the proposal, only the event that names it."""
    events = list_events(copy.region, copy.case_id)
    return any(event.payload.body.get("proposal") == hash for event in events)


def _require_turn(copy: Copy, kind: str) -> None:
    """Raises `NotNow` while the request cannot be put on the chain here."""
    if registries.taken_at_any_time(kind):
        return
    if copy.recovering:
        raise NotNow("recovering")
    if copy.parked:
        raise NotNow("case-parked")
    waits = copy.head.offered_by and not registries.taken_while_offered(kind)
    if copy.head.writer != copy.region or waits:
        raise NotNow("not-the-writer")


def _handle(reader: Reader, arrival: Arrival, row: Proposal) -> Verdict:
    give_to_handler(reader.node, row, reader.at)
    if row.state == DECLINED:
        return _declined(arrival, row)
    return Verdict.kept(arrival, parked=row.code if row.state == PARKED else "", at=reader.at)


def give_to_handler(node: Node, row: Proposal, at: datetime) -> None:
    """Leaves the row taken, declined with the code of the refusal, or parked while nobody here knows the kind."""
    handler = registries.find_proposal_handler(row.kind)
    if handler is None:
        row.state, row.code = PARKED, "unknown-kind"
        row.save()
        return
    row.state, row.code = TAKEN, ""
    row.save()
    crash.point("proposal.taken")
    try:
        with transaction.atomic():
            handler(node=node, proposal=proposal_of(row), at=at)
            crash.point("proposal.handled")
    except Refused as refused:
        row.state, row.code = DECLINED, refused.code
        row.save()


def resume(*, node: Node, region: str, case_id: UUID, at: datetime) -> list[Statement]:
    """After an upgrade: parked requests whose kind is known now. Returns what is to be signed about those that were declined."""
    copy = log.lock_copy(region, case_id)
    rows = Proposal.objects.filter(case_id=case_id, region=region, state=PARKED).exclude(author=region)
    declined: list[Statement] = []
    for row in rows.order_by("received_at", "proposal"):
        if registries.find_proposal_handler(row.kind) is None:
            continue
        try:
            _require_turn(copy, row.kind)
        except NotNow:
            continue
        give_to_handler(node, row, at)
        if row.state == DECLINED:
            declined.append(Statement(row.hash, case_id, 0, "DECLINED", row.received_at, row.code))
    return declined


def _answered_before(arrival: Arrival, row: Proposal) -> Verdict:
    if row.state == DECLINED:
        return _declined(arrival, row)
    parked = row.code if row.state == PARKED else ""
    return Verdict.kept(arrival, parked=parked, at=row.received_at, status="duplicate")


def _declined(arrival: Arrival, row: Proposal) -> Verdict:
    statement = Statement(row.hash, arrival.payload.case, 0, "DECLINED", row.received_at, row.code)
    return Verdict("declined", statement, code=row.code)


def _store_parts(reader: Reader, arrival: Arrival) -> None:
    wanted = {part.cipher for part in arrival.travelling_parts(blob=BLOB)}
    parts = {hash: data for hash, data in arrival.item.parts.items() if hash in wanted}
    if any(reader.members.suite.hash(parts.get(hash, b"")) != hash for hash in wanted):
        raise NotNow("part-missing")
    vault.store_ciphertexts(region=reader.region, case_id=arrival.payload.case, parts=parts)


def _readdress(copy: Copy, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox AS o SET peer_region = %s, delivered_at = NULL, next_try = %s, tries = 0"
            " FROM exchange_proposal AS p"
            " WHERE o.region = %s AND o.case_id = %s AND p.region = o.region AND p.case_id = o.case_id"
            " AND p.proposal = o.proposal AND p.author = p.region AND p.state IN ('sent', 'taken')"
            " AND o.peer_region <> %s AND NOT starts_with(p.kind, %s)",
            [copy.head.writer, at, copy.region, copy.case_id, copy.head.writer, OPERATORS],
        )
        if cursor.rowcount:
            cursor.execute(f"NOTIFY {log.CHANNEL}")


def _same(row: Proposal, request_hash: str) -> StoredProposal:
    if row.request_hash != request_hash:
        raise CommandReused
    return proposal_of(row)


def _row(region: str, payload: Payload, hash: str, raw: bytes, at: datetime) -> Proposal:
    return Proposal(
        case_id=payload.case,
        region=region,
        proposal=payload.cmd,
        hash=hash,
        author=payload.region,
        kind=payload.kind,
        state=SENT,
        envelope=raw,
        received_at=at,
    )
