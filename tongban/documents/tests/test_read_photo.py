"""A paper that was photographed lying on its side is turned upright and read. Needs the extra `ocr` and takes some seconds."""

import pytest

from tests.cast import LUO
from tongban.documents.reading.kinds import REFERRAL_LETTER, read_fields
from tongban.documents.reading.process import Unreadable, is_installed, read_pages
from tongban.documents.tests.papers import letter, needs_font, photo

needs_reader = pytest.mark.skipif(not is_installed(), reason="the extra ocr is not installed")


@needs_font
@needs_reader
@pytest.mark.parametrize("turned", [90, 180])
def test_a_photographed_letter_is_turned_upright_and_read(turned: int) -> None:
    (page,) = read_pages(photo(letter(), turned=turned))
    found = {field.id: field for field in read_fields(REFERRAL_LETTER, [page]).fields}
    assert page.turned == turned
    assert {id: field.value for id, field in found.items()} == {
        "name": LUO.name, "id_number": LUO.id_number, "hospital": "临邑县人民医院", "to_hospital": "济南市济阳区人民医院",
        "letter_on": "2026-11-18",
    }  # fmt: skip
    assert all(field.sure for field in found.values())


@needs_reader
def test_what_is_no_picture_is_left_to_people() -> None:
    with pytest.raises(Unreadable):
        read_pages(b"\xff\xd8\xff no picture")
