"""A licence leaves the wallet with a reason, as PDF, as OFD, or for a new application; the holder reads where it went."""

import pytest

from tests.cast import JIYANG, LUO
from tongban.cases import queries as cases
from tongban.documents import queries as documents
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.licences import giving, taking, wallet
from tongban.licences.files import read_file
from tongban.licences.showing import ATTACHMENT, read_licence_file
from tongban.licences.tests.desk import Desk
from tongban.licences.tests.wallet_desk import STRANGER, Pocket
from tongban.seals.ofd import package
from tongban.seals.ofd.showing import show_ofd
from tongban.seals.ofd.verifying import list_attachments

WANTED = {
    "id": "former-filing", "name": {"zh": "原备案凭证", "en": "The former receipt"}, "issuer": {"zh": "医保经办机构", "en": "Insurance office"},
    "ways": ["register", "e-licence"], "original": False, "verified": False, "main": False, "issued_by": "remote-medical-filing",
    "waived": {"zh": "可以查询，不用提交。", "en": "Looked up."},
}  # fmt: skip


def _take(pocket: Pocket, **given):
    said = {"form": "pdf", "reason": "办理入职"}
    return pocket.run(taking.record_taking, **pocket.named, **(said | given))


def _taken(pocket: Pocket):
    return pocket.run_without_time(taking.list_takings, **pocket.named)


def test_each_taking_stands_where_the_holder_reads_it(pocket: Pocket) -> None:
    _take(pocket, reason="  办理入职 ")
    _take(pocket, form="ofd", reason="存档")
    assert [(one.form.zh, one.reason, one.agent) for one in _taken(pocket)] == [
        ("下载 OFD", "存档", ""),
        ("下载 PDF", "办理入职", ""),
    ]


@pytest.mark.parametrize("reason", ["", "   ", "字" * 201])
def test_nothing_is_taken_without_a_reason(pocket: Pocket, reason: str) -> None:
    with pytest.raises(taking.TakingReasonMissing):
        _take(pocket, reason=reason)


def test_a_stranger_takes_nothing(pocket: Pocket) -> None:
    with pytest.raises(Missing):
        _take(pocket, by=STRANGER)


def test_the_ofd_shows_the_page_and_carries_the_licence(pocket: Pocket) -> None:
    _, view = pocket.run(wallet.get_card, **pocket.where)
    file = pocket.run(read_file, view=view, form="ofd")
    assert (
        LUO.name.encode() in show_ofd(file.data)[0]
        or "罗建国".encode("ascii", "xmlcharrefreplace") in show_ofd(file.data)[0]
    )
    inside = list_attachments(package.unpack(file.data))[ATTACHMENT]
    assert read_licence_file(inside).signed == view.signed
    assert LUO.name not in file.name


@pytest.fixture
def asking(db, node, linyi, huimin, at) -> Pocket:
    """临邑 now also asks for the former receipt."""
    desk = Desk(node, linyi, huimin, at)
    desk.found(also_wanted)
    return Pocket(desk, desk.licensed())


def also_wanted(document):
    for situation in document["situations"]:
        if situation["id"] == "long_term_permit":
            situation["materials"] = [*situation["materials"], WANTED["id"]]
    document["materials"] = [*document["materials"], {**WANTED, "basis": [document["basis"][0]["id"]]}]


def test_a_licence_serves_as_material_with_the_holders_word(asking: Pocket) -> None:
    draft = asking.desk.draft()
    ((material, (card,)),) = asking.run(giving.list_fitting, draft=draft).items()
    given = {"region": JIYANG, "draft_id": draft.case_id, "material": material, "card": card}
    with pytest.raises(giving.ConsentMissing):
        asking.run(giving.give_licence, **given, consent=False)
    asking.run(giving.give_licence, **given, consent=True)
    draft = asking.run_without_time(cases.get_draft, region=JIYANG, case_id=draft.case_id)
    assert (draft.material(material).way, draft.material(material).name) == ("e-licence", "异地就医备案凭证.pdf")
    assert asking.run(giving.list_fitting, draft=draft) == {}
    assert [(one.form.zh, one.for_case) for one in _taken(asking)] == [("用作申请材料", draft.case_id)]


def test_the_deciding_place_reads_the_licence_that_was_given(asking: Pocket) -> None:
    draft = asking.desk.draft()
    (card,) = asking.cards()
    asking.run(
        giving.give_licence, region=JIYANG, draft_id=draft.case_id, material=WANTED["id"], card=card, consent=True
    )
    draft = asking.run_without_time(cases.get_draft, region=JIYANG, case_id=draft.case_id)
    with scope([JIYANG]):
        ref = draft.material(WANTED["id"]).ref
        data = documents.read_file(node=asking.desk.jiyang, region=JIYANG, case_id=draft.case_id, ref=ref)
    assert data.startswith(b"%PDF-")
    assert "e-licence" in [one.way for one in asking.desk.submit(draft).materials]


def test_a_licence_stands_for_no_other_material(asking: Pocket) -> None:
    (card,), draft = asking.cards(), asking.desk.draft()
    with pytest.raises(Missing):
        asking.run(
            giving.give_licence, region=JIYANG, draft_id=draft.case_id, material="identity", card=card, consent=True
        )
