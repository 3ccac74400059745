"""How a service of a region came to be what it is (事项历史): every version with who, why and from when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.catalogue.history.standing import Act, Standing, name_act
from tongban.catalogue.models import PublicationAct, PublishedDefinition
from tongban.catalogue.queries import get_document
from tongban.kernel.refusals import Missing
from tongban.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Step:
    """One version. `since` is the day from which it applies; `by` is empty where a peer published it or nobody was noted."""

    version: int
    act: Act
    since: date
    at: datetime
    by: str
    reason: Text | None
    into: str
    hash: str
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        reason = self.reason.as_json() if self.reason else None
        plain = {name: getattr(self, name) for name in ("version", "act", "by", "into", "hash", "source")}
        return {**plain, "since": self.since.isoformat(), "at": self.at.isoformat(), "reason": reason}


def list_steps(key: str, region: str) -> list[Step]:
    """The newest first. Refuses `Missing`."""
    rows = list(PublishedDefinition.objects.filter(key=key, region=region).order_by("version").defer("envelope"))
    if not rows:
        raise Missing
    acts = {act.hash: act for act in PublicationAct.objects.filter(hash__in=[row.hash for row in rows])}
    steps: list[Step] = []
    before: Mapping[str, Any] | None = None
    for row in rows:
        document = get_document(row.hash)
        steps.insert(0, _step(row, document, name_act(before, document), acts.get(row.hash)))
        before = document
    return steps


def find_step(steps: list[Step], version: int) -> Step:
    """Refuses `Missing`."""
    found = next((step for step in steps if step.version == version), None)
    if found is None:
        raise Missing
    return found


def _step(row: PublishedDefinition, document: Mapping[str, Any], act: Act, told: PublicationAct | None) -> Step:
    standing = Standing.from_json(document["standing"]) if document.get("standing") else None
    stated = standing.reason if standing and act == standing.act else None
    reason = Text.from_json(told.reason) if told and told.reason else stated
    return Step(
        row.version, act, row.valid_from, row.published_at, told.by if told else "", reason,
        standing.into if standing else "", row.hash,
    )  # fmt: skip
