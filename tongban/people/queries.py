"""What others may ask about people. Names and numbers are opened here, for the pages and services of their own region only."""

from dataclasses import dataclass
from uuid import UUID

from tongban.kernel import strictjson
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.people import models


@dataclass(frozen=True, slots=True)
class Staff:
    """`display_name` is opened for the region's own pages; only `ref` leaves it."""

    ref: str
    region: str
    office: str
    roles: frozenset[str]
    display_name: str
    desk: str = ""
    """Which of this person's sessions is the one that counts."""

    def __repr__(self) -> str:
        return f"Staff({self.ref})"


@dataclass(frozen=True, slots=True)
class Citizen:
    """`verified`: name and number were vouched for by the unified identity provider, not only typed."""

    id: UUID
    ref: str
    phone: str
    name: str | None = None
    id_kind: str | None = None
    id_number: str | None = None
    verified: bool = False

    def __repr__(self) -> str:
        return f"Citizen({self.ref})"


def get_citizen(*, node: Node, id: UUID) -> Citizen:
    """Opened. Refuses `Missing`."""
    row = models.Citizen.objects.filter(id=id).first()
    if row is None:
        raise Missing
    return citizen_of(node, row)


def find_citizen(*, node: Node, citizen_id: UUID | str) -> Citizen | None:
    row = models.Citizen.objects.filter(id=citizen_id).first()
    return citizen_of(node, row) if row else None


def find_citizen_by_ref(*, node: Node, ref: str) -> Citizen | None:
    row = models.Citizen.objects.filter(ref=ref).first()
    return citizen_of(node, row) if row else None


def get_staff(*, node: Node, ref: str) -> Staff:
    """Refuses `Missing`, also for who has left and who belongs to a region out of scope."""
    row = models.Staff.objects.filter(ref=ref, left_at=None).first()
    if row is None:
        raise Missing
    return staff_of(node, row)


def find_staff(*, node: Node, ref: str) -> Staff | None:
    row = models.Staff.objects.filter(ref=ref, left_at=None).first()
    return staff_of(node, row) if row else None


def list_staff(*, node: Node, region: str) -> list[Staff]:
    rows = models.Staff.objects.filter(region=region, left_at=None).order_by("id")
    return [staff_of(node, row) for row in rows]


def find_staff_name(*, node: Node, ref: str) -> str | None:
    """The name behind a reference in the region's own records, also after the person has left."""
    row = models.Staff.objects.filter(ref=ref).first()
    return staff_of(node, row).display_name if row else None


def find_shown_code(*, node: Node, flow: UUID) -> str | None:
    """The SMS code of a demonstration; None wherever codes are really sent."""
    row = models.SmsFlow.objects.filter(id=flow, used_at=None).first()
    if row is None or row.shown_code is None:
        return None
    return node.open_locally(bytes(row.shown_code), purpose="sms-code")


def actor_of(person: Citizen | Staff, *, region: str = "") -> Actor:
    """Who acts. A citizen acts in the region where the case is handed in: `region`."""
    if isinstance(person, Staff):
        return Actor("staff", person.ref, person.region, person.roles, person.office)
    return Actor("citizen", person.ref, region, frozenset({"citizen"}))


def staff_of(node: Node, row: models.Staff) -> Staff:
    name = node.open_locally(bytes(row.display_name), purpose="staff-name", region=row.region)
    return Staff(row.ref, row.region, row.office, frozenset(row.roles), name, row.desk)


def citizen_of(node: Node, row: models.Citizen) -> Citizen:
    profile = strictjson.parse(node.open_locally(bytes(row.profile), purpose="citizen").encode())
    return Citizen(id=row.id, ref=row.ref, **profile)
