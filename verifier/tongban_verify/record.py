"""The record of a case: events, receipts, what is shown of the sealed parts, and the seal of the file. The first fault is named."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tongban_verify import Faulty, chain, envelope, issued, members, strict
from tongban_verify.envelope import Envelope
from tongban_verify.members import Members

FORMAT = "tongban-record;v=1"
KEYS = {"format", "alliance", "case", "region", "events", "receipts", "openings"}
LONGEST = 64 * 1024 * 1024
SALT = 16
"""Bytes before the content of a sealed part."""


@dataclass(frozen=True)
class Verified:
    case: str
    state: str
    events: int
    receipts: int
    openings: int
    places: tuple[str, ...]


def verify(data: bytes, trusted: Members) -> Verified:
    """Raises `Faulty`, or `Unjudged`."""
    with at("file"):
        if len(data) > LONGEST:
            raise ValueError("longer than 64 MiB")
        sealed = envelope.read(data, "record")
        value = strict.read(sealed.payload)
        strict.exactly(value, KEYS, optional=frozenset({"definitions"}))
        if value["format"] != FORMAT or value["alliance"] != trusted.alliance:
            raise ValueError("of another format or alliance")
    events = _events(value, trusted)
    state = _state(events, trusted)
    _receipts(value, events, trusted)
    _openings(value, events)
    with at("definitions"):
        _definitions(value, events)
    with at("seal of the file"):
        _seal(sealed, value, events[-1], trusted)
    return Verified(
        value["case"], state, len(events), len(value["receipts"]), len(value["openings"]),
        tuple(dict.fromkeys(event["region"] for event in events)),
    )  # fmt: skip


@contextmanager
def at(where: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Faulty(where, str(error) or type(error).__name__) from None


def _events(value: Any, trusted: Members) -> list[Any]:
    head, events = chain.Head(), list[Any]()
    for number, text in enumerate(value["events"], start=1):
        with at(f"event {number}"):
            signed = envelope.read(strict.unbase64(text), "event")
            event = signed.claims(trusted.public_key)
            _require_host(signed, event, strict.instant(event["at"]), trusted)
            if (event["alliance"], event["case"]) != (value["alliance"], value["case"]):
                raise ValueError("belongs to another case or alliance")
            head = chain.advance(head, event, signed.hash)
            events.append(event | {"hash": signed.hash})
    if not events:
        raise Faulty("file", "it holds no event")
    return events


def _require_host(signed: Envelope, claims: Any, when: str, trusted: Members) -> None:
    """At that time the key was of the node, and the node hosted the region."""
    listed = trusted.at(claims["list"])
    owner = members.owner(listed, signed.key, "event", when)
    if owner["id"] != claims["node"] or not members.hosts(listed, owner["id"], claims["region"], when):
        raise ValueError("signed by a node that does not host this region")


def _state(events: list[Any], trusted: Members) -> str:
    state = ""
    places = {place: events[0]["body"].get(place, "") for place in ("receiving", "deciding")}
    for number, event in enumerate(events):
        with at(f"event {event['seq']}"):
            state = chain.follow(state, event, places)
            issued.check(event, events[:number], trusted.at(event["list"]))
    return state


def _receipts(value: Any, events: list[Any], trusted: Members) -> None:
    positions = {event["hash"]: event["seq"] for event in events}
    for number, text in enumerate(value["receipts"], start=1):
        with at(f"receipt {number}"):
            signed = envelope.read(strict.unbase64(text), "receipt")
            claims = signed.claims(trusted.public_key)
            _require_host(signed, claims, strict.instant(claims["received_at"]), trusted)
            if claims["case"] != value["case"] or positions.get(claims["event"], claims["seq"]) != claims["seq"]:
                raise ValueError("about another case or position")


def _openings(value: Any, events: list[Any]) -> None:
    parts = {part["cipher"]: part for event in events for part in event["sealed"]}
    licences = issued.contents(events)
    for number, opening in enumerate(value["openings"], start=1):
        with at(f"opening {number}"):
            strict.exactly(opening, {"cipher", "name", "plaintext"})
            part, plaintext = parts[opening["cipher"]], strict.unbase64(opening["plaintext"])
            if (opening["name"], hashlib.sha256(b"\x02" + plaintext).hexdigest()) != (part["name"], part["commit"]):
                raise ValueError("is not what was sealed and signed")
            said = hashlib.sha256(plaintext[SALT:]).hexdigest()
            if licences.get(part["cipher"], said) != said:
                raise ValueError("is not what the licence was signed for")


def _definitions(value: Any, events: list[Any]) -> None:
    named = {event["body"].get("definition") for event in events}
    for text in value.get("definitions", []):
        raw = strict.unbase64(text)
        strict.read(raw)
        if hashlib.sha256(raw).hexdigest() not in named:
            raise ValueError("no event names it")


def _seal(sealed: Envelope, value: Any, last: Any, trusted: Members) -> None:
    """The whole, signed by the node of the region whose copy it is."""
    owner = members.owner(trusted.newest, sealed.key, "event", last["at"])
    hosted = members.hosts(trusted.newest, owner["id"], value["region"], last["at"])
    if not hosted or value["region"] not in last["aud"]:
        raise ValueError("made by a node that does not hold this case")
    keys = {entry["id"]: entry for entry in owner["keys"]}
    envelope.check(sealed, sealed.key, strict.unbase64(keys[sealed.key]["public"]))
