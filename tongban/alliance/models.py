"""Tables of the alliance: every version of the member list and of each agreement, as signed."""

from django.db import models


class MemberListVersion(models.Model):
    """Old versions stay: an old event is judged by the list of its time."""

    version = models.PositiveIntegerField(unique=True)
    hash = models.CharField(max_length=64, unique=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    raw = models.BinaryField()
    imported_at = models.DateTimeField()


class RivalList(models.Model):
    """Evidence: another list of a version that is held, as well signed. Only the holders of root keys can have made it."""

    version = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    found_at = models.DateTimeField()


class AgreementVersion(models.Model):
    agreement = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, unique=True)
    raw = models.BinaryField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "version"], name="agreement_version_once")]


class AgreementDraft(models.Model):
    """What an officer of one region writes, before anybody has signed. `sent`: the hash of the document that was made of it."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    agreement = models.CharField(max_length=80)
    document = models.JSONField()
    edits = models.PositiveIntegerField(default=0)
    writers = models.JSONField(default=list)
    begun_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)
    changed_at = models.DateTimeField()
    sent = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["region", "sent"], name="agreement_draft_open")]


class AgreementProposal(models.Model):
    """A version that its members are asked to sign; `payload` is what they sign, `hash` names it. `sign_until`: the last day of signing."""

    hash = models.CharField(max_length=64, unique=True)
    agreement = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    proposed_by = models.CharField(max_length=12)
    payload = models.BinaryField()
    received_at = models.DateTimeField()
    sign_until = models.DateField(null=True, db_index=True)


class AgreementSignature(models.Model):
    """By the event key of a member's node; the same wherever it was received."""

    document = models.CharField(max_length=64)
    key_id = models.CharField(max_length=120)
    node = models.CharField(max_length=80)
    value = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "key_id"], name="agreement_signature_once")]


class AgreementStatement(models.Model):
    """As signed by one member: declined, withdrawn, leaving (then with its last day), or seen: `document` is then what was seen."""

    hash = models.CharField(max_length=64, unique=True)
    act = models.CharField(max_length=12)
    agreement = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    document = models.CharField(max_length=64)
    member = models.CharField(max_length=12)
    last_day = models.DateField(null=True)
    raw = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agreement", "act"], name="agreement_statement_about")]


class AgreementConsent(models.Model):
    """Who of a region has signed here. The node signs once all its regions among the members have."""

    region = models.CharField(max_length=12)
    document = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "document"], name="agreement_consent_once")]
