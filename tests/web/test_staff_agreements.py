"""Agreements at the desks: drafted at 济阳, signed at 临邑 and 惠民, in force, amended, ended; and what the exchange makes of it."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import HUIMIN, ITEM, JIYANG, LINYI
from tests.web.desks import Desks
from tongban.alliance import completing, queries, receipts
from tongban.alliance.models import AgreementStatement
from tongban.alliance.queries import NotCoveredByAgreement
from tongban.alliance.services import import_member_list
from tongban.alliance.statements import LEAVING, read_statement
from tongban.alliance.tests.factories import TRUST, list_document, signed_list
from tongban.alliance.tests.rounds import OTHER
from tongban.exchange.tests.factories import offered, opened, write
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.events import Clause
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day
from tongban.regions.services import load_regions

pytestmark = pytest.mark.django_db
MODE = "one-window"


class Offices:
    """A liaison officer of 济阳 who writes, and a chief of each place who signs."""

    def __init__(self, desks: Desks) -> None:
        self.desks = desks
        self.nodes = {JIYANG: desks.jiyang, LINYI: desks.linyi, HUIMIN: desks.huimin}
        self.writer = desks.sign_in(desks.jiyang, "wangxin", "liaison")
        self.chiefs = {region: desks.sign_in(node, f"chief{region}", "chief") for region, node in self.nodes.items()}
        registries.set_node(desks.jiyang)

    def as_chief(self, region: str, path: str, **typed: str) -> Any:
        registries.set_node(self.nodes[region])
        client = self.chiefs[region]
        answer = client.post(path, typed, follow=True) if typed else client.get(path)
        registries.set_node(self.nodes[JIYANG])
        return answer

    def begin(self) -> str:
        return str(self.writer.post("/staff/agreements/new").headers["Location"])

    def put(self, draft: str, part: str, **typed: Any) -> Any:
        page = text(self.writer.get(draft))
        edits = re.search(r'name="edits" value="(\d+)"', page)
        assert edits
        return self.writer.post(f"{draft}/write", {"part": part, "edits": edits[1], **typed}, follow=True)

    def draft(self) -> str:
        draft = self.begin()
        self.put(draft, "head", name_zh="三地协议", name_en="Three places", valid_from=day(0), notice_days="30")
        self.put(draft, "members", members=[JIYANG, LINYI, HUIMIN], helpers=["*"])
        self.put(draft, "batches", row="new", number="1", name_zh="第一批", name_en="First", codes=ITEM)
        places = {"receiving": ["*"], "deciding": ["*"]}
        self.put(
            draft,
            "articles",
            row="new",
            number="3",
            batches=["1"],
            modes=["*"],
            codes="",
            response_days="3",
            **places,
        )
        return draft

    def propose(self, draft: str) -> str:
        answer = self.as_chief(JIYANG, f"{draft}/propose", act="sign")
        return str(answer.request["PATH_INFO"])

    def sign(self, address: str, *regions: str) -> None:
        for region in regions:
            assert self.as_chief(region, f"{address}/sign", act="sign").status_code == 200
        for node in self.nodes.values():
            completing.finish(address.rpartition("/")[2], now(), node)


@pytest.fixture
def offices(node: Node, linyi: Node, huimin: Node) -> Iterator[Offices]:
    load_regions()
    nodes = [node, linyi, huimin]
    import_member_list(raw=signed_list(list_document(nodes, now())), trust=TRUST, at=now())
    yield Offices(Desks(node, linyi, huimin))


def day(days: int) -> str:
    return (legal_day(now()) + timedelta(days=days)).isoformat()


def text(answer: Any) -> str:
    return str(answer.content.decode())


def moves(node: Node, item: str = ITEM, *, days: int = 0) -> bool:
    """Whether 济阳 can open a case of the item for 临邑 and offer it, on that day."""
    at = now() + timedelta(days=days)
    found = queries.list_clauses(item=item, mode=MODE, receiving=JIYANG, deciding=LINYI, at=at)
    clause = found[0] if found else Clause("none", 1, "1", item, MODE, JIYANG, LINYI)
    try:
        write(node, new_id(), opened(clause=clause), offered(clause=clause), at=at)
    except NotCoveredByAgreement:
        return False
    return True


def test_from_the_draft_to_the_end_each_step_is_effective(offices: Offices, node: Node) -> None:
    address = offices.propose(offices.draft())
    offices.sign(address, LINYI)
    assert "签署中" in text(offices.as_chief(HUIMIN, address)) and not moves(node)
    offices.sign(address, HUIMIN)
    assert "已签齐" in text(offices.as_chief(LINYI, address)) and moves(node) and not moves(node, OTHER)
    (held,) = queries.list_versions()
    amend = f"/staff/agreements/of/{held.id}"
    second = str(offices.writer.post(f"{amend}/amend").headers["Location"])
    offices.put(second, "head", name_zh="三地协议", name_en="Three places", valid_from=day(0), notice_days="30")
    offices.put(second, "batches", row="new", number="2", name_zh="第二批", name_en="Second", codes=OTHER)
    places = {"receiving": ["*"], "deciding": ["*"]}
    offices.put(
        second,
        "articles",
        row="0",
        number="3",
        batches=["1", "2"],
        modes=["*"],
        codes="",
        response_days="3",
        **places,
    )
    address = offices.propose(second)
    assert "批次 2" in text(offices.as_chief(LINYI, address))
    offices.sign(address, LINYI, HUIMIN)
    assert moves(node) and moves(node, OTHER)
    third = str(offices.writer.post(f"{amend}/amend").headers["Location"])
    offices.put(third, "head", name_zh="三地协议", name_en="Three places", valid_from=day(0), valid_until=day(1))
    offices.sign(offices.propose(third), LINYI, HUIMIN)
    assert [moves(node, days=days) for days in (1, 2)] == [True, False]
    assert text(offices.writer.get(amend)).count("第 3 版") >= 1


def test_what_is_wrong_is_said_and_nothing_is_sent(offices: Offices) -> None:
    draft = offices.begin()
    page = text(offices.put(draft, "head", name_zh="协议", name_en="", valid_from="昨天"))
    assert "请填写协议的中文和英文名称。" in page and 'value="协议"' in page
    answer = offices.as_chief(JIYANG, f"{draft}/propose", act="sign")
    assert answer.status_code == 422 and queries.list_versions() == []


def test_a_signer_sees_what_is_to_be_signed(offices: Offices) -> None:
    page = text(offices.as_chief(JIYANG, offices.draft()))
    assert "第一批" in page and "签署并送出" in page and 'name="edits"' not in page


def test_declined_with_a_reason(offices: Offices) -> None:
    address = offices.propose(offices.draft())
    assert offices.as_chief(LINYI, f"{address}/sign", act="decline", reason="").status_code == 422
    offices.as_chief(LINYI, f"{address}/sign", act="decline", reason="期限过短")
    assert "期限过短" in text(offices.as_chief(HUIMIN, address))
    assert offices.as_chief(HUIMIN, f"{address}/sign", act="sign").status_code == 409


def test_a_place_leaves(offices: Offices, node: Node) -> None:
    offices.sign(offices.propose(offices.draft()), LINYI, HUIMIN)
    (held,) = queries.list_versions()
    address = f"/staff/agreements/of/{held.id}"
    answer = offices.as_chief(LINYI, f"{address}/leave", last_day=day(5), reason="调整")
    assert answer.status_code == 422 and "30 天" in text(answer) and 'value="' + day(5) in text(answer)
    assert "等待其他节点确认收到" in text(offices.as_chief(LINYI, f"{address}/leave", last_day=day(30), reason="调整"))
    raw = bytes(AgreementStatement.objects.get(act=LEAVING).raw)
    notice = read_statement(raw, list_of=queries.list_of)
    receipts.give_receipt(node, held, now(), notice=notice, raw=raw)
    assert "退出，最后一天" in text(offices.as_chief(LINYI, address))
    assert [moves(node, days=days) for days in (30, 31)] == [True, False]


def test_which_clause_wins(offices: Offices) -> None:
    offices.sign(offices.propose(offices.draft()), LINYI, HUIMIN)
    wanted = {"item": ITEM, "mode": MODE, "receiving": JIYANG, "deciding": LINYI}
    page = text(offices.writer.get("/staff/agreements/clauses", wanted))
    assert "适用这一条" in page and "只有这一条适用" in page
    assert "没有生效的条款" in text(offices.writer.get("/staff/agreements/clauses", {**wanted, "item": OTHER}))


def test_it_is_published_for_everybody(offices: Offices) -> None:
    draft = offices.draft()
    entrusted = {"giver": LINYI, "takers": [JIYANG], "what_zh": "受理和送达", "what_en": "Reception and service"}
    offices.put(draft, "entrustments", row="new", number="1", published_on=day(0), codes="", **entrusted)
    offices.put(draft, "liaison", place=[LINYI], **{f"post-{LINYI}": "医保局窗口", f"phone-{LINYI}": "0534-0000000"})
    phone = Client()
    assert "三地协议" not in text(phone.get("/agreements"))
    offices.sign(offices.propose(draft), LINYI, HUIMIN)
    (held,) = queries.list_versions()
    assert "三地协议" in text(phone.get("/agreements", {"place": LINYI, "item": ITEM}))
    page = text(phone.get(f"/agreements/{held.id}"))
    assert "受理和送达" in page and "0534-0000000" in page and "代办互认" in page
    assert phone.get("/agreements/none").status_code == 404


def test_who_is_no_member_sees_nothing_of_it(offices: Offices) -> None:
    draft = offices.draft()
    offices.put(draft, "members", members=[JIYANG, LINYI])
    address = offices.propose(draft)
    assert offices.as_chief(LINYI, address).status_code == 200
    assert offices.as_chief(HUIMIN, address).status_code == 404


def test_dates_of_the_form_are_kept_as_typed(offices: Offices) -> None:
    draft = offices.begin()
    page = text(offices.put(draft, "head", name_zh="甲", name_en="A", valid_from=date(2020, 1, 1).isoformat()))
    assert "2020-01-01" in page and "不早于今天" in page


def test_the_record_of_signing_names_what_came_to_nothing(offices: Offices) -> None:
    address = offices.propose(offices.draft())
    offices.as_chief(JIYANG, f"{address}/sign", act="withdraw", reason="重新起草")
    page = text(offices.as_chief(JIYANG, "/staff/agreements?past=0"))
    assert address in page.partition('id="past-title"')[2] and "已撤回" in page
    assert offices.as_chief(JIYANG, "/staff/agreements?past=x").status_code == 200


def test_a_zero_byte_in_a_form_does_no_harm(offices: Offices) -> None:
    draft = offices.begin()
    offices.put(
        draft, "batches", row="new", number="1", name_zh="甲\0", name_en="A", codes=f"{ITEM}\0 x\0y", items=["z\0"]
    )
    assert offices.put(draft, "members", members=[f"{LINYI}\0"]).status_code == 200
