"""Taking items in (采集导入): a file is checked, and what was checked is taken. The report is the one that the command prints and the desk shows.

In the name of the editor to whom the token is bound.
"""

from typing import Any
from uuid import UUID

from ninja import Router, Status

from tongban.catalogue.importing.reports import check_file, take_file
from tongban.kernel.clock import now
from tongban.web.access import door
from tongban.web.api.forms import Out, UploadIn

router = Router(tags=["imports"])


class FileFindingOut(Out):
    """`field`: the path in the file, `$` for the whole of it. `value`: what stands there, shortened. `severity`: error, warning or info."""

    field: str
    value: Any
    what: str
    severity: str


class RecordOut(Out):
    """`status`: taken, taken_with_findings or refused. `item`: what is taken, in our own words; null where it is refused."""

    file: str
    status: str
    item: dict[str, Any] | None
    findings: list[FileFindingOut]


class StoredOut(RecordOut):
    """`stored`: added, changed, unchanged, behind (an earlier record of the file has this code) or refused."""

    stored: str


class CheckedOut(Out):
    """`id` names what was checked, for a week."""

    id: UUID
    report: list[RecordOut]


class TakenOut(Out):
    id: UUID
    report: list[StoredOut]


@router.post("", response={201: CheckedOut}, operation_id="checkImport")
@door("client", scope="items:write")
def check(request: Any, body: UploadIn) -> Any:
    """Read a file (JSON, YAML or the template filled in) and tell what would be taken of each record. Nothing is."""
    checked = check_file(raw=body.data(), name=body.filename, by=request.actor, at=now())
    return Status(201, {"id": checked.report, "report": [one.as_json() for one in checked.entries]})


@router.post("/{uuid:report_id}/take", response=TakenOut, operation_id="takeImport")
@door("client", scope="items:write")
def take(request: Any, report_id: UUID) -> Any:
    """Store the very bytes that were checked, without what was refused. The same file again changes nothing."""
    stored = take_file(report=report_id, by=request.actor, at=now())
    return {"id": report_id, "report": [{**one.entry.as_json(), "stored": one.act} for one in stored]}
