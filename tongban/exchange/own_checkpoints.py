"""The checkpoints that this node has signed itself, and who has co-signed them. Called inside a scope that holds the region."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongban.exchange import leaves
from tongban.exchange.models import Checkpoint, CoSignature
from tongban.exchange.statements import Place, Signed
from tongban.kernel.crypto import Suite
from tongban.kernel.refusals import Missing


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """One's own checkpoint and who has co-signed it."""

    region: str
    place: Place
    hash: str
    at: datetime
    witnesses: tuple[str, ...]


def list_checkpoints(regions: Iterable[str], *, limit: int = 20) -> list[CheckpointView]:
    """The newest of each region first. Inside a scope that holds the regions."""
    found = list[CheckpointView]()
    for region in regions:
        for row in Checkpoint.objects.filter(region=region).order_by("-inc", "-n")[:limit]:
            place, witnesses = Place(row.inc, row.n, row.size, row.root), witnesses_of(region, row.hash)
            found.append(CheckpointView(region, place, row.hash, row.at, tuple(sorted(witnesses))))
    return found


def prove_for_alliance(region: str, *, old: int, new: int, suite: Suite) -> list[bytes]:
    """For a witness that compares two checkpoints of this region with one another. Refuses `Missing` for what was not signed."""
    signed = set(Checkpoint.objects.filter(region=region, size__in=(old, new)).values_list("size", flat=True))
    if not old <= new or not signed >= {old, new} or new > leaves.count_leaves(region):
        raise Missing
    return leaves.prove(region, old, new, suite=suite)


def find_past(region: str, inc: int) -> Place | None:
    """The last place of the life before this one that is known: own rows, and what peers gave back."""
    past = Checkpoint.objects.filter(region=region, inc__lt=inc).order_by("-inc", "-size", "-n").first()
    return Place(past.inc, past.n, past.size, past.root) if past else None


def witnesses_of(region: str, checkpoint: str) -> set[str]:
    return set(CoSignature.objects.filter(region=region, checkpoint=checkpoint).values_list("witness", flat=True))


def last_signed_by(region: str, witness: str, inc: int) -> int:
    signed = CoSignature.objects.filter(region=region, witness=witness).values("checkpoint")
    sizes = Checkpoint.objects.filter(region=region, inc=inc, hash__in=signed).order_by("-n")
    return sizes.values_list("size", flat=True).first() or 0


def row_of(signed: Signed) -> Checkpoint:
    place = signed.place
    return Checkpoint(
        region=signed.region, inc=place.inc, n=place.n, size=place.size, root=place.root, hash=signed.hash,
        envelope=signed.raw, at=signed.at,
    )  # fmt: skip
