"""The checker (对账): each licence of a region is one decision's, on the chain, as it was signed, witnessed, and the only one of its number.

It shares no step with issuing but the pure functions of `face.py`: what it reads are the chain, the signer's log and the copies.
"""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.exchange import queries as exchange
from tongban.kernel import strictjson, vault
from tongban.kernel.crypto import BadSignature
from tongban.kernel.events import SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.licences import models
from tongban.licences.codes import WrongIdentifier, read_identifier
from tongban.licences.face import PURPOSE, BadFace, Face, SignedFace, read_face, verify_face
from tongban.licences.operations import IN_FORCE, VALID

AT_ONCE = 500
EXAMPLES = 5
SOON = timedelta(hours=1)
"""By then another node has stored a licence, or somebody should look."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`findings`: code of `wording.py` → how many; `examples`: code → a few identifiers."""

    region: str
    checked: int
    findings: dict[str, int]
    examples: dict[str, list[str]]


@dataclass
class _Found:
    checked: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    examples: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, code: str, count: int, examples: Sequence[str]) -> None:
        if count:
            self.counts[code] += count
            self.examples[code] = [*self.examples[code], *examples][:EXAMPLES]


def check_region(*, node: Node, region: str, at: datetime, contents: bool = True) -> Checked:
    """Everything that `region` issued. `contents`: open what is sealed too. The result is kept."""
    found = _Found()
    members = alliance.list_lists()
    for rows in _batches(region):
        _check_batch(rows, found, node=node, members=members, at=at, contents=contents)
    _check_all(region, found, node=node, at=at)
    counts, examples = dict(found.counts), dict(found.examples)
    models.CheckRun.objects.create(region=region, at=at, checked=found.checked, findings=counts, examples=examples)
    return Checked(region, found.checked, counts, examples)


def _batches(region: str) -> Iterator[list[models.Licence]]:
    rows = models.Licence.objects.filter(region=region, issuer=region).order_by("id").iterator(chunk_size=AT_ONCE)
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _check_batch(
    rows: Sequence[models.Licence], found: _Found, *, node: Node, members: Sequence[MemberList], at: datetime, contents: bool
) -> None:  # fmt: skip
    region = rows[0].region
    issued = exchange.find_events(region, [(row.case_id, row.seq) for row in rows])
    named = [(case, int(event.payload.body.get("decision", 0))) for (case, _), event in issued.items()]
    decided = exchange.find_events(region, named)
    changed = exchange.find_events_of("cases.licence_changed", region=region, case_ids=[row.case_id for row in rows])
    reserved = _reserved(region, [row.identifier for row in rows])
    wrong = _wrong_contents(rows, node) if contents else set()
    for row in rows:
        found.checked += 1
        event = issued.get((row.case_id, row.seq))
        codes = [*_of_row(row, node, members, at), *_of_chain(row, event, decided)]
        codes += _of_changes(row, changed.get(row.case_id, []), at)
        codes += ["content"] if row.identifier in wrong else []
        # A copy that came back after a restore has no reservation; its event and signature prove it all the same.
        if row.identifier not in reserved and event and event.payload.inc == node.inc:
            codes.append("unreserved")
        for code in codes:
            found.put(code, 1, [row.identifier])


def _of_row(row: models.Licence, node: Node, members: Sequence[MemberList], at: datetime) -> Iterator[str]:
    try:
        read_identifier(row.identifier)
    except WrongIdentifier:
        yield "identifier"
    try:
        face = read_face(bytes(row.face))
    except BadFace:
        yield "bytes"
        return
    if _said(face) != (row.identifier, row.type, row.number, row.valid_from, row.valid_until):
        yield "bytes"
    if not _is_signed(SignedFace(face, bytes(row.signature)), node, members):
        yield "signature"
    if row.witnessed_at is None and row.issued_at < at - SOON:
        yield "unwitnessed"


def _of_chain(
    row: models.Licence, event: StoredEvent | None, decided: dict[tuple[UUID, int], StoredEvent]
) -> Iterator[str]:
    if event is None or event.payload.kind_name != "cases.licence_issued":
        yield "no-event"
        return
    body = event.payload.body
    signature = base64.b64encode(bytes(row.signature)).decode()
    if (body["identifier"], body["signature"]) != (row.identifier, signature) or strictjson.canonical(
        body["face"]
    ) != bytes(row.face):
        yield "other-event"
    decision = decided.get((row.case_id, int(body["decision"])))
    if decision is None or decision.payload.kind_name != "cases.approved" or decision.seq > event.seq:
        yield "no-decision"


def _of_changes(row: models.Licence, changes: Sequence[StoredEvent], at: datetime) -> Iterator[str]:
    """As the last change left it. What the row has not taken yet may be younger than the row as it was read, but not by an hour."""
    own = [
        event
        for event in changes
        if (event.payload.body["identifier"], event.payload.region) == (row.identifier, row.issuer)
        and (event.seq <= row.changed_seq or event.received_at < at - SOON)
    ]
    if (row.status, row.changed_seq) != ((own[-1].payload.body["status"], own[-1].seq) if own else (VALID, 0)):
        yield "status"


def _said(face: Face) -> tuple[object, ...]:
    return face.identifier, face.type, face.number, face.from_, face.until


def _is_signed(signed: SignedFace, node: Node, members: Sequence[MemberList]) -> bool:
    def public_key(key_id: str) -> bytes:
        entries = (one.find_key(key_id) for one in reversed(members))
        return next(entry.public for entry in entries if entry and entry.purpose == PURPOSE)

    try:
        verify_face(signed, suite=node.suite, public_key_of=public_key)
    except (BadSignature, StopIteration):
        return False
    return True


def _wrong_contents(rows: Sequence[models.Licence], node: Node) -> set[str]:
    """Of those whose key is still there: what was erased proves nothing and is no fault."""
    region = rows[0].region
    keys = vault.find_keys(node=node, region=region, case_ids=[row.case_id for row in rows])
    refs = [(SealedRef(**row.part), keys[row.case_id]) for row in rows if row.case_id in keys]
    opened = vault.find_parts(refs, node=node, region=region)
    wrong = set()
    for row in rows:
        content = opened.get((row.case_id, row.part["cipher"]))
        if content is not None and node.suite.hash(strictjson.canonical(content)) != _content_hash(row):
            wrong.add(row.identifier)
    return wrong


def _content_hash(row: models.Licence) -> str:
    try:
        return read_face(bytes(row.face)).content
    except BadFace:
        return ""


def _reserved(region: str, identifiers: Sequence[str]) -> set[str]:
    rows = models.Reservation.objects.filter(region=region, identifier__in=identifiers)
    return set(rows.values_list("identifier", flat=True))


# Over all licences at once: what only the whole can tell

OVER_ALL: dict[str, LiteralString] = {
    # Between a new version and the lapse of the one before both are valid for a moment.
    "number-twice": """
        SELECT identifier FROM (
            SELECT region, identifier, min(identifier) OVER same <> max(identifier) OVER same AS twice FROM (
                SELECT region, type, number, identifier, array_agg(follows) OVER same AS followed FROM licences_licence
                WHERE region = ANY(%(hosted)s) AND status = %(valid)s AND number > '' WINDOW same AS (PARTITION BY type, number)
            ) valid WHERE identifier <> ALL(followed) WINDOW same AS (PARTITION BY type, number)
        ) newest WHERE twice AND region = %(region)s
    """,
    "two-for-one": """
        SELECT case_id::text FROM licences_licence WHERE region = %(region)s AND status = %(valid)s
        GROUP BY case_id, type HAVING count(*) > 1
    """,
    "decision-revoked": """
        SELECT l.identifier FROM licences_licence l
        WHERE l.region = %(region)s AND l.issuer = l.region AND l.status = ANY(%(in_force)s) AND EXISTS (
            SELECT FROM exchange_event e
            WHERE e.case_id = l.case_id AND e.region = l.region AND e.kind LIKE 'cases.revoked%%' AND e.at < %(before)s
        )
    """,
    "not-kept": """
        SELECT e.case_id || ' ' || e.seq FROM exchange_event e
        WHERE e.region = %(region)s AND e.kind LIKE 'cases.licence_issued%%' AND e.received_at < %(before)s AND NOT EXISTS (
            SELECT FROM licences_licence l WHERE l.region = e.region AND l.case_id = e.case_id AND l.seq = e.seq
        )
    """,
    # Versions of a licence share its serial, and the places that hold one version its bytes.
    "serial-twice": """
        SELECT identifier FROM (
            SELECT region, identifier, min(licence) OVER s <> max(licence) OVER s OR min(digest) OVER v <> max(digest) OVER v AS twice FROM (
                SELECT region, identifier, split_part(identifier, '.', 8) COLLATE "C" AS serial, concat_ws(' ', issuer, type, number) AS licence,
                    encode(sha256(face), 'hex') AS digest FROM licences_licence WHERE region = ANY(%(hosted)s)
            ) held WINDOW s AS (PARTITION BY serial), v AS (PARTITION BY serial, identifier)
        ) compared WHERE twice AND region = %(region)s
    """,
    # The signer's log against the reservations: every signature is of the bytes that one of them fixed.
    "signed-unreserved": """
        SELECT 'reservation ' || s.reservation FROM licences_signerentry s
        LEFT JOIN licences_reservation r ON r.id = s.reservation AND r.region = s.region
        WHERE s.region = %(region)s AND s.step = 'signed' AND (r.id IS NULL OR encode(sha256(r.face), 'hex') <> s.digest)
    """,
}
"""Finding → what it is found at, in all that `region` holds: also of what other members issued, and beside the other regions hosted here.

Equal numbers and serials are sorted beside one another and not joined: no wrong estimate of the database makes that slow.
"""
_COUNTED: LiteralString = """
WITH found(what) AS MATERIALIZED ({})
SELECT (SELECT count(*) FROM found), ARRAY(SELECT what FROM found ORDER BY what LIMIT %(examples)s)
"""


def _check_all(region: str, found: _Found, *, node: Node, at: datetime) -> None:
    given: dict[str, Any] = {
        "region": region, "hosted": list(node.regions), "valid": VALID, "in_force": list(IN_FORCE), "before": at - SOON,
        "examples": EXAMPLES,
    }  # fmt: skip
    with scope(node.regions), connection.cursor() as cursor:
        for code, query in OVER_ALL.items():
            cursor.execute(_COUNTED.format(query), given)
            found.put(code, *cursor.fetchone())
