"""The hotel licence on the phone: only the questions that matter, why each is asked, and a decision that explains itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI
from tests.web.citizens import Phone, text
from tests.web.desks import Desks
from tongban.cases import queries
from tongban.cases import services as cases
from tongban.catalogue import services as catalogue
from tongban.catalogue.layers import load_document
from tongban.kernel import registries
from tongban.kernel.actors import Actor, system
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.review import services as review
from tongban.review.adapters.base import Answered, Person, Register
from tongban.rules.facts import Value

pytestmark = pytest.mark.django_db

HOTEL = "public-place-hygiene-licence"
PLEDGE = {"place": "hotel", "matter": "new", "route": "pledge"}
ORDINARY = PLEDGE | {"route": "ordinary"}
FORM = {
    "business.name": "临邑县演示宾馆", "business.code": "91371424MA3C0DEMO1", "premises.region": LINYI,
    "premises.address": "迎曦街道演示路2号", "place.area": "800", "place.rooms": "20", "cups.kind": "disposable",
    "disinfection.products": "2", "hygiene.system": "yes", "hygiene.manager": "王芳", "staff.serving": "4", "staff.certified": "4",
    "fire.pledged": "yes", "pledge.signed": "yes",
}  # fmt: skip


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin)


@pytest.fixture
def hotel(phone: Phone, linyi: Node) -> Phone:
    """The portal of 济阳, where 临邑 offers the licence too."""
    document = {**load_document(HOTEL, LINYI), "valid_from": "2020-01-01"}
    with scope([LINYI]):
        catalogue.publish(node=linyi, region=LINYI, document=document, by=system(LINYI), at=now())
    return phone


def begin(phone: Phone, answers: Mapping[str, str]) -> str:
    phone.sign_in()
    phone.say_who()
    page = choose(phone, answers)
    assert page.request["PATH_INFO"].endswith("/start")
    page = phone.get(f"/apply/{HOTEL}/begin")
    return str(page.request["PATH_INFO"]).removesuffix("/form")


def choose(phone: Phone, answers: Mapping[str, str]) -> Any:
    page = phone.post(f"/apply/{HOTEL}/places", insured=LINYI, here=JIYANG)
    for question, option in answers.items():
        page = phone.post(f"/apply/{HOTEL}/questions?q={question}", answer=option)
    return page


def shown(page: Any) -> list[str]:
    """The questions of a page, as it names them."""
    return re.findall(r'name="shown ([a-z_.]+)"', text(page))


def send(phone: Phone, draft: str, page: Any, **more: str) -> Any:
    """What a browser would send of this page, with FORM typed into it."""
    on_it = {name: value for name, value in {**FORM, **more}.items() if name in shown(page) or name == "turn"}
    return phone.post(f"{draft}/form", **on_it, **{f"shown {name}": "yes" for name in shown(page)})


def test_the_place_is_asked_in_the_words_of_the_item(hotel: Phone) -> None:
    page = text(hotel.get(f"/apply/{HOTEL}/places"))
    assert "店开在哪里" in page and "参保" not in page


def test_the_guide_tells_the_promise_of_the_situation_and_what_comes_after(hotel: Phone) -> None:
    page = text(choose(hotel, PLEDGE))
    assert "最多 3 个工作日" in page and "发证后三十日内到现场核查" in page
    assert "最多 7 个工作日" in text(choose(hotel, ORDINARY))


def test_the_form_asks_what_matters_and_says_why(hotel: Phone) -> None:
    page = hotel.get(f"{begin(hotel, PLEDGE)}/form")
    assert "disinfection.room" not in shown(page) and "cups.kind" in shown(page)
    assert "重复使用的用品有地方清洗消毒" in text(page) and "《公共场所卫生管理条例》第七条" in text(page)
    assert "现在只问与您有关的 15 项，另外 1 项您不用填" in text(page)


def test_without_scripts_the_new_question_comes_with_the_next_page(hotel: Phone) -> None:
    draft = begin(hotel, PLEDGE)
    page = send(hotel, draft, hotel.get(f"{draft}/form"), **{"cups.kind": "reused"})
    assert page.status_code == 200 and "还要填 1 项" in text(page) and "disinfection.room" in shown(page)
    assert 'value="临邑县演示宾馆"' in text(page)


def test_an_answer_comes_back_with_its_question(hotel: Phone) -> None:
    draft = begin(hotel, PLEDGE)
    page = send(hotel, draft, hotel.get(f"{draft}/form"), **{"cups.kind": "reused"})
    send(hotel, draft, page, **{"cups.kind": "reused", "disinfection.room": "separate"})
    page = hotel.get(f"{draft}/form")
    send(hotel, draft, page, **{"cups.kind": "disposable", "disinfection.room": "separate"})
    page = hotel.get(f"{draft}/form")
    assert "disinfection.room" not in shown(page)
    page = send(hotel, draft, page, **{"cups.kind": "reused"})
    assert '<option value="separate" selected>' in text(hotel.get(f"{draft}/form"))


def test_a_script_is_told_what_would_be_asked_and_nothing_is_saved(hotel: Phone) -> None:
    draft = begin(hotel, PLEDGE)
    page = send(hotel, draft, hotel.get(f"{draft}/form"), **{"cups.kind": "reused", "turn": "1"})
    assert page.status_code == 200 and "disinfection.room" in shown(page) and 'role="alert"' not in text(page)
    assert "临邑县演示宾馆" not in text(hotel.get(f"{draft}/form"))


def test_a_paper_that_a_register_may_spare_is_not_waited_for(hotel: Phone) -> None:
    draft = begin(hotel, PLEDGE)
    page = send(hotel, draft, hotel.get(f"{draft}/form"))
    assert page.request["PATH_INFO"] == f"{draft}/materials" and "可能不用交" in text(page)
    assert hotel.post(f"{draft}/materials").request["PATH_INFO"] == f"{draft}/check"


def test_only_the_papers_that_still_apply_are_asked_for(hotel: Phone) -> None:
    draft = begin(hotel, ORDINARY)
    answers = {"water.kind": "municipal", "air.kind": "separate", "test.report_on": "2026-11-01"}
    page = text(send(hotel, draft, hotel.get(f"{draft}/form"), **answers))
    assert "市政直供，不用水质报告" in page and 'id="file-water-report"' not in page and 'id="file-plan"' in page


def test_a_point_that_fails_by_what_was_typed_is_said_before_handing_in(hotel: Phone) -> None:
    draft = begin(hotel, PLEDGE)
    send(hotel, draft, hotel.get(f"{draft}/form"), **{"staff.serving": "5"})
    page = text(hotel.get(f"{draft}/check"))
    assert "请给没有健康合格证的人员办证" in page and "不会被机器拒绝" in page and "确认提交</button>" in page


@dataclass
class Knows(Register):
    """A register that answers with what it holds."""

    values: Mapping[str, Value]

    def ask(self, *, person: Person, elements: Sequence[str], about: Mapping[str, str]) -> Answered:
        return Answered(True, "same", {name: self.values[name] for name in elements if name in self.values}, "R-1")


def decided(phone: Phone, desks: Desks, **business: Value) -> str:
    """The address of a hotel's case, as the rules of 临邑 left it."""
    draft = begin(phone, PLEDGE)
    send(phone, draft, phone.get(f"{draft}/form"), **{"staff.certified": ""})
    address = str(phone.submit(draft).request["PATH_INFO"]).removesuffix("/submitted")
    case_id = UUID(address.rpartition("/")[2])
    with scope([JIYANG]):
        cases.record_evidence_and_hand_over(
            node=desks.jiyang, region=JIYANG, case_id=case_id, evidence=[], by=system(JIYANG), at=now()
        )
    desks.deliver()
    with scope([LINYI]):
        cases.take_over(node=desks.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=now())
    held: dict[str, Value] = {"business.status": "active", "business.lodging": True, "business.represented": True}
    registers = {
        "business": Knows({**held, **business}),
        "credit": Knows({"credit.barred": False}),
        "hygiene": Knows({"staff.certified": 4}),
    }
    review.consider(node=desks.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=now(), registers=registers)
    desks.deliver()
    registries.set_node(desks.jiyang)
    return address


def test_granted_by_rule_with_every_point_in_four_lines(hotel: Phone, desks: Desks) -> None:
    page = text(hotel.get(decided(hotel, desks)))
    assert "准予许可" in page and "按公开规则自动决定" in page and "备案" not in page
    points = page.split('<div class="point">')[1:]
    assert len(points) == 12 and all(1 + point.split("</ul>")[0].count("<li>") <= 4 for point in points)
    assert "三十日内到现场核查" in page


def test_a_failed_point_goes_to_a_person_whose_refusal_says_what_would_change_it(hotel: Phone, desks: Desks) -> None:
    address = decided(hotel, desks, **{"business.lodging": False})
    assert "不予许可" not in text(hotel.get(address))
    case_id, examiner = UUID(address.rpartition("/")[2]), Actor("staff", "s-chen", LINYI, frozenset({"examiner"}), office="approval")  # fmt: skip
    with scope([LINYI]):
        head = cases_head(desks.linyi, case_id, examiner)
        cases.refuse_case(
            node=desks.linyi, region=LINYI, case_id=case_id, reason="经营范围没有住宿。", article="公共场所卫生管理条例第四条",
            expected_seq=head, cmd=new_id(), by=examiner, at=now(),
        )  # fmt: skip
    desks.deliver()
    registries.set_node(desks.jiyang)
    page = text(hotel.get(address))
    assert "不予许可" in page and "经营范围没有住宿。" in page and "公共场所卫生管理条例第四条" in page
    assert "怎样会不同" in page and "请先在营业执照上增加住宿服务。" in page
    assert "如果“经营范围包含住宿”是“是”，这一条就符合。" in page and "行政复议" in page


def cases_head(node: Node, case_id: UUID, by: Actor) -> int:
    return queries.get_case(node=node, region=LINYI, case_id=case_id, by=by, at=now()).head
