"""Items over time (动态调整): every version with why and from when, and what changed between two of them."""

from typing import Annotated, Any

from ninja import Router
from pydantic import Field

from tongban.catalogue import queries as catalogue
from tongban.catalogue.history.comparing import compare_documents
from tongban.catalogue.history.timeline import Step, find_step, list_steps
from tongban.web.access import door
from tongban.web.api.forms import Key, Out, Region, TextOut

router = Router(tags=["items"])
Version = Annotated[int, Field(ge=1, le=2_000_000_000)]


class VersionOut(Out):
    """`act`: added, changed, suspended, resumed, withdrawn or merged (then `into` names the other item); `since` when it began to apply."""

    version: int
    act: str
    since: str
    published_at: str
    reason: TextOut | None
    into: str
    definition: str


class History(Out):
    key: str
    region: str
    versions: list[VersionOut]


class ChangeOut(Out):
    """`kind`: added, gone or changed. `before` and `after`: the aspects that differ. `grade`: harmless, stricter or contradiction."""

    path: str
    group: str
    label: TextOut
    kind: str
    grade: str
    before: Any
    after: Any


class Comparison(Out):
    key: str
    region: str
    before: VersionOut
    after: VersionOut
    changes: list[ChangeOut]


@router.get("/{key}/history", response=History, operation_id="getItemHistory")
@door("client", scope="items:read")
def get_history(request: Any, key: Key, region: Region) -> Any:
    """Every version that the deciding region has published, the newest first."""
    return {"key": key, "region": region, "versions": [_show(step) for step in list_steps(key, region)]}


@router.get("/{key}/comparison", response=Comparison, operation_id="compareItemVersions")
@door("client", scope="items:read")
def get_comparison(request: Any, key: Key, region: Region, before: Version, after: Version) -> Any:
    """What changed between two versions."""
    steps = list_steps(key, region)
    pair = [find_step(steps, version) for version in (before, after)]
    changes = compare_documents(*(catalogue.get_definition(step.hash).document for step in pair))
    return {
        "key": key, "region": region, "before": _show(pair[0]), "after": _show(pair[1]), "changes": [one.as_json() for one in changes],
    }  # fmt: skip


def _show(step: Step) -> dict[str, Any]:
    told = step.as_json()
    return {**told, "published_at": told["at"], "definition": told["hash"]}
