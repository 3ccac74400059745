"""公共场所卫生许可 between two nodes: handed in at 济阳, decided in 临邑 by its rules, put into effect by its register of licences.

What the rules cannot affirm is an examiner's, never a refusal.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.processes import Alliance, wait_until
from tongban.project import walk_case
from tongban.project.registers.businesses import HOSTS, SERVING, credit_code
from tongban.project.walk import Visitor

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]

ORDERLY, UNFIT, UNHEARD, *_ = HOSTS
ARTICLE = "公共场所卫生管理条例实施细则第二十二条"
BY_THE_RULES = ["taken_over", "accepted", "assessed", "approved"]


def hand_in(alliance: Alliance, name: str) -> tuple[Visitor, str]:
    visitor = alliance.visitor("jiyang")
    walk_case.sign_in(visitor, alliance.person(name))
    story = walk_case.hotel_story(credit_code(HOSTS.index(name) + 1), staff=SERVING)
    return visitor, walk_case.apply(visitor, story, insured="371424", here="370115", item=walk_case.HYGIENE)


def licences(alliance: Alliance) -> dict[str, Any]:
    """What the register of licences has on record, by case."""
    rows = json.loads(alliance.results_file.read_text()) if alliance.results_file.exists() else {}
    return {key.partition(" ")[2]: row for key, row in rows.items() if row["system"] == "licence-register"}


@pytest.fixture
def desk(alliance: Alliance) -> Iterator[Visitor]:
    yield alliance.desk("linyi", "examiner")


def test_a_hotel_in_order_gets_its_licence_without_a_person(alliance: Alliance) -> None:
    visitor, case_id = hand_in(alliance, ORDERLY)
    with visitor:
        walk_case.wait_until_effective(visitor, case_id)
    alliance.wait_for_kind("linyi", case_id, "closed")
    kinds = alliance.sites["linyi"].kinds(case_id)
    assert [kind for kind in kinds if kind in BY_THE_RULES] == BY_THE_RULES
    assert licences(alliance)[case_id]["reference"].startswith("WS")
    assert case_id not in alliance.filings()
    alliance.wait_for_equal_copies(case_id)


def test_a_failed_point_is_referred_and_only_an_examiner_refuses(alliance: Alliance, desk: Visitor) -> None:
    visitor, case_id = hand_in(alliance, UNFIT)
    with visitor:
        alliance.wait_for_kind("jiyang", case_id, "assessed")
        assert "不符合" in verdict_of(desk, case_id, "经营范围包含住宿")
        assert not {"approved", "refused"} & set(alliance.sites["linyi"].kinds(case_id))
        refuse(desk, case_id, reason="营业执照的经营范围不包含住宿。", article=ARTICLE)
        alliance.wait_for_kind("jiyang", case_id, "refused")
        visitor.open(f"/cases/{case_id}").require(text="不予许可").require(text=ARTICLE).require(text="行政复议")
    assert case_id not in licences(alliance)


def test_a_silent_register_leaves_a_person_to_decide_and_a_broken_pledge_ends_it(
    alliance: Alliance, desk: Visitor
) -> None:
    visitor, case_id = hand_in(alliance, UNHEARD)
    with visitor:
        alliance.wait_for_kind("linyi", case_id, "assessed")
        assert "unknown" in verdict_of(desk, case_id, "可以适用告知承诺")
        assert "unknown" not in verdict_of(desk, case_id, "营业执照有效")
        walk_case.approve(desk, case_id)
        walk_case.wait_until_effective(visitor, case_id)
        assert wait_until(lambda: case_id in licences(alliance), what="the licence")
        a_pledge_that_was_broken_ends_the_licence(alliance, visitor, case_id)


def a_pledge_that_was_broken_ends_the_licence(alliance: Alliance, visitor: Visitor, case_id: str) -> None:
    """The office that supervises was told, with a day; an inspector looks, the chief revokes, and whoever has to know is told."""
    alliance.wait_for_kind("jiyang", case_id, "inspection_asked")
    address = f"/staff/supervision/{case_id}"
    inspector = alliance.desk("linyi", "inspector")
    inspector.open("/staff/supervision").require(text="待认领")
    walk_case.act(inspector, address, action="/claim")
    found = {"finding": "differs", "point": "disinfection", "note": "现场没有消毒间。", "article": ARTICLE}
    walk_case.act(inspector, address, action="/report", values=found)
    assert "revoked" not in alliance.sites["linyi"].kinds(case_id)
    chief = alliance.desk("linyi", "chief")
    grounds = {"reason": "与承诺不符。", "article": ARTICLE, "heard": "yes"}
    walk_case.act(chief, address, action="/revoke", values=grounds)
    alliance.wait_for_kind("jiyang", case_id, "revocation_told")
    wait_until(lambda: alliance.sites["jiyang"].kinds(case_id).count("revocation_told") == 2, what="both were told")
    visitor.open(f"/cases/{case_id}").require(text="撤销").require(text=ARTICLE).require(text="行政复议")
    alliance.wait_for_equal_copies(case_id)


def refuse(desk: Visitor, case_id: str, **grounds: str) -> None:
    walk_case.act(desk, f"/staff/cases/{case_id}", action="/refuse", values=grounds)


def verdict_of(desk: Visitor, case_id: str, point: str) -> str:
    """The line of a review point."""
    html = desk.open(f"/staff/cases/{case_id}").require(text=point).html
    start = html.index(f"<span>{point}</span>")
    return html[start : html.index("</summary>", start)]
