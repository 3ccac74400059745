"""Tables of other systems. Tokens and keys stand here as keyed hashes, answers and webhook secrets sealed."""

from django.db import models

KEYED_HASH = 32


class Client(models.Model):
    """Another system (接口客户端). `ref` is what events and drafts name it by."""

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80, unique=True)
    created_at = models.DateTimeField()


class ClientToken(models.Model):
    """One token of a client (访问令牌), shown once. With `staff` it acts as that member of staff, in `roles` and no others."""

    id = models.UUIDField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=KEYED_HASH, unique=True)
    regions = models.JSONField()
    scopes = models.JSONField()
    staff = models.CharField(max_length=24, blank=True)
    roles = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=24)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class ClientCase(models.Model):
    """A case that a client handed in: it is told about these, and lists them."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE)
    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    number = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "case_id", "client"], name="client_case_once")]
        indexes = [models.Index(fields=["client", "region", "created_at"], name="client_case_newest")]


class KeptAnswer(models.Model):
    """What a request was answered under its idempotency key (幂等键), sealed; erased after some days."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE)
    region = models.CharField(max_length=12)
    key_hash = models.CharField(max_length=KEYED_HASH)
    request_hash = models.CharField(max_length=KEYED_HASH)
    status = models.PositiveSmallIntegerField()
    body = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "region", "key_hash"], name="answer_kept_once")]


class Webhook(models.Model):
    """An address to be told what happens to cases of one region (回调订阅). `whole_region`: of all its cases, not only the client's own."""

    id = models.UUIDField(primary_key=True)
    client = models.ForeignKey(Client, on_delete=models.CASCADE)
    region = models.CharField(max_length=12, db_index=True)
    url = models.CharField(max_length=300)
    events = models.JSONField()
    whole_region = models.BooleanField(default=False)
    secret = models.BinaryField()
    created_at = models.DateTimeField()


class WebhookDelivery(models.Model):
    """One thing to be told to one address (回调投递). `body` names a case and an event, never a person."""

    id = models.UUIDField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE)
    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    event = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10)
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    next_try = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["webhook", "case_id", "seq"], name="delivery_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=("waiting", "delivered", "failed")), name="delivery_state_known"
            ),
        ]
        indexes = [models.Index(fields=["region", "state", "next_try"], name="delivery_due")]
