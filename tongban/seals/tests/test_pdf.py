"""What a PDF reader says of a sealed file: pyHanko, and poppler's pdfsig."""

import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.cast import JIYANG
from tongban.kernel.scope import scope
from tongban.seals import queries, services, stamping
from tongban.seals.tests.workshop import Workshop, letter


@pytest.fixture
def stamped(workshop: Workshop, monkeypatch: Any) -> Workshop:
    authority = stamping.make_authority(name="演示时间戳", at=workshop.at)
    monkeypatch.setattr(services, "find_authority", lambda: authority)
    workshop.authority = authority  # type: ignore[attr-defined]
    return workshop


def _judge(workshop: Workshop, data: bytes) -> Any:
    with scope([JIYANG]):
        maker = queries.find_maker(region=JIYANG)
    assert maker is not None
    reader = PdfFileReader(BytesIO(data))
    authority = getattr(workshop, "authority", None)
    roots = [maker.certificate, *([authority.root] if authority else [])]
    context = ValidationContext(
        trust_roots=[Certificate.load(root) for root in roots],
        moment=workshop.at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return validate_pdf_signature(reader.embedded_signatures[0], context)


def test_a_sealed_file_is_verified_by_another_reader(workshop: Workshop) -> None:
    workshop.made()
    sealed = workshop.sealed(letter())
    status = _judge(workshop, sealed.data)
    assert status.bottom_line and sealed.level == "B-B"
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signing_cert.subject.native["organization_name"] == "济阳区行政审批服务局"


@pytest.mark.parametrize("where", [100, -200])
def test_a_changed_byte_is_found(workshop: Workshop, where: int) -> None:
    workshop.made()
    data = bytearray(workshop.sealed(letter()).data)
    data[where] ^= 1
    try:
        assert not _judge(workshop, bytes(data)).bottom_line
    except Exception as error:
        assert "pyhanko" in type(error).__module__ or isinstance(error, ValueError | KeyError)


def test_with_a_time_stamp_it_carries_its_proof(stamped: Workshop) -> None:
    stamped.made()
    sealed = stamped.sealed(letter())
    reader = PdfFileReader(BytesIO(sealed.data))
    store = reader.root["/DSS"]
    assert sealed.level == "B-LT" and len(store["/CRLs"]) == 2 and len(store["/Certs"]) == 4
    unsigned = reader.embedded_signatures[0].signer_info["unsigned_attrs"]
    assert [one["type"].native for one in unsigned] == ["signature_time_stamp_token"]
    assert _judge(stamped, sealed.data).bottom_line


def test_the_stamper_refuses_what_is_no_question(stamped: Workshop) -> None:
    with pytest.raises(ValueError):
        stamped.authority.answer(b"hello", at=stamped.at)  # type: ignore[attr-defined]


def test_pdfsig_of_poppler_says_valid(stamped: Workshop, tmp_path: Path) -> None:
    stamped.made()
    file = tmp_path / "sealed.pdf"
    file.write_bytes(stamped.sealed(letter()).data)
    said = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=True).stdout
    assert "Signature is Valid" in said and "Total document signed" in said and "济阳区行政审批服务局" in said
