"""Trying a draft on past cases, and computing a past decision once more (规则预演、复算)."""

import json
import sys
from argparse import Namespace
from datetime import date
from typing import Any

from tongban.catalogue.layers import load_document
from tongban.catalogue.queries import get_publication
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.project.commands.papers import read_file
from tongban.review import rehearsal, rehearsals
from tongban.review.drafts import read_draft
from tongban.review.rehearsals import FlipView, RehearsalView


def rehearse(args: Namespace) -> None:
    """Prints what comes out otherwise; it stays on the page of rehearsals, to be signed there by somebody who may."""
    node, region = registries.current_node(), args.region
    document = read_draft(read_file(args.draft)) if args.draft.exists() else load_document(str(args.draft), region)
    since = date.fromisoformat(args.since) if args.since else None
    with scope([region]):
        id = rehearsal.start_rehearsal(
            node=node, region=region, document=document, since=since, by=system(region), at=now()
        )
    rehearsal.run_rehearsal(node=node, region=region, rehearsal_id=id, at=now())
    with scope([region]):
        found = rehearsals.get_rehearsal(node=node, region=region, rehearsal_id=id)
    print(json.dumps(_as_json(found), ensure_ascii=False)) if args.json else _print(found)


def export(args: Namespace) -> None:
    """The signed publication of a definition: what `rules recompute` computes with."""
    args.out.write_bytes(get_publication(args.hash).envelope)
    print(args.out, file=sys.stderr)


def _print(found: RehearsalView) -> None:
    print(
        f"{found.name.zh} {found.key}: {found.cases} cases, {found.flipped} flipped, {found.moved} moved, {found.unread} unread"
    )
    for point, count in found.tally.items():
        print(f"  {point}: {count}")
    for flip in found.flips:
        changes = ", ".join(
            f"{point} {before or '-'} → {after or '-'}" for point, (before, after) in flip.points.items()
        )
        print(
            f"{flip.case_id} {flip.number}: {flip.before} → {flip.after} ({changes or 'sources differ'}; {flip.decided.en})"
        )


def _as_json(found: RehearsalView) -> dict[str, Any]:
    return {
        "rehearsal": str(found.id), "key": found.key, "draft": found.draft, "cases": found.cases, "flipped": found.flipped,
        "moved": found.moved, "unread": found.unread, "by_point": found.tally, "digest": found.digest,
        "flips": [_flip_as_json(flip) for flip in found.flips],
    }  # fmt: skip


def _flip_as_json(flip: FlipView) -> dict[str, Any]:
    return {
        "case_id": str(flip.case_id), "before": flip.before, "after": flip.after, "points": flip.points,
        "unrecorded": flip.unrecorded, "disputed": flip.disputed, "decision": flip.decision, "decided_by": flip.decided_by,
    }  # fmt: skip
