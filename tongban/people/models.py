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
    desk = models.CharField(max_length=16, blank=True)
    """Marks the session of the last sign-in; every other one is over."""
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
    network = models.CharField(max_length=KEYED_HASH, blank=True)
    code_hash = models.CharField(max_length=KEYED_HASH)
    shown_code = models.BinaryField(null=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["phone_hash", "sent_at"], name="sms_flow_phone"),
            models.Index(fields=["sent_at"], name="sms_flow_sent"),
        ]


class OidcFlow(models.Model):
    """A visit to a unified identity provider (统一身份认证) from its start to its return: state, nonce and verifier, sealed."""

    id = models.UUIDField(primary_key=True)
    secrets = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)


class Mandate(models.Model):
    """A mandate (委托): what one account lets another person do for it. What happened to it stands in `MandateEvent`.

    `principal` is the account of a citizen or of an organisation; `agent` is empty until somebody accepted, `agent_hash` finds who may.
    """

    id = models.UUIDField(primary_key=True)
    principal = models.CharField(max_length=24, db_index=True)
    agent = models.CharField(max_length=24, blank=True, db_index=True)
    agent_hash = models.CharField(max_length=KEYED_HASH, blank=True, db_index=True)
    relation = models.CharField(max_length=16)
    acts = models.JSONField()
    items = models.JSONField()
    case_id = models.UUIDField(null=True)
    from_on = models.DateField()
    until_on = models.DateField()
    people = models.BinaryField()
    means = models.CharField(max_length=16, blank=True)
    evidence = models.BinaryField(null=True)
    drafted_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=24, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(until_on__gte=models.F("from_on")), name="mandate_days_in_order"),
            models.CheckConstraint(
                condition=~models.Q(agent="") | ~models.Q(agent_hash=""), name="mandate_agent_can_be_found"
            ),
        ]


class MandateEvent(models.Model):
    """What happened to a mandate or under it (委托记录): never changed. References only, no name."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="history")
    what = models.CharField(max_length=16)
    at = models.DateTimeField()
    by = models.CharField(max_length=24)
    act = models.CharField(max_length=16, blank=True)
    case_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=24, blank=True)

    class Meta:
        indexes = [models.Index(fields=["what", "at"], name="mandate_event_what")]


class Organisation(models.Model):
    """A company or other organisation (法人) as its legal representative claimed it; it acts through mandates only."""

    id = models.UUIDField(primary_key=True)
    ref = models.CharField(max_length=24, unique=True)
    uscc_hash = models.CharField(max_length=KEYED_HASH)
    legal = models.CharField(max_length=24, db_index=True)
    profile = models.BinaryField()
    claimed_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    proved_by = models.CharField(max_length=24, blank=True)
    evidence = models.BinaryField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["uscc_hash"],
                condition=models.Q(proved_at__isnull=False, ended_at__isnull=True),
                name="organisation_proved_once",
            )
        ]


class StaffPreference(models.Model):
    """What a member of staff keeps for their own desk: today, filters of worklists under names of their own, which are sealed."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    staff = models.CharField(max_length=24)
    kind = models.CharField(max_length=16)
    name = models.BinaryField()
    value = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "staff", "kind"], name="staff_preference")]
