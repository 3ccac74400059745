"""The signer (签名机): a process of its own that holds the keys, reads nothing but reservations, and signs what is fixed in them.

Two transactions with the signature between them: it takes a reservation up, signs, checks its own signature, puts it down. A crash between them
leaves one that is taken up again after a while; the same bytes signed twice give the same signature (Ed25519).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import connection
from procrastinate.contrib.django import app

from tongban.kernel import crash
from tongban.kernel.crypto import BadSignature, PrivateKey
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.licences import models
from tongban.licences.face import BadFace, SignedFace, read_face, sign_face, verify_face

ISSUE = "licences.issue"
"""The worker's job that goes on from here."""
ABANDONED = timedelta(seconds=30)
"""A signature takes no time; whoever has not put it down by then has died."""
_TAKE_UP = """
UPDATE licences_reservation SET state = 'signing', claim = claim + 1, claimed_at = %(at)s
WHERE id = (
    SELECT id FROM licences_reservation
    WHERE (state = 'reserved' OR (state = 'signing' AND claimed_at < %(abandoned)s)) AND length(face) > 0
    ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1
)
RETURNING id, region, claim, face, key
"""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TakenUp:
    id: int
    region: str
    claim: int
    face: bytes
    key: str


def sign_next(*, node: Node, keys: Mapping[str, PrivateKey], at: datetime, abandoned: timedelta = ABANDONED) -> bool:
    """Sign one reservation, the oldest; whether there was any. `keys` by id; `abandoned`: after which it is taken from another signer."""
    taken = _take_up(node, at, at - abandoned)
    if taken is None:
        return False
    crash.point("licence.taken-up")
    key = keys.get(taken.key)
    signed = _sign(taken, key, node) if key else None
    crash.point("licence.signed")
    _put_down(node, taken, signed, at)
    crash.point("licence.put-down")
    return True


def _take_up(node: Node, at: datetime, before: datetime) -> TakenUp | None:
    with scope(node.regions), connection.cursor() as cursor:
        cursor.execute(_TAKE_UP, {"at": at, "abandoned": before})
        row = cursor.fetchone()
        if row is None:
            return None
        taken = TakenUp(row[0], row[1], row[2], bytes(row[3]), row[4])
        _note(node, taken, "signing", at)
    return taken


def _sign(taken: TakenUp, key: PrivateKey, node: Node) -> SignedFace | None:
    """None for bytes that are no face, name another key, or whose signature does not hold: nothing of that kind leaves the process."""
    try:
        signed = sign_face(read_face(taken.face), key=key, suite=node.suite)
        verify_face(signed, suite=node.suite, public_key_of=lambda _: key.public)
    except (BadFace, BadSignature, ValueError):
        log.error("not signed", seq=taken.id, region=taken.region)
        return None
    return signed


def _put_down(node: Node, taken: TakenUp, signed: SignedFace | None, at: datetime) -> None:
    """One row or none: who was thought dead and was not finds that another has taken it up."""
    with scope(node.regions):
        rows = models.Reservation.objects.filter(id=taken.id, state="signing", claim=taken.claim)
        if signed is None:
            rows.update(state="blocked", reason="not-signed")
            _note(node, taken, "refused", at)
        elif rows.update(state="signed", signature=signed.signature, signed_at=at):
            _note(node, taken, "signed", at)
            app.configure_task(ISSUE).defer(region=taken.region, reservation=taken.id)


def _note(node: Node, taken: TakenUp, step: str, at: datetime) -> None:
    models.SignerEntry.objects.create(
        region=taken.region, reservation=taken.id, step=step, key=taken.key, digest=node.suite.hash(taken.face), at=at
    )
