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
        indexes = [models.Index(fields=["key", "region", "valid_from"], name="definition_in_force")]


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
