"""Tables of `cases`: drafts before the chain, the derived row of each copy of a case, and the counters of case numbers."""

from django.db import models


class Draft(models.Model):
    """A draft (草稿): already has the final case id; everything typed is sealed under the case key from the first save."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    owner = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    definition = models.CharField(max_length=64)
    version = models.CharField(max_length=32)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region"], name="draft_once")]
        indexes = [models.Index(fields=["region", "owner"], name="draft_owner")]


class Case(models.Model):
    """One region's copy of a case (办件), derived from its chain; `folded` is the projection, the columns are for lists.

    `label` is the masked person sealed under a region key; `applicant` is a keyed hash for exact search; `owner` is the account
    (citizen or clerk) that handed the case in here.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    number = models.CharField(max_length=32)
    item = models.CharField(max_length=64)
    partner = models.CharField(max_length=12)
    state = models.CharField(max_length=32)
    desk = models.CharField(max_length=16, blank=True)
    label = models.BinaryField()
    applicant = models.CharField(max_length=32)
    owner = models.CharField(max_length=64, blank=True)
    seq = models.PositiveIntegerField()
    received_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    updated_at = models.DateTimeField()
    folded = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region"], name="case_once")]
        indexes = [
            models.Index(fields=["region", "desk", "due_on", "case_id"], name="case_worklist"),
            models.Index(fields=["region", "-updated_at"], name="case_newest"),
            models.Index(fields=["region", "number"], name="case_number"),
            models.Index(fields=["region", "owner", "updated_at"], name="case_owner"),
            models.Index(fields=["region", "applicant", "updated_at"], name="case_applicant"),
        ]


class NumberCounter(models.Model):
    """The last running number of a region on a day; taken under its row lock, never as MAX + 1."""

    region = models.CharField(max_length=12)
    day = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "day"], name="number_counter_once")]
