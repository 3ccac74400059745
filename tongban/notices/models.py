"""Tables of notices. References only: a phone number is read from people when something is sent."""

from django.db import models


class Notice(models.Model):
    """What a person was told (通知). `owner`: their account; `seq`: the event it comes from; `tail`: the end of the case's number."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    owner = models.CharField(max_length=64)
    kind = models.CharField(max_length=24)
    case_id = models.UUIDField(null=True)
    seq = models.PositiveIntegerField(default=0)
    tail = models.CharField(max_length=8, blank=True)
    item = models.JSONField(null=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "case_id", "seq", "kind"], name="notice_once")]
        indexes = [
            models.Index(fields=["region", "owner", "-made_at"], name="notice_owner"),
            models.Index(fields=["region", "owner"], name="notice_unread", condition=models.Q(read_at__isnull=True)),
        ]


class NoticeDelivery(models.Model):
    """A notice on one way (渠道): in-app, sms or mail. `state`: queued, sent, delivered or failed; `due_at`: the next try; `reason`: a code."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    owner = models.CharField(max_length=64)
    way = models.CharField(max_length=8)
    state = models.CharField(max_length=12)
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=24, blank=True)
    due_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "way"], name="notice_delivery_once")]
        indexes = [
            models.Index(fields=["region", "due_at"], name="notice_delivery_due", condition=models.Q(state="queued")),
            models.Index(fields=["owner", "way", "sent_at"], name="notice_delivery_sent"),
        ]


class NoticePreference(models.Model):
    """How an account wants to be told. `sms`, `mail`: needed, all or off; the mail address is sealed."""

    owner = models.CharField(max_length=64, primary_key=True)
    sms = models.CharField(max_length=8)
    mail = models.CharField(max_length=8)
    address = models.BinaryField(null=True)
    language = models.CharField(max_length=2)
    saved_at = models.DateTimeField()
