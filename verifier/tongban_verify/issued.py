"""The licences that a case gave: each once for its decision, signed by the node that wrote the event, and nothing done to any other."""

from typing import Any

from tongban_verify import envelope, strict
from tongban_verify.envelope import Envelope

ISSUED, CHANGED, APPROVED, REVOKED = "cases.licence_issued", "cases.licence_changed", "cases.approved", "cases.revoked"
FIELDS = {
    ISSUED: {"identifier", "type", "number", "operation", "decision", "face", "signature"},
    CHANGED: {"identifier", "operation", "status", "reason_code"},
}
FACE = {"v", "identifier", "type", "number", "holder", "from", "until", "key", "content", "status", "demo"}


def check(event: Any, before: list[Any], listed: Any) -> None:
    """`listed`: the member list that the event names. ValueError for a licence that does not prove itself; other events pass."""
    if kind(event) not in FIELDS:
        return
    body, given = event["body"], [one["body"] for one in before if kind(one) == ISSUED]
    if not FIELDS[kind(event)] <= set(body):
        raise ValueError("it does not say what was done with a licence")
    if kind(event) == CHANGED:
        if not any(one["identifier"] == body["identifier"] for one in given):
            raise ValueError("there is no such licence")
        return
    decided = any(one["seq"] == body["decision"] and kind(one) == APPROVED for one in before)
    if not decided or any(kind(one) == REVOKED for one in before):
        raise ValueError("no decision gives this licence")
    if any(_same(one, body, "identifier") or _same(one, body, "type", "decision") for one in given):
        raise ValueError("the decision gave this licence before")
    face = body["face"]
    strict.exactly(face, FACE)
    if face["v"] != 1 or not _same(face, body, "identifier", "type", "number"):
        raise ValueError("the licence that was signed is another one")
    if not any(part["name"] == "licence" for part in event["sealed"]):
        raise ValueError("what it says was not sealed")
    _require_own(face, event["region"])
    payload, type_ = strict.write(face), envelope.TYPE.format("licence")
    signed = Envelope(payload, envelope.signed_bytes(type_, payload), {face["key"]: strict.unbase64(body["signature"])})
    envelope.check(signed, face["key"], _public_key(listed, face["key"], event["node"]))


def contents(events: list[Any]) -> dict[str, str]:
    """By ciphertext: the hash that a licence's content has by its face."""
    return {
        part["cipher"]: event["body"]["face"]["content"]
        for event in events
        if kind(event) == ISSUED
        for part in event["sealed"]
        if part["name"] == "licence"
    }


def kind(event: Any) -> str:
    return str(event["kind"].partition(";")[0])


def _same(one: Any, other: Any, *names: str) -> bool:
    return all(one[name] == other[name] for name in names)


def _require_own(face: Any, region: str) -> None:
    serial = face["identifier"].split(".")[-3:][0]
    if face["status"]["list"].partition("-")[0] != region or not serial.startswith(region):
        raise ValueError("a licence of another place")


def _public_key(listed: Any, key: str, node: str) -> bytes:
    """Of the node's keys one for licences. That it has ended does not matter: the event says when it was issued."""
    for owner in listed["nodes"]:
        for entry in owner["keys"]:
            named = entry["id"] == key and entry["purpose"] == "licence" and owner["id"] == node
            if named and not entry.get("compromised_since"):
                return strict.unbase64(entry["public"])
    raise ValueError("signed with a key that issues no licences here")
