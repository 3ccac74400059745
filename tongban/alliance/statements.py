"""What one member says about an agreement by itself: that it does not sign, takes its proposal back, leaves, or has seen it.

Plain values of signed bytes.

The document: `{alliance, act, agreement, version, document, member, node, reason, last_day, at}`; `document` is the hash of the version meant,
`last_day` the last legal day of a member that leaves. A receipt (回执, act "seen") names what was seen: a version with all its signatures, or
a notice, which it then carries whole (`carried`, base64).
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tongban.alliance.members import BadDocument, MemberList, UntrustedKey
from tongban.alliance.verification import claims_of, read_document
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import BadEnvelope
from tongban.kernel.events import Json, format_instant, parse_instant
from tongban.kernel.node import Node

DECLINED, WITHDRAWN, LEAVING, SEEN = "declined", "withdrawn", "leaving", "seen"
ACTS = (DECLINED, WITHDRAWN, LEAVING, SEEN)
MAX_REASON = 500
LONGEST = 80
LAST_VERSION = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Statement:
    alliance: str
    act: str
    agreement: str
    version: int
    document: str
    member: str
    node: str
    reason: str
    at: datetime
    last_day: date | None = None
    hash: str = ""
    carried: bytes = b""

    def as_json(self) -> Json:
        names = ("alliance", "act", "agreement", "version", "document", "member", "node", "reason")
        last_day = self.last_day.isoformat() if self.last_day else None
        carried = {"carried": base64.b64encode(self.carried).decode()} if self.carried else {}
        said = {name: getattr(self, name) for name in names}
        return {**said, "last_day": last_day, "at": format_instant(self.at), **carried}


def sign_statement(statement: Statement, *, node: Node) -> bytes:
    key = node.keys["event"]
    return envelopes.sign(
        statement.as_json(), type=envelopes.AGREEMENT_STATEMENT, suite=node.suite, keys=[key]
    ).raw  # fmt: skip


def read_statement(raw: bytes, *, list_of: Callable[[datetime], MemberList]) -> Statement:
    """Signed by the node that hosted the member it names, with a key that served, both by the list of the time when it was written.

    Refuses `BadDocument`, `UntrustedKey`.
    """
    envelope = read_document(raw, type=envelopes.AGREEMENT_STATEMENT)
    statement = _statement(claims_of(envelope))
    members = list_of(statement.at)
    statement = replace(statement, hash=envelope.hash(members.suite))
    try:
        owner = members.owner_of(envelope.key_id, "event", statement.at)
        envelopes.verify(
            envelope, suite=members.suite, public_key_of=lambda key: members.public_key(key, "event", statement.at)
        )
    except (BadEnvelope, BadSignature) as error:
        raise BadDocument(reason=type(error).__name__) from None
    if owner.id != statement.node or not members.hosts(owner.id, statement.member, statement.at):
        raise UntrustedKey(key_id=envelope.key_id[:80])
    if statement.alliance != members.alliance:
        raise BadDocument(reason="another alliance")
    return statement


def _statement(value: Any) -> Statement:
    try:
        last_day = value["last_day"]
        statement = Statement(
            str(value["alliance"]), str(value["act"]), str(value["agreement"]), int(value["version"]), str(value["document"]),
            str(value["member"]), str(value["node"]), str(value["reason"]), parse_instant(value["at"]),
            date.fromisoformat(last_day) if last_day else None, carried=base64.b64decode(value.get("carried") or "", validate=True),
        )  # fmt: skip
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, binascii.Error) as error:
        raise BadDocument(reason=f"{type(error).__name__}: {error}") from None
    if statement.act not in ACTS or len(statement.reason) > MAX_REASON or (statement.act == LEAVING) != bool(last_day):
        raise BadDocument(reason="act, reason or last day")
    if not all(len(text) <= LONGEST and text.isprintable() for text in (statement.agreement, statement.document)):
        raise BadDocument(reason="agreement or document")
    if "\0" in statement.reason or not (0 < len(statement.member) <= 12 and statement.member.isalnum()):
        raise BadDocument(reason="reason or member")
    if not 1 <= statement.version <= LAST_VERSION:
        raise BadDocument(reason="version")
    return statement
