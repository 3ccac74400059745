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
    """Something that waits for its seal. `subject` and `ref`: what it is; `proof`: certificates and lists of the time-stamp authority, hex.

    The rest is the signer's: `document` and `size`, hash and length of the file without a seal; `digest`, what the seal covers, hex; `prepared`,
    the file with room for its signature, encrypted, empty once it was fetched; `attributes`, the bytes that are signed (of an OFD: the path of
    what is digested); `answer`, the signature.
    """

    id = models.BigAutoField(primary_key=True)
    region = models.CharField(max_length=12)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="requests")
    suite = models.CharField(max_length=8)
    subject = models.CharField(max_length=20)
    ref = models.CharField(max_length=120)
    proof = models.JSONField(default=dict)
    document = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
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


class Engraver(models.Model):
    """A workshop that engraves seals for the place (刻章单位). `ended_at`: since when it gets no new orders."""

    region = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region", "name"], name="engraver_once", condition=models.Q(ended_at=None))
        ]


class SealOrder(models.Model):
    """A free set of physical seals (免费刻章). `state`: of `physical.STATES`; `recipient`, `phone`: masked before they come here."""

    id = models.UUIDField(primary_key=True)
    region = models.CharField(max_length=12)
    organisation = models.CharField(max_length=80)
    uscc = models.CharField(max_length=18)
    recipient = models.CharField(max_length=20)
    phone = models.CharField(max_length=20)
    state = models.CharField(max_length=10)
    engraver = models.ForeignKey(Engraver, models.PROTECT, null=True, related_name="orders")
    ordered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["region", "uscc"], name="free_set_once", condition=~models.Q(state="withdrawn")
            )
        ]
        indexes = [models.Index(fields=["region", "-ordered_at"], name="seal_order_newest")]


class PhysicalSeal(models.Model):
    """One seal of a set (实体印章). `number`: in the register of the police (备案编号), empty before it was made."""

    region = models.CharField(max_length=12)
    order = models.ForeignKey(SealOrder, models.PROTECT, related_name="seals")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    number = models.CharField(max_length=13, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind"], name="physical_seal_kind_once"),
            models.UniqueConstraint(
                fields=["region", "number"], name="record_number_once", condition=~models.Q(number="")
            ),
        ]


class SealOrderStep(models.Model):
    """One step of an order: who and when; never changed. `words`: the maker, the masked receiver or the reason."""

    region = models.CharField(max_length=12)
    order = models.ForeignKey(SealOrder, models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10)
    words = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=10, blank=True)
    waybill = models.CharField(max_length=30, blank=True)
    by = models.CharField(max_length=24)
    at = models.DateTimeField()
