"""Taking published items in, from files in several formats. Reading needs no node and no database."""

import json
from argparse import Namespace
from collections import Counter
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from tongban.catalogue.importing.entries import Entry, Status
from tongban.catalogue.importing.files import read_files
from tongban.catalogue.importing.sheets import write_workbook
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text


class NowhereToStore(Refused):
    """Neither a node to store in nor the word that nothing is to be stored."""

    status = 422
    text = Text("没有说明存到哪个节点。", "It is not said in which node to store.")
    advice = Text("请给出 --home；只要报告的，请给出 --dry-run。", "Give --home, or --dry-run for the report only.")


def read(args: Namespace) -> int:
    """Prints what is taken of each record; 1 when one is refused. Refuses `NowhereToStore`."""
    if not args.dry_run and args.home is None:
        raise NowhereToStore
    entries = read_files(args.files)
    acts = [""] * len(entries) if args.dry_run else _store(entries)
    _print_report(entries, acts, as_json=args.json)
    return 1 if any(entry.status == "refused" for entry in entries) else 0


def _store(entries: list[Entry]) -> list[str]:
    """What became of each. Imported this late because it knows tables, which need Django set up."""
    storing, reports = (import_module(f"tongban.catalogue.importing.{name}") for name in ("storing", "reports"))
    by, at = system(registries.current_node().regions[0]), datetime.now(UTC)
    stored = storing.store_items(entries=entries, by=by, at=at)
    reports.keep_report(
        stored=stored, name="、".join(dict.fromkeys(Path(one.file).name for one in entries)), by=by, at=at
    )
    return [one.act for one in stored]


def _print_report(entries: list[Entry], acts: list[str], *, as_json: bool) -> None:
    if as_json:
        report = [
            {**entry.as_json(), **({"stored": act} if act else {})} for entry, act in zip(entries, acts, strict=True)
        ]
        print(json.dumps(report, ensure_ascii=False, indent=1, allow_nan=False))
        return
    for entry in entries:
        _print(entry)
    counted = Counter(entry.status for entry in entries)
    print("\n" + " · ".join(f"{WORDS[status]} {counted[status]}" for status in WORDS))
    if any(acts):
        print(" · ".join(f"{act} {number}" for act, number in Counter(acts).items()))


WORDS: dict[Status, str] = {
    "taken": "采用 taken",
    "taken_with_findings": "采用并有发现 taken with findings",
    "refused": "未采用 refused",
}
SIGNS = {"error": "✗", "warning": "!", "info": "·"}


def _print(entry: Entry) -> None:
    name = f"{entry.record.key} {entry.record.name}" if entry.record else ""
    print(f"\n{entry.file}  {name}\n  {WORDS[entry.status]}")
    for (sign, value, what), fields in _alike(entry).items():
        excerpt = " ".join(value[:40].split())
        shown = f" “{excerpt}”" if excerpt else ""
        more = f" 等{len(fields)}处" if len(fields) > 1 else ""
        print(f"  {sign} {fields[0]}{more}{shown} {what}")


def _alike(entry: Entry) -> dict[tuple[str, str, str], list[str]]:
    """The same finding at several fields is one line."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for finding in entry.findings:
        value = "" if finding.value is None else str(finding.value)
        what = f"{finding.what.zh} {finding.what.en}"
        found.setdefault((SIGNS[finding.severity], value, what), []).append(finding.field)
    return found


def template(args: Namespace) -> None:
    """Writes the empty workbook that an office fills in."""
    target: Path = args.out
    target.write_bytes(write_workbook())
    print(target)
