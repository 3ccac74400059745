"""Who walks the application journey: the citizen on a phone, or the clerk at the counter for the person present."""

from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from tongban.web.components.duty import Duty


@dataclass(frozen=True, slots=True)
class Portal:
    """`base` is the frame its pages extend; the addresses of its steps are named `<names><step>`: `citizen:form`.

    Steps: form, materials, check; at the counter also signature. `channel` and `mode` go into the draft. `duty`: whom the clerk may call;
    `devices`: a card reader and a signature pad stand at this window.
    """

    base: str
    names: str
    channel: str
    mode: str
    duty: Duty | None = None
    devices: bool = False

    @property
    def counter(self) -> bool:
        """A clerk holds the originals and asks in the person's stead."""
        return self.channel == "counter"

    def url(self, step: str, case_id: UUID) -> str:
        return reverse(f"{self.names}{step}", args=[case_id])


CITIZEN = Portal(base="base.html", names="citizen:", channel="online", mode="online")
COUNTER = Portal(base="staff/reception/base.html", names="staff:reception-", channel="counter", mode="collect")
