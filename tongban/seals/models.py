"""Tables of seals. No private key and no person stands in them; documents under way are sealed under a key of the node."""

from django.db import models


class SealMaker(models.Model):
    """The maker of a place's seals (制章者). `certificate`: DER; `ended`: the newest list of seals that ended early (CRL, DER), which may be used
    until `ended_until`."""

    region = models.CharField(max_length=12)
    suite = models.CharField(max_length=8)
    certificate = models.BinaryField()
    ended = models.BinaryField(default=bytes)
    ended_number = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "suite"], name="seal_maker_once")]


class Seal(models.Model):
    """A seal (印章) of an office. `owner`, `title`, `number`: as engraved; `uses`: what it may stand on; `state`: of `services.STATES`.

    `valid_from` to `valid_until`: both included. `asked_by`, `confirmed_by`, `ended_by`: pseudonyms of the region's staff.
    """

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    office = models.CharField(max_length=64)
    owner = models.CharField(max_length=64)
    title = models.CharField(max_length=30, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    number = models.CharField(max_length=13)
    uses = models.JSONField(default=list)
    picture = models.BinaryField()
    page = models.BinaryField()
    state = models.CharField(max_length=10)
    valid_from = models.DateField()
    valid_until = models.DateField()
    asked_by = models.CharField(max_length=24)
    asked_at = models.DateTimeField()
    confirmed_by = models.CharField(max_length=24, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=24, blank=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "number"], name="seal_number_once")]
        indexes = [models.Index(fields=["region", "state"], name="seal_by_state")]


class SealKey(models.Model):
    """The public side of a seal in one suite. `certificate`: DER; `eseal`: the electronic seal of GB/T 38540, where the suite has one."""

    region = models.CharField(max_length=12)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="keys")
    suite = models.CharField(max_length=8)
    certificate = models.BinaryField()
    eseal = models.BinaryField(default=bytes)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seal", "suite"], name="seal_key_once")]


class SealRequest(models.Model):
    """Something that waits for its seal; frozen when it is asked for. `subject` and `ref`: what it is; `document` and `size`: hash and length of the
    file without a seal; `digest`: what the seal is to cover, hex.

    `prepared`: the document with room for its signature, encrypted; empty once it was fetched. `attributes`: the bytes to sign (of an
    OFD: the path of what is digested). `answer`: the signature, of the signer.
    """

    id = models.BigAutoField(primary_key=True)
    region = models.CharField(max_length=12)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="requests")
    suite = models.CharField(max_length=8)
    subject = models.CharField(max_length=20)
    ref = models.CharField(max_length=120)
    document = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    prepared = models.BinaryField(default=bytes)
    start = models.PositiveIntegerField(default=0)
    end = models.PositiveIntegerField(default=0)
    attributes = models.BinaryField(default=bytes)
    level = models.CharField(max_length=4, blank=True)
    answer = models.BinaryField(default=bytes)
    state = models.CharField(max_length=8)
    reason = models.CharField(max_length=30, blank=True)
    asked_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "subject", "ref", "suite"], name="seal_request_once"),
        ]
        indexes = [
            models.Index(fields=["region", "id"], name="seal_request_waiting", condition=models.Q(state="asked")),
        ]


class SealUse(models.Model):
    """One use of a seal (用印记录); never changed. `digest`: what it covered."""

    region = models.CharField(max_length=12)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="log")
    suite = models.CharField(max_length=8)
    subject = models.CharField(max_length=20)
    ref = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["region", "seal", "-at"], name="seal_use_newest")]


class BlankBatch(models.Model):
    """Numbered blanks (空白证照) that came from the printer: `prefix` and running numbers `first` to `last`, both included."""

    region = models.CharField(max_length=12)
    type = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, blank=True)
    width = models.PositiveSmallIntegerField()
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    received_by = models.CharField(max_length=24)
    received_at = models.DateTimeField()


class BlankHandout(models.Model):
    """Blanks of a batch given to a window."""

    region = models.CharField(max_length=12)
    batch = models.ForeignKey(BlankBatch, models.PROTECT, related_name="handouts")
    window = models.CharField(max_length=40)
    first = models.PositiveBigIntegerField()
    last = models.PositiveBigIntegerField()
    next = models.PositiveBigIntegerField()
    handed_by = models.CharField(max_length=24)
    handed_at = models.DateTimeField()


class BlankUse(models.Model):
    """What became of one blank: `used` for the licence `ref`, or `void` with a reason. Never changed."""

    region = models.CharField(max_length=12)
    handout = models.ForeignKey(BlankHandout, models.PROTECT, related_name="uses")
    type = models.CharField(max_length=60)
    number = models.CharField(max_length=40)
    outcome = models.CharField(max_length=4)
    ref = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    by = models.CharField(max_length=24)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["region", "type", "number"], name="blank_once")]
