"""Which region's copy of a case uses which blob, and what was read in it."""

from django.db import models


class BlobUse(models.Model):
    """A blob may be read for a case only through a row of the case's own region."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    cipher = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="quarantined")
    """Of the malware scan: clean, quarantined or infected."""
    reason = models.CharField(max_length=12, default="unscanned", blank=True)
    scanned_at = models.DateTimeField(null=True)
    part = models.JSONField(null=True)
    """Opens it for another scan; None: the events of the case say so."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "region", "cipher"], name="blob_use_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["clean", "quarantined", "infected"]), name="blob_use_scan_state"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "cipher"], name="blob_use_cipher"),
            models.Index(fields=["region"], condition=models.Q(state="quarantined"), name="blob_use_quarantined"),
        ]


class FileReading(models.Model):
    """What the reader found in a file of a case (材料识读): fields and pictures of its pages, sealed under the case's key.

    `reason`: a code of why nothing could be read, empty otherwise; `part` opens `sealed`.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    cipher = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, blank=True)
    seconds = models.FloatField()
    read_at = models.DateTimeField()
    part = models.JSONField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "cipher"], name="file_reading_once")]
