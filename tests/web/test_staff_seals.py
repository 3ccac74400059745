"""Seals, forms and blanks at the desks of 济阳: the chief asks, the supervisor confirms, the signer makes; a window counts its blanks."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cast import JIYANG
from tests.web.desks import Desks
from tests.web.saved_pages import barriers, save
from tests.web.test_staff_case import text
from tongban.kernel.actors import Actor
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.scope import scope
from tongban.kernel.workdays import legal_day
from tongban.regions.services import load_regions
from tongban.seals import blanks, queries, services, signing
from tongban.seals.keyroom import KeyRoom

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.desk_urls")]
TYPE = "hygiene-licence"


@pytest.fixture
def desks(node: Node, linyi: Node, huimin: Node) -> Desks:
    load_regions()
    return Desks(node, linyi, huimin)


def asked(client: Client, **changed: Any) -> Any:
    """A seal of the approval bureau, as the page suggests it."""
    today = legal_day(now())
    typed = {
        "office": "approval-bureau", "owner": "济阳区行政审批服务局", "title": "行政审批专用章", "uscc": "", "use": ["licence", "paper"],
        "valid_from": today.isoformat(), "valid_until": today.replace(year=today.year + 2, day=1).isoformat(),
    }  # fmt: skip
    return client.post("/staff/seals/new", typed | changed)


def made(desks: Desks, room: Path, *, name: str = "yinzhang") -> tuple[Client, UUID]:
    """In use; and the desk of a supervisor who did not ask for it."""
    answer = asked(desks.sign_in(desks.jiyang, f"{name}-1", "chief"))
    seal_id = UUID(answer.url.rpartition("/")[2])
    supervisor = desks.sign_in(desks.jiyang, f"{name}-2", "supervisor")
    supervisor.post(f"/staff/seals/{seal_id}/confirm")
    signing.step(node=desks.jiyang, room=KeyRoom.of(room), at=now())
    return supervisor, seal_id


def seal_of(desks: Desks) -> UUID:
    """Asked for at 济阳 by somebody who does nothing else."""
    today = legal_day(now())
    by = Actor("staff", "s-asks-for-seals", JIYANG, frozenset({"chief"}))
    with scope([JIYANG]):
        return services.ask_seal(
            node=desks.jiyang, region=JIYANG, office="hall", owner="济阳区政务服务中心", title="业务专用章", uses=["paper"], valid_from=today,
            valid_until=today.replace(year=today.year + 1, day=1), by=by, at=now(),
        )  # fmt: skip


def kept_blanks(desks: Desks) -> None:
    """A hundred in the store, twenty at window 3, one used, one void."""
    by: dict[str, Any] = {"region": JIYANG, "by": Actor("staff", "s-keeps", JIYANG, frozenset({"chief"})), "at": now()}
    with scope([JIYANG]):
        blanks.receive_blanks(type=TYPE, first="JY0001", last="JY0100", **by)
        batch = blanks.list_stock(region=JIYANG)[-1]
        blanks.hand_out(batch=batch.id, window="3 号窗口", count=20, **by)
        blanks.use_blank(type=TYPE, window="3 号窗口", ref="济阳卫公证字〔2026〕第000001号", **by)
        blanks.void_blank(type=TYPE, number="JY0002", reason="打印偏移", **by)


def test_one_asks_another_confirms_and_the_signer_makes_it(desks: Desks, tmp_path: Path) -> None:
    client, seal_id = made(desks, tmp_path)
    page = text(client.get(f"/staff/seals/{seal_id}"))
    assert "在用" in page and "P256" in page and "SM2" in page and "停用此印章" in page
    assert client.get(f"/staff/seals/{seal_id}/picture").content.startswith(b"<svg")
    assert "3701150000001" in text(client.get("/staff/seals"))


def test_who_asked_finds_no_button_and_is_refused(desks: Desks) -> None:
    both = desks.sign_in(desks.jiyang, "liangzhe", "chief", "supervisor")
    address = asked(both).url
    page = text(both.get(address))
    assert "须由另一名督查员确认" in page and "确认制作" not in page
    assert both.post(f"{address}/confirm").status_code == 403


def test_what_is_wrong_keeps_what_was_typed(desks: Desks) -> None:
    client = desks.sign_in(desks.jiyang, "yinzhang", "chief")
    answer = asked(client, owner="局长", title="证照专用章")
    assert answer.status_code == 422 and "证照专用章" in answer.content.decode()
    assert asked(client, office="nowhere").status_code == 422


def test_stopping_needs_a_reason(desks: Desks, tmp_path: Path) -> None:
    client, seal_id = made(desks, tmp_path)
    assert client.post(f"/staff/seals/{seal_id}/stop", {"reason": " "}).status_code == 422
    client.post(f"/staff/seals/{seal_id}/stop", {"reason": "机构撤并"})
    page = text(client.get(f"/staff/seals/{seal_id}"))
    assert "已停用" in page and "机构撤并" in page


def test_specimens_are_shown_and_say_what_they_are(desks: Desks) -> None:
    client = desks.sign_in(desks.jiyang, "yunwei", "operator")
    assert "公共场所卫生许可证" in text(client.get("/staff/licence-forms"))
    assert client.get(f"/staff/licence-forms/{TYPE}/picture").content.startswith(b"\x89PNG")
    assert client.get(f"/staff/licence-forms/{TYPE}").content.startswith(b"%PDF")


def test_blanks_from_the_store_to_a_licence(desks: Desks) -> None:
    keeper, window = (
        desks.sign_in(desks.jiyang, name, role) for name, role in (("baoguan", "chief"), ("chujian", "exit"))
    )
    keeper.post("/staff/blanks/receive", {"type": TYPE, "first": "JY0001", "last": "JY0100"})
    with scope([JIYANG]):
        (batch,) = blanks.list_stock(region=JIYANG)
    keeper.post("/staff/blanks/hand-out", {"batch": batch.id, "window": "3 号窗口", "count": "20"})
    window.post("/staff/blanks/use", {"type": TYPE, "window": "3 号窗口", "ref": "济阳卫公证字〔2026〕第000001号"})
    window.post("/staff/blanks/void", {"type": TYPE, "number": "JY0002", "reason": "打印偏移"})
    page = text(window.get("/staff/blanks"))
    assert "JY0001" in page and "打印偏移" in page and "起号" not in page
    with scope([JIYANG]):
        assert [(row.left, row.used, row.void) for row in blanks.count_windows(region=JIYANG)] == [(18, 1, 1)]


def test_nothing_stands_in_the_way(desks: Desks, tmp_path: Path) -> None:
    client, seal_id = made(desks, tmp_path)
    kept_blanks(desks)
    pages = {"seals": "", "seal": f"/{seal_id}", "new": "/new"}
    chief = desks.sign_in(desks.jiyang, "kanyikan", "chief")
    shots = {name: chief.get(f"/staff/seals{path}") for name, path in pages.items()}
    shots |= {"forms": client.get("/staff/licence-forms"), "blanks": client.get("/staff/blanks")}
    shots["waiting"] = client.get(f"/staff/seals/{seal_of(desks)}")
    (tmp_path / "picture.svg").write_bytes(client.get(f"/staff/seals/{seal_id}/picture").content)
    (tmp_path / "form.png").write_bytes(client.get(f"/staff/licence-forms/{TYPE}/picture").content)
    assert barriers({name: _save(tmp_path / f"{name}.html", shot) for name, shot in shots.items()}) == []


def _save(file: Path, shot: Any) -> str:
    address = save(file, shot)
    drawn = re.sub(r'src="/staff/seals/[^"]*"', 'src="picture.svg"', file.read_text())
    file.write_text(re.sub(r'src="/staff/licence-forms/[^"]*"', 'src="form.png"', drawn))
    return address


def test_no_page_signs_anything(desks: Desks, tmp_path: Path) -> None:
    client, seal_id = made(desks, tmp_path)
    client.get("/staff/licence-forms")
    with scope([JIYANG]):
        assert queries.list_uses(region=JIYANG, seal_id=seal_id) == []
