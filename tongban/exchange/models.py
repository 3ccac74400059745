"""Tables of the exchange. `region` is the holder: every region keeps its own copy, also beside another one on the same node.

Every key that must be unique holds case_id and region, so that a case and what belongs to it can live on one shard.
"""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q


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
        # Events come nearly in the order of their times: a few bytes for a hundred rows find what moved lately.
        indexes = [BrinIndex(fields=["at"], name="event_moved", autosummarize=True, pages_per_range=32)]


class CaseHead(models.Model):
    """Where a copy stands. `folded`: the last event the projection has seen; behind `seq` while the case is parked.

    `recovering`: after a restore nothing may be written until every other region of the case has promised (R15). `logged`: up to here the
    events stand in the region's log; whatever stores an event leaves it alone, so that the log finds every row that it lacks.
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
    logged = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        indexes = [models.Index(fields=["region"], condition=Q(logged__lt=F("seq")), name="head_not_logged")]


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
        indexes = [models.Index(fields=["region", "issuer"], condition=Q(stage="PARKED"), name="receipt_parked")]


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
    """A node's life (one row). It grows with each restore; `seal` also stands in a file outside the database, and the two must agree.

    `nonce` names the recovery in which `inc` was taken: a second restore may come to the same number. `timeline` is PostgreSQL's.
    """

    node = models.CharField(max_length=80, unique=True)
    inc = models.PositiveIntegerField()
    seal = models.CharField(max_length=64)
    nonce = models.CharField(max_length=32, blank=True)
    timeline = models.PositiveBigIntegerField(default=0)
    renewed_at = models.DateTimeField()
    recovering_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=80, blank=True)


class Recovery(models.Model):
    """What one peer region has answered since `region` was restored. `state`: waiting, promised, done; `statement`: its last signed answer."""

    region = models.CharField(max_length=12)
    peer_region = models.CharField(max_length=12)
    inc = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    cursor = models.UUIDField(null=True)
    cases = models.PositiveIntegerField(default=0)
    fetched = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)
    statement = models.BinaryField(null=True)
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
    nonce = models.CharField(max_length=32, blank=True)
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


class Fence(models.Model):
    """What `region` has stated about a case of a suspended node: no more of it than the alliance's order will hold (R17)."""

    case_id = models.UUIDField()
    region = models.CharField(max_length=12)
    node = models.CharField(max_length=80)
    seq = models.PositiveIntegerField()
    envelope = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "node"], name="fence_once")]


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


class Operation(models.Model):
    """What an operator did or asked for (运维操作); never changed. `step`: requested, done or withdrawn; the last two may name a `request`."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    node = models.CharField(max_length=80)
    what = models.CharField(max_length=12)
    step = models.CharField(max_length=12)
    request = models.UUIDField(null=True)
    case_id = models.UUIDField(null=True)
    proposal = models.UUIDField(null=True)
    peer = models.CharField(max_length=12, blank=True)
    who = models.CharField(max_length=64)
    role = models.CharField(max_length=20)
    reason = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=80, blank=True)
    outcome = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "request"], name="request_closed_once")]
        indexes = [models.Index(fields=["region", "-at"], name="operation_newest")]


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
        indexes = [models.Index(fields=["region", "rung"], condition=Q(cleared_at=None), name="overdue_open")]


class LogLeaf(models.Model):
    """Place `n` (from 0) of a region's log: one event that the region holds, in the order in which the log met it."""

    pk = models.CompositePrimaryKey("region", "n")
    region = models.CharField(max_length=12)
    n = models.PositiveBigIntegerField()
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "seq"], name="log_leaf_once")]


class LogTile(models.Model):
    """The root over the 2^level leaves from index·2^level on, kept for every eighth level so that a root needs few rows."""

    pk = models.CompositePrimaryKey("region", "level", "index")
    region = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hash = models.CharField(max_length=64)


class Checkpoint(models.Model):
    """What a region's node has signed about its log, the `n`-th time in the life `inc`: so many leaves, this root (R20)."""

    pk = models.CompositePrimaryKey("region", "inc", "n")
    region = models.CharField(max_length=12)
    inc = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    envelope = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "hash"], name="checkpoint_once")]


class CoSignature(models.Model):
    """Another node has seen this checkpoint and that it continues the one before."""

    region = models.CharField(max_length=12)
    checkpoint = models.CharField(max_length=64)
    witness = models.CharField(max_length=80)
    envelope = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "checkpoint", "witness"], name="co_signature_once")]


class WitnessedCheckpoint(models.Model):
    """A checkpoint of the node `author` about a region's log, that this node (`witness`) has co-signed, with what it answered.

    One for each number, for ever.
    """

    witness = models.CharField(max_length=80)
    author = models.CharField(max_length=80)
    region_code = models.CharField(max_length=12)
    inc = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    envelope = models.BinaryField()
    co_signature = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["witness", "region_code", "author", "inc", "n"], name="witnessed_once"),
        ]


class LogEvidence(models.Model):
    """Two checkpoints of one region's log that cannot both be honest; both are signed. `kind`: rollback, rewritten or equivocation."""

    keeper = models.CharField(max_length=80)
    author = models.CharField(max_length=12)
    kind = models.CharField(max_length=12)
    first = models.BinaryField()
    second = models.BinaryField()
    pair = models.CharField(max_length=64)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["keeper", "author", "pair"], name="log_evidence_once")]
