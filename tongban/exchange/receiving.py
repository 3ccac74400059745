"""Taking in what a peer sent: one transaction, or one for each case when that fails; receipts signed after it (protocol §3.6, R10–R14)."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError

from tongban.alliance import queries as alliance
from tongban.exchange import lists, proposals, receipts
from tongban.exchange.arrivals import Arrival, NotNow, Reader, Rejected
from tongban.exchange.intake import Intake, finish, lock_cases
from tongban.exchange.receipts import Statement
from tongban.exchange.verdicts import Verdict
from tongban.exchange.wire import Answer, Batch
from tongban.kernel import crash
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing, Refused
from tongban.kernel.scope import scope

NEWER_LIST = frozenset({"newer-member-list", "unknown-key", "list-missing"})
"""Why an item had to wait when its author knows a list that is not held here."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: int
    arrival: Arrival


def receive(*, node: Node, batch: Batch, peer: str, at: datetime, asked: bool = False) -> list[Answer]:
    """Take in a batch that the node `peer` posted (its request signature is verified) and answer each item, in order.

    `asked`: this node was restored and asked for them. Must not run inside a transaction: what a receipt says is durable before it is signed.
    Refuses `Missing` for a region not hosted here, `Forbidden` for a sender the peer does not host, `ListExpired`.
    """
    members = alliance.current_list(at)
    if not node.hosts(batch.to):
        raise Missing
    if not members.hosts(peer, batch.sender, at):
        raise Forbidden
    reader = Reader(node, members, batch.to, peer, at, asked=asked)
    verdicts: dict[int, Verdict] = {}
    by_case: dict[UUID, list[_Numbered]] = {}
    for number, item in enumerate(batch.items):
        try:
            arrival = reader.read(item)
            by_case.setdefault(arrival.payload.case, []).append(_Numbered(number, arrival))
        except Rejected as rejected:
            verdicts[number] = Verdict.rejected(rejected, at)
        except NotNow as not_now:
            verdicts[number] = Verdict("retry", code=not_now.code)
    crash.point("receive.verified")
    verdicts.update(_take_all(reader, by_case))
    crash.point("receive.committed")
    if any(verdict.code in NEWER_LIST for verdict in verdicts.values()):
        lists.fetch_soon()
    answers = _answer(reader, [verdicts[number] for number in range(len(batch.items))])
    crash.point("receive.receipted")
    return answers


def _take_all(reader: Reader, by_case: Mapping[UUID, Sequence[_Numbered]]) -> dict[int, Verdict]:
    """All cases of a batch in one transaction: one commit for all. If one of them breaks it, each case by itself (R8)."""
    if len(by_case) > 1:
        try:
            with _transaction(reader):
                return dict(_take(reader, by_case))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.info("batch taken in case by case", region=reader.region, error=type(error).__name__)
    return {number: verdict for case in by_case.items() for number, verdict in _take_case(reader, *case).items()}


def _take_case(reader: Reader, case_id: UUID, entries: Sequence[_Numbered]) -> dict[int, Verdict]:
    """All events of a case at once; if one of them breaks the transaction, one by one, so that it holds up only what follows it (R8)."""
    try:
        with _transaction(reader):
            return dict(_take(reader, {case_id: entries}))
    except IntegrityError:
        code = "busy"
    except (OperationalError, InterfaceError):
        raise
    except Refused as refused:
        code = refused.code
    except Exception:
        # Also values that no column takes: one peer's odd event must not stop the cases beside it (R8).
        # No detail of the exception is sent or logged with the case: it may hold what was sealed.
        log.exception("event not taken in", region=reader.region, case=str(case_id))
        code = "internal"
    if len(entries) == 1:
        return {entries[0].number: Verdict("retry", code=code)}
    one_by_one: dict[int, Verdict] = {}
    for entry in sorted(entries, key=lambda entry: entry.arrival.payload.seq):
        one_by_one.update(_take_case(reader, case_id, [entry]))
    return one_by_one


@contextmanager
def _transaction(reader: Reader) -> Iterator[None]:
    reader.promises.clear()
    with scope([reader.region]):
        yield


def _take(reader: Reader, by_case: Mapping[UUID, Sequence[_Numbered]]) -> Iterator[tuple[int, Verdict]]:
    """The events of all cases, then what is proposed."""
    entries = [entry for of_case in by_case.values() for entry in of_case]
    together, intakes = len(entries) > 1, list[Intake]()
    for held in lock_cases(reader.region, by_case):
        events = [entry for entry in by_case[held.copy.case_id] if not entry.arrival.item.proposal]
        events.sort(key=lambda entry: entry.arrival.payload.seq)
        intake = Intake(reader, held, together=together, batch=[entry.arrival for entry in events])
        for entry in events:
            yield entry.number, intake.take(entry.arrival)
        intakes.append(intake)
    finish(intakes)
    for entry in entries:
        if entry.arrival.item.proposal:
            yield entry.number, proposals.take(reader, entry.arrival)


def _answer(reader: Reader, verdicts: Sequence[Verdict]) -> list[Answer]:
    statements = [statement for verdict in verdicts for statement in verdict.statements]
    raws = iter(_issue(reader, statements))
    answers = []
    for verdict in verdicts:
        own = [next(raws) for _ in verdict.statements]
        answers.append(Answer(verdict.status, own[0] if own else b"", verdict.have, verdict.code))
    return answers


def _issue(reader: Reader, statements: list[Statement]) -> list[bytes]:
    return receipts.issue(
        node=reader.node, region=reader.region, statements=statements, members=reader.members, at=reader.at
    )
