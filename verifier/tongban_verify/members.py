"""Whom to believe: root keys from the reader's own trust file, and the member lists that enough of them signed."""

from dataclasses import dataclass
from typing import Any

from tongban_verify import envelope, strict
from tongban_verify.envelope import Envelope

UNKNOWN = "signed with a key that the trusted member list does not know"


@dataclass(frozen=True)
class Members:
    alliance: str
    lists: dict[int, Any]

    @property
    def newest(self) -> Any:
        return self.lists[max(self.lists)]

    def named(self, key: str) -> list[tuple[Any, Any]]:
        """Node and entry of a key in every list that names it, the newest first. ValueError where none does."""
        found = [
            (node, entry)
            for version in sorted(self.lists, reverse=True)
            for node in self.lists[version]["nodes"]
            for entry in node["keys"]
            if entry["id"] == key
        ]
        if not found:
            raise ValueError(UNKNOWN)
        return found

    def public_key(self, key: str) -> bytes:
        """Of any list; whether the key might sign this at that time is asked once the time is known."""
        return strict.unbase64(self.named(key)[0][1]["public"])

    def at(self, version: Any) -> Any:
        if version not in self.lists:
            raise ValueError(UNKNOWN)
        return self.lists[version]


def read(data: bytes) -> Members:
    """A trust file: `{"alliance", "epoch", "threshold", "roots", "lists"}`. ValueError for what is not signed by enough roots."""
    value = strict.read(data)
    strict.exactly(value, {"alliance", "epoch", "threshold", "roots", "lists"})
    if value["epoch"] != 1:
        raise ValueError("another cipher suite than Ed25519 and SHA-256")
    lists = [_member_list(strict.unbase64(text), value) for text in value["lists"]]
    if not lists:
        raise ValueError("there is no member list")
    return Members(value["alliance"], {members["version"]: members for members in lists})


def owner(members: Any, key: str, purpose: str, at: str) -> Any:
    """The active node whose key this is, if it served this purpose then."""
    for node in members["nodes"]:
        for entry in node["keys"]:
            if entry["id"] == key and serves(node, entry, purpose, at):
                return node
    raise ValueError(UNKNOWN)


def serves(node: Any, entry: Any, purpose: str, at: str) -> bool:
    """Whether this key of an active node may say something of this purpose at that time."""
    fits = entry["purpose"] == purpose and node["status"] == "active" and not entry.get("compromised_since")
    return fits and covers(entry, at)


def hosts(members: Any, node: str, region: str, at: str) -> bool:
    return any(entry["code"] == region and entry["node"] == node and covers(entry, at) for entry in members["regions"])


def covers(period: Any, at: str) -> bool:
    until = period.get("until")
    return bool(period["from"] <= at and (not until or at < until))


def _member_list(raw: bytes, trust: Any) -> Any:
    signed = envelope.read(raw, "member-list")
    _enough(signed, trust)
    members = strict.read(signed.payload)
    _enough(signed, members)
    if members["alliance"] != trust["alliance"]:
        raise ValueError("a member list of another alliance")
    keys = [entry for node in members["nodes"] for entry in node["keys"]]
    if len({entry["id"] for entry in keys}) != len(keys):
        raise ValueError("a key is listed twice")
    for period in (*keys, *members["regions"]):
        strict.instant(period["from"])
        _ = period.get("until") and strict.instant(period["until"])
    return members


def _enough(signed: Envelope, trust: Any) -> None:
    """Keys that are no roots count for nothing; a false signature of a root spoils the whole."""
    roots = {str(root["id"]): strict.unbase64(root["public"]) for root in trust["roots"]}
    found = [key for key in signed.signatures if key in roots]
    for key in found:
        envelope.check(signed, key, roots[key])
    if not isinstance(trust["threshold"], int) or not 1 <= trust["threshold"] <= len(found):
        raise ValueError("a member list lacks signatures of roots")
