"""Tables of the kernel: wrapped case keys, sealed parts, working-day calendars."""

from django.db import models


class CaseKey(models.Model):
    """A case's data key, wrapped for the node that holds this copy. Off the chain, so that it can be erased (R3)."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    kid = models.CharField(max_length=32)
    wrapped = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "kid"], name="case_key_once")]


class SealedPart(models.Model):
    """The ciphertext of a small part, by its hash, for one region's copy of a case."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    cipher = models.CharField(max_length=64)
    ciphertext = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "cipher"], name="sealed_part_once")]


class CalendarYear(models.Model):
    """Days of one year that differ from Monday to Friday, for one region or for all ("*"). `confirmed` once officially announced."""

    region = models.CharField(max_length=12)
    year = models.PositiveSmallIntegerField()
    days_off = models.JSONField(default=list)
    days_on = models.JSONField(default=list)
    confirmed = models.BooleanField(default=False)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="calendar_year_once")]
