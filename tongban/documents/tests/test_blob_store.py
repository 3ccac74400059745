from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tongban.documents import blobs
from tongban.documents.storage import WholeFiles
from tongban.kernel.crypto import SUITES
from tongban.kernel.refusals import Missing

SUITE = SUITES[1]


def test_a_blob_is_kept_under_its_hash() -> None:
    cipher = blobs.put(b"sealed", suite=SUITE)
    assert cipher == SUITE.hash(b"sealed") == blobs.put(b"sealed", suite=SUITE)
    assert blobs.get(cipher) == b"sealed"
    blobs.remove(cipher)
    assert not blobs.has(cipher)


@pytest.mark.parametrize("name", ["", "../../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_is_no_path(name: str) -> None:
    for ask in (blobs.get, blobs.has, blobs.remove):
        with pytest.raises(Missing):
            ask(name)


def test_an_unknown_blob_is_missing() -> None:
    with pytest.raises(Missing):
        blobs.get("0" * 64)


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    store = WholeFiles(location=tmp_path)
    store.save("ab/one", ContentFile(b"first"))
    store.save("ab/one", ContentFile(b"second"))
    assert (tmp_path / "ab/one").read_bytes() == b"first"


def test_a_broken_write_leaves_nothing(tmp_path: Path) -> None:
    class Broken(ContentFile):
        def chunks(self, chunk_size: int | None = None):
            yield b"half"
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        WholeFiles(location=tmp_path).save("ab/one", Broken(b"whole"))
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_writers_at_once_agree(tmp_path: Path) -> None:
    store = WholeFiles(location=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: store.save("ab/one", ContentFile(b"same" * 1000)), range(32)))
    assert [path.name for path in (tmp_path / "ab").iterdir()] == ["one"]
    assert (tmp_path / "ab/one").read_bytes() == b"same" * 1000
