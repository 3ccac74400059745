"""Whole definitions as text: written out with their layers merged, taken in again as a draft or published. Checking needs no node."""

import json
import sys
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from tongban.catalogue.checks import BadDefinition
from tongban.catalogue.parts.text import find_line, write_text
from tongban.catalogue.reading import read_definition
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.crypto import SUITES
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.project.commands.importing import NowhereToStore
from tongban.project.commands.papers import read_file
from tongban.review.drafts import MAX_DRAFT_BYTES, read_draft


def export_definition(args: Namespace) -> None:
    """Refuses `Missing` where the region has published no such version."""
    catalogue = import_module("tongban.catalogue.queries")
    found = [one for one in catalogue.list_publications(args.region) if one.key == args.key]
    chosen = next((one for one in found if args.version in (None, one.version)), None)
    if chosen is None:
        raise Missing
    text = write_text(catalogue.get_definition(chosen.hash).document)
    if args.out:
        args.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    print(f"{chosen.key} {chosen.version} of {chosen.region}: {chosen.hash}", file=sys.stderr)


def import_definition(args: Namespace) -> int:
    """Prints what became of it, or every fault by its line and then 1. Refuses `NowhereToStore`, `DraftUnreadable`, and what the act refuses."""
    if not args.dry_run and args.home is None:
        raise NowhereToStore
    raw = read_file(args.file)
    document = read_draft(raw[: MAX_DRAFT_BYTES + 1])
    try:
        definition = read_definition(document, suite=SUITES[1])
        act = "checked" if args.dry_run else _publish(args, document) if args.publish else _draft(args, document)
    except BadDefinition as bad:
        _print_faults(raw, bad, as_json=args.json)
        return 1
    said = {
        "act": act,
        "key": definition.key,
        "region": definition.region,
        "version": definition.version,
        "hash": definition.hash,
    }
    print(
        json.dumps(said)
        if args.json
        else f"{act}: {definition.key} {definition.version} of {definition.region}: {definition.hash}"
    )
    return 0


def _draft(args: Namespace, document: Mapping[str, Any]) -> str:
    """Imported this late because it knows tables, which need Django set up."""
    drafting = import_module("tongban.review.drafting")
    with scope([str(document["region"])]):
        drafting.import_draft(**_who(document), document=document, replaces=args.replace)
    return "drafted"


def _publish(args: Namespace, document: Mapping[str, Any]) -> str:
    publications, active_keys = (
        import_module(f"tongban.{name}") for name in ("review.publications", "project.active_keys")
    )
    active_keys.begin_with_listed_keys(registries.current_node())
    why = Text(args.reason, args.reason) if args.reason else None
    with scope([str(document["region"])]):
        publications.publish_definition(
            **_who(document), document=document, without_rehearsal=args.without_rehearsal, why=why
        )
    return "published"


def _who(document: Mapping[str, Any]) -> dict[str, Any]:
    region = str(document["region"])
    return {"node": registries.current_node(), "region": region, "by": system(region), "at": datetime.now(UTC)}


def _print_faults(raw: bytes, bad: BadDefinition, *, as_json: bool) -> None:
    faults = [{"line": find_line(raw, one.path), "path": one.path, **one.text.as_json()} for one in bad.faults]
    if as_json:
        print(json.dumps({"act": "refused", "faults": faults}, ensure_ascii=False))
        return
    for one in faults:
        print(f"第 {one['line']} 行 line {one['line']}: {one['path']}: {one['zh']} / {one['en']}")
