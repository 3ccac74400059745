"""A case in the shape of the national upload tables (国家平台办件上报表): up_pro_accept, up_pro_process, up_pro_result,
up_pro_special_procedure, up_pro_material.

Which column names were read in a source and which are ours for want of one stands in `VERIFIED` and in docs/reference/api.md.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tongban.cases.views import CaseView, DecisionView
from tongban.catalogue.definition import Definition
from tongban.kernel.events import Json, StoredEvent

HERE = ZoneInfo("Asia/Shanghai")
VERIFIED = {
    "up_pro_accept": frozenset(
        {"project_no", "task_code", "catalog_code", "apply_date", "accept_date", "promise_date", "apply_type", "project_type", "accept_doc_no"}
    ),
    **dict.fromkeys(("up_pro_process", "up_pro_result", "up_pro_special_procedure", "up_pro_material"), frozenset[str]()),
}  # fmt: skip
"""Columns whose names were read in the published tables. Of the others only the meaning was."""

STEPS = {
    "received": "收件",
    "accepted": "受理",
    "not_accepted": "不予受理",
    "correction_requested": "补正告知",
    "supplemented": "补正受理",
    "examined": "审核",
    "approved": "决定",
    "refused": "决定",
    "effective": "生效",
    "closed": "办结",
    "withdrawn": "撤回",
}
RESULTS = {"approved": "准予", "refused": "不予", "not_accepted": "不予受理"}


def list_rows(view: CaseView, chain: Sequence[StoredEvent], definition: Definition) -> Iterator[Json]:
    """Each `{"table": …, "row": {…}}`, in the order in which tables are filled. `chain`: the whole case, in order."""
    by_name = {event.payload.kind_name.removeprefix("cases."): event for event in chain}
    if "accepted" in by_name:
        yield _row("up_pro_accept", _accept(view, by_name, definition))
    for event in chain:
        if step := STEPS.get(event.payload.kind_name.removeprefix("cases.")):
            yield _row("up_pro_process", _process(view, event, step))
    for special in _special_procedures(chain):
        yield _row("up_pro_special_procedure", {"project_no": view.number, **special})
    for material in view.materials:
        yield _row(
            "up_pro_material",
            {
                "project_no": view.number,
                "material_name": material.label.zh,
                "obtain_way": material.way,
                "material_count": 1,
            },
        )
    if view.decision:
        yield _row("up_pro_result", _result(view, view.decision))


def _accept(view: CaseView, by_name: dict[str, StoredEvent], definition: Definition) -> Json:
    accepted, person = by_name["accepted"], view.applicant
    return {
        "project_no": view.number, "task_code": definition.situation(view.situation_id).code.value, "catalog_code": definition.item,
        "apply_date": local(view.submitted_at), "accept_date": local(accepted.payload.at),
        "promise_date": str(accepted.payload.body.get("decision_due_on", "")), "apply_type": view.channel,
        "project_type": definition.handling, "accept_doc_no": _number_of(view, "accepted"),
        "applyer_name": person.get("name", ""), "applyer_type": "20" if person.get("id_kind") == "111" else "10",
        "applyer_page_type": person.get("id_kind", ""), "applyer_page_code": person.get("id_number", ""),
        "contact_mobile": person.get("phone", ""), "org_code": view.deciding, "handler": accepted.payload.actor["ref"],
    }  # fmt: skip


def _process(view: CaseView, event: StoredEvent, step: str) -> Json:
    at = local(event.payload.at)
    return {
        "project_no": view.number, "step_name": step, "event_name": event.payload.kind_name, "start_time": at, "end_time": at,
        "opinion": RESULTS.get(event.payload.kind_name.removeprefix("cases."), ""), "handler": event.payload.actor["ref"],
    }  # fmt: skip


def _result(view: CaseView, made: DecisionView) -> Json:
    return {
        "project_no": view.number, "result_type": RESULTS.get(made.outcome, made.outcome), "result_date": local(made.at),
        "result_name": view.item.zh, "result_no": view.effect.acknowledgement if view.effect else "",
        "is_delivery": any(paper.served_at for paper in view.papers), "satisfaction": _satisfaction(view),
    }  # fmt: skip


def _special_procedures(chain: Sequence[StoredEvent]) -> Iterator[Json]:
    started: StoredEvent | None = None
    for event in chain:
        name = event.payload.kind_name
        if name == "cases.special_started":
            started = event
        elif name == "cases.special_ended" and started:
            yield _special(started, event)
            started = None
    if started:
        yield _special(started, None)


def _special(started: StoredEvent, ended: StoredEvent | None) -> Json:
    body = started.payload.body
    return {
        "procedure_type": body.get("procedure", ""), "procedure_basis": body.get("basis", ""),
        "start_time": local(started.payload.at), "end_time": local(ended.payload.at) if ended else "",
        "result": "" if ended is None else "ended",
    }  # fmt: skip


def _number_of(view: CaseView, paper: str) -> str:
    """The number of the paper on acceptance, where one was issued."""
    return next((found.number for found in view.papers if found.paper == paper), "")


def _satisfaction(view: CaseView) -> int | None:
    """The grade that the applicant gave for the result, 1 to 5."""
    return next((rating.grade for rating in view.ratings if rating.about == "result"), None)


def local(at: datetime) -> str:
    return at.astimezone(HERE).strftime("%Y-%m-%d %H:%M:%S")


def _row(table: str, row: Json) -> Json:
    return {"table": table, "row": row}
