"""Who may write next, and which step may follow in which state. The tables are published data: `states.json`."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongban_verify import Unjudged

PUBLISHED = json.loads((Path(__file__).parent / "states.json").read_text())
TABLE: dict[tuple[str, str], str] = {(before, event): after for before, event, after in PUBLISHED["table"]}
AUTHORS = {event: set(places) for event, places in PUBLISHED["authors"].items()}


@dataclass(frozen=True)
class Head:
    seq: int = 0
    hash: str = ""
    writer: str = ""
    offered_by: str = ""
    audience: tuple[str, ...] = ()


def advance(head: Head, event: Any, hash: str) -> Head:
    """ValueError unless the event may stand here."""
    baton = event.get("baton") or {"op": ""}
    operation, region, audience = baton["op"], event["region"], tuple(event["aud"])
    if event["seq"] != head.seq + 1 or event["prev"] != head.hash:
        raise ValueError("does not follow the event before it")
    if operation == "reassign":
        raise Unjudged("it holds an order of reassignment, which is not checked here")
    if head.seq and region != head.writer:
        raise ValueError("written by a region that may not write")
    if operation not in (("open",) if not head.seq else ("accept", "decline") if head.offered_by else ("", "offer")):
        raise ValueError("this hand-over is not allowed here")
    if len(set(audience)) != len(audience) or not {region, *head.audience} <= set(audience):
        raise ValueError("wrong audience")
    if operation == "offer" and baton["to"] not in set(audience) - {region}:
        raise ValueError("wrong addressee")
    writer = {"offer": baton.get("to", ""), "decline": head.offered_by}.get(operation, region)
    return Head(event["seq"], hash, writer, region if operation == "offer" else "", audience)


def follow(state: str, event: Any, places: dict[str, str]) -> str:
    """The state after the event. Steps that this version does not know change nothing, unless they say that they do."""
    name = event["kind"].partition(";")[0].removeprefix("cases.")
    if name not in AUTHORS:
        if event["crit"] or not state:
            raise ValueError("a step that is not known here")
        return state
    if (state, name) not in TABLE:
        raise ValueError("the case is not in a state in which this can happen")
    if event["region"] not in {places.get(place) for place in AUTHORS[name]}:
        raise ValueError("this step is not for this place to take")
    baton = event.get("baton") or {}
    other = places["receiving"] if event["region"] == places["deciding"] else places["deciding"]
    if baton.get("op") == "offer" and baton["to"] != other:
        raise ValueError("wrong addressee")
    return TABLE[state, name]
