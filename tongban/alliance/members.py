"""The member list: regions, the nodes that host them, and the nodes' keys. Plain values read from signed bytes.

The document: `{alliance, version, valid_from, valid_until, prev, epoch, threshold, roots: [{id, public}],
nodes: [{id, url, status, keys: [{id, purpose, public, from, until, compromised_since?}]}], regions: [{code, node, from, until}]}`.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from tongban.alliance.trust import Root, Trust
from tongban.kernel.crypto import SUITES, Suite
from tongban.kernel.events import Json, format_instant, parse_instant
from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text

ACTIVE = "active"


class UntrustedKey(Refused, LookupError):
    """The member list binds no such key to this purpose and time."""

    status = 403
    text = Text("密钥 {key_id} 不在成员名单内或已失效。", "Key {key_id} is not in the member list or not valid now.")
    advice = Text("请更新成员名单后重试。", "Update the member list and try again.")


class RegionNotInAlliance(Refused):
    """No node hosts this region."""

    text = Text("地区 {region} 未加入本联盟。", "Region {region} is not a member of this alliance.")
    advice = Text("请核对地区代码，或联系联盟管理员。", "Check the region code or ask the alliance's administrator.")


class BadDocument(Refused):
    """Signed bytes that are no document of the expected form."""

    status = 400
    text = Text("文件内容不符合格式：{reason}", "The document does not have the expected form: {reason}")
    advice = Text("请向签发方索取正确的文件。", "Ask the issuer for the right document.")


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, up to and without `until`; open-ended when None."""

    since: datetime
    until: datetime | None = None

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    def as_json(self) -> Json:
        return {"from": format_instant(self.since), "until": format_instant(self.until) if self.until else None}

    @classmethod
    def from_json(cls, value: Json) -> "Period":
        return cls(parse_instant(value["from"]), parse_instant(value["until"]) if value.get("until") else None)


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A public key of one purpose: event, request or encryption. From `compromised_since` on somebody else may have had it."""

    id: str
    purpose: str
    public: bytes
    period: Period
    compromised_since: datetime | None = None

    def serves(self, purpose: str, at: datetime) -> bool:
        """Whether it may be used for this purpose at that time (R2)."""
        return self.purpose == purpose and self.compromised_since is None and self.period.covers(at)

    def as_json(self) -> Json:
        public = base64.b64encode(self.public).decode()
        value: Json = {"id": self.id, "purpose": self.purpose, "public": public, **self.period.as_json()}
        if self.compromised_since:
            value["compromised_since"] = format_instant(self.compromised_since)
        return value


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """A node of the alliance. Only an active one may say anything new."""

    id: str
    url: str
    keys: tuple[KeyEntry, ...]
    status: str = ACTIVE

    @property
    def active(self) -> bool:
        return self.status == ACTIVE

    def key_for(self, purpose: str, at: datetime) -> KeyEntry:
        """The newest valid key of a purpose. Refuses `UntrustedKey`."""
        valid = self.keys_for(purpose, at)
        if not valid:
            raise UntrustedKey(key_id=f"{self.id}.{purpose}")
        return valid[0]

    def keys_for(self, purpose: str, at: datetime) -> list[KeyEntry]:
        """Every valid key of a purpose, the newest first."""
        valid = [key for key in self.keys if key.serves(purpose, at)]
        return sorted(valid, key=lambda key: key.period.since, reverse=True)

    def as_json(self) -> Json:
        return {"id": self.id, "url": self.url, "status": self.status, "keys": [key.as_json() for key in self.keys]}


@dataclass(frozen=True, slots=True)
class RegionEntry:
    """Which node hosts a region, and when."""

    code: str
    node: str
    period: Period

    def as_json(self) -> Json:
        return {"code": self.code, "node": self.node, **self.period.as_json()}


@dataclass(frozen=True)
class MemberList:
    """One version of the member list; `hash` is that of its signed bytes, `prev` that of the version before."""

    alliance: str
    version: int
    valid_from: datetime
    valid_until: datetime
    prev: str
    trust: Trust
    nodes: tuple[NodeEntry, ...]
    regions: tuple[RegionEntry, ...]
    hash: str = ""

    @property
    def epoch(self) -> int:
        return self.trust.epoch

    @property
    def suite(self) -> Suite:
        return SUITES[self.epoch]

    @property
    def peers(self) -> tuple[NodeEntry, ...]:
        """All active nodes, this one too."""
        return tuple(node for node in self.nodes if node.active)

    @cached_property
    def _nodes(self) -> dict[str, NodeEntry]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def _keys(self) -> dict[str, tuple[NodeEntry, KeyEntry]]:
        return {key.id: (node, key) for node in self.nodes for key in node.keys}

    @cached_property
    def _hosts(self) -> dict[str, list[RegionEntry]]:
        found: dict[str, list[RegionEntry]] = {}
        for entry in self.regions:
            found.setdefault(entry.code, []).append(entry)
        return found

    def find_node(self, node_id: str) -> NodeEntry | None:
        return self._nodes.get(node_id)

    def node_of(self, region: str, at: datetime | None = None) -> NodeEntry:
        """The node that hosts `region` at that time; without a time, the one that hosts it last. Refuses `RegionNotInAlliance`."""
        entries = [entry for entry in self._hosts.get(region, []) if at is None or entry.period.covers(at)]
        if not entries:
            raise RegionNotInAlliance(region=region)
        return self._nodes[max(entries, key=lambda entry: entry.period.since).node]

    def hosts(self, node_id: str, region: str, at: datetime) -> bool:
        entries = self._hosts.get(region, [])
        return any(entry.node == node_id and entry.period.covers(at) for entry in entries)

    def is_active(self, region: str, at: datetime) -> bool:
        """Whether an active node hosts the region at that time."""
        return any(entry.period.covers(at) and self._nodes[entry.node].active for entry in self._hosts.get(region, []))

    def regions_of(self, node_id: str, at: datetime) -> tuple[str, ...]:
        return tuple(entry.code for entry in self.regions if entry.node == node_id and entry.period.covers(at))

    def owner_of(self, key_id: str, purpose: str, at: datetime) -> NodeEntry:
        """The active node that may use this key for this purpose at that time. Refuses `UntrustedKey`."""
        node, key = self._keys.get(key_id, (None, None))
        if node is None or key is None or not node.active or not key.serves(purpose, at):
            raise UntrustedKey(key_id=key_id[:80])
        return node

    def find_key(self, key_id: str) -> KeyEntry | None:
        """The entry of a key, whether or not it may be used now."""
        return self._keys[key_id][1] if key_id in self._keys else None

    def find_owner(self, key_id: str) -> NodeEntry | None:
        """The node that a key is of, whether or not it may be used now."""
        return self._keys[key_id][0] if key_id in self._keys else None

    def public_key(self, key_id: str, purpose: str, at: datetime) -> bytes:
        """The key's public bytes. Refuses `UntrustedKey`."""
        self.owner_of(key_id, purpose, at)
        return self._keys[key_id][1].public

    def as_json(self) -> Json:
        return {
            "alliance": self.alliance, "version": self.version, "prev": self.prev, "epoch": self.epoch,
            "valid_from": format_instant(self.valid_from), "valid_until": format_instant(self.valid_until),
            "threshold": self.trust.threshold,
            "roots": [{"id": r.id, "public": base64.b64encode(r.public).decode()} for r in self.trust.roots],
            "nodes": [node.as_json() for node in self.nodes], "regions": [region.as_json() for region in self.regions],
        }  # fmt: skip

    @classmethod
    def from_json(cls, value: Any, *, hash: str = "") -> "MemberList":
        """Read a verified document. Refuses `BadDocument`."""
        try:
            members = cls(
                alliance=str(value["alliance"]), version=int(value["version"]), prev=str(value["prev"]),
                valid_from=parse_instant(value["valid_from"]), valid_until=parse_instant(value["valid_until"]),
                trust=_trust(value), nodes=tuple(map(_node, value["nodes"])),
                regions=tuple(map(_region, value["regions"])), hash=hash,
            )  # fmt: skip
            members._check()
        except (KeyError, TypeError, ValueError) as error:
            raise BadDocument(reason=f"{type(error).__name__}: {error}") from None
        return members

    def _check(self) -> None:
        keys = [key.id for node in self.nodes for key in node.keys]
        if len(set(keys)) != len(keys) or len(self._nodes) != len(self.nodes):
            raise ValueError("a node or key is listed twice")
        if any(entry.node not in self._nodes for entry in self.regions):
            raise ValueError("a region names an unknown node")
        if self.version < 1 or self.valid_from >= self.valid_until or self.epoch not in SUITES:
            raise ValueError("version, period or epoch")
        if any(_overlap(entries) for entries in self._hosts.values()):
            raise ValueError("a region is hosted twice at one time")


def _overlap(entries: Iterable[RegionEntry]) -> bool:
    ordered = sorted(entries, key=lambda entry: entry.period.since)
    pairs = pairwise(ordered)
    return any(first.period.until is None or first.period.until > second.period.since for first, second in pairs)


def _trust(value: Json) -> Trust:
    roots = tuple(Root(str(root["id"]), base64.b64decode(root["public"], validate=True)) for root in value["roots"])
    return Trust(str(value["alliance"]), roots, int(value["threshold"]), int(value["epoch"]))


def _node(value: Json) -> NodeEntry:
    keys = tuple(map(_key, value["keys"]))
    return NodeEntry(id=str(value["id"]), url=str(value["url"]), status=str(value["status"]), keys=keys)


def _key(value: Json) -> KeyEntry:
    public = base64.b64decode(value["public"], validate=True)
    since = value.get("compromised_since")
    return KeyEntry(
        str(value["id"]),
        str(value["purpose"]),
        public,
        Period.from_json(value),
        parse_instant(since) if since else None,
    )


def _region(value: Json) -> RegionEntry:
    return RegionEntry(str(value["code"]), str(value["node"]), Period.from_json(value))
