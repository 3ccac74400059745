"""Items in the shape of the national upload tables (国家平台事项上报表), row by row. In the name of the editor to whom the token is bound."""

from typing import Any, Literal

from ninja import Router

from tongban.catalogue.exporting.gathering import list_table_rows
from tongban.catalogue.exporting.tables import TableRow
from tongban.kernel.clock import now
from tongban.kernel.refusals import Forbidden
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.api.definitions import FindingOut
from tongban.web.api.forms import Out, listed

router = Router(tags=["national tables"])


class TableRowOut(Out):
    """`row`: column to value, without the empty ones. `findings`, by table and column: what must be given and is missing (error), what is
    too long or has no code there (warning)."""

    item: str
    table: str
    row: dict[str, Any]
    findings: list[FindingOut]


class TableRows(Out):
    items: list[TableRowOut]
    next: None


@router.get("", response=TableRows, operation_id="listTableRows")
@door("client", scope="items:write")
def list_rows(request: Any, taken: Literal["yes", "no"] = "no") -> Any:
    """Every row of what the place publishes, as it is today; `taken=yes`: and of the items taken in."""
    if not request.actor.may("catalogue_editor"):
        raise Forbidden
    rows = list_table_rows(region=request.actor.region, on=legal_day(now()), taken=taken == "yes")
    return listed([_show(one) for one in rows])


def _show(one: TableRow) -> dict[str, Any]:
    findings = [{"field": f.field, "severity": f.severity, "what": f.what.as_json()} for f in one.findings]
    return {"item": one.item, **one.as_json(), "findings": findings}
