"""Files and definitions are fetched from peers, checked, and kept."""

import os
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from tests.cast import JIYANG, LINYI
from tongban.documents import blobs
from tongban.documents import services as documents
from tongban.exchange import services
from tongban.exchange.adapters.http import PeerUnreachable
from tongban.exchange.tests.factories import accepted, offered, opened, seal, write
from tongban.kernel import sealing, vault

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("alliance", "scoped")]


@dataclass
class Library:
    """Answers GET by path, whole or in pieces; anything else is away. `breaks`: after so many bytes of pieces, once."""

    pages: dict[str, bytes]
    asked: list[str] = field(default_factory=list)
    breaks: int = 0
    ranges: list[int] = field(default_factory=list)

    def pieces(self, base, path, *, first, size, etag, at):
        self.ranges.append(first)
        data = self.get(base, path, max_bytes=0, at=at)[first : first + size]
        if self.breaks:
            yield data[: self.breaks]
            self.breaks = 0
            raise PeerUnreachable("ReadError")
        yield data

    def get(self, base, path, *, max_bytes, at):
        self.asked.append(base + path)
        if base + path not in self.pages:
            raise PeerUnreachable("status 404")
        return self.pages[base + path]


@pytest.fixture
def file(node, network, case_id, at):
    seal(node, case_id)
    key = vault.get_key(node=node, region=JIYANG, case_id=case_id)
    sealed = sealing.seal(b"%PDF", name="file", key=key, suite=node.suite)
    documents.store_blob(
        node=node, region=JIYANG, case_id=case_id, cipher=sealed.ref.cipher, data=sealed.ciphertext, at=at
    )
    write(node, case_id, opened(sealed=(sealed.ref,)), offered(), at=at)
    network.settle(at)
    blobs.remove(sealed.ref.cipher)
    return sealed


def page(node, case_id, file, data=None):
    return {f"{node.url}/txp/1/blobs/{file.ref.cipher}?case={case_id}": data or file.ciphertext}


def fetch(linyi, case_id, at, pages):
    return services.fetch_blobs(node=linyi, region=LINYI, case_id=case_id, client=Library(pages), at=at)


def test_a_file_arrives_before_the_case_is_taken_over(node, linyi, file, case_id, at):
    with pytest.raises(services.BlobsMissing):
        write(linyi, case_id, accepted(), at=at)
    assert fetch(linyi, case_id, at, page(node, case_id, file)) == 1
    write(linyi, case_id, accepted(), at=at)
    assert fetch(linyi, case_id, at, {}) == 0


@pytest.mark.parametrize("data", [b"another file", b"<html>"])
def test_another_file_is_not_kept(node, linyi, file, case_id, at, data):
    with pytest.raises(services.BlobsMissing):
        fetch(linyi, case_id, at, page(node, case_id, file, data))
    assert not blobs.has(file.ref.cipher)


def test_a_broken_transfer_goes_on_where_it_stopped(node, linyi, file, case_id, at):
    """W5: what came before the break is not asked for again."""
    library = Library(page(node, case_id, file), breaks=7)
    with pytest.raises(services.BlobsMissing):
        services.fetch_blobs(node=linyi, region=LINYI, case_id=case_id, client=library, at=at)
    assert services.fetch_blobs(node=linyi, region=LINYI, case_id=case_id, client=library, at=at) == 1
    assert library.ranges == [0, 7] and blobs.get(file.ref.cipher) == file.ciphertext
    assert not list((linyi.home / "tmp" / "files").iterdir())


def test_large_files_come_in_pieces(node, linyi, file, case_id, at, monkeypatch):
    monkeypatch.setattr("tongban.exchange.blobs.PIECE_BYTES", 10)
    library = Library(page(node, case_id, file))
    assert services.fetch_blobs(node=linyi, region=LINYI, case_id=case_id, client=library, at=at) == 1
    assert library.ranges == list(range(0, len(file.ciphertext) + 1, 10))


def test_poisoned_pieces_are_thrown_away(node, linyi, file, case_id, at):
    """What one region began and another ended is not the file: from the beginning again."""
    lying = Library(page(node, case_id, file, b"x" * len(file.ciphertext)), breaks=7)
    for library in (lying, Library(page(node, case_id, file))):
        with suppress(services.BlobsMissing):
            services.fetch_blobs(node=linyi, region=LINYI, case_id=case_id, client=library, at=at)
    assert library.ranges == [7, 0] and blobs.get(file.ref.cipher) == file.ciphertext


def test_pieces_that_nobody_wants_any_more_are_removed(linyi, at):
    room = linyi.home / "tmp" / "files"
    room.mkdir(parents=True, exist_ok=True)
    (room / "a.part").write_bytes(b"x")
    os.utime(room / "a.part", (0, 0))
    assert services.forget_partials(linyi, at) == 1


def test_fetching_is_deferred_with_the_event(node, linyi, file, case_id, django_db_blocker):
    from procrastinate.contrib.django.models import ProcrastinateJob

    jobs = ProcrastinateJob.objects.filter(task_name="exchange.fetch_blobs")
    assert [job.args for job in jobs] == [{"region": LINYI, "case_id": str(case_id)}]


@pytest.mark.parametrize("index", [b"<html>", b"{}", b"[]", b'{"definitions":7}'])
def test_an_unusable_index_is_passed_over(node, linyi, network, at, index):
    fetched = services.fetch_definitions(node, at, client=Library({f"{linyi.url}/txp/1/definitions": index}))
    assert (fetched.came, fetched.away[linyi.id]) == ((), "no index of definitions")
