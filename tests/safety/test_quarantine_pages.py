"""A file that could not be scanned: the draft is kept, handing in waits with clear words, and goes on when the scanner is back (U3, SR-30)."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.citizens import PERMIT, Phone, hidden_fields, text
from tongban.documents.adapters.demo_scanner import EICAR
from tongban.documents.models import BlobUse
from tongban.documents.tests.clamd_server import ClamdServer, clamd
from tongban.documents.tests.files import picture, png_carrying
from tongban.kernel.scope import scope
from tongban.project import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanner(settings: Any) -> Iterator[ClamdServer]:
    with clamd() as server:
        settings.CLAMD = server.address
        yield server


def photo(content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("证.png", content or picture("PNG"), content_type="image/png")


@pytest.fixture
def draft(phone: Phone) -> str:
    """Everything filled in but the residence permit."""
    draft = phone.begin(PERMIT)
    phone.fill(draft)
    return draft


def upload(phone: Phone, draft: str, file: SimpleUploadedFile) -> Any:
    return phone.post(f"{draft}/materials", **{"file-residence-permit": file})


def test_handing_in_waits_and_goes_on_when_the_scanner_is_back(phone: Phone, draft: str, scanner: ClamdServer) -> None:
    scanner.drops = True
    upload(phone, draft, photo())
    page = phone.get(f"{draft}/check")
    assert "正在等待安全检查" in text(page) and "草稿已保存" in text(page)
    phone.client.post(f"{draft}/check", hidden_fields(page))
    assert phone.get(draft).status_code == 200
    scanner.drops = False
    schedule.rescan_files(timestamp=0)
    assert "正在等待安全检查" not in text(phone.get(f"{draft}/check"))


def test_malware_is_refused_with_words_and_the_draft_stays(phone: Phone, draft: str, scanner: ClamdServer) -> None:
    page = upload(phone, draft, photo(png_carrying(EICAR)))
    assert "恶意程序" in text(page)
    with scope(phone.node.regions):
        assert not BlobUse.objects.exists()
    assert phone.get(draft).status_code == 200
