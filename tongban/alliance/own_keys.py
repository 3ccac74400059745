"""Which of its own keys a node uses: the newest that the list in force names. A new key is made beside the old one and waits to be listed."""

from datetime import datetime, timedelta

from tongban.alliance.members import MemberList
from tongban.kernel.crypto import PrivateKey
from tongban.kernel.node import PURPOSES, SIGNER_PURPOSES, Node, PublicKey


def use_listed_keys(node: Node, members: MemberList, at: datetime) -> None:
    """Called wherever a process is about to sign or to ask: so a list that names a new key is all that a change of keys takes.

    Where the list names no key that this node holds, the one in use stays: others will say that they do not know it.
    """
    for purpose in PURPOSES:
        key = _find_listed_key(node, members, purpose, at)
        if key and key.id != node.keys[purpose].id:
            node.use(purpose, key)


def find_signer_key(node: Node, members: MemberList, purpose: str, at: datetime) -> PublicKey | None:
    """The newest key of the signer that the list in force names; None at a node that has none, or none that is listed."""
    entry = members.find_node(node.id)
    listed = entry.keys_for(purpose, at) if entry else []
    held = (node.find_public(purpose, key.id) for key in listed)
    return next((key for key in held if key), None)


def find_key_ends(node: Node, members: MemberList, at: datetime, *, within: timedelta) -> dict[str, datetime]:
    """Purposes whose newest listed key ends soon or has ended, with its end."""
    entry = members.find_node(node.id)
    ends = {}
    for purpose in (*PURPOSES, *SIGNER_PURPOSES) if entry else ():
        own = [key for key in entry.keys if key.purpose == purpose and key.compromised_since is None] if entry else []
        if own and all(key.period.until and key.period.until <= at + within for key in own):
            ends[purpose] = max(key.period.until for key in own if key.period.until)
    return ends


def _find_listed_key(node: Node, members: MemberList, purpose: str, at: datetime) -> PrivateKey | None:
    entry = members.find_node(node.id)
    listed = entry.keys_for(purpose, at) if entry else []
    held = (node.find_key(purpose, key.id) for key in listed)
    return next((key for key in held if key), None)
