"""What the offices said to each other about a case, opened for their own pages (两地沟通).

A word of the other place that does not open is shown as such; it never keeps the case from being read.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from tongban.cases.projection import Case
from tongban.cases.views import MessageView
from tongban.exchange import queries as exchange
from tongban.kernel import vault
from tongban.kernel.crypto import BadCiphertext
from tongban.kernel.events import Json, SealedRef, parse_instant
from tongban.kernel.node import Node
from tongban.kernel.sealing import BadPart
from tongban.kernel.strictjson import NotStrict

TALKING = ("reception", "acceptance", "examiner", "chief", "supervisor", "liaison")
"""Roles that may write to the other place."""

MESSAGE = "cases.message;v=1"
UNREADABLE = "……"
_PENDING = {"sent": "sent", "taken": "sent", "parked": "sent", "declined": "declined"}


def read_messages(
    case: Case, *, node: Node, region: str, case_id: UUID, name_of: Callable[[str], str]
) -> tuple[MessageView, ...]:
    """The thread in order; at its end this place's own words that are still on their way."""
    said = [
        MessageView(
            name_of(entry["place"]), entry["place"] == region, entry["role"],
            read_note(entry["part"], node=node, region=region, case_id=case_id), parse_instant(entry["at"]),
        )
        for entry in case.messages
    ]  # fmt: skip
    return (*said, *_on_their_way(node, region, case_id, name_of))


def _on_their_way(node: Node, region: str, case_id: UUID, name_of: Callable[[str], str]) -> Iterator[MessageView]:
    for proposal in exchange.list_proposals(region, case_id):
        payload = proposal.payload
        if payload.kind == MESSAGE and payload.region == region and proposal.state in _PENDING:
            part = payload.sealed[0].as_json() if payload.sealed else None
            text = read_note(part, node=node, region=region, case_id=case_id)
            yield MessageView(
                name_of(region), True, payload.actor["role"], text, payload.at, _PENDING[proposal.state]
            )  # fmt: skip


def read_note(part: Json | None, *, node: Node, region: str, case_id: UUID) -> str:
    """The text of a sealed part `{"text"}`; empty where there is none."""
    if not part:
        return ""
    try:
        key = vault.get_key(node=node, region=region, case_id=case_id)
        value: Any = vault.read_part(SealedRef(**part), key=key, node=node, region=region)
        return str(value["text"])
    except (vault.KeyErased, BadPart, BadCiphertext, NotStrict, KeyError, TypeError, ValueError):
        return UNREADABLE
