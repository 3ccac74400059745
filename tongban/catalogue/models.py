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


class ItemVersion(models.Model):
    """One version of what was taken in of an item (事项版本), as its source said it. Public, as guides are; never changed.

    `layer` and `key` name the item for ever; `act` is how this version came about; `source` the file it was read from.
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["layer", "key", "version"], name="item_version_once")]
