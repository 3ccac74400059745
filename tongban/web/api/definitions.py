"""Whole definitions (事项定义): as text, what is not good about one, and the standards that may be followed."""

from typing import Any

from ninja import Router

from tongban.catalogue import queries as catalogue
from tongban.catalogue.history.timeline import find_step, list_steps
from tongban.catalogue.lint.published import lint_published
from tongban.catalogue.parts.text import write_text
from tongban.catalogue.standards import list_standards
from tongban.kernel.clock import now
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.api.comparisons import StandardOut
from tongban.web.api.forms import Key, Out, Region, TextOut, listed
from tongban.web.api.item_history import Version
from tongban.web.api.items import in_force

router = Router(tags=["items"])


class DefinitionOut(Out):
    """`definition`: YAML with all layers merged; what is taken in again from it has the same `hash`."""

    key: str
    region: str
    version: int
    hash: str
    definition: str


class FindingOut(Out):
    """`field`: the path in the definition. `severity`: error, warning or info."""

    field: str
    severity: str
    what: TextOut


class Findings(Out):
    items: list[FindingOut]
    next: None


class OfferedOut(Out):
    """`followers`: the places whose version in force names it."""

    standard: StandardOut
    followers: list[str]


class Standards(Out):
    items: list[OfferedOut]
    next: None


@router.get("/{key}/definition", response=DefinitionOut, operation_id="getDefinition")
@door("client", scope="items:read")
def get_definition(request: Any, key: Key, region: Region, version: Version | None = None) -> Any:
    """The version in force, or the one that is named."""
    hash = _hash(key, region, version)
    document = catalogue.get_document(hash)
    return {
        "key": key, "region": region, "version": document["version"], "hash": hash, "definition": write_text(document),
    }  # fmt: skip


@router.get("/{key}/findings", response=Findings, operation_id="lintItem")
@door("client", scope="items:read")
def get_findings(request: Any, key: Key, region: Region) -> Any:
    """What is not good about the version in force (事项体检), the gravest first."""
    found = lint_published(in_force(key, region).hash)
    return listed([{"field": one.field, "severity": one.severity, "what": one.what.as_json()} for one in found])


@router.get("/{key}/standards", response=Standards, operation_id="listStandards")
@door("client", scope="items:read")
def get_standards(request: Any, key: Key) -> Any:
    """Versions that a place may follow, the most followed first."""
    found = list_standards(key, on=legal_day(now()))
    return listed([{"standard": one.standard.as_json(), "followers": list(one.followers)} for one in found])


def _hash(key: str, region: str, version: int | None) -> str:
    """Refuses `Missing`."""
    return in_force(key, region).hash if version is None else find_step(list_steps(key, region), version).hash
