"""Which region's copy of a case uses which blob."""

from django.db import models


class BlobUse(models.Model):
    """A blob may be read for a case only through a row of the case's own region."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    cipher = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "cipher"], name="blob_use_once")]
        indexes = [models.Index(fields=["region", "cipher"], name="blob_use_cipher")]
