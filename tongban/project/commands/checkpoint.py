"""Signed roots of this node's logs: who witnessed them, and whether our log still is what others hold of it."""

import base64
import json
from argparse import Namespace
from collections.abc import Iterable
from contextlib import closing
from dataclasses import asdict
from typing import Any

from tongban.exchange import services
from tongban.exchange.adapters.http import PeerClient
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope

WORDS = {
    "contained": "相符 contained",
    "earlier": "恢复前 of a life before a restore",
    "nothing": "无 nothing yet",
    "away": "无应答 no answer",
    "lost": "！缺失 lost",
}


def list(args: Namespace) -> int:
    """1 when there is evidence of two logs that contradict each other."""
    node = registries.current_node()
    with scope(node.regions):
        own = services.list_checkpoints(node.regions, limit=args.limit)
    held, evidence = services.list_witnessed(node), services.list_log_evidence(node)
    if args.json:
        _print_json(own=map(asdict, own), witnessed=map(_as_json, held), evidence=map(_as_json, evidence))
        return 1 if evidence else 0
    for checkpoint in own:
        _print_own(checkpoint)
    for one in held:
        place = f"{one.place.inc}/{one.place.n}  {one.place.size} leaves"
        print(f"见证 witnessed {one.region} ({one.author})  {place}  {one.at:%Y-%m-%d %H:%M:%S}Z")
    for found in evidence:
        print(f"！证据 evidence: {found.kind} of {found.region}, {found.found_at:%Y-%m-%d %H:%M:%S}Z")
    return 1 if evidence else 0


def _as_json(row: Any) -> dict[str, object]:
    """Signed bytes as base64."""
    return {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in asdict(row).items()
    }


def make(args: Namespace) -> int:
    """1 when something is not witnessed, or the node is recovering."""
    node = registries.current_node()
    with closing(PeerClient(node)) as client:
        services.make_checkpoints(node=node, client=client, at=now())
    with scope(node.regions):
        newest = services.list_checkpoints(node.regions, limit=1)
    for one in newest:
        _print_own(one)
    return 0 if newest and all(one.witnesses for one in newest) else 1


def compare(args: Namespace) -> int:
    """1 when something that this node signed is not in its log any more: then it is recovering now."""
    node = registries.current_node()
    with closing(PeerClient(node)) as client:
        found = services.compare_checkpoints(node=node, client=client, at=now())
    if args.json:
        _print_json(comparisons=map(asdict, found))
    else:
        _print_comparisons(node, found)
    return 1 if any(one.state == "lost" for one in found) else 0


def _print_own(one: services.CheckpointView) -> None:
    place, by = one.place, ", ".join(one.witnesses) or "-"
    print(
        f"{one.region}  {place.inc}/{place.n:<6}{place.size:>10}  {place.root[:16]}  {one.at:%Y-%m-%d %H:%M:%S}Z  {by}"
    )


def _print_comparisons(node: Node, found: Iterable[services.Comparison]) -> None:
    for one in found:
        held = f"{one.held.inc}/{one.held.n}, {one.held.size} leaves" if one.held else "-"
        print(f"{one.region}  {one.witness:<12}  {WORDS[one.state]}  ({held}; here {one.size})")
    if any(one.state == "lost" for one in found):
        print("本节点签过的记录在本库中缺失，已转入恢复。What this node signed is missing here; it is recovering now:")
        print("  tongban verify --all; tongban node status")


def _print_json(**values: Iterable[object]) -> None:
    print(json.dumps({name: [*value] for name, value in values.items()}, default=str))
