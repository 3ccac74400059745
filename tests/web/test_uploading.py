"""A file on its way in leaves nothing in clear on the disk, and a flood is refused before it is kept."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from tongban.kernel.node import Node

LARGE = b"x" * (2 * 1024 * 1024)


def upload(content: bytes) -> Any:
    return RequestFactory().post("/", {"file": SimpleUploadedFile("a.pdf", content)})


def test_a_large_file_waits_without_a_name(settings: Any, tmp_path: Path) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    file = upload(LARGE).FILES["file"]
    assert list(tmp_path.iterdir()) == []
    assert file.size == len(LARGE) and file.read() == LARGE
    file.close()


def test_a_small_file_stays_in_memory(settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nowhere"
    assert upload(b"small").FILES["file"].read() == b"small"


def test_a_body_beyond_the_limit_is_not_read(settings: Any) -> None:
    settings.MAX_REQUEST_BYTES = 1024 * 1024
    with pytest.raises(RequestDataTooBig):
        _ = upload(LARGE).FILES


@pytest.mark.django_db
def test_the_answer_to_a_flood_is_400(node: Node, settings: Any) -> None:
    settings.MAX_REQUEST_BYTES = 1024 * 1024
    answer = Client().post("/sign-in", {"file": SimpleUploadedFile("a.pdf", LARGE)})
    assert answer.status_code == 400
