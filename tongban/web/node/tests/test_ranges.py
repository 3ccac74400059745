"""Pieces of files: what a peer asks for is what it gets, and the hash ties them together."""

import pytest

from tests.cast import JIYANG
from tongban.documents import services as documents
from tongban.exchange.tests.factories import offered, opened, seal, write
from tongban.kernel import sealing, vault
from tongban.web.node.ranges import Unsatisfiable, read_range
from tongban.web.node.tests.factories import knock

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scoped")]


@pytest.fixture
def file(node, network, case_id, now):
    seal(node, case_id)
    key = vault.get_key(node=node, region=JIYANG, case_id=case_id)
    sealed = sealing.seal(b"%PDF" * 10, name="file", key=key, suite=node.suite)
    cipher = sealed.ref.cipher
    documents.store_blob(
        node=node, region=JIYANG, case_id=case_id, cipher=cipher, data=sealed.ciphertext, at=now, made_here=True
    )
    write(node, case_id, opened(sealed=(sealed.ref,)), offered(), at=now)
    return sealed


@pytest.fixture
def get(node, linyi, file, case_id):
    def get(method="GET", **headers):
        return knock(linyi, node, method, f"/txp/1/blobs/{file.ref.cipher}?case={case_id}", **headers)

    return get


def test_one_range(get, file):
    response = get(Range="bytes=2-5")
    assert (response.status_code, response.content) == (206, file.ciphertext[2:6])
    assert response["Content-Range"] == f"bytes 2-5/{len(file.ciphertext)}"
    assert (response["ETag"], response["Content-Length"]) == (f'"{file.ref.cipher}"', "4")


def test_beyond_the_end(get, file):
    response = get(Range=f"bytes={len(file.ciphertext)}-")
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(file.ciphertext)}")


@pytest.mark.parametrize("header", ["", "bytes=1-2,4-5", "bytes=x", "items=1-2", "bytes=5-2", "bytes=-"])
def test_what_is_no_single_range_gets_the_whole(get, file, header):
    response = get(Range=header)
    assert (response.status_code, response.content) == (200, file.ciphertext)


def test_of_another_file_there_are_no_pieces(get, file):
    assert get(Range="bytes=2-5", **{"If-Range": '"another"'}).status_code == 200
    assert get(Range="bytes=2-5", **{"If-Range": f'"{file.ref.cipher}"'}).status_code == 206


def test_head_tells_the_size_alone(get, file):
    response = get("HEAD")
    assert (response.content, response["Content-Length"]) == (b"", str(len(file.ciphertext)))


def test_a2_no_piece_for_others(node, huimin, file, case_id):
    """A2: the hash alone opens nothing."""
    path = f"/txp/1/blobs/{file.ref.cipher}?case={case_id}"
    assert knock(huimin, node, "GET", path, Range="bytes=0-1").status_code == 404


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", (0, 10)),
        ("bytes=-3", (7, 3)),
        ("bytes=-99", (0, 10)),
        ("bytes=4-99", (4, 6)),
        ("bytes=9-9", (9, 1)),
    ],
)
def test_ranges_are_read(header, found):
    assert read_range(header, 10) == found


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=-0"])
def test_ranges_that_cannot_be_satisfied(header):
    with pytest.raises(Unsatisfiable):
        read_range(header, 10)
