"""Guides (办事指南): for every item, place and way to apply, for anybody; the list of them, and what search engines ask for."""

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tests.web.citizens import Phone, text
from tongban.catalogue.history.adjusting import adjust_item
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.text import Text

pytestmark = pytest.mark.django_db
GUIDE = f"/guides/{ITEM}/{LINYI}/online"
SITEMAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def data_of(page: Any) -> Any:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text(page))
    assert found
    return json.loads(found[1])


def test_it_says_who_decides_who_may_receive_and_where(phone: Phone) -> None:
    page = text(phone.get(GUIDE))
    assert "临邑县医疗保障经办机构" in page and "济阳区政务服务大厅" in page
    assert "济阳—临邑—惠民 跨市通办协议" in page


def test_every_situation_has_its_materials_and_the_answers_that_lead_there(phone: Phone) -> None:
    guide = phone.get(GUIDE).context["guide"]
    assert len(guide.situations) == 12
    permit = next(one for one in guide.situations if one.situation.id == "long_term_permit")
    assert permit.ways[0][-1].zh == "我在这里登记了居住证"
    assert {one.wanted.material.id for one in permit.materials} >= {"identity", "residence-permit"}


def test_at_the_counter_papers_are_brought_and_online_they_are_photographed(phone: Phone) -> None:
    brought = "带原件到窗口，核对后当场还您。"
    assert brought in text(phone.get(f"/guides/{ITEM}/{LINYI}/collect"))
    assert brought not in text(phone.get(GUIDE))


def test_a_place_where_nothing_need_be_filed_says_so(phone: Phone) -> None:
    assert "无需备案" in phone.get(f"/guides/{ITEM}/{HUIMIN}/online?here={JIYANG}").context["screened"].title.zh
    assert phone.get(f"{GUIDE}?here={JIYANG}").context["screened"] is None


def test_the_place_that_takes_it_in_can_be_chosen_and_the_link_keeps_it(phone: Phone) -> None:
    page = phone.get(f"{GUIDE}?here={HUIMIN}")
    assert page.context["here_code"] == HUIMIN
    assert f'href="{GUIDE}?here={HUIMIN}#s-long_term_permit"' in text(page)
    assert "请在惠民县" not in text(page) and "惠民县的通办网站" in text(page).replace(" ", "")


def test_starting_from_the_guide_asks_for_no_place_again(phone: Phone) -> None:
    assert 'action="/apply/remote-medical-filing/places"' in text(phone.get(GUIDE))
    page = phone.post(f"/apply/{ITEM}/places", insured=LINYI, here=JIYANG)
    assert page.context["question"].id == "care"


def test_the_print_view_is_unfolded(phone: Phone) -> None:
    assert text(phone.get(GUIDE)).count(" open>") == 0
    page = text(phone.get(f"{GUIDE}?view=print"))
    assert page.count("<details") == page.count(" open>")


@pytest.mark.parametrize(
    "path", [f"/guides/{ITEM}/{LINYI}/by-post", "/guides/no-such-item/371424", f"/guides/{ITEM}/0"]
)
def test_what_is_not_offered_is_not_there(phone: Phone, path: str) -> None:
    assert phone.get(path).status_code == 404


def test_an_item_that_is_suspended_says_why_and_cannot_be_begun(phone: Phone, linyi: Node) -> None:
    why = Text("系统升级", "Renewal")
    with scope([LINYI]):
        adjust_item(node=linyi, region=LINYI, key=ITEM, act="suspended", reason=why, by=system(LINYI), at=now())
    page = phone.get(GUIDE)
    assert "现在不能新办" in text(page) and "系统升级" in text(page)
    assert not page.context["can_start"] and f'action="/apply/{ITEM}/places"' not in text(page)


def test_search_engines_read_only_what_was_checked(phone: Phone) -> None:
    told = data_of(phone.get(f"/guides/{ITEM}/{LINYI}"))
    assert told["@type"] == "GovernmentService" and told["name"] == "异地就医备案"
    assert told["isAccessibleForFree"] is True
    assert "identifier" not in told and "12393" not in json.dumps(told)
    assert told["url"].endswith(GUIDE)


def test_the_list_is_by_place_department_and_audience(phone: Phone) -> None:
    page = phone.get(f"/guides?place={LINYI}&for=person")
    assert [department.zh for department, _ in page.context["departments"]] == ["临邑县医疗保障经办机构"]
    assert phone.get(f"/guides?place={LINYI}&for=organisation").context["departments"] == []


def test_the_sitemap_names_every_guide(phone: Phone) -> None:
    index = ElementTree.fromstring(phone.get("/sitemap.xml").content)
    [part] = [loc.text for loc in index.iter(f"{SITEMAPS}loc")]
    assert part and part.endswith("/sitemap-1.xml")
    found = [
        loc.text or "" for loc in ElementTree.fromstring(phone.get("/sitemap-1.xml").content).iter(f"{SITEMAPS}loc")
    ]
    assert {place for address in found for place in re.findall(r"/guides/[\w-]+/(\d{6})$", address)} == {
        JIYANG, LINYI, HUIMIN,
    }  # fmt: skip
    assert phone.get("/sitemap-2.xml").status_code == 404
    assert "Sitemap: http" in text(phone.get("/robots.txt"))


def test_the_first_page_claims_only_what_the_items_say(phone: Phone) -> None:
    page = text(phone.get("/"))
    assert "5 分钟" not in page and "不用跑腿" not in page
    assert "可以全程网办，不用到窗口" in page and f'href="/guides/{ITEM}/' in page
