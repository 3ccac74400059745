"""Tables of `cases`: drafts before the chain, the derived row of each copy of a case, what officers did, and the counters of
case numbers."""

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
    """One region's copy of a case (办件), derived from its chain; `folded` is the projection, the columns are for lists (`marks.py`).

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
    officer = models.CharField(max_length=64, blank=True, db_default="")
    escalated = models.CharField(max_length=8, blank=True, db_default="")
    asked = models.CharField(max_length=16, blank=True, db_default="")
    unanswered = models.BooleanField(db_default=False)
    unserved = models.BooleanField(db_default=False)
    inspection = models.CharField(max_length=12, blank=True, db_default="")
    inspect_by = models.DateField(null=True)
    inspect_office = models.CharField(max_length=40, blank=True, db_default="")
    folded = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region"], name="case_once")]
        # Plain b-trees: row-level security keeps other kinds from being used. What stands behind the order is compared inside the index, so
        # that filters that leave little do not read the rows that they leave out. A case's id begins with the time it was begun: it orders by age,
        # and unlike the time of the last change it stays, so that most events touch no index.
        indexes = [
            models.Index(
                fields=["region", "desk", "due_on", "case_id", "partner", "item", "officer", "state"],
                name="case_desk", condition=~models.Q(desk=""),
            ),
            models.Index(
                fields=["region", "due_on", "case_id", "partner", "item", "officer", "state"],
                name="case_due", condition=models.Q(due_on__isnull=False),
            ),
            models.Index(fields=["region", "-case_id"], name="case_newest"),
            models.Index(fields=["region", "state", "-case_id", "partner", "item"], name="case_state"),
            models.Index(fields=["region", "partner", "-case_id", "item", "state"], name="case_partner"),
            models.Index(fields=["region", "item", "-case_id", "state"], name="case_item"),
            models.Index(
                fields=["region", "officer", "-case_id"], name="case_officer", condition=~models.Q(officer=""),
            ),
            models.Index(fields=["region", "due_on", "case_id"], name="case_escalated", condition=~models.Q(escalated="")),
            models.Index(fields=["region", "due_on", "case_id"], name="case_asked", condition=~models.Q(asked="")),
            models.Index(fields=["region", "-case_id"], name="case_unanswered", condition=models.Q(unanswered=True)),
            models.Index(fields=["region", "-case_id"], name="case_unserved", condition=models.Q(unserved=True)),
            models.Index(
                fields=["region", "inspection", "inspect_by", "case_id", "inspect_office"],
                name="case_inspection", condition=~models.Q(inspection=""),
            ),
            models.Index(fields=["region", "number"], name="case_number"),
            models.Index(fields=["region", "owner", "-case_id"], name="case_owner"),
            models.Index(fields=["region", "applicant", "-case_id"], name="case_applicant"),
        ]  # fmt: skip


class OfficerAct(models.Model):
    """An event that an officer of the region wrote, by the day: for their own list of what they did (今日办理). Derived from the chains."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    officer = models.CharField(max_length=64)
    kind = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "seq"], name="officer_act_once")]
        indexes = [models.Index(fields=["region", "officer", "at"], name="officer_act_day")]


class NumberCounter(models.Model):
    """The next running number of a lane of a region on a day; taken under its row lock, never as MAX + 1."""

    region = models.CharField(max_length=12)
    day = models.DateField()
    lane = models.PositiveSmallIntegerField()
    next = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "day", "lane"], name="number_lane_once")]
