from datetime import date
from pathlib import Path

import pytest

from tongban.regions import queries, services
from tongban.regions.models import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def renamed(tmp_path: Path) -> Path:
    """An invented county that became a district of another name on 1 July 2024."""
    file = tmp_path / "regions.yaml"
    file.write_text(
        "regions:\n"
        "- {code: '990101', name: 旧县, level: county, valid_until: 2024-07-01}\n"
        "- {code: '990101', name: 新区, level: county, valid_from: 2024-07-01}\n"
    )
    return file


def test_loading_twice_changes_nothing() -> None:
    count = services.load_regions()
    ids = set(Region.objects.values_list("id", flat=True))
    services.load_regions()
    assert set(Region.objects.values_list("id", flat=True)) == ids
    assert len(ids) == count > 70


def test_the_marks_of_the_source_are_kept() -> None:
    services.load_regions()
    zone = queries.get_region("370892")
    assert not zone.verified
    assert not zone.gb2260
    assert "370829" in zone.note
    assert zone.aliases == ("济宁经开区",)
    assert queries.get_region("370115").verified


def test_every_parent_exists_and_places_of_the_demonstration_are_not_called_facts() -> None:
    services.load_regions()
    for region in queries.list_regions():
        assert queries.path_name(region.code).endswith(region.name)
    assert not any(hall.verified for hall in queries.list_halls("370115"))


def test_a_division_is_what_it_was_on_that_day(renamed: Path) -> None:
    services.load_regions(regions=renamed)
    assert queries.get_region("990101", date(2024, 6, 30)).name == "旧县"
    assert queries.get_region("990101", date(2024, 7, 1)).name == "新区"
    assert queries.get_region("990101").name == "新区"


def test_a_known_row_is_corrected_and_keeps_its_id(renamed: Path) -> None:
    services.load_regions(regions=renamed)
    before = Region.objects.get(name="旧县").id
    renamed.write_text(renamed.read_text().replace("旧县", "旧州"))
    services.load_regions(regions=renamed)
    assert Region.objects.get(name="旧州").id == before
