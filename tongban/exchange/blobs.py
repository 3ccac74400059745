"""Files of a case: fetched piece by piece from the regions that have them, before a hand-over may be accepted.

What came before a break is kept in the node's own room and the rest asked for, of the same region or of another. Only the whole is believed.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from procrastinate.contrib.django import app

from tongban.alliance import queries as alliance
from tongban.documents import queries as documents
from tongban.documents import services as files
from tongban.exchange import peers
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.queries import get_head, list_events, list_files
from tongban.kernel import crash
from tongban.kernel.events import SealedRef, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing, Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

FETCH = "exchange.fetch_blobs"
QUEUE = "files"
"""Jobs of this queue have workers of their own: no event waits behind a file."""
MAX_BLOB_BYTES = 50 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
FORGOTTEN = timedelta(days=7)


class PieceGetter(Protocol):
    """`PeerClient` in production. Yields the bytes from `first` on as they come; raises `PeerUnreachable`, also in between."""

    def pieces(self, base: str, path: str, *, first: int, size: int, etag: str, at: datetime) -> Iterator[bytes]: ...


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


def find_file(region: str, case_id: UUID, cipher: str) -> SealedRef | None:
    """What the events of a case say about one of its files."""
    return next((part for part in list_files(list_events(region, case_id)) if part.cipher == cipher), None)


def fetch_later(event: StoredEvent) -> None:
    """Defer the fetching in the transaction that stores the event."""
    wanted = [part.cipher for part in list_files([event])]
    if wanted and documents.missing_blobs(event.holder, event.case, wanted):
        app.configure_task(FETCH, queue=QUEUE, lock=f"{event.holder} {event.case}").defer(
            region=event.holder, case_id=str(event.case)
        )


def fetch_blobs(*, node: Node, region: str, case_id: UUID, client: PieceGetter, at: datetime) -> int:
    """Fetch what is missing from any region of the case that has it; returns how many came. Refuses `BlobsMissing` when some did not.

    Must not run inside a transaction: peers are asked in between.
    """
    with scope([region]):
        missing, audience = list_missing(region, case_id), get_head(region, case_id).audience
        parts = {part.cipher: part for part in list_files(list_events(region, case_id))}
    found, started = 0, time.monotonic()
    for cipher in missing:
        fetching = _Fetching(node, region, case_id, cipher, client, at, started)
        if fetching.fetch_from(peer for peer in audience if peer != region):
            crash.point("blob.fetched")
            with scope([region]):
                files.store_blob(
                    node=node, region=region, case_id=case_id, cipher=cipher, data=fetching.partial.read_bytes(), at=at,
                    ref=parts.get(cipher),
                )  # fmt: skip
            crash.point("blob.stored")
            fetching.partial.unlink()
            found += 1
    if found < len(missing):
        raise BlobsMissing(count=len(missing) - found)
    return found


def forget_partials(node: Node, at: datetime) -> int:
    """Pieces of files that nobody has asked for in a week; returns how many files they were of."""
    old = [part for part in _room(node).glob("*.part") if part.stat().st_mtime < (at - FORGOTTEN).timestamp()]
    for part in old:
        part.unlink(missing_ok=True)
    return len(old)


def find_blob_for(*, peer: str, regions: tuple[str, ...], case_id: UUID, cipher: str, at: datetime) -> "Readable":
    """A file for a peer node: only of a case in whose audience it hosts a region, and that refers to this file. Refuses `Missing`.

    `regions`: hosted here.
    """
    for region in _sharing(peer, regions, case_id, at):
        refers = any(part.cipher == cipher for part in list_files(list_events(region, case_id)))
        if refers and documents.may_read_blob(region, cipher):
            return Readable(cipher, documents.blob_size(region=region, cipher=cipher), region)
    raise Missing


def read_blob_for(*, peer: str, regions: tuple[str, ...], case_id: UUID, cipher: str, at: datetime) -> bytes:
    """The whole of it. Refuses `Missing`."""
    found = find_blob_for(peer=peer, regions=regions, case_id=case_id, cipher=cipher, at=at)
    return found.read(0, found.size)


def require_sharing(peer: str, region: str, case_id: UUID, at: datetime) -> None:
    """Refuses `Missing` unless the node `peer` hosts a region of the audience of `region`'s copy."""
    if not list(_sharing(peer, (region,), case_id, at)):
        raise Missing


def read_events_for(
    *, peer: str, region: str, case_id: UUID, first: int, limit: int, at: datetime
) -> tuple[int, list[StoredEvent]]:
    """Position and events of a copy, for a peer node that hosts a region of its audience. Refuses `Missing`."""
    require_sharing(peer, region, case_id, at)
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


@dataclass(frozen=True, slots=True)
class Readable:
    """A blob that may be read; `size` in bytes."""

    cipher: str
    size: int
    region: str

    def read(self, first: int, length: int) -> bytes:
        return documents.read_blob(region=self.region, cipher=self.cipher, first=first, length=length)


@dataclass(frozen=True, slots=True)
class _Fetching:
    """One file on its way."""

    node: Node
    region: str
    case_id: UUID
    cipher: str
    client: PieceGetter
    at: datetime
    started: float

    @property
    def partial(self) -> Path:
        return _room(self.node) / f"{self.region}-{self.case_id}-{self.cipher}.part"

    def fetch_from(self, regions: Iterator[str]) -> bool:
        """Whether the whole file lies in `partial` now."""
        members = alliance.current_list(self.at)
        for region in regions:
            try:
                peer = members.node_of(region, self.at)
                if peers.may_ask(peer.id, self.at) and self._fetch(peer.url):
                    return True
            except (PeerUnreachable, Refused):
                continue
        return False

    def _fetch(self, url: str) -> bool:
        resumed = self._held() > 0
        if resumed and self._is_whole():
            return True
        self._append(url)
        if self._is_whole():
            return True
        # Pieces of two regions that do not fit together, or what never was the file: from the beginning, once, and then of another one.
        self.partial.unlink()
        if resumed:
            self._append(url)
            if self._is_whole():
                return True
            self.partial.unlink()
        return False

    def _append(self, url: str) -> None:
        """Piece after piece until one is shorter than was asked for. What came before a break stays."""
        path = f"/txp/1/blobs/{self.cipher}?case={self.case_id}"
        with self.partial.open("ab") as file:
            while (first := file.tell()) < MAX_BLOB_BYTES:
                pieces = self.client.pieces(url, path, first=first, size=PIECE_BYTES, etag=self.cipher, at=self._now())
                for piece in pieces:
                    file.write(piece)
                    file.flush()
                    if file.tell() > MAX_BLOB_BYTES:
                        return
                # More than a piece is what a peer sends that knows no ranges: all of it.
                if file.tell() - first != PIECE_BYTES:
                    return

    def _is_whole(self) -> bool:
        return self.node.suite.hash(self.partial.read_bytes()) == self.cipher

    def _held(self) -> int:
        return self.partial.stat().st_size if self.partial.exists() else 0

    def _now(self) -> datetime:
        """Each request is signed when it is made: a large file outlasts a signature."""
        return self.at + timedelta(seconds=time.monotonic() - self.started)


def _room(node: Node) -> Path:
    room = node.home / "tmp" / "files"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    return room
