"""Tables of the reading log. References only: no name, no number, nothing of what was read."""

from django.db import models


class Reading(models.Model):
    """One view of personal data, one refused access, one sign-in or sign-out. Never changed; the database lets it go after six months.

    `reader`: an opaque reference, empty for somebody unknown; `kind`: citizen, agent, staff or client. `what`: see `services.WHAT`.
    `outcome`: seen, done or the code of a refusal. `route`: the name of the page.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    reader = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=8, blank=True)
    roles = models.CharField(max_length=120, blank=True)
    office = models.CharField(max_length=64, blank=True)
    what = models.CharField(max_length=16)
    outcome = models.CharField(max_length=48)
    route = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["region", "reader", "at"], name="reading_reader"),
            models.Index(fields=["region", "case_id", "at"], name="reading_case", condition=models.Q(case_id__isnull=False)),
            models.Index(fields=["region", "at"], name="reading_at"),
        ]  # fmt: skip


class ReadingSeal(models.Model):
    """Readings of a region up to row `last`, fixed by a digest over them and over the seal before; it stays when they go."""

    region = models.CharField(max_length=12)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    count = models.PositiveIntegerField()
    until = models.DateTimeField()
    before = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "last"], name="reading_seal_once")]


class ReadingAlarm(models.Model):
    """A member of staff opened unusually many cases in a short time (批量查阅预警), until a supervisor has looked at it."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    reader = models.CharField(max_length=64)
    raised_at = models.DateTimeField()
    cases = models.PositiveIntegerField()
    looked_at = models.DateTimeField(null=True)
    looked_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region", "raised_at"], name="reading_alarm_at")]
