"""A licence that follows another: what stays, what changes, and when the one before ends."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from tests.cast import LINYI
from tongban.cases import queries as cases
from tongban.cases.reading import Opened
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.licences import models
from tongban.licences.codes import Identifier
from tongban.licences.content import Content, ContentField, Holder, read_content
from tongban.licences.freezing import FieldMissing, Frozen, TermUnclear, freeze
from tongban.licences.services import end_licence
from tongban.licences.tests.desk import Desk
from tongban.licences.types import GivenBy, LicenceType, Validity, get_type, list_given

HYGIENE = get_type("hygiene-licence")
FIRST = Identifier(HYGIENE.code, LINYI, "37142401AAAAAAAAAAAAAAAA", 1)


@pytest.fixture
def opened(desk: Desk) -> Opened:
    case_id = desk.approved()
    with scope([LINYI]):
        return cases.open_case_for_review(node=desk.linyi, region=LINYI, case_id=case_id)


def given(situation: str) -> GivenBy:
    return next(by for type_, by in list_given("public-place-hygiene-licence", situation) if type_ is HYGIENE)


def former(opened: Opened) -> Content:
    """The licence of a hotel, as it was."""
    (filing,) = list_given("remote-medical-filing", opened.case.situation)
    first = freeze(opened, Frozen(*filing, FIRST, "卫公证字第1号"), demo=True)
    labels = {rule.id: rule.label for rule in HYGIENE.fields}
    said = {
        "name": "平安旅馆",
        "code": "91370000MA00000000",
        "person": "王平",
        "address": "演示路1号",
        "scope": "住宿场所",
    }
    return replace(
        first, type=HYGIENE.id, holder=Holder("平安旅馆", "uscc", "91370000MA00000000"), from_=date(2023, 1, 1),
        until=date(2026, 12, 31), fields=tuple(ContentField(id, labels[id], value) for id, value in said.items()),
    )  # fmt: skip


def follow(opened: Opened, situation: str, type_: LicenceType = HYGIENE, **elements: Any) -> Content:
    before = former(opened)
    opened.application["elements"].update(elements)
    return freeze(opened, Frozen(type_, given(situation), FIRST.next_version(), before.number, before), demo=True)


def test_a_renewal_begins_when_the_term_before_ends(opened: Opened) -> None:
    content = follow(opened, "renew")
    assert (content.from_, content.until, content.version) == (date(2027, 1, 1), date(2030, 12, 31), 2)
    assert content.holder == former(opened).holder


def test_a_replacement_keeps_the_term_and_says_the_same(opened: Opened) -> None:
    content, before = follow(opened, "reissue"), former(opened)
    assert (content.from_, content.until, content.fields) == (before.from_, before.until, before.fields)
    assert content.follows == before.identifier


def test_whoever_hands_it_in_is_not_the_person_in_charge(opened: Opened) -> None:
    fields = {field.id: field.value for field in follow(opened, "reissue").fields}
    assert fields["person"] == "王平"


def test_a_missing_line_is_told_by_its_name_only(opened: Opened) -> None:
    with pytest.raises(FieldMissing) as refused:
        freeze(opened, Frozen(HYGIENE, given("new_ordinary"), FIRST, "1"), demo=True)
    assert refused.value.details == {"field": "holder"}


def test_a_term_that_ends_before_it_begins_is_none(opened: Opened) -> None:
    filing = get_type("remote-medical-filing")
    opened.application["elements"]["filing.end_on"] = "2026-01-01"
    by = replace(filing.given_by[0], validity=Validity(from_="filing.start_on", until="filing.end_on"))
    with pytest.raises(TermUnclear):
        freeze(opened, Frozen(filing, by, FIRST, "1"), demo=True)


def test_content_says_the_same_when_it_is_read_again(opened: Opened) -> None:
    content = follow(opened, "renew")
    assert read_content(content.as_bytes()) == content
    assert content.name == Text("公共场所卫生许可证", "Hygiene licence for a public place")


def test_the_version_before_lapses_when_the_new_one_is_valid(desk: Desk) -> None:
    first, second = desk.licensed(), desk.approved()
    with scope([LINYI]):
        models.Reservation.objects.filter(case_id=second).update(follows=first.identifier)
    desk.sign()
    desk.issue(second)
    assert desk.licence(first.case_id).status == "01"
    desk.settle()
    desk.give(second)
    assert (desk.licence(first.case_id).status, desk.licence(second).status) == ("05", "01")


def test_a_decision_to_cancel_ends_the_licence_once(desk: Desk) -> None:
    held = desk.licensed()
    with scope([LINYI]):
        row = models.Reservation.objects.create(
            region=LINYI, case_id=held.case_id, decision_seq=99, type=held.type, operation="cancel", state="issued", inc=1,
            serial="CANCEL", follows=held.identifier, reserved_at=desk.at,
        )  # fmt: skip
    for _ in range(2):
        desk.machine(end_licence, reservation=row.id)
    assert desk.licence(held.case_id).status == "04"
