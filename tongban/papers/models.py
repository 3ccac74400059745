"""Tables of papers. No column names a person: what a paper says is sealed under its case's key."""

from django.db import models


class PaperCounter(models.Model):
    """The last running number of one 机关代字 in one year; its row is locked while a paper is made, so that no number is left out."""

    region = models.CharField(max_length=12)
    word = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "word", "year"], name="paper_counter_once")]


class IssuedPaper(models.Model):
    """A paper that was issued, as this region keeps it. `place`: whose paper it is, another region's where this is a copy.

    `seq`: the event that made it; `part`: the sealed PDF's reference; `digest`: SHA-256 of the PDF, hex.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    place = models.CharField(max_length=12)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    number = models.CharField(max_length=80)
    office = models.CharField(max_length=64, blank=True)
    issued_on = models.DateField()
    digest = models.CharField(max_length=64)
    part = models.JSONField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "region", "place", "seq", "kind"], name="paper_once"),
            models.UniqueConstraint(fields=["region", "place", "number"], name="paper_number_once"),
        ]


class UnprintedPaper(models.Model):
    """A paper that is due and could not be made; `code` is the refusal. A person looks, and it is tried again."""

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "region", "seq", "kind"], name="unprinted_once")]
