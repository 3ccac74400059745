"""The table of enquiries."""

from django.db import models


class Enquiry(models.Model):
    """One region's copy of an enquiry (咨询单), derived from its chain. `question` and `answer` refer to sealed parts."""

    region = models.CharField(max_length=12)
    enquiry_id = models.UUIDField()
    number = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    item = models.CharField(max_length=64)
    title = models.JSONField()
    receiving = models.CharField(max_length=12)
    deciding = models.CharField(max_length=12)
    state = models.CharField(max_length=16)
    question = models.JSONField()
    answer = models.JSONField(default=dict)
    became = models.CharField(max_length=32, blank=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enquiry_id", "region"], name="enquiry_once")]
        indexes = [models.Index(fields=["region", "state", "asked_at"], name="enquiry_listed")]
