from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from tests.cast import HUIMIN, JIYANG, LINYI, citizen
from tongban.documents import blobs, queries, services
from tongban.documents.models import BlobUse
from tongban.documents.tests import files
from tongban.documents.uploads import DisguisedFile
from tongban.kernel import vault
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope

pytestmark = pytest.mark.usefixtures("scoped")
JPEG = files.picture("JPEG")


@pytest.fixture
def case(node: Node) -> UUID:
    case_id = new_id()
    vault.create_key(node=node, region=JIYANG, case_id=case_id)
    return case_id


@pytest.fixture
def stored(node: Node, case: UUID, at: datetime) -> services.StoredFile:
    return upload(node, case, at)


def upload(node: Node, case: UUID, at: datetime, data: bytes = JPEG, **changes: object) -> services.StoredFile:
    given = {"region": JIYANG, "by": citizen(), "filename": "居住证.jpg"} | changes
    return services.store_upload(node=node, case_id=case, data=data, at=at, **given)


def test_a_file_comes_back_as_it_was(node: Node, case: UUID, stored: services.StoredFile) -> None:
    assert queries.read_file(node=node, region=JIYANG, case_id=case, ref=stored.ref) == JPEG
    assert (stored.name, stored.media_type, stored.size, stored.ref.name) == (
        "居住证.jpg",
        "image/jpeg",
        len(JPEG),
        "file",
    )


def test_the_disk_holds_ciphertext_only(stored: services.StoredFile, tmp_path: Path) -> None:
    [file] = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert file.relative_to(tmp_path / "blobs").parts == (stored.ref.cipher[:2], stored.ref.cipher)
    assert JPEG[:100] not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_a_refused_file_leaves_nothing(node: Node, case: UUID, at: datetime, tmp_path: Path) -> None:
    with pytest.raises(DisguisedFile):
        upload(node, case, at, data=JPEG + b"<html>")
    assert not BlobUse.objects.exists()
    assert not (tmp_path / "blobs").exists()


def test_nobody_stores_for_another_region(node: Node, case: UUID, at: datetime) -> None:
    with pytest.raises(Forbidden):
        upload(node, case, at, by=citizen(LINYI))


def test_a_case_without_key_takes_no_file(node: Node, at: datetime) -> None:
    with pytest.raises(vault.KeyErased):
        upload(node, new_id(), at)


def test_a_case_has_its_limit(node: Node, case: UUID, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_CASE_BYTES", len(JPEG) * 2)
    upload(node, case, at)
    with pytest.raises(services.CaseTooLarge):
        upload(node, case, at)


def test_a_blob_travels_and_opens_only_for_its_case(
    node: Node, linyi: Node, case: UUID, stored: services.StoredFile, at: datetime
) -> None:
    cipher = stored.ref.cipher
    assert queries.missing_blobs(LINYI, case, [cipher, cipher]) == [cipher]
    assert not queries.may_read_blob(LINYI, cipher)
    services.store_blob(
        node=linyi,
        region=LINYI,
        case_id=case,
        cipher=cipher,
        data=queries.read_blob(region=JIYANG, cipher=cipher),
        at=at,
    )
    assert queries.missing_blobs(LINYI, case, [cipher]) == []
    assert queries.list_cases_of_blob(LINYI, cipher) == [case]
    with pytest.raises(vault.KeyErased):
        queries.read_file(node=linyi, region=LINYI, case_id=case, ref=stored.ref)
    with pytest.raises(Missing):
        queries.read_file(node=node, region=JIYANG, case_id=new_id(), ref=stored.ref)


def test_an_altered_blob_is_refused(linyi: Node, case: UUID, stored: services.StoredFile, at: datetime) -> None:
    with pytest.raises(services.BlobAltered):
        services.store_blob(node=linyi, region=LINYI, case_id=case, cipher=stored.ref.cipher, data=b"other", at=at)


def test_a_region_sees_its_own_blobs_only(stored: services.StoredFile) -> None:
    with scope([HUIMIN]):
        assert not queries.may_read_blob(JIYANG, stored.ref.cipher)
        with pytest.raises(Missing):
            queries.read_blob(region=JIYANG, cipher=stored.ref.cipher)


def test_erased_files_are_gone_from_the_disk(
    node: Node, case: UUID, stored: services.StoredFile, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        services.erase_files(node=node, region=JIYANG, case_id=case)
    assert not blobs.has(stored.ref.cipher)
    assert queries.missing_blobs(JIYANG, case, [stored.ref.cipher]) == [stored.ref.cipher]


def test_a_lost_file_is_fetched_again(case: UUID, stored: services.StoredFile) -> None:
    blobs.remove(stored.ref.cipher)
    assert queries.missing_blobs(JIYANG, case, [stored.ref.cipher]) == [stored.ref.cipher]
    with pytest.raises(Missing):
        queries.read_blob(region=JIYANG, cipher=stored.ref.cipher)
