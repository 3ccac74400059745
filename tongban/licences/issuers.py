"""Who may issue (发证方): what the member lists that a verifier trusts say of a key. Plain Python; the same with and without a node.

A licence is looked at years after it was signed: a key that has ended still proves it, a key that somebody else may have had does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tongban.alliance.members import KeyEntry, MemberList, NodeEntry
from tongban.kernel.crypto import SUITES, Suite


class UnknownKey(LookupError):
    """No member list that is trusted here names this key."""


@dataclass(frozen=True)
class Issuers:
    """Member lists, the newest first."""

    lists: tuple[MemberList, ...]

    @classmethod
    def of(cls, lists: Iterable[MemberList]) -> "Issuers":
        return cls(tuple(sorted(lists, key=lambda members: members.version, reverse=True)))

    @property
    def suite(self) -> Suite:
        return self.lists[0].suite if self.lists else SUITES[1]

    def public_key(self, key_id: str) -> bytes:
        """Proves who signed, not yet that they might. Raises `UnknownKey`."""
        return self.entry(key_id)[1].public

    def entry(self, key_id: str) -> tuple[NodeEntry, KeyEntry]:
        """As the newest list that names the key has it. Raises `UnknownKey`."""
        for members in self.lists:
            node, key = members.find_owner(key_id), members.find_key(key_id)
            if node and key:
                return node, key
        raise UnknownKey(key_id[:80])

    def node_of(self, key_id: str) -> NodeEntry:
        return self.entry(key_id)[0]

    def may_issue(self, key_id: str, *, region: str, purpose: str = "licence") -> bool:
        """Whether the key is one for this, of a node that hosts or has hosted the region, and never in other hands."""
        node, key = self.entry(key_id)
        stolen = any(one.compromised_since for one in self._entries(key_id))
        return key.purpose == purpose and not stolen and self._ever_hosted(node.id, region)

    def may_speak(self, key_id: str, *, purpose: str, node: str, region: str, at: datetime) -> bool:
        """Whether this key of an active node could say something for the region at that time."""
        owner, key = self.entry(key_id)
        hosted = any(members.hosts(node, region, at) for members in self.lists)
        return owner.id == node and owner.active and key.serves(purpose, at) and hosted

    def _entries(self, key_id: str) -> list[KeyEntry]:
        return [key for key in (members.find_key(key_id) for members in self.lists) if key]

    def _ever_hosted(self, node: str, region: str) -> bool:
        return any(entry.code == region and entry.node == node for members in self.lists for entry in members.regions)
