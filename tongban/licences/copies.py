"""The copies of licences (证照副本) at every region that holds their case: brought along by the chain, in the transaction that stores the event."""

import base64
from collections.abc import Sequence
from uuid import UUID

import structlog

from tongban.alliance import queries as alliance
from tongban.alliance.signers import get_public_key
from tongban.cases.fold import read_folded
from tongban.cases.licence_events import LicenceChanged, LicenceIssued
from tongban.exchange import queries as exchange
from tongban.kernel import crash
from tongban.kernel.crypto import BadSignature
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.licences import models
from tongban.licences.face import PURPOSE, BadFace, Face, SignedFace, face_from_json, verify_face
from tongban.licences.operations import STATUSES

MOST = 2**31
"""What a position in a status list stays below."""

log = structlog.get_logger()


def keep_licence(node: Node, event: StoredEvent) -> None:
    """At storing `cases.licence_issued`, own or a peer's. What does not prove itself is kept by nobody, and found by the checker."""
    body = LicenceIssued.read(event.payload.body)
    part = next((part for part in event.payload.sealed if part.name == "licence"), None)
    signed = _proved(body, node, event)
    if signed is None or part is None:
        log.warning("licence not kept", case=str(event.case), region=event.holder, seq=event.seq)
        return
    face = signed.face
    models.Licence.objects.get_or_create(
        region=event.holder, identifier=body.identifier,
        defaults={
            "case_id": event.case, "seq": event.seq, "type": body.type, "number": body.number, "issuer": event.payload.region,
            "operation": body.operation, "follows": body.follows, "valid_from": face.from_, "valid_until": face.until,
            "face": face.as_bytes(), "signature": signed.signature, "part": part.as_json(), "status_list": face.status.list,
            "status_index": face.status.index, "demo": face.demo, "issued_at": event.payload.at,
            # Whoever holds it at another node than its author is the witness.
            "witnessed_at": None if event.payload.node == node.id else event.received_at,
        },
    )  # fmt: skip
    crash.point("licence.kept")


def keep_change(node: Node, event: StoredEvent) -> None:
    """At storing `cases.licence_changed`; an older one that comes again changes nothing."""
    body = LicenceChanged.read(event.payload.body)
    if body.status not in STATUSES:
        log.warning("licence in an unknown status", case=str(event.case), region=event.holder, seq=event.seq)
        return
    # Only the case and the place that issued it speak of it: no other member's case ends a licence, or brings one back.
    rows = models.Licence.objects.filter(
        region=event.holder, case_id=event.case, issuer=event.payload.region, identifier=body.identifier,
        changed_seq__lt=event.seq,
    )  # fmt: skip
    rows.update(status=body.status, changed_seq=event.seq)


def take_back(node: Node, events: Sequence[StoredEvent]) -> None:
    """Registered for own events that come back after a restore."""
    for event in events:
        if keep := _KEEPING.get(event.payload.kind_name):
            keep(node, event)


def keep_again(node: Node, *, region: str, case_id: UUID) -> int:
    """Where a release without licences has stored the events: whatever the chain says and no row does. How many events."""
    events = [event for event in exchange.list_events(region, case_id) if event.payload.kind_name in _KEEPING]
    take_back(node, events)
    return len(events)


_KEEPING = {"cases.licence_issued": keep_licence, "cases.licence_changed": keep_change}


def _proved(body: LicenceIssued, node: Node, event: StoredEvent) -> SignedFace | None:
    try:
        signed = SignedFace(face_from_json(body.face), base64.b64decode(body.signature, validate=True))
        members = alliance.latest_list(event.received_at)
        verify_face(
            signed, suite=node.suite, public_key_of=lambda id: get_public_key(members, id, purpose=PURPOSE)
        )  # fmt: skip
    except (BadFace, BadSignature, LookupError, ValueError):
        return None
    same = (signed.face.identifier, signed.face.type, signed.face.number) == (body.identifier, body.type, body.number)
    case = read_folded(event.holder, event.case)
    theirs = case is not None and case.deciding == event.payload.region
    own = signed.face.is_issued_by(event.payload.region)
    return signed if same and theirs and own and _fits(signed.face, body) else None


def _fits(face: Face, body: LicenceIssued) -> bool:
    """A peer's words are as long as they like; the columns are not."""
    texts = (
        (face.identifier, 110),
        (body.follows, 110),
        (face.type, 60),
        (face.number, 80),
        (face.status.list, 80),
        (body.operation, 12),
    )
    return face.status.index < MOST and all(len(text) <= most and text.isprintable() for text, most in texts)
