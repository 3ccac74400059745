"""Registers that stay silent and a platform that says no or falters: never a refusal by itself, never two filings."""

import pytest

from tests.processes import Alliance, wait_until
from tongban.project import walk_case

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    ("name", "point"), [("周洋", "参保状态正常"), ("唐静", "在就医地登记居住")], ids=["insurance", "residence"]
)
def test_a_silent_register_leads_to_the_examiner(alliance: Alliance, name: str, point: str) -> None:
    visitor, case_id = alliance.hand_in(alliance.person(name))
    with visitor:
        alliance.wait_for_kind("linyi", case_id, "assessed")
        page = alliance.desk("linyi", "examiner").open(f"/staff/cases/{case_id}").require(text="准予备案")
        assert "unknown" in verdict_of(page.html, point)
        assert not {"approved", "refused"} & set(alliance.sites["linyi"].kinds(case_id))
        walk_case.approve(alliance.desk("linyi", "examiner"), case_id)
        walk_case.wait_until_effective(visitor, case_id)


def verdict_of(html: str, point: str) -> str:
    """The line of a review point."""
    start = html.index(f"<span>{point}</span>")
    return html[start : html.index("</summary>", start)]


def test_a_platform_that_says_no_leaves_the_decision_waiting_on_a_desk(alliance: Alliance) -> None:
    visitor, case_id = alliance.hand_in(alliance.person("吴秀兰"))
    with visitor:
        alliance.wait_for_kind("jiyang", case_id, "effect_failed")
        visitor.open(f"/cases/{case_id}").require(text="已决定，待生效").require(text="您不用做任何事")
    desk = alliance.desk("linyi", "examiner")
    assert case_id in desk.open("/staff/?desk=effect").require().html
    page = desk.open(f"/staff/cases/{case_id}").require(text="account-frozen").require(text="重试生效")
    assert any(form.action.endswith("/retry-effect") for form in page.forms)
    assert "effective" not in alliance.sites["linyi"].kinds(case_id)
    assert case_id not in alliance.filings()


def test_a_platform_that_fails_twice_files_once(alliance: Alliance) -> None:
    visitor, case_id = alliance.hand_in(alliance.person("徐强"))
    with visitor:
        walk_case.wait_until_effective(visitor, case_id, seconds=60)
    kinds = wait_until(lambda: closed(alliance, case_id), what="the end of the case")
    assert (kinds.count("approved"), kinds.count("effective"), kinds.count("effect_failed")) == (1, 1, 1)
    assert alliance.filings()[case_id]["outcome"] == "acknowledged"


def closed(alliance: Alliance, case_id: str) -> list[str] | None:
    kinds = alliance.sites["linyi"].kinds(case_id)
    return kinds if "closed" in kinds else None
