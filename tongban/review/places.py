"""What the place of treatment and the deciding place have to do with each other."""

from datetime import date

from tongban.regions import queries as regions
from tongban.review.facts import Places

DIRECT_COUNTIES = "90"
"""Third and fourth digit of counties without a prefecture (省直辖县级行政区划, GB/T 2260)."""


def compare(place: str, deciding: str, *, on: date) -> Places:
    """Nothing is known of a place that was no division on that day."""
    try:
        regions.get_region(place, on)
    except regions.UnknownRegion:
        return Places()
    return Places(
        same_pooling_area=regions.same_pooling_area(place, deciding),
        same_province=regions.province_of(place) == regions.province_of(deciding),
        filed_for=filed_for(place),
    )


def filed_for(place: str) -> str:
    """The city that a filing for a place is made for: the prefecture or municipality (备案到地市或直辖市).

    A county right under its province has none and stays itself; whether it can be filed for is a person's question.
    """
    return place if place[2:4] == DIRECT_COUNTIES else regions.city_of(place)
