from datetime import date

import pytest

from tongban.regions import queries, services

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def loaded() -> None:
    services.load_regions()


def test_a_region_has_its_path() -> None:
    assert queries.path_name("370115") == "山东省 济南市 济阳区"
    assert queries.path_name("370115001") == "山东省 济南市 济阳区 济阳街道"
    assert queries.path_name("370000") == "山东省"


@pytest.mark.parametrize("code", ["", "999999", "37011", "370115\x00", "济阳"])
def test_an_unknown_region_is_refused(code: str) -> None:
    with pytest.raises(queries.UnknownRegion):
        queries.get_region(code, date(2026, 11, 20))


def test_lists_go_by_level_and_parent() -> None:
    assert {region.level for region in queries.list_regions(level="city")} == {"city"}
    assert "济阳区" in [region.name for region in queries.list_regions(parent="370100")]


def test_people_write_short_names() -> None:
    assert [region.code for region in queries.find_regions("济宁经开区")] == ["370892"]
    assert [region.code for region in queries.find_regions("济阳")] == ["370115", "370115001"]
    assert queries.find_regions("") == []


def test_a_pooling_area_is_the_city_and_the_whole_municipality() -> None:
    assert queries.same_pooling_area("370115", "370102")
    assert not queries.same_pooling_area("370115", "371424")
    assert queries.same_pooling_area("110101", "110228")
    assert queries.province_of("371424") == "370000"


def test_offices_and_halls() -> None:
    assert {office.kind for office in queries.list_offices("371424")} == {
        "reception", "approval", "insurance", "inspection", "civil-affairs", "disability",
    }  # fmt: skip
    assert queries.get_office("371424", "medical-insurance").region == "371424"
    assert len(queries.list_halls("371621")) == 1
    with pytest.raises(queries.UnknownOffice):
        queries.get_office("371424", "nowhere")
