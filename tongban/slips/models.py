"""Tables of slips. No column holds a code, a name or a number in clear: a code is found by its keyed hash."""

from django.db import models

KEYED_HASH = 32


class Visit(models.Model):
    """One person's time at a window (到场办理): with the number that was called, or empty for a walk-in. Names nobody but the clerk."""

    region = models.CharField(max_length=12)
    id = models.UUIDField(primary_key=True)
    ticket = models.CharField(max_length=12, blank=True)
    clerk = models.CharField(max_length=64)
    case_id = models.UUIDField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region", "opened_at"], name="visit_opened")]


class QueryCode(models.Model):
    """The code on a receipt with which progress is asked (查询码). `factors`: keyed hashes of what has to be known besides."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    code = models.CharField(max_length=KEYED_HASH)
    factors = models.JSONField()
    issued_by = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "case_id"], name="query_code_once"),
            models.UniqueConstraint(fields=["code", "region"], name="query_code_found"),
        ]


class ResumeCode(models.Model):
    """The code that carries a draft on to another desk or phone (续办码), used once. The rows stay: who gave the draft to whom, and when."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    code = models.CharField(max_length=KEYED_HASH)
    issued_by = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_by = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "region"], name="resume_code_found")]
        indexes = [models.Index(fields=["region", "case_id"], name="resume_code_case")]
