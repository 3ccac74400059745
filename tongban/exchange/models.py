"""Tables of the exchange. `region` is the holder: every region keeps its own copy, also beside another one on the same node.

Every key that must be unique holds case_id and region, so that a case and what belongs to it can live on one shard.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class Event(models.Model):
    """One event as `region` holds it. `writer` and `offered_by` are set by a trigger, which repeats the writer rule (R5)."""

    pk = models.CompositePrimaryKey("case_id", "region", "seq")
    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    prev = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=100)
    author = models.CharField(max_length=12)
    baton = models.CharField(max_length=8, blank=True)
    baton_to = models.CharField(max_length=12, blank=True)
    writer = models.CharField(max_length=12, blank=True)
    offered_by = models.CharField(max_length=12, blank=True)
    envelope = models.BinaryField()
    at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "hash"], name="event_hash_once")]


class CaseHead(models.Model):
    """Where a copy stands. `folded`: the last event the projection has seen; behind `seq` while the case is parked.

    `recovering`: after a restore nothing may be written until every other region of the case has promised (R15).
    """

    pk = models.CompositePrimaryKey("case_id", "region")
    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    seq = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    state = models.CharField(max_length=12)
    writer = models.CharField(max_length=12)
    offered_by = models.CharField(max_length=12, blank=True)
    audience = ArrayField(models.CharField(max_length=12))
    folded = models.PositiveIntegerField()
    parked = models.CharField(max_length=80, blank=True)
    recovering = models.BooleanField(default=False, db_default=False)


class Command(models.Model):
    """Which events a command wrote. Never forgotten: the same command twice has one effect (R10)."""

    pk = models.CompositePrimaryKey("case_id", "region", "cmd")
    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    cmd = models.UUIDField()
    request_hash = models.CharField(max_length=64)
    first_seq = models.PositiveIntegerField()
    last_seq = models.PositiveIntegerField()


class Outbox(models.Model):
    """What a peer region has yet to confirm: an event, or a proposal (`seq` 0). Rows stay; `claim` is a fencing number."""

    region = models.CharField(max_length=12)
    peer_region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    proposal = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    claim = models.BigIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    next_try = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    delivered_at = models.DateTimeField(null=True)
    rejected_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "region", "peer_region", "seq"],
                condition=Q(proposal__isnull=True),
                name="outbox_event_once",
            ),
            models.UniqueConstraint(
                fields=["case_id", "region", "proposal"],
                condition=Q(proposal__isnull=False),
                name="outbox_proposal_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "peer_region", "case_id", "seq"],
                condition=Q(delivered_at__isnull=True),
                name="outbox_waiting",
            )
        ]


class Receipt(models.Model):
    """A signed statement about an event or proposal: own ones and those of peers. Kept for ever on both sides."""

    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    event = models.CharField(max_length=64)
    seq = models.PositiveIntegerField()
    stage = models.CharField(max_length=10)
    issuer = models.CharField(max_length=12)
    hash = models.CharField(max_length=64)
    prev = models.CharField(max_length=64, blank=True)
    envelope = models.BinaryField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "region", "event", "issuer", "stage"], name="receipt_once"),
        ]


class ReceiptHead(models.Model):
    """The last receipt a region has signed; the next one names it."""

    region = models.CharField(max_length=12, primary_key=True)
    head = models.CharField(max_length=64, blank=True)
    count = models.PositiveBigIntegerField(default=0)


class InboxPending(models.Model):
    """An event that came before its predecessor, with all that came with it."""

    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    item = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "seq"], name="pending_once")]


class ForkEvidence(models.Model):
    """Two signed events that cannot both stand. `ours` is what this copy holds at `seq`, or before it."""

    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    seq = models.PositiveIntegerField()
    peer = models.CharField(max_length=80)
    ours = models.BinaryField()
    theirs = models.BinaryField()
    theirs_hash = models.CharField(max_length=64)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "theirs_hash"], name="fork_once")]


class Proposal(models.Model):
    """A signed request of a region that does not hold the baton; kept by the one that asks and the one that answers."""

    pk = models.CompositePrimaryKey("case_id", "region", "proposal")
    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    proposal = models.UUIDField()
    hash = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64, blank=True)
    author = models.CharField(max_length=12)
    kind = models.CharField(max_length=100)
    state = models.CharField(max_length=10)
    code = models.CharField(max_length=80, blank=True)
    envelope = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "hash"], name="proposal_hash_once")]


class Incarnation(models.Model):
    """This node's life (one row). It grows with each restore; `seal` also stands in a file outside the database, and the two must agree."""

    inc = models.PositiveIntegerField()
    seal = models.CharField(max_length=64)
    renewed_at = models.DateTimeField()
    recovering_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, blank=True)


class Recovery(models.Model):
    """What one peer region has answered since `region` was restored. `state`: waiting, promised, done."""

    region = models.CharField(max_length=12)
    peer_region = models.CharField(max_length=12)
    inc = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    cursor = models.UUIDField(null=True)
    cases = models.PositiveIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "peer_region"], name="recovery_once")]


class Promise(models.Model):
    """What `region` has promised a restored node: no event of an incarnation below `inc`, but for its declared past (R15).

    `seen`: the highest incarnation of that node in anything it has signed. Neither number ever falls (I9).
    """

    region = models.CharField(max_length=12)
    node = models.CharField(max_length=80)
    inc = models.PositiveIntegerField(default=0)
    seen = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "node"], name="promise_once")]


class DeclaredPast(models.Model):
    """Events of older incarnations that a restored node itself declared to be its past in a case (R16): still welcome, by their hashes."""

    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    node = models.CharField(max_length=80)
    inc = models.PositiveIntegerField()
    hashes = ArrayField(models.CharField(max_length=64))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "node"], name="declared_once")]


class Peer(models.Model):
    """How a peer node has behaved towards this one: circuit breaker, clock, list version, last sweep. Nothing of it is evidence."""

    node = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    last_failed_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=80, blank=True)
    skew_ms = models.IntegerField(null=True)
    list_version = models.PositiveIntegerField(default=0)
    swept_at = models.DateTimeField(null=True)
    differences = models.PositiveIntegerField(default=0)


class Overdue(models.Model):
    """Evidence that has not come in its time (e-CODEX ladder): a local record, never the end of a case. `rung`: stored, admitted, opened."""

    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    peer_region = models.CharField(max_length=12)
    seq = models.PositiveIntegerField()
    rung = models.CharField(max_length=10)
    level = models.CharField(max_length=6)
    since = models.DateTimeField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "region", "peer_region", "seq", "rung"], name="overdue_once")
        ]
