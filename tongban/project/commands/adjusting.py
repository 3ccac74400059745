"""Items over time (动态调整): their history, and suspending, resuming, withdrawing, merging them; of services and of items taken in."""

import json
from argparse import Namespace
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tongban.catalogue import queries
from tongban.catalogue.history.adjusting import adjust_item, read_day
from tongban.catalogue.history.comparing import VersionChange, compare_documents, compare_records
from tongban.catalogue.history.standing import Adjustment
from tongban.catalogue.history.taken import TakenItem, adjust_taken, find_taken, get_content, list_taken_steps
from tongban.catalogue.history.timeline import Step, find_step, list_steps
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day


@dataclass(frozen=True, slots=True)
class Named:
    """What the key on the command line names: a service of a region, or an item taken in."""

    key: str
    region: str = ""
    item: TakenItem | None = None


def history(args: Namespace) -> None:
    """Prints every version, the newest first; with --before and --after what changed between these two. Refuses `Missing`."""
    named = _find(args)
    steps = _steps(named)
    changes = _compare(named, steps, args.before, args.after) if args.before and args.after else None
    if args.json:
        told = {"key": named.key, "region": named.region, "versions": [step.as_json() for step in steps]}
        more = {} if changes is None else {"changes": [change.as_json() for change in changes]}
        print(json.dumps({**told, **more}, ensure_ascii=False, indent=1))
    elif changes is None:
        _print(steps)
    else:
        _print_changes(changes)


def suspend(args: Namespace) -> None:
    _adjust(args, "suspended")


def withdraw(args: Namespace) -> None:
    _adjust(args, "withdrawn")


def resume(args: Namespace) -> None:
    _adjust(args, "resumed")


def merge(args: Namespace) -> None:
    _adjust(args, "merged", into=args.into)


def _adjust(args: Namespace, act: Adjustment, *, into: str = "") -> None:
    """Prints the version that came of it. Refuses what `adjust_item` and `adjust_taken` refuse."""
    node, at, named = registries.current_node(), datetime.now(UTC), _find(args)
    reason = Text(args.reason, args.reason_en or args.reason)
    since = read_day(args.since) if args.since else None
    if named.item:
        adjust_taken(
            layer=named.item.layer, key=named.key, act=act, reason=reason, since=since, into=into, by=system(node.regions[0]), at=at
        )  # fmt: skip
    else:
        with scope([named.region]):
            adjust_item(
                node=node, region=named.region, key=named.key, act=act, reason=reason, since=since, into=into,
                by=system(named.region), at=at,
            )  # fmt: skip
    _print(_steps(named)[:1])


def _find(args: Namespace) -> Named:
    """A service of one of this node's regions, else an item taken in. Refuses `Missing`."""
    regions = [args.region] if args.region else list(registries.current_node().regions)
    published = {(one.key, one.region) for one in queries.list_publications()}
    for region in regions:
        if not args.layer and (args.key, region) in published:
            return Named(args.key, region)
    if args.region:
        raise Missing
    return Named(args.key, item=find_taken(args.key, layer=args.layer, on=legal_day(datetime.now(UTC))))


def _steps(named: Named) -> list[Step]:
    return list_taken_steps(named.item.layer, named.key) if named.item else list_steps(named.key, named.region)


def _compare(named: Named, steps: list[Step], before: int, after: int) -> list[VersionChange]:
    if named.item:
        layer = named.item.layer
        return compare_records(get_content(layer, named.key, before), get_content(layer, named.key, after))
    documents = [queries.get_definition(find_step(steps, version).hash).document for version in (before, after)]
    return compare_documents(*documents)


def _print(steps: list[Step]) -> None:
    for step in steps:
        more = [step.reason.zh if step.reason else "", f"→ {step.into}" if step.into else "", step.source]
        why = "  ".join(word for word in more if word)
        print(f"{step.version}  {step.since}  {step.act}  {step.by or '—'}  {step.at:%Y-%m-%d %H:%M}  {why}".rstrip())


def _print_changes(changes: list[VersionChange]) -> None:
    for change in changes:
        print(f"\n{change.path}  {change.label.zh}  [{change.kind}{f', {change.grade}' if change.grade else ''}]")
        print(f"  - {_short(change.before)}\n  + {_short(change.after)}")
    print(f"\n{len(changes)} 处变化 changes")


def _short(value: Any) -> str:
    if value is None:
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:160]}…"
