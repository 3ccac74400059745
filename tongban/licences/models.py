"""Tables of licences. No column names a person: the content is sealed under its case's key, the face holds a hash of the holder."""

from datetime import date

from django.db import models


class Reservation(models.Model):
    """A licence that a decision calls for, from the transaction of the decision until it is valid. One for each decision and type.

    `state`: of `wording.STATES`; `reason`: why it is blocked or was stopped. `claim`: how often the signer took it up. `face`: its canonical bytes;
    `content`: ciphertext under the case key, `part` its reference. `follows`: identifier of the version before, or of what
    is cancelled, from `due_on` where the decision names a day.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    decision_seq = models.PositiveIntegerField()
    type = models.CharField(max_length=60)
    operation = models.CharField(max_length=12)
    state = models.CharField(max_length=10)
    reason = models.CharField(max_length=60, blank=True)
    inc = models.PositiveIntegerField()
    serial = models.CharField(max_length=32)
    version = models.PositiveSmallIntegerField(default=1)
    identifier = models.CharField(max_length=110, blank=True)
    number = models.CharField(max_length=80, blank=True)
    follows = models.CharField(max_length=110, blank=True)
    key = models.CharField(max_length=80, blank=True)
    face = models.BinaryField(default=bytes)
    signature = models.BinaryField(default=bytes)
    content = models.BinaryField(default=bytes)
    part = models.JSONField(default=dict)
    claim = models.PositiveIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    reserved_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    issued_at = models.DateTimeField(null=True)
    valid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "case_id", "decision_seq", "type"], name="licence_reserved_once"),
            models.UniqueConstraint(fields=["serial", "version"], name="licence_serial_once"),
        ]
        indexes = [
            models.Index(
                fields=["state", "id"], name="licence_under_way", condition=~models.Q(state__in=("valid", "stopped"))
            )
        ]


class SignerEntry(models.Model):
    """The signer's own log: before and after each signature. `digest`: hash of the bytes that were signed."""

    region = models.CharField(max_length=12)
    reservation = models.BigIntegerField()
    step = models.CharField(max_length=8)
    key = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["reservation"], name="signer_entry_reservation")]


class Licence(models.Model):
    """A licence as this region holds it, brought along by the chain of its case; `issuer` is the deciding region.

    `status`: 01 to 99 (`status codes`, see `operations.py`); `seq` is the event that issued it, `changed_seq` the last that changed it.
    `witnessed_at`: when it was known that another node had stored it; before, it is signed and not yet valid.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    identifier = models.CharField(max_length=110)
    type = models.CharField(max_length=60)
    number = models.CharField(max_length=80)
    issuer = models.CharField(max_length=12)
    operation = models.CharField(max_length=12)
    follows = models.CharField(max_length=110, blank=True)
    status = models.CharField(max_length=2, default="01")
    changed_seq = models.PositiveIntegerField(default=0)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    face = models.BinaryField()
    signature = models.BinaryField()
    part = models.JSONField()
    status_list = models.CharField(max_length=80)
    status_index = models.PositiveIntegerField()
    demo = models.BooleanField()
    issued_at = models.DateTimeField()
    witnessed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "identifier"], name="licence_held_once"),
            models.CheckConstraint(
                condition=models.Q(status__in=("01", "02", "03", "04", "05", "06", "07", "99")),
                name="licence_status_known",
            ),
        ]
        indexes = [
            models.Index(fields=["region", "case_id"], name="licence_of_case"),
            models.Index(fields=["region", "number"], name="licence_by_number"),
            models.Index(fields=["region", "status_list", "status_index"], name="licence_by_place"),
        ]

    def lasts_on(self, day: date) -> bool:
        """Whether its term is not over; it may begin later."""
        return self.valid_until is None or day <= self.valid_until


class Proposal(models.Model):
    """A chief's proposal to end a licence, until somebody else confirms or declines it. `state`: asked, confirmed, declined.

    `note`: what the holder is told, sealed by this node; `changed_seq`: of the licence when it was proposed; `cmd`: the command of the change.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    identifier = models.CharField(max_length=110)
    operation = models.CharField(max_length=12)
    reason_code = models.CharField(max_length=30)
    article = models.CharField(max_length=120)
    note = models.BinaryField()
    cmd = models.UUIDField()
    changed_seq = models.PositiveIntegerField()
    state = models.CharField(max_length=10)
    asked_by = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    settled_by = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "cmd"], name="licence_proposal_cmd"),
            models.UniqueConstraint(
                fields=["region", "identifier"], condition=models.Q(state="asked"), name="licence_proposed_once"
            ),
        ]


class CheckRun(models.Model):
    """What the checker found the last times it looked (对账). `findings`: code → how many; `examples`: identifiers, a few of each."""

    region = models.CharField(max_length=12)
    at = models.DateTimeField()
    checked = models.PositiveIntegerField()
    findings = models.JSONField(default=dict)
    examples = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["region", "-at"], name="licence_check_newest")]


class HeldStatusList(models.Model):
    """The newest version of a status list (状态名单), made here or fetched from the node that makes it; public, signed, nothing personal."""

    list = models.CharField(max_length=80, unique=True)
    version = models.BigIntegerField()
    token = models.TextField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()


class Share(models.Model):
    """A licence shown to one recipient for one purpose until `expires_at` (授权出示). `owner`: the account whose licence it is.

    `words`: purpose and recipient, sealed by this node. `shown`: ids of the lines that are shown, empty for the whole licence. `code`: keyed hash.
    """

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    identifier = models.CharField(max_length=110)
    owner = models.CharField(max_length=40)
    made_by = models.CharField(max_length=40)
    words = models.BinaryField()
    shown = models.JSONField(default=list)
    code = models.CharField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["region", "case_id"], name="licence_share_of_case")]


class ShareReading(models.Model):
    """That a share was opened, or (`verified`) that the code on its picture was; never changed. Who did it is not known: whoever had the code."""

    region = models.CharField(max_length=12)
    share = models.ForeignKey(Share, models.PROTECT, related_name="readings")
    verified = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["share", "-at"], name="licence_share_read")]


class Taking(models.Model):
    """That the holder, or somebody for them, took the licence as a file or gave it to a new application (领用记录); never changed.

    `form`: of `taking.FORMS`. `reason`: in their words, sealed by this node. `for_case`: the application it was given to.
    """

    region = models.CharField(max_length=12)
    case_id = models.UUIDField()
    identifier = models.CharField(max_length=110)
    by = models.CharField(max_length=40)
    agent = models.BooleanField()
    form = models.CharField(max_length=10)
    reason = models.BinaryField()
    for_case = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "case_id", "-at"], name="licence_taken")]


class FormVersion(models.Model):
    """A layout of a type of licence as a place declares it (证照版式): written as a draft, published by another with a date, never changed then.

    `state`: draft, published, dropped. `layout`: its canonical text. `edits`: what a change must name as seen; `writers`: all who wrote it.
    """

    region = models.CharField(max_length=12)
    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10)
    layout = models.TextField()
    edits = models.PositiveIntegerField(default=1)
    writers = models.JSONField(default=list)
    changed_by = models.CharField(max_length=40)
    changed_at = models.DateTimeField()
    published_by = models.CharField(max_length=40, blank=True)
    published_at = models.DateTimeField(null=True)
    in_force_from = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "type", "version"], name="licence_form_version_once"),
            models.UniqueConstraint(
                fields=["region", "type"], name="licence_form_one_draft", condition=models.Q(state="draft")
            ),
        ]
