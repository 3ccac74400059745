"""Licences at the desks: shown with their case, changed by the chief, mended where they could not be issued."""

from uuid import UUID

import pytest
from django.test import Client

from tests.cast import LINYI, LUO
from tests.web.desks import Desks
from tests.web.test_staff_case import text
from tests.web.test_staff_supervision import act, granted
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.signer_keys import load_signer_keys
from tongban.licences import models, queries, services
from tongban.licences.signer import sign_next

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
WHY = {"reason_code": "inspection", "note": "接到举报，正在核实", "article": "行政许可法第六十一条"}


def licensed(desks: Desks, case_id: UUID, *, witnessed: bool = True) -> int:
    """The position at which its licence was issued."""
    granted(desks, case_id)
    while sign_next(node=desks.linyi, keys=load_signer_keys(desks.linyi.home), at=now()):
        """Also what other stories have left."""
    common = {"node": desks.linyi, "region": LINYI, "by": system(LINYI), "at": now()}
    with scope([LINYI]):
        services.go_on(**common, reservation=models.Reservation.objects.get(case_id=case_id).id)  # type: ignore[arg-type]
    if witnessed:
        desks.deliver()
        with scope([LINYI]):
            services.hand_over(**common, case_id=case_id)  # type: ignore[arg-type]
    with scope([LINYI]):
        (held,) = queries.list_licences(region=LINYI, case_ids=[case_id])
    return held.seq


def blocked(desks: Desks, case_id: UUID) -> int:
    """A decision whose licence could not be issued; its reservation."""
    granted(desks, case_id)
    with scope([LINYI]):
        row = models.Reservation.objects.get(case_id=case_id)
        models.Reservation.objects.filter(id=row.id).update(state="blocked", reason="glyph-missing", face=b"")
    return row.id


def chief_of(desks: Desks) -> Client:
    return desks.sign_in(desks.linyi, "lihua", "chief", "examiner")


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    return Desks(node, linyi, huimin).found()


def test_the_case_shows_its_licence_at_both_places(desks: Desks) -> None:
    case_id = desks.taken_over()
    seq = licensed(desks, case_id)
    address = f"/staff/cases/{case_id}"
    for sign_in in (desks.examiner, desks.clerk):
        client = sign_in()
        assert "异地就医备案凭证" in text(client.get(address))
        page = text(client.get(f"{address}/licences/{seq}"))
        assert "其他节点已保存" in page and LUO.name not in page and "变更证照状态" not in page


def test_before_a_witness_it_is_signed_and_not_valid(desks: Desks) -> None:
    case_id = desks.taken_over()
    seq = licensed(desks, case_id, witnessed=False)
    page = text(desks.examiner().get(f"/staff/cases/{case_id}/licences/{seq}"))
    assert "已签发，尚未生效" in page


def test_the_chief_suspends_it_and_is_asked_for_a_reason(desks: Desks) -> None:
    case_id = desks.taken_over()
    seq = licensed(desks, case_id)
    chief, address = chief_of(desks), f"/staff/cases/{case_id}/licences/{seq}"
    assert "请选择操作和原因" in text(act(chief, address, "change", operation="suspend"))
    act(chief, address, "change", operation="suspend", **WHY)
    page = text(chief.get(address))
    assert "核查期间" in page and WHY["note"] in page and "解除暂停" in page


def test_one_proposes_to_cancel_it_and_another_confirms(desks: Desks) -> None:
    case_id = desks.taken_over()
    seq = licensed(desks, case_id)
    chief, address = chief_of(desks), f"/staff/cases/{case_id}/licences/{seq}"
    act(chief, address, "change", operation="cancel", **WHY)
    assert "待复核：注销" in text(chief.get(address)) and "注销" in text(chief.get("/staff/licences"))
    assert "提出人不能自己复核" in text(chief.post(f"{address}/confirm"))
    second = desks.sign_in(desks.linyi, "wumei", "supervisor")
    second.post(f"{address}/confirm")
    page = text(second.get(address))
    assert "已注销" in page and WHY["note"] in page and "待复核" not in page
    assert "已办理" in text(second.post(f"{address}/confirm"))


def test_what_could_not_be_issued_is_tried_again_or_given_up(desks: Desks) -> None:
    reservation, chief = blocked(desks, desks.taken_over()), chief_of(desks)
    assert "生僻字" in text(chief.get("/staff/licences"))
    chief.post(f"/staff/licences/{reservation}/retry")
    assert "待签名" in text(chief.get("/staff/licences"))
    other = blocked(desks, desks.taken_over())
    chief.post(f"/staff/licences/{other}/stop")
    assert "生僻字" not in text(chief.get("/staff/licences"))
    assert chief.post(f"/staff/licences/{other}/retry").status_code == 404
