"""Files of a case: fetched from the regions that have them, before a hand-over may be accepted."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from tongban.alliance import queries as alliance
from tongban.documents import queries as documents
from tongban.documents import services as files
from tongban.exchange.adapters.http import PeerClient, PeerUnreachable
from tongban.exchange.queries import get_head, list_events, list_files
from tongban.kernel.events import StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

FETCH = "exchange.fetch_blobs"
MAX_BLOB_BYTES = 21 * 1024 * 1024


class BlobsMissing(Refused):
    text = Text("还有 {count} 份材料文件未送达。", "{count} files of this case have not arrived yet.")
    advice = Text("系统正在取件，请稍后再接手。", "They are being fetched; take over a little later.")


def require_blobs(region: str, case_id: UUID) -> None:
    """A region that takes over has every file that the chain refers to. Refuses `BlobsMissing`."""
    missing = list_missing(region, case_id)
    if missing:
        raise BlobsMissing(count=len(missing))


def list_missing(region: str, case_id: UUID) -> list[str]:
    wanted = [part.cipher for part in list_files(list_events(region, case_id))]
    return documents.missing_blobs(region, case_id, wanted) if wanted else []


def fetch_later(event: StoredEvent) -> None:
    """Defer the fetching in the transaction that stores the event."""
    wanted = [part.cipher for part in list_files([event])]
    if wanted and documents.missing_blobs(event.holder, event.case, wanted):
        app.configure_task(FETCH, lock=f"{event.holder} {event.case}").defer(
            region=event.holder, case_id=str(event.case)
        )


def fetch_blobs(*, node: Node, region: str, case_id: UUID, client: PeerClient, at: datetime) -> int:
    """Fetch what is missing from any region of the case that has it; returns how many came. Refuses `BlobsMissing` when some did not.

    Must not run inside a transaction: peers are asked in between.
    """
    with scope([region]):
        missing, peers = list_missing(region, case_id), get_head(region, case_id).audience
    found = 0
    for cipher in missing:
        data = _fetch(node, region, case_id, cipher, peers, client, at)
        if data is not None:
            with scope([region]):
                files.store_blob(node=node, region=region, case_id=case_id, cipher=cipher, data=data, at=at)
            found += 1
    if found < len(missing):
        raise BlobsMissing(count=len(missing) - found)
    return found


def read_blob_for(*, peer: str, regions: tuple[str, ...], case_id: UUID, cipher: str, at: datetime) -> bytes:
    """A file for a peer node: only of a case in whose audience it hosts a region, and that refers to this file. Refuses `Missing`.

    `regions`: hosted here.
    """
    for region in _sharing(peer, regions, case_id, at):
        refers = any(part.cipher == cipher for part in list_files(list_events(region, case_id)))
        if refers and documents.may_read_blob(region, cipher):
            return documents.read_blob(region=region, cipher=cipher)
    raise Missing


def read_events_for(
    *, peer: str, region: str, case_id: UUID, first: int, limit: int, at: datetime
) -> tuple[int, list[StoredEvent]]:
    """Position and events of a copy, for a peer node that hosts a region of its audience. Refuses `Missing`."""
    if not list(_sharing(peer, (region,), case_id, at)):
        raise Missing
    return get_head(region, case_id).seq, list_events(region, case_id, first=first, last=first + limit - 1)


def _sharing(peer: str, regions: tuple[str, ...], case_id: UUID, at: datetime) -> Iterator[str]:
    entitled = set(alliance.current_list(at).regions_of(peer, at))
    for region in regions:
        try:
            audience = get_head(region, case_id).audience
        except Missing:
            continue
        if entitled & set(audience):
            yield region


def _fetch(
    node: Node, region: str, case_id: UUID, cipher: str, peers: tuple[str, ...], client: PeerClient, at: datetime
) -> bytes | None:
    """The first answer that is what its hash says."""
    members = alliance.current_list(at)
    for peer in peers:
        if peer == region:
            continue
        try:
            path = f"/txp/1/blobs/{cipher}?case={case_id}"
            data = client.get(members.node_of(peer, at).url, path, max_bytes=MAX_BLOB_BYTES, at=at)
        except (PeerUnreachable, Refused):
            continue
        if node.suite.hash(data) == cipher:
            return data
    return None
