"""Tables of feedback. What people wrote is sealed; no row of a rating names who gave it."""

from django.db import models


class Rating(models.Model):
    """A rating (好差评) as the place that it is about counts it; `seq`: the event. Officers see grades, never which case."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    about = models.CharField(max_length=8)
    item = models.CharField(max_length=64)
    grade = models.PositiveSmallIntegerField()
    tags = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "case_id", "about"], name="rating_once"),
            models.CheckConstraint(condition=models.Q(grade__gte=1, grade__lte=5), name="rating_grade"),
        ]
        indexes = [models.Index(fields=["region", "at"], name="rating_at")]


class FollowUp(models.Model):
    """What follows a bad rating (差评整改): verified, corrected, the person called back, in this order and by their days. Notes are sealed."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    about = models.CharField(max_length=8)
    grade = models.PositiveSmallIntegerField()
    step = models.CharField(max_length=12)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "case_id", "about"], name="follow_up_once")]
        indexes = [
            models.Index(fields=["region", "due_on"], name="follow_up_open", condition=models.Q(closed_at__isnull=True))
        ]


class FollowUpStep(models.Model):
    """One step of it, by whom and with what note; never changed."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="steps")
    region = models.CharField(max_length=12)
    step = models.CharField(max_length=12)
    note = models.BinaryField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()


class Complaint(models.Model):
    """A complaint or suggestion (投诉建议), kept at the place `region`; `concerns`: the place it is about. Text and answer are sealed."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    number = models.CharField(max_length=32)
    owner = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    concerns = models.CharField(max_length=12)
    case_id = models.UUIDField(null=True)
    text = models.BinaryField()
    filed_at = models.DateTimeField()
    due_on = models.DateField()
    answer = models.BinaryField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="complaint_number_once")]
        indexes = [
            models.Index(fields=["region", "owner", "-filed_at"], name="complaint_owner"),
            models.Index(
                fields=["region", "due_on"], name="complaint_open", condition=models.Q(answered_at__isnull=True)
            ),
        ]


class ComplaintCounter(models.Model):
    """The last running number of a region in a year; taken under its row lock."""

    region = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="complaint_counter_once")]
