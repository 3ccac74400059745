"""Is an item good (事项体检)? Of the definitions of this release, of files that hold one, or of files as an import reads them."""

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tongban.catalogue.findings import WEIGHTS, Finding
from tongban.catalogue.importing.files import read_files
from tongban.catalogue.items.record import ItemRecord
from tongban.catalogue.layers import SERVICES, list_items, load_document
from tongban.catalogue.lint.documents import lint_document
from tongban.catalogue.lint.gaps import lint_record
from tongban.kernel.events import Json
from tongban.project.commands.papers import FileUnreadable, read_file
from tongban.review.drafts import DraftUnreadable, read_draft

SIGNS = {"error": "✗", "warning": "!", "info": "·"}
Report = dict[str, Any]


def lint(args: Namespace) -> int:
    """Prints what is not good, the gravest first; 1 when something keeps an item from being published."""
    reports = list(_of_files(args.files) if args.files else _of_definitions(args.item))
    if args.json:
        print(json.dumps(reports, ensure_ascii=False, indent=1))
    else:
        for report in reports:
            _print(report, args.severity)
    return 1 if any(finding["severity"] == "error" for report in reports for finding in report["findings"]) else 0


def _of_files(files: list[Path]) -> Iterator[Report]:
    definitions = {file: document for file in files if (document := _definition(file))}
    for file, document in definitions.items():
        found = [finding.as_json() for finding in lint_document(document)]
        yield {"item": document["key"], "file": str(file), "findings": _sorted(found)}
    for entry in read_files(file for file in files if file not in definitions):
        findings = lint_record(entry.record) if isinstance(entry.record, ItemRecord) else list(entry.findings)
        name = entry.record.key if entry.record else None
        yield {"item": name, "file": entry.file, "findings": _sorted([finding.as_json() for finding in findings])}


def _definition(file: Path) -> Json | None:
    """None where it is none, or cannot be read: that is for the import to say."""
    try:
        document = read_draft(read_file(file))
    except (DraftUnreadable, FileUnreadable):
        return None
    return document if {"key", "version", "situations"} <= document.keys() else None


def _of_definitions(keys: list[str] | None) -> Iterator[Report]:
    """What several places have in common is told once, with the places."""
    for key in keys or list_items():
        places = _places(key)
        found: dict[str, tuple[Finding, list[str]]] = {}
        for place in places:
            for finding in lint_document(load_document(key, place)):
                found.setdefault(repr(finding), (finding, []))[1].append(place)
        findings = [{**finding.as_json(), "places": where} for finding, where in found.values()]
        yield {"item": key, "places": places, "findings": _sorted(findings)}


def _places(key: str) -> list[str]:
    names = [file.stem for file in (SERVICES / key).glob("*.yaml")]
    return sorted(name for name in names if name.isdecimal() and not name.endswith("0000"))


def _sorted(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(findings, key=lambda finding: -WEIGHTS[finding["severity"]])


def _print(report: Report, least: str) -> None:
    print(f"\n{report['item'] or ''}  {report.get('file', '')}".rstrip())
    shown = [finding for finding in report["findings"] if WEIGHTS[finding["severity"]] >= WEIGHTS[least]]  # type: ignore[index]
    for finding in shown:
        value = "" if finding["value"] is None else f" “{str(finding['value'])[:40]}”"
        some = finding.get("places", [])
        where = f" ({', '.join(some)})" if some and len(some) < len(report["places"]) else ""
        print(f"  {SIGNS[finding['severity']]} {finding['field']}{value} {finding['what']}{where}")
    if not shown:
        print("  没有发现 nothing found")
