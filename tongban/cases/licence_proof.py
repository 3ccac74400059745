"""Whether the licences on a chain are what their issuer signed (docs/reference/record-format.md). Plain Python: from public keys alone.

Which licences a case may give says the fold (`licence_changes.py`); here signature, key and decision are proved, and what the licence says.
"""

from collections.abc import Iterable, Sequence

from tongban.alliance.members import MemberList
from tongban.cases.licence_events import LicenceIssued
from tongban.kernel import envelopes, strictjson
from tongban.kernel.events import StoredEvent

PURPOSE = "licence"
"""Of the key that signs a face, in the member list."""
PART = "licence"
"""The sealed part that holds what the licence says."""
FACE = frozenset({"v", "identifier", "type", "number", "holder", "from", "until", "key", "content", "status", "demo"})
VERSION = 1
_KIND = LicenceIssued.KIND.name


def prove_licence(event: StoredEvent, before: Sequence[StoredEvent], *, members: MemberList) -> None:
    """An event that issues a licence; any other passes. `members`: the list that the event names.

    Raises `BadSignature`, LookupError for a key that the list does not know, KeyError, TypeError or ValueError.
    """
    if event.payload.kind_name != _KIND:
        return
    body, face = LicenceIssued.read(event.payload.body), event.payload.body["face"]
    if set(face) != FACE or face["v"] != VERSION:
        raise ValueError("what was signed is no licence of this version")
    if not any(one.seq == body.decision and one.payload.kind_name == "cases.approved" for one in before):
        raise ValueError("the licence names no decision that gives it")
    if (face["identifier"], face["type"], face["number"]) != (body.identifier, body.type, body.number):
        raise ValueError("the licence that was signed is another one")
    if not any(part.name == PART for part in event.payload.sealed):
        raise ValueError("what the licence says was not sealed")
    region, serial = event.payload.region, body.identifier.split(".")[-3:][0]
    if str(face["status"]["list"]).partition("-")[0] != region or not serial.startswith(region):
        raise ValueError("a licence of another place")
    owner, key = members.find_owner(face["key"]), members.find_key(face["key"])
    if owner is None or key is None:
        raise LookupError(face["key"])
    if owner.id != event.payload.node or key.purpose != PURPOSE or key.compromised_since:
        raise ValueError("signed with a key that issues no licences here")
    signed = envelopes.signed_bytes(strictjson.canonical(face), type=envelopes.LICENCE)
    members.suite.verify(signed, envelopes.from_base64(body.signature), public=key.public)


def list_contents(events: Iterable[StoredEvent]) -> dict[str, str]:
    """By the ciphertexts of the sealed parts: the hash that the content of a licence has by its face."""
    return {
        part.cipher: event.payload.body["face"]["content"]
        for event in events
        if event.payload.kind_name == _KIND
        for part in event.payload.sealed
        if part.name == PART
    }
