"""Tables of guidance. What people wrote is sealed, and goes after a month."""

from django.db import models


class TopicVersion(models.Model):
    """A topic (情形) as an editor left it; the newest version counts, and before the product's file. Public; never changed.

    `content` is that of `data/trees.yaml`; empty where the topic was taken away.
    """

    topic = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["topic", "version"], name="topic_version_once")]


class Conversation(models.Model):
    """Somebody who is not signed in and a clerk of the hall (人工导办). `about`: the key of an item, or empty. It names nobody."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    about = models.CharField(max_length=60, blank=True)
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField()
    waits = models.BooleanField(default=True)
    clerk = models.CharField(max_length=64, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["region", "last_at"], name="conversation_open", condition=models.Q(closed_at__isnull=True)
            ),
            models.Index(fields=["region", "begun_at"], name="conversation_begun"),
        ]


class ConversationLine(models.Model):
    """One line of it; `text` is sealed with a key of this node. `by`: the clerk, or empty."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="lines")
    region = models.CharField(max_length=12)
    number = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=64, blank=True)
    text = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "number"], name="conversation_line_once")]
