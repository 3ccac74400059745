"""Tables of the alliance: every version of the member list and of each agreement, as signed."""

from django.db import models


class MemberListVersion(models.Model):
    """Old versions stay: an old event is judged by the list of its time."""

    version = models.PositiveIntegerField(unique=True)
    hash = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    raw = models.BinaryField()
    imported_at = models.DateTimeField()


class RivalList(models.Model):
    """Evidence: another list of a version that is held, as well signed. Only the holders of root keys can have made it."""

    version = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    found_at = models.DateTimeField()


class AgreementVersion(models.Model):
    agreement = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreement_version_once")]
