"""Guides of items that were only taken in: what the source said, what it did not say, where to ask; found, printed, listed for search engines."""

from typing import Any

import pytest

from tests.cast import JIYANG
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tests.web.test_search import find, states
from tongban.catalogue.history.taken import adjust_taken, find_taken
from tongban.catalogue.importing.listed import read_list
from tongban.catalogue.importing.storing import store_items
from tongban.catalogue.tests.guides import GONE, guide, read
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]

NAME, KEY = "示例事项办理", "002099001001-01"
FEE = {"feename": "工本费", "feestand": "5元/本", "chargeBylaw": "《示例收费办法》第一条", "isMinus": "是"}
CODED = "002099001001"


def take_in(*entries: Any) -> None:
    store_items(entries=list(entries), by=system(JIYANG), at=now())


def address(key: str = KEY) -> str:
    return f"/guides/taken-{find_taken(key, on=legal_day(now())).id}"


def test_a_search_leads_to_what_the_source_published(phone: Phone) -> None:
    take_in(read(guide(isCharge="是", chargeList=[FEE])))
    page = find(phone, NAME)
    assert states(page)[0] == (NAME, "listed") and f'href="{address()}"' in text(page)
    page = text(phone.get(address()))
    for said in (
        '公布单位：<span lang="zh-Hans">示例省示例厅', "个人 · 企业和组织", "符合《示例办法》第四条的", "示例申请表", "申请人自备",
        "申请表，原件，电子，1份",
        "填写完整", "承诺：最多 5 个工作日", "法定：最多 10 个工作日", "承诺5个工作日", "工本费：5元/本；《示例收费办法》第一条；能否减免：是",
        "申请、受理、审核", "《示例办法》第一条", "示例证明", CODED, "济阳区政务服务大厅", "在本网站还不能办",
    ):  # fmt: skip
        assert said in page, said
    assert "开始办理" not in page


def test_what_was_not_given_is_said_as_not_given(phone: Phone) -> None:
    silent = guide(acceptanceCondition=GONE, commitmentLimit=GONE, approveLimit="", isCharge=GONE)
    del silent["materialList"][0]["sourceChannel"]
    take_in(read(silent))
    parts = {part.field: part for part in phone.get(address()).context["record"].parts}
    for field in ("conditions", "fees", "remedies", "contacts"):
        assert (parts[field].said, parts[field].quoted) == ((), ()), field
    assert not any("最多" in text.zh for text in parts["limits"].said)
    [material] = phone.get(address()).context["record"].materials
    assert [part.said for part in material.details if part.field == "source"] == [()]
    assert "没有写明" in text(phone.get(address()))


def test_the_item_of_an_office_names_the_basic_one_that_it_carries_out(phone: Phone) -> None:
    take_in(read(guide(rightsCode=f"11370800MB285591843{CODED}")))
    parts = {part.field: part for part in phone.get(address(f"11370800MB285591843{CODED}-01")).context["record"].parts}
    assert parts["code"].said[-1].zh == f"基本编码 {CODED}"
    assert parts["code"].quoted == (f"11370800MB285591843{CODED}-01",)


def test_what_is_not_verified_stays_so(phone: Phone) -> None:
    [entry] = read_list(
        {"items": [{"name": "示例清单事项", "department": "示例局", "verified": False}]}, file="items.yaml"
    )
    take_in(entry)
    page = text(phone.get(address("-:示例清单事项")))
    assert '公布单位：<span lang="zh-Hans">示例局' in page and "待核实" in page


def test_of_one_name_the_item_that_says_more_is_found(phone: Phone) -> None:
    [entry] = read_list({"items": [{"name": NAME, "verified": True}]}, file="items.yaml")
    take_in(entry)
    take_in(read(guide()))
    assert f'href="{address()}"' in text(find(phone, NAME))
    assert "另有指南" in text(phone.get(address(f"-:{NAME}")))


def test_words_of_the_source_are_shown_and_never_run(phone: Phone) -> None:
    take_in(read(guide(acceptanceCondition="<script>alert(1)</script>\n第二条")))
    page = text(phone.get(address()))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;<br>第二条" in page


def test_it_is_printed_and_named_to_search_engines(phone: Phone) -> None:
    take_in(read(guide()))
    assert f"{address()}</loc>" in text(phone.get("/sitemap-1.xml"))
    assert 'class="guide printing"' in text(phone.get(f"{address()}?view=print")) and "回到普通页面" in text(
        phone.get(f"{address()}?view=print")
    )


def test_an_item_that_became_part_of_another_says_so_and_is_found_no_more(phone: Phone) -> None:
    take_in(read(guide()), read(guide(ywCode="02", unifyName="并入的事项")))
    why = Text("机构改革", "Reform")
    adjust_taken(
        layer="template", key=KEY, act="merged", into="002099001001-02", reason=why, by=system(JIYANG), at=now()
    )
    page = text(phone.get(address()))
    assert "机构改革" in page and f'href="{address("002099001001-02")}"' in page
    assert f"{address()}</loc>" not in text(phone.get("/sitemap-1.xml"))


def test_what_has_no_content_has_no_guide(phone: Phone) -> None:
    [entry] = read_list({"bundles": [{"code": "B1", "name": "开办餐馆", "verified": True}]}, file="bundles.yaml")
    take_in(entry)
    assert phone.get(address("B1")).status_code == 404
    assert phone.get("/guides/taken-99999").status_code == 404


def test_the_desk_sees_the_content_with_findings_beside_it_and_what_was_not_understood(
    node: Node, linyi: Node, huimin: Node
) -> None:
    take_in(read(guide({"sourceChannel": "邻居家"}, commitmentLimit="20", commitmentLimitExplain="20个工作日")))
    editor = Desks(node, linyi, huimin).found().sign_in(node, "bianji", "catalogue_editor")
    page = editor.get(f"/staff/items/taken/{find_taken(KEY, on=legal_day(now())).id}")
    record = page.context["record"]
    assert "没有说明来源" in [one["what"].zh for one in record.materials[0].found]
    limits = next(part for part in record.parts if part.field == "limits")
    assert any("长于法定时限" in one["what"].zh for one in limits.found)
    assert (
        "没有读懂的内容（1）" in text(page) and "邻居家" in text(page) and "materialList[0].sourceChannel" in text(page)
    )
