"""Tables of people. No column holds a phone, a name or a number in clear: sealed bytes to read, keyed hashes to find."""

from django.db import models

KEYED_HASH = 32


class Staff(models.Model):
    """A person who works for a region (工作人员). One account per natural person, with all of the person's roles."""

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=24, unique=True)
    region = models.CharField(max_length=12)
    office = models.CharField(max_length=40)
    roles = models.JSONField(default=list)
    username_hash = models.CharField(max_length=KEYED_HASH, unique=True)
    person_hash = models.CharField(max_length=KEYED_HASH, unique=True, null=True)
    display_name = models.BinaryField()
    password = models.CharField(max_length=200)
    totp_secret = models.BinaryField()
    totp_step = models.BigIntegerField(default=0)
    registered_at = models.DateTimeField()
    registered_by = models.CharField(max_length=24)
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region", "office"], name="staff_region_office")]


class FailedSignIn(models.Model):
    """A wrong password or second factor, under the keyed hash of the name that was typed, whether an account has it or not."""

    account = models.CharField(max_length=KEYED_HASH)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="failed_sign_in_account")]


class Citizen(models.Model):
    """A person who signs in for their own matters (申请人), found by phone or by the subject of a unified identity provider."""

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=24, unique=True)
    phone_hash = models.CharField(max_length=KEYED_HASH, unique=True, null=True)
    subject_hash = models.CharField(max_length=KEYED_HASH, unique=True, null=True)
    identity_hash = models.CharField(max_length=KEYED_HASH, null=True, db_index=True)
    profile = models.BinaryField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(phone_hash__isnull=False) | models.Q(subject_hash__isnull=False),
                name="citizen_can_be_found",
            )
        ]


class SmsFlow(models.Model):
    """One code sent to one phone (短信验证码). `shown_code` is filled in demonstrations only, sealed."""

    id = models.UUIDField(primary_key=True)
    phone_hash = models.CharField(max_length=KEYED_HASH)
    phone = models.BinaryField()
    code_hash = models.CharField(max_length=KEYED_HASH)
    shown_code = models.BinaryField(null=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["phone_hash", "sent_at"], name="sms_flow_phone")]


class OidcFlow(models.Model):
    """A visit to a unified identity provider (统一身份认证) from its start to its return: state, nonce and verifier, sealed."""

    id = models.UUIDField(primary_key=True)
    secrets = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)
