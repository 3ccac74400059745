"""Taking items in from a file on the page (采集导入): upload, look at the report of a dry run, then take. Reports are kept."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.catalogue.exporting.gathering import list_table_rows
from tongban.catalogue.exporting.tables import write_book
from tongban.catalogue.importing.reports import Report, check_file, get_report, list_reports, take_file
from tongban.catalogue.importing.sheets import write_workbook
from tongban.kernel.clock import now
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.web.access import door
from tongban.web.staff import officers
from tongban.web.staff.comparisons import XLSX
from tongban.web.staff.item_words import LAYERS, SEVERITIES
from tongban.web.staff.pages import page

EDITING = ("catalogue_editor",)
AT_ONCE = 50
MOST_FINDINGS = 40
STATUSES = {
    "refused": (Text("未采用", "refused"), "bad"), "taken_with_findings": (Text("采用并有发现", "taken with findings"), "warn"),
    "taken": (Text("采用", "taken"), "good"),
}  # fmt: skip
STORED = {
    "added": Text("新增", "added"), "changed": Text("变更", "changed"), "unchanged": Text("没有变化", "unchanged"),
    "behind": Text("同批另有", "behind another"), "refused": Text("未入库", "not stored"),
}  # fmt: skip


class NoFile(Refused):
    status = 422
    text = Text("没有选择文件。", "No file was chosen.")
    advice = Text(
        "请选择 JSON、YAML 或者按模板填写的 xlsx 文件。", "Choose a JSON or YAML file, or the template filled in."
    )


class FileTooLong(Refused):
    status = 413
    text = Text("文件超过 {limit} MB。", "The file is longer than {limit} MB.")
    advice = Text("请分成几份，或者用命令行导入。", "Split it, or import it with the command.")


@door("staff", *EDITING)
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: Any) -> HttpResponse:
    """The form and the reports; a file that was sent is checked, and nothing taken."""
    if request.method != "POST":
        return _list(request)
    try:
        file = _file(request)
        checked = check_file(raw=file.read(), name=file.name, by=request.actor, at=now())
    except Refused as refused:
        return _list(request, refused=refused)
    return redirect("staff:import-report", report_id=checked.report)


@door("staff", *EDITING)
@require_safe
def report(request: Any, report_id: UUID) -> HttpResponse:
    return _report(request, report_id)


@door("staff", *EDITING)
@require_POST
def take(request: Any, report_id: UUID) -> HttpResponse:
    """采用入库"""
    try:
        take_file(report=report_id, by=request.actor, at=now())
    except Refused as refused:
        if isinstance(refused, Missing):
            raise
        return _report(request, report_id, refused=refused)
    return redirect("staff:import-report", report_id=report_id)


@door("staff", *EDITING)
@require_safe
def as_json(request: Any, report_id: UUID) -> HttpResponse:
    """The whole report, findings as the command prints them."""
    _, entries = get_report(report_id)
    told = [
        {
            **one,
            "findings": [{**each, "what": f"{each['what']['zh']} {each['what']['en']}"} for each in one["findings"]],
        }
        for one in entries
    ]
    data = json.dumps(told, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": 'attachment; filename="report.json"'}
    return HttpResponse(data, content_type="application/json; charset=utf-8", headers=headers)


@door("staff", *EDITING)
@require_safe
def template(request: Any) -> HttpResponse:
    """The workbook that an office fills in."""
    return _book(write_workbook(), "template.xlsx")


@door("staff", *EDITING)
@require_safe
def national(request: Any) -> HttpResponse:
    """This place's items in the shape of the national upload tables; `?taken=yes`: with what was taken in."""
    rows = list_table_rows(region=request.staff.region, on=legal_day(now()), taken=request.GET.get("taken") == "yes")
    return _book(write_book(rows), "national.xlsx")


def _book(data: bytes, name: str) -> HttpResponse:
    return HttpResponse(data, headers={"Content-Type": XLSX, "Content-Disposition": f'attachment; filename="{name}"'})


def _file(request: Any) -> Any:
    """Refuses `NoFile`, `FileTooLong`."""
    file = request.FILES.get("file")
    if file is None:
        raise NoFile
    if file.size > settings.MAX_UPLOAD_BYTES:
        raise FileTooLong(limit=settings.MAX_UPLOAD_BYTES // 1024 // 1024)
    return file


def _list(request: Any, *, refused: Refused | None = None) -> HttpResponse:
    reports = list_reports()
    names = officers.names_of(request, (one.by for one in reports))
    known = {"section": "items", "reports": [_say(one, names) for one in reports]}
    return page(request, "staff/imports/list.html", known, refused=refused)


def _report(request: Any, report_id: UUID, *, refused: Refused | None = None) -> HttpResponse:
    found, entries = get_report(report_id)
    status = request.GET.get("status", "")
    shown = [(number, one) for number, one in enumerate(entries, 1) if status in ("", one["status"])]
    start = _number(request.GET.get("from", ""))
    names = officers.names_of(request, (found.by, found.taken_by))
    known = {
        "section": "items", **_say(found, names), "entries": [_entry(number, one) for number, one in shown[start : start + AT_ONCE]],
        "status": status, "statuses": [(name, text) for name, (text, _) in STATUSES.items()], "number": len(shown), "start": start,
        "next": start + AT_ONCE if start + AT_ONCE < len(shown) else 0,
    }  # fmt: skip
    return page(request, "staff/imports/report.html", known, refused=refused)


def _say(one: Report, names: dict[str, str]) -> dict[str, Any]:
    """Counts by status, and what became of the records."""
    counts = [(*STATUSES[name], one.counts[name]) for name in STATUSES if one.counts.get(name)]
    stored = [(STORED[name], number) for name, number in one.counts.get("stored", {}).items()]
    return {
        "report": one,
        "counts": counts,
        "stored": stored,
        "who": names.get(one.by, ""),
        "taker": names.get(one.taken_by, ""),
    }


def _entry(number: int, one: dict[str, Any]) -> dict[str, Any]:
    text, colour = STATUSES[one["status"]]
    findings = [
        {
            **finding,
            "what": Text.from_json(finding["what"]),
            "severity": SEVERITIES[finding["severity"]][0],
            "colour": SEVERITIES[finding["severity"]][1],
        }
        for finding in one["findings"][:MOST_FINDINGS]
    ]
    return {
        **one, "number": number, "text": text, "colour": colour, "layer": LAYERS.get(one["layer"], one["layer"]), "findings": findings,
        "more": max(0, len(one["findings"]) - MOST_FINDINGS), "stored": STORED.get(one.get("stored", "")),
    }  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
