"""The operator's pages and what the offices say to each other, in a real browser: axe finds nothing, and nothing is wider than a phone."""

from pathlib import Path

import pytest
from django.http import HttpResponse

from tests.web.desks import Desks
from tests.web.test_staff_accessible import barriers, save
from tests.web.test_staff_case import seen
from tests.web.test_staff_node import ask, case_page
from tests.web.troubles import Troubles
from tongban.kernel import registries
from tongban.kernel.node import Node

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls"), pytest.mark.browser]


def test_no_page_of_the_operator_has_a_barrier(node: Node, linyi: Node, huimin: Node, tmp_path: Path) -> None:
    troubles = Troubles(Desks(node, linyi, huimin).found())
    pages = pages_of_the_node(troubles)
    addresses = {name: save(tmp_path / f"{name}.html", response) for name, response in pages.items()}
    assert barriers(addresses) == []


def pages_of_the_node(troubles: Troubles) -> dict[str, HttpResponse]:
    of_a_case = pages_of_a_case(troubles.desks)
    operator = troubles.operator()
    quiet = operator.get("/staff/node/")
    waiting, parked, forked = troubles.unsent(), troubles.parked(), troubles.forked()
    registries.set_node(troubles.desks.linyi)
    pages = {"quiet": quiet, "refused": ask(operator, forked)}
    ask(operator, parked)
    second = troubles.operator("wumei", roles=("supervisor",))
    pages |= {"second": second.get("/staff/node/"), "second-case": case_page(second, parked)}
    troubles.restored()
    pages |= {
        name: case_page(operator, id) for name, id in (("waiting", waiting), ("parked", parked), ("forked", forked))
    }
    return pages | of_a_case | {"overview": operator.get("/staff/node/")}


def pages_of_a_case(desks: Desks) -> dict[str, HttpResponse]:
    """A thread, a case that came back, and one whose node recovers."""
    case_id = desks.taken_over()
    examiner, address = desks.examiner(), f"/staff/cases/{case_id}"
    examiner.post(f"{address}/message", {**seen(examiner.get(address)), "text": "请补拍居住证背面"})
    pages = {
        "talk": examiner.get(address),
        "no-reason": examiner.post(f"{address}/send-back", seen(examiner.get(address))),
    }
    back = {
        "reason": "papers-unreadable",
        "field": ["filing.address"],
        "material": ["residence-permit"],
        "note": "背面缺失",
    }
    examiner.post(f"{address}/send-back", {**seen(examiner.get(address)), **back})
    pages["going-back"] = examiner.get(address)
    desks.deliver()
    desks.come_back(case_id)
    clerk = desks.clerk()
    return pages | {"came-back": clerk.get(address), "complete": clerk.get(f"{address}/complete")}
