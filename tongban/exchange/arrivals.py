"""What a peer sent, verified: the signature over the raw bytes first, then the strict parse, then whether this signer may speak here (R1)."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tongban.alliance import queries as alliance
from tongban.alliance import signers
from tongban.alliance.members import MemberList, UntrustedKey
from tongban.alliance.signers import Claim
from tongban.exchange.chain import Head
from tongban.exchange.promises import Promises
from tongban.exchange.receipts import NO_CASE
from tongban.exchange.wire import Item
from tongban.kernel import envelopes
from tongban.kernel.crypto import BadSignature
from tongban.kernel.envelopes import BadEnvelope, Envelope
from tongban.kernel.events import BadEvent, Payload, SealedRef
from tongban.kernel.node import Node
from tongban.kernel.strictjson import NotStrict

MAX_PAYLOAD_BYTES = 64 * 1024
MAX_SEQ = 1_000_000
"""No chain is as long, and every position fits into its column."""


class Rejected(Exception):
    """These bytes can never become valid; said to the peer in a signed receipt."""

    def __init__(self, code: str, *, event: str = "", case: UUID = NO_CASE, seq: int = 0) -> None:
        self.code, self.event, self.case, self.seq = code, event, case, seq
        super().__init__(code)


class NotNow(Exception):
    """Not accepted and nothing signed: the same bytes may be fine later, here or with what belongs to them."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Reader:
    """Verifies for one receiving region, with one member list, at one time."""

    node: Node
    members: MemberList
    region: str
    peer: str
    at: datetime
    joinings: dict[bytes, Payload] = field(default_factory=dict)
    """Envelopes that name this region for the first time, verified once for all the events before them."""
    promises: dict[str, Promises] = field(default_factory=dict)
    """Of the present transaction: a promise waits for whoever holds a case, so they stay as they were read."""
    asked: bool = False
    """These events were asked for after a restore: what the peer holds counts, also of older incarnations (R16)."""

    def read(self, item: Item) -> "Arrival":
        """Raises `Rejected` or `NotNow`."""
        arrival = self._read_envelope(
            item.envelope, item, type=envelopes.PROPOSAL if item.proposal else envelopes.EVENT
        )
        if not item.proposal:
            self._check_audience(arrival)
        return arrival

    def _read_envelope(self, raw: bytes, item: Item, *, type: str) -> "Arrival":
        envelope = self._verify(raw, type)
        hash = envelope.hash(self.members.suite)
        try:
            payload = Payload.from_json(envelope.claims(max_bytes=MAX_PAYLOAD_BYTES))
        except (NotStrict, BadEvent):
            raise Rejected("malformed", event=hash) from None
        if payload.seq > MAX_SEQ:
            raise Rejected("malformed", event=hash)
        arrival = Arrival(item, payload, hash, envelope.key_id)
        self._check_author(arrival)
        return arrival

    def _verify(self, raw: bytes, type: str) -> Envelope:
        """Nothing of the payload is looked at before this returns."""
        try:
            envelope = envelopes.read(raw, type=type)
            _require_one_signature(envelope)
            envelopes.verify(envelope, suite=self.members.suite, public_key_of=self._event_key)
        except BadEnvelope:
            raise Rejected("malformed", event=self.members.suite.hash(raw)) from None
        except BadSignature:
            raise Rejected("bad-signature", event=self.members.suite.hash(raw)) from None
        except UntrustedKey:
            raise NotNow("unknown-key") from None
        return envelope

    def _event_key(self, key_id: str) -> bytes:
        """Also of a key that has ended: what it counts for today is asked when the event is to be added (`vouching.py`)."""
        return signers.get_public_key(self.members, key_id)

    def _check_author(self, arrival: "Arrival") -> None:
        payload, members = arrival.payload, self.members
        if payload.alliance != members.alliance or payload.epoch != members.epoch:
            raise arrival.rejected("wrong-alliance")
        if payload.inc < 1 or payload.list < 1 or payload.seq < (0 if arrival.item.proposal else 1):
            raise arrival.rejected("malformed")
        if not signers.belongs_to(members, arrival.key_id, payload.node):
            raise arrival.rejected("wrong-node")
        if not self.speaks_now(arrival):
            self._check_author_then(arrival)

    def speaks_now(self, arrival: "Arrival") -> bool:
        """Whether the list in force lets this key sign for this region today."""
        return signers.speaks_now(self.members, arrival.claim, at=self.at)

    def _check_author_then(self, arrival: "Arrival") -> None:
        """By the list that the event names. A node that does not hold it says so and asks for it: a newer key is no fault (X3)."""
        payload = arrival.payload
        if payload.list > self.members.version:
            raise NotNow("newer-member-list")
        then = alliance.find_list(payload.list)
        if then is None:
            raise NotNow("list-missing")
        if not then.hosts(payload.node, payload.region, payload.at):
            raise arrival.rejected("wrong-region")
        if not signers.spoke_then(arrival.claim):
            raise NotNow("unknown-key")

    def _check_audience(self, arrival: "Arrival") -> None:
        if self.region in arrival.payload.audience:
            return
        if not arrival.item.joining:
            raise arrival.rejected("wrong-audience")
        # An event from before this region joined comes with the later one that names it.
        joining = self._joining(arrival.item.joining)
        if joining.case != arrival.payload.case or joining.seq <= arrival.payload.seq:
            raise NotNow("joining-unusable")
        if self.region not in joining.audience:
            raise NotNow("joining-unusable")

    def _joining(self, raw: bytes) -> Payload:
        try:
            if raw not in self.joinings:
                self.joinings[raw] = self._read_envelope(raw, Item(b""), type=envelopes.EVENT).payload
        except Rejected:
            raise NotNow("joining-unusable") from None
        return self.joinings[raw]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified event or proposal with what came beside it. Whether it may stand in the chain is not yet known."""

    item: Item
    payload: Payload
    hash: str = field(default="")
    key_id: str = field(default="")

    @property
    def claim(self) -> Claim:
        payload = self.payload
        return Claim(self.key_id, payload.node, payload.region, payload.list, payload.at)

    def rejected(self, code: str) -> Rejected:
        return Rejected(code, event=self.hash, case=self.payload.case, seq=self.payload.seq)

    def follows(self, head: Head) -> bool:
        return self.payload.seq == head.seq + 1 and self.payload.prev == head.hash

    def travelling_parts(self, *, blob: str) -> list[SealedRef]:
        """The sealed parts whose ciphertext must come with the event."""
        return [part for part in self.payload.sealed if part.name != blob]


def _require_one_signature(envelope: Envelope) -> None:
    """A second signature would let somebody else speak along; it is refused, not left aside (R2). Raises `BadEnvelope`."""
    _ = envelope.key_id
