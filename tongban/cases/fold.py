"""Keeps the derived row of a case in step with its chain, in the transaction that stores the events."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from tongban.alliance.queries import ClauseMismatch
from tongban.cases import projection
from tongban.cases.acts import note_acts
from tongban.cases.defined import require_as_defined
from tongban.cases.marks import marks
from tongban.catalogue import queries as catalogue
from tongban.exchange import queries as exchange
from tongban.kernel import vault
from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.events import Clause, SealedRef, StoredEvent, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.refusals import Refused
from tongban.kernel.sealing import BadPart
from tongban.kernel.strictjson import NotStrict
from tongban.kernel.text import Text
from tongban.people.identity import mask_name, mask_number


class NotTheirDefinition(Refused):
    """A case is judged by what the deciding place itself has published, and by nothing that another place wrote for it."""

    text = Text(
        "办件所依据的事项版本不是由决定地 {deciding} 为该事项发布的。",
        "The case names a definition that {deciding}, which decides, has not published for this item.",
    )
    advice = Text(
        "请按决定地公布的事项重新提交。", "Hand it in again under the definition that the deciding place has published."
    )


class ApplicationUnreadable(Refused):
    """A peer's sealed application does not open, or has another shape: the case waits for somebody to look, it is not tried for ever."""

    status = 422
    text = Text("申请内容无法读取。", "The application cannot be read.")
    advice = Text("请由收件地重新提交。", "Let the receiving place hand it in again.")


def fold_events(node: Node, events: Sequence[StoredEvent]) -> None:
    """Registered for every `cases.*` kind. `events` are consecutive, of one copy.

    Refuses what the tables of states and authors do not allow, `ClauseMismatch`, `DefinitionUnknown`, `NotTheirDefinition` and `NotAsDefined`.
    """
    region, case_id = events[0].holder, events[0].case
    recent = _recent(region, case_id)
    before = recent.get(events[0].payload.prev) or read_folded(region, case_id)
    case = _fold_or_fold_anew(before, events)
    if case is None:
        return
    columns = _columns(case, region=region) | {"updated_at": events[-1].received_at}
    if before is None or case.parts.get("application") != before.parts.get("application"):
        columns |= _person(node, case, region=region, events=events)
    if before is None:
        handed_in_by = columns.pop("owner") or events[0].payload.actor["ref"]
        owner = handed_in_by if region == case.receiving else ""
        _insert({"region": region, "case_id": case_id, "owner": owner, **columns})
    else:
        columns.pop("owner", None)
        kept = _columns(before, region=region)
        _update(region, case_id, {name: value for name, value in columns.items() if kept.get(name) != value})
    note_acts(events)
    recent.clear()
    recent[events[-1].hash] = case


def _fold_or_fold_anew(before: projection.Case | None, events: Sequence[StoredEvent]) -> projection.Case | None:
    """An older release passed over kinds that it did not know: what stands in the row may lack what these events build on."""
    try:
        return projection.fold(before, events, require=_require)
    except Refused:
        if before is None:
            raise
        first = events[0]
        chain = [*exchange.list_events(first.holder, first.case, last=first.seq - 1), *events]
        return projection.fold(None, chain, require=_require)


def _require(before: projection.Case | None, case: projection.Case, event: StoredEvent) -> None:
    if before is None:
        _require_agreed(case)
        _require_definition(case)
    else:
        require_as_defined(before, event)


@lru_cache(maxsize=1000)
def _recent(region: str, case_id: UUID) -> dict[str, projection.Case]:
    """What was folded here last, by the hash of its last event: a chain up to that event says the same for ever, whatever the
    transaction came to, and every event brings the hash of the one before it."""
    return {}


# Every event of every case passes here: plain statements, for which the table's row object would be most of the work.


def is_received_here(event: StoredEvent) -> bool:
    """Whether whoever holds this copy received the case. In the transaction that stores the event, after it was folded."""
    case = _as_folded(event)
    return case is not None and case.receiving == event.holder


def is_supervised(event: StoredEvent) -> bool:
    """Whether the item names an office that is told of the decision (审管联动). As `is_received_here`."""
    case = _as_folded(event)
    return case is not None and catalogue.get_definition(case.definition).supervised(case.situation) is not None


def has_files(event: StoredEvent) -> bool:
    """Whether files came with the case. As `is_received_here`."""
    case = _as_folded(event)
    return case is not None and bool(case.files)


def _as_folded(event: StoredEvent) -> projection.Case | None:
    return next(iter(_recent(event.holder, event.case).values()), None) or read_folded(event.holder, event.case)


def read_folded(region: str, case_id: UUID) -> projection.Case | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT folded::text FROM cases_case WHERE case_id = %s AND region = %s", [case_id, region])
        row = cursor.fetchone()
    return projection.Case.from_json(json.loads(row[0])) if row else None


def _insert(columns: dict[str, Any]) -> None:
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    values = [*(columns | {"folded": Jsonb(columns["folded"])}).values()]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO cases_case ({names}) VALUES ({places})", values)  # noqa: S608


def _update(region: str, case_id: UUID, columns: dict[str, Any]) -> None:
    """Only what has changed: what stays the same is not written, and its indexes are not looked at."""
    names = ", ".join(f"{name} = %s" for name in columns)
    values = [*(columns | {"folded": Jsonb(columns["folded"])}).values(), case_id, region]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE cases_case SET {names} WHERE case_id = %s AND region = %s", values)  # noqa: S608


def _require_agreed(case: projection.Case) -> None:
    """The clause of the opening is about this very case; that it is in force the exchange has checked."""
    clause = Clause(**case.clause)
    if (clause.item, clause.mode, clause.receiving, clause.deciding) != (
        case.item, case.mode, case.receiving, case.deciding,
    ):  # fmt: skip
        raise ClauseMismatch(agreement=clause.agreement, version=clause.version, article=clause.article)


def _require_definition(case: projection.Case) -> None:
    """The one that the opening pins is held here, and is the deciding place's own for this item and situation."""
    pinned = catalogue.get_definition(case.definition)
    if (pinned.region, pinned.item) != (case.deciding, case.item) or case.situation not in pinned.situations:
        raise NotTheirDefinition(deciding=case.deciding)


def _columns(case: projection.Case, *, region: str) -> dict[str, Any]:
    return {
        "number": case.number,
        "item": case.item,
        "partner": case.deciding if region == case.receiving else case.receiving,
        "state": case.state,
        "desk": case.desk_of(region),
        "seq": case.seq,
        "received_at": parse_instant(case.received_at) if case.received_at else None,
        "due_on": date.fromisoformat(case.due_on) if case.due_on else None,
        **marks(case, region),
        "folded": case.as_json(),
    }


def _person(node: Node, case: projection.Case, *, region: str, events: Sequence[StoredEvent]) -> dict[str, Any]:
    """What lists show and find of the person: a masked label under the region's key and a keyed hash of the identity number."""
    key = vault.get_key(node=node, region=region, case_id=events[0].case)
    try:
        application: Any = vault.read_part(SealedRef(**case.parts["application"]), key=key, node=node, region=region)
        person, _, _ = application["applicant"], dict(application["elements"]), list(application["materials"])
        label = f"{mask_name(person['name'])} {mask_number(person['id_number'])}"
        applicant = applicant_hash(node, id_kind=person["id_kind"], id_number=person["id_number"], region=region)
        # Handed in under a mandate, it is the principal's case.
        owner = str(application.get("agent", {}).get("principal", ""))
    except (BadPart, BadCiphertext, NotStrict, KeyError, TypeError, ValueError, AttributeError):
        raise ApplicationUnreadable from None
    return {
        "label": node.seal_locally(label, purpose="label", region=region),
        "applicant": applicant,
        "owner": owner,
    }


def applicant_hash(node: Node, *, id_kind: str, id_number: str, region: str) -> str:
    return node.keyed_hash(f"{id_kind}:{id_number}", purpose="applicant", region=region)
