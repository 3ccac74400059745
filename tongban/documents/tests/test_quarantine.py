"""What becomes of a file that was not scanned, or in which malware was found: here, and where it comes from another node."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen
from tongban.documents import blobs, queries, services
from tongban.documents.adapters.demo_scanner import EICAR
from tongban.documents.models import BlobUse
from tongban.documents.scanning import FileQuarantined, FilesAwaitScan, InfectedFile, ScannerNotConfigured
from tongban.documents.tests import files
from tongban.documents.tests.clamd_server import ClamdServer, clamd
from tongban.kernel import vault
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing

pytestmark = pytest.mark.usefixtures("scoped")

PHOTO = files.picture("PNG")
INFECTED = files.png_carrying(EICAR)


@pytest.fixture
def case(node: Node, linyi: Node) -> UUID:
    """Of 济阳; 临邑 has the key, too."""
    case_id = new_id()
    key = vault.create_key(node=node, region=JIYANG, case_id=case_id)
    wrapped = vault.wrap_for(linyi.keys["encryption"].public, key=key, node=node)
    vault.store_wrapped(region=LINYI, case_id=case_id, kid=key.kid, wrapped=wrapped)
    return case_id


@pytest.fixture
def scanner(settings: Any) -> Iterator[ClamdServer]:
    with clamd() as server:
        settings.CLAMD = server.address
        yield server


@pytest.fixture
def silent(scanner: ClamdServer) -> ClamdServer:
    scanner.drops = True
    return scanner


def upload(node: Node, case: UUID, at: datetime, data: bytes = PHOTO) -> services.StoredFile:
    return services.store_upload(
        node=node, region=JIYANG, case_id=case, data=data, filename="证.png", by=citizen(), at=at
    )


def read(node: Node, region: str, case: UUID, stored: services.StoredFile) -> bytes:
    return queries.read_file(node=node, region=region, case_id=case, ref=stored.ref)


def rescan(node: Node, at: datetime, region: str = JIYANG) -> int:
    return services.rescan_files(node=node, region=region, at=at, find_part=lambda case, cipher: None)


def test_a_scanned_file_is_clean_and_scanned_once(node: Node, case: UUID, at: datetime, scanner: ClamdServer) -> None:
    stored = upload(node, case, at)
    assert stored.clean and read(node, JIYANG, case, stored) == PHOTO
    assert scanner.seen == [PHOTO]


def test_an_infected_file_is_refused_and_nothing_is_kept(
    node: Node, case: UUID, at: datetime, scanner: ClamdServer, tmp_path: Any
) -> None:
    with pytest.raises(InfectedFile):
        upload(node, case, at, INFECTED)
    assert not BlobUse.objects.exists() and not (tmp_path / "blobs").exists()


def test_the_demonstration_refuses_eicar_too(node: Node, case: UUID, at: datetime) -> None:
    with pytest.raises(InfectedFile):
        upload(node, case, at, INFECTED)


def test_production_without_a_scanner_takes_no_file(node: Node, case: UUID, at: datetime, settings: Any) -> None:
    settings.MODE = "production"
    with pytest.raises(ScannerNotConfigured):
        upload(node, case, at)


@pytest.mark.parametrize(
    "trouble",
    [
        {"drops": True},
        {"limit": 10},
        {"says": "Heuristics.Encrypted.PDF FOUND"},
        {"says": "Can't open file or directory ERROR"},
    ],
    ids=["silent", "oversize", "encrypted", "error"],
)
def test_what_was_not_scanned_is_kept_for_nobody(
    node: Node, case: UUID, at: datetime, scanner: ClamdServer, trouble: dict[str, Any]
) -> None:
    vars(scanner).update(trouble)
    stored = upload(node, case, at)
    assert not stored.clean
    with pytest.raises(FileQuarantined):
        read(node, JIYANG, case, stored)
    assert not queries.may_read_blob(JIYANG, stored.ref.cipher)
    for ask in (queries.read_blob, queries.blob_size):
        with pytest.raises(Missing):
            ask(region=JIYANG, cipher=stored.ref.cipher)
    with pytest.raises(FilesAwaitScan):
        queries.require_scanned(JIYANG, case, [stored.ref.cipher])


def test_when_the_scanner_is_back_the_file_is(node: Node, case: UUID, at: datetime, silent: ClamdServer) -> None:
    stored = upload(node, case, at)
    assert rescan(node, at) == 0
    silent.drops = False
    assert rescan(node, at) == 1
    assert queries.may_read_blob(JIYANG, stored.ref.cipher) and read(node, JIYANG, case, stored) == PHOTO
    assert queries.find_scan_faults(JIYANG, case, [stored.ref.cipher]) == {}


def test_what_turns_out_infected_is_gone_and_its_owner_is_told(
    node: Node, case: UUID, at: datetime, silent: ClamdServer, django_capture_on_commit_callbacks: Any
) -> None:
    stored = upload(node, case, at, INFECTED)
    silent.drops = False
    with django_capture_on_commit_callbacks(execute=True):
        assert rescan(node, at) == 1
    assert not blobs.has(stored.ref.cipher)
    with pytest.raises(InfectedFile):
        read(node, JIYANG, case, stored)
    assert "恶意程序" in queries.find_scan_faults(JIYANG, case, [stored.ref.cipher])[stored.ref.cipher].zh


@pytest.mark.parametrize("reason", ["oversize", "encrypted"])
def test_what_can_never_be_scanned_is_not_tried_again(
    node: Node, case: UUID, at: datetime, scanner: ClamdServer, reason: str
) -> None:
    scanner.says = {"oversize": "Heuristics.Limits.Exceeded FOUND", "encrypted": "Heuristics.Encrypted.PDF FOUND"}[
        reason
    ]
    stored = upload(node, case, at)
    scanner.says = ""
    assert rescan(node, at) == 0 and len(scanner.seen) == 1
    assert "换一个" in queries.find_scan_faults(JIYANG, case, [stored.ref.cipher])[stored.ref.cipher].zh


def arrived(node: Node, linyi: Node, case: UUID, at: datetime, stored: services.StoredFile, **more: Any) -> None:
    """The blob as it comes from 济阳 to 临邑."""
    cipher = stored.ref.cipher
    data = blobs.get(cipher)
    services.store_blob(node=linyi, region=LINYI, case_id=case, cipher=cipher, data=data, at=at, **more)


def test_a_file_from_another_node_is_scanned_when_it_arrives(
    node: Node, linyi: Node, case: UUID, at: datetime, scanner: ClamdServer
) -> None:
    stored = upload(node, case, at)
    arrived(node, linyi, case, at, stored, ref=stored.ref)
    assert scanner.seen == [PHOTO, PHOTO]
    assert queries.may_read_blob(LINYI, stored.ref.cipher)


def test_one_that_came_without_its_part_is_scanned_before_somebody_opens_it(
    node: Node, linyi: Node, case: UUID, at: datetime, scanner: ClamdServer
) -> None:
    stored = upload(node, case, at)
    arrived(node, linyi, case, at, stored)
    assert len(scanner.seen) == 1 and not queries.may_read_blob(LINYI, stored.ref.cipher)
    assert read(linyi, LINYI, case, stored) == PHOTO
    assert len(scanner.seen) == 2


def test_a_node_that_does_not_scan_infects_no_other(
    node: Node, linyi: Node, case: UUID, at: datetime, scanner: ClamdServer
) -> None:
    scanner.says = "OK"
    stored = upload(node, case, at, INFECTED)
    scanner.says = ""
    arrived(node, linyi, case, at, stored, ref=stored.ref)
    with pytest.raises(InfectedFile):
        read(linyi, LINYI, case, stored)
    assert queries.missing_blobs(LINYI, case, [stored.ref.cipher]) == []


def test_a_paper_made_here_waits_for_no_scan(
    node: Node, linyi: Node, case: UUID, at: datetime, silent: ClamdServer
) -> None:
    stored = upload(node, case, at)
    arrived(node, linyi, case, at, stored, made_here=True)
    assert read(linyi, LINYI, case, stored) == PHOTO
