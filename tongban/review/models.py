"""Tables of review: rehearsals of draft rules, samples of automatic decisions, stops. No column holds a name, a number or a free text in clear.

What people write is sealed under a key of the region; verdicts name points and no values.
"""

from django.db import models


class Rehearsal(models.Model):
    """A draft of a definition played over the cases assessed so far (规则预演); `draft` is its hash, `document` its whole content.

    `writers`: who wrote the draft, where it was written on the page; none of them signs. `tally` counts the cases that come out otherwise,
    by point; `digest` fixes the list of them, so that a signature is for that list only.
    """

    region = models.CharField(max_length=12)
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=80)
    item = models.CharField(max_length=36)
    draft = models.CharField(max_length=64)
    document = models.JSONField()
    since = models.DateField(null=True)
    writers = models.JSONField(default=list)
    started_by = models.CharField(max_length=64)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cases = models.PositiveIntegerField(default=0)
    flipped = models.PositiveIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    tally = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    signed_by = models.CharField(max_length=64, blank=True)
    signed_at = models.DateTimeField(null=True)
    note = models.BinaryField(null=True)
    valid_from = models.DateField(null=True)
    published = models.CharField(max_length=64, blank=True)
    published_by = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region", "-started_at"], name="rehearsal_newest")]


class Flip(models.Model):
    """A past case that the draft would have left with another outcome (翻转); `points`: id → [before, after].

    `unrecorded`: elements that nobody read then; `disputed`: elements about which the sources differ.
    """

    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.PROTECT, related_name="flips")
    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    number = models.CharField(max_length=32)
    situation = models.CharField(max_length=80)
    before = models.CharField(max_length=12)
    after = models.CharField(max_length=12)
    points = models.JSONField()
    unrecorded = models.JSONField()
    disputed = models.JSONField()
    decision = models.CharField(max_length=12, blank=True)
    decided_by = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rehearsal", "case_id"], name="flip_once")]


class RuleDraft(models.Model):
    """A definition as somebody is about to change its rules (规则草案), one for each item of a region; `base` is the publication it comes from.

    `edits` counts the changes, so that nobody overwrites what somebody else has just written; `writers` made them.
    """

    region = models.CharField(max_length=12)
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=80)
    base = models.CharField(max_length=64)
    document = models.JSONField()
    edits = models.PositiveIntegerField(default=0)
    begun_by = models.CharField(max_length=64)
    begun_at = models.DateTimeField()
    writers = models.JSONField(default=list)
    changed_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "key"], name="rule_draft_once")]


class UnrehearsedPublication(models.Model):
    """Rules that were published without a rehearsal, for there was no past case to try them on, and why (未经预演的发布)."""

    region = models.CharField(max_length=12)
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=80)
    definition = models.CharField(max_length=64)
    reason = models.BinaryField()
    published_by = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "key"], name="unrehearsed_item")]


class Sample(models.Model):
    """An automatic decision that a person looks at afterwards (抽查), until `due_on`. `opinion`: empty, agrees or disagrees; `note`: why, sealed."""

    region = models.CharField(max_length=12)
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=80)
    case_id = models.UUIDField()
    number = models.CharField(max_length=32)
    definition = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()
    due_on = models.DateField(null=True)
    opinion = models.CharField(max_length=12, blank=True)
    note = models.BinaryField(null=True)
    reviewed_by = models.CharField(max_length=64, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "case_id"], name="sample_once")]
        indexes = [
            models.Index(fields=["region", "key", "-reviewed_at"], name="sample_reviewed"),
            models.Index(fields=["region", "drawn_at"], name="sample_waiting", condition=models.Q(reviewed_at=None)),
        ]


class AutomaticStop(models.Model):
    """Since when an item is no longer decided without a person (自动审批暂停), and who let it go on, why. The rows stay.

    `late`: so many samples had not been looked at in time.
    """

    region = models.CharField(max_length=12)
    id = models.UUIDField(primary_key=True)
    key = models.CharField(max_length=80)
    stopped_at = models.DateTimeField()
    stopped_by = models.CharField(max_length=64)
    samples = models.PositiveIntegerField()
    disagreed = models.PositiveIntegerField()
    late = models.PositiveIntegerField(default=0)
    reason = models.BinaryField(null=True)
    restarted_at = models.DateTimeField(null=True)
    restarted_by = models.CharField(max_length=64, blank=True)
    restart_reason = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "key"], name="stop_once", condition=models.Q(restarted_at=None))
        ]
        indexes = [models.Index(fields=["region", "-stopped_at"], name="stop_newest")]
