"""What this node has witnessed of others' logs, and what contradicts itself (日志证据). Rows stay for ever."""

import base64
from dataclasses import dataclass
from datetime import datetime

import structlog

from tongban.exchange.models import LogEvidence, WitnessedCheckpoint
from tongban.exchange.statements import Place, Signed
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing

MAX_EVIDENCE = 50
"""Of one log; more of it proves no more."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two signed checkpoints of `region` that contradict each other; `second` may be empty where nothing was signed since."""

    region: str
    kind: str
    first: bytes
    second: bytes
    found_at: datetime


def read_held(node: Node, region: str, author: str) -> dict[str, str]:
    """What this node holds of a log, for any node of the alliance. Refuses `Missing`."""
    held = find_held(node, region, author)
    if held is None:
        raise Missing
    return {
        "held": base64.b64encode(bytes(held.envelope)).decode(),
        "co_signature": base64.b64encode(bytes(held.co_signature)).decode(),
    }


@dataclass(frozen=True, slots=True)
class Held:
    """The last checkpoint that this node has co-signed of the log that the node `author` keeps for a region."""

    region: str
    author: str
    place: Place
    envelope: bytes
    at: datetime


def list_held(node: Node) -> list[Held]:
    logs = WitnessedCheckpoint.objects.filter(witness=node.id).values_list("region_code", "author").distinct()
    rows = [find_held(node, region, author) for region, author in logs.order_by("region_code", "author")]
    return [Held(row.region_code, row.author, place_of(row), bytes(row.envelope), row.at) for row in rows if row]


def list_evidence(node: Node) -> list[Evidence]:
    rows = LogEvidence.objects.filter(keeper=node.id).order_by("id")
    return [Evidence(row.author, row.kind, bytes(row.first), bytes(row.second), row.found_at) for row in rows]


def find_held(node: Node, region: str, author: str) -> WitnessedCheckpoint | None:
    """The last checkpoint of a region's log, kept by the node `author`, that this node has co-signed."""
    rows = WitnessedCheckpoint.objects.filter(witness=node.id, region_code=region, author=author)
    return rows.order_by("-inc", "-n").first()


def find_numbered(node: Node, new: Signed) -> WitnessedCheckpoint | None:
    """What was co-signed under this number."""
    rows = WitnessedCheckpoint.objects.filter(witness=node.id, region_code=new.region, author=new.node)
    return rows.filter(inc=new.place.inc, n=new.place.n).first()


def keep_evidence(node: Node, region: str, kind: str, first: bytes, second: bytes, at: datetime) -> None:
    """Both signed checkpoints, once."""
    if LogEvidence.objects.filter(keeper=node.id, author=region).count() >= MAX_EVIDENCE:
        return
    pair = node.suite.hash(b"".join(sorted((first, second))))
    row = LogEvidence(
        keeper=node.id, author=region, kind=kind, first=first, second=second, pair=pair, found_at=at
    )  # fmt: skip
    LogEvidence.objects.bulk_create([row], ignore_conflicts=True)
    log.error("checkpoints contradict", region=region, reason=kind)


def place_of(row: WitnessedCheckpoint) -> Place:
    return Place(row.inc, row.n, row.size, row.root)
