"""Topics, answers and places over the API."""

import pytest

from tests.cast import ITEM, JIYANG, LINYI
from tests.web.api.conftest import Systems

pytestmark = pytest.mark.django_db


def test_topics_lead_to_items(systems: Systems) -> None:
    topics = systems.partner().get("guidance/topics").json()["items"]
    assert "ill-away" in [one["id"] for one in topics]
    assert all(one["root"]["branches"] for one in topics)


def test_an_answer_names_the_guide_that_it_rests_on(systems: Systems) -> None:
    answer = systems.partner().post("guidance/answers", {"q": "异地就医备案多久能办好", "region": LINYI}).json()
    assert (answer["how"], answer["key"], answer["region"]) == ("answered", ITEM, LINYI)
    assert answer["passages"][0]["aspect"] == "limit" and answer["passages"][0]["text"]["zh"]


def test_what_no_guide_says_is_said_to_be_unknown(systems: Systems) -> None:
    partner = systems.partner()
    assert partner.post("guidance/answers", {"q": "今天天气怎么样"}).json()["how"] == "unknown"
    assert partner.post("guidance/answers", {"q": ""}).status_code == 422


def test_a_question_stands_in_no_address_and_holds_no_number(systems: Systems) -> None:
    partner = systems.partner()
    assert partner.get("guidance/answers", q="异地就医备案多久能办好").status_code == 405
    assert partner.post("guidance/answers", {"q": "我的电话 199 0000 0008，异地就医备案多久"}).status_code == 422


def test_places_say_what_they_receive_for_whom(systems: Systems) -> None:
    found = systems.partner().get("guidance/points", region=JIYANG, home=LINYI).json()["items"]
    assert found and all(ITEM in one["receives"][0]["items"] for one in found)
    assert systems.partner().get("guidance/points", home="990000").json() == {"items": []}
    assert {one["region"] for one in systems.partner().get("guidance/points").json()["items"]} == {JIYANG}
