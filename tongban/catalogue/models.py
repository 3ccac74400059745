"""Tables of the catalogue."""

from django.db import models


class PublishedDefinition(models.Model):
    """A signed publication, as this node holds it. Public: guides are for everyone, so it is bound to no region's scope; never changed.

    `region` is the publisher. The same content published twice is one row.
    """

    hash = models.CharField(max_length=64, unique=True)
    region = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    item = models.CharField(max_length=36)
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    published_at = models.DateTimeField()
    stored_at = models.DateTimeField()
    key_id = models.CharField(max_length=120)
    envelope = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "key", "version"], name="definition_version_once"),
        ]
        indexes = [
            models.Index(fields=["key", "region", "valid_from"], name="definition_in_force"),
            models.Index(fields=["item", "region"], name="definition_of_item"),
        ]


class PublicationAct(models.Model):
    """Who published a definition at this node, and why (发布记录). Public as the definition is; never changed.

    `hash` is the definition's. What peers published has none: who it was is theirs to know.
    """

    hash = models.CharField(max_length=64, unique=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()
    reason = models.JSONField(null=True)


class ItemVersion(models.Model):
    """One version of what was taken in of an item (事项版本), as its source said it. Public, as guides are; never changed.

    `layer` and `key` name the item for ever; `act` is how this version came about; `source` the file it was read from. A version that suspends,
    resumes, withdraws or merges the item has the content of the one before, and says since when and why; `into` is the key of the other item.
    """

    layer = models.CharField(max_length=20)
    key = models.CharField(max_length=400)
    version = models.PositiveIntegerField()
    act = models.CharField(max_length=12)
    name = models.CharField(max_length=320)
    hash = models.CharField(max_length=64)
    content = models.JSONField()
    source = models.CharField(max_length=400)
    by = models.CharField(max_length=80)
    stored_at = models.DateTimeField()
    since = models.DateField(null=True)
    reason = models.JSONField(null=True)
    into = models.CharField(max_length=400, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "key", "version"], name="item_version_once")]


class SearchMiss(models.Model):
    """Words that were looked for and found nothing (未搜到的词), counted by their keyed hash.

    `words` stays empty until so many have asked the same that they are nobody's own; see `search/asked.py`.
    """

    hash = models.CharField(max_length=64, unique=True)
    words = models.CharField(max_length=60, default="", blank=True)
    times = models.PositiveIntegerField(default=0)
    last_on = models.DateField()


class SearchSynonym(models.Model):
    """What people say for an item, as an editor taught it (同义词), beside those of the product's file."""

    said = models.CharField(max_length=60, unique=True)
    means = models.CharField(max_length=320)
    by = models.CharField(max_length=80)
    added_at = models.DateTimeField()


class LiaisonTask(models.Model):
    """A difference that the liaison officer of a place has to settle (联络员待办), since when, and how it was settled. Public as the definitions are.

    `outcome` is empty while it is open, then `aligned` (no difference any more), `declared` (with a reason) or `ended` (compared no more).
    """

    place = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    path = models.CharField(max_length=400)
    grade = models.CharField(max_length=16)
    what = models.JSONField()
    since = models.DateTimeField()
    outcome = models.CharField(max_length=10, default="", blank=True)
    settled_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, default="", blank=True)
    noted_by = models.CharField(max_length=80, default="", blank=True)
    noted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "key", "path"], condition=models.Q(outcome=""), name="liaison_task_open_once"
            ),
        ]
        indexes = [models.Index(fields=["outcome", "place"], name="liaison_task_open")]


class StandardProposal(models.Model):
    """A standard that one editor of a place wants to follow, or to leave (empty `definition`), until another one publishes it (四眼). Public.

    `reasons`: path → why the place does otherwise, in both languages.
    """

    id = models.UUIDField(primary_key=True)
    place = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    definition = models.CharField(max_length=64, default="", blank=True)
    reasons = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="standard_proposal_once")]


class ImportReport(models.Model):
    """What an import found and did, record by record (采集报告). `raw` is the file of a dry run until it is taken or forgotten.

    `counts`: of each status and of what was stored; `entries`: the report as the command prints it, without what was taken.
    """

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(db_index=True)
    counts = models.JSONField()
    entries = models.JSONField()
    raw = models.BinaryField(null=True)
    taken_at = models.DateTimeField(null=True)
    taken_by = models.CharField(max_length=80, default="", blank=True)
