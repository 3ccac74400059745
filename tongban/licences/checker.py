"""The checker (对账): each licence of a region is one decision's, on the chain, as it was signed, witnessed, and the only one of its number.

It shares no step with issuing but the pure functions of `face.py`: what it reads are the chain, the signer's log and the copies.
"""

import base64
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from django.db import connection
from django.db.models import Count

from tongban.alliance import queries as alliance
from tongban.alliance.members import MemberList
from tongban.exchange import queries as exchange
from tongban.kernel import strictjson, vault
from tongban.kernel.crypto import BadSignature
from tongban.kernel.events import SealedRef, StoredEvent
from tongban.kernel.node import Node
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
    findings: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, identifier: str) -> None:
        self.findings[code].append(identifier)


def check_region(*, node: Node, region: str, at: datetime, contents: bool = True) -> Checked:
    """Everything that `region` issued. `contents`: open what is sealed too. The result is kept."""
    found = _Found()
    members = alliance.list_lists()
    for rows in _batches(region):
        _check_batch(rows, found, node=node, members=members, at=at, contents=contents)
    for code, identifiers in _over_all(region, at):
        found.findings[code] += identifiers
    counts = {code: len(identifiers) for code, identifiers in found.findings.items() if identifiers}
    examples = {code: found.findings[code][:EXAMPLES] for code in counts}
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
    reserved = _reserved(region, [row.identifier for row in rows])
    wrong = _wrong_contents(rows, node) if contents else set()
    for row in rows:
        found.checked += 1
        event = issued.get((row.case_id, row.seq))
        codes = [*_of_row(row, node, members, at), *_of_chain(row, event, decided)]
        codes += ["content"] if row.identifier in wrong else []
        # A copy that came back after a restore has no reservation; its event and signature prove it all the same.
        if row.identifier not in reserved and event and event.payload.inc == node.inc:
            codes.append("unreserved")
        for code in codes:
            found.add(code, row.identifier)


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


def _over_all(region: str, at: datetime) -> Iterator[tuple[str, list[str]]]:
    own = models.Licence.objects.filter(region=region, issuer=region)
    valid = own.filter(status=VALID)
    twice = valid.values("number", "type").annotate(n=Count("id")).filter(n__gt=1, number__gt="")
    numbers = [row["number"] for row in twice[:EXAMPLES]]
    # Between a new version and the lapse of the one before both are valid for a moment.
    follows = set(valid.filter(number__in=numbers).exclude(follows="").values_list("follows", flat=True))
    doubled = valid.filter(number__in=numbers).exclude(identifier__in=follows).values_list("number", "identifier")
    yield "number-twice", _more_than_once(list(doubled))
    cases = valid.values("case_id", "type").annotate(n=Count("id")).filter(n__gt=1)[:EXAMPLES]
    yield "two-for-one", [str(row["case_id"]) for row in cases]
    revoked = own.filter(case_id__in=_revoked_cases(region, at - SOON), status__in=IN_FORCE)
    yield "decision-revoked", list(revoked.values_list("identifier", flat=True))
    yield "serial-twice", _serials_elsewhere(region)
    yield "signed-unreserved", _signed_unreserved(region)


def _more_than_once(found: list[tuple[str, str]]) -> list[str]:
    by_number: dict[str, list[str]] = defaultdict(list)
    for number, identifier in found:
        by_number[number].append(identifier)
    return [identifier for same in by_number.values() if len(same) > 1 for identifier in same]


def _revoked_cases(region: str, before: datetime) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT l.case_id FROM licences_licence l JOIN exchange_event e ON e.case_id = l.case_id AND e.region = l.region"
            " WHERE l.region = %s AND l.issuer = %s AND e.kind LIKE 'cases.revoked%%' AND e.at < %s",
            [region, region, before],
        )
        return [row[0] for row in cursor.fetchall()]


def _serials_elsewhere(region: str) -> list[str]:
    """Among the copies that this node holds of other regions' licences."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.identifier FROM licences_licence a JOIN licences_licence b"
            " ON split_part(b.identifier, '.', 8) = split_part(a.identifier, '.', 8) AND b.region = a.region AND b.issuer <> a.issuer"
            " WHERE a.region = %s AND a.issuer = %s",
            [region, region],
        )
        return [row[0] for row in cursor.fetchall()]


def _signed_unreserved(region: str) -> list[str]:
    """The signer's log against the reservations: every signature is of the bytes that one of them fixed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.reservation FROM licences_signerentry s LEFT JOIN licences_reservation r ON r.id = s.reservation AND r.region = s.region"
            " WHERE s.region = %s AND s.step = 'signed'"
            " AND (r.id IS NULL OR encode(sha256(r.face), 'hex') <> s.digest) LIMIT %s",
            [region, EXAMPLES],
        )
        return [f"reservation {row[0]}" for row in cursor.fetchall()]
