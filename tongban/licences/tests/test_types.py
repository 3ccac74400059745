from datetime import date

import pytest
import yaml

from tongban.catalogue.layers import list_items, load_document
from tongban.licences.types import DATA, UnknownLicenceType, Validity, get_type, list_given, list_types, read_types

TEXT = DATA.read_text(encoding="utf-8")


def test_every_decision_that_gives_a_licence_is_one_of_an_item():
    for type_ in list_types():
        for given in type_.given_by:
            assert given.item in list_items()
            known = {one["id"] for one in load_document(given.item, "371424")["situations"]}
            assert given.situations <= known


def test_a_filing_is_never_called_a_permission():
    assert "许可" not in str([(get_type("remote-medical-filing").name, get_type("remote-medical-filing").fields)])


def test_a_pledge_for_the_licence_and_the_ordinary_way_give_the_same():
    assert list_given("public-place-hygiene-licence", "new_pledge") == list_given(
        "public-place-hygiene-licence", "new_ordinary"
    )
    assert list_given("company-setup", "anything") == []


def test_a_term_in_years_ends_the_day_before():
    assert Validity(years=4).last_day(date(2026, 11, 20)) == date(2030, 11, 19)
    assert Validity(years=4).last_day(date(2024, 2, 29)) == date(2028, 2, 28)
    assert Validity(none=True).last_day(date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"code": "123"},
        {"given_by": [{"item": "x", "situations": [], "operation": "grant", "validity": {"none": True}}]},
        {"given_by": [{"item": "x", "situations": [], "operation": "new", "validity": {"none": True, "years": 1}}]},
        {"given_by": [{"item": "x", "situations": [], "operation": "renew", "validity": {"years": 1}}]},
    ],
)
def test_what_makes_no_sense_is_not_read(change):
    first = yaml.safe_load(TEXT)["types"][0]
    with pytest.raises(ValueError, match=r"\w"):
        read_types(yaml.safe_dump({"types": [first | change]}, allow_unicode=True))


def test_a_type_stands_there_once():
    first = yaml.safe_load(TEXT)["types"][0]
    with pytest.raises(ValueError, match="twice"):
        read_types(yaml.safe_dump({"types": [first, first]}, allow_unicode=True))


def test_an_unknown_type_is_refused():
    with pytest.raises(UnknownLicenceType):
        get_type("passport")
