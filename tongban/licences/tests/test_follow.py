"""A licence that follows another: what stays, what changes, and when the one before ends."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI
from tongban.cases import queries as cases
from tongban.cases import services
from tongban.cases.reading import Opened
from tongban.kernel.actors import system
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.licences import models, queries, reserving
from tongban.licences.codes import Identifier
from tongban.licences.content import Content, ContentField, Holder, read_content
from tongban.licences.face import read_face
from tongban.licences.freezing import FieldMissing, Frozen, TermUnclear, freeze
from tongban.licences.looking import list_left
from tongban.licences.queries import HeldLicence
from tongban.licences.services import end_licence, end_with_decision
from tongban.licences.tests.desk import Desk
from tongban.licences.tests.stand import SALT
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
    first = freeze(opened, Frozen(*filing, FIRST, "卫公证字第1号"), demo=True, salt=SALT)
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
    return freeze(
        opened, Frozen(type_, given(situation), FIRST.next_version(), before.number, before), demo=True, salt=SALT
    )


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
        freeze(opened, Frozen(HYGIENE, given("new_ordinary"), FIRST, "1"), demo=True, salt=SALT)
    assert refused.value.details == {"field": "holder"}


def test_a_term_that_ends_before_it_begins_is_none(opened: Opened) -> None:
    filing = get_type("remote-medical-filing")
    opened.application["elements"]["filing.end_on"] = "2026-01-01"
    by = replace(filing.given_by[0], validity=Validity(from_="filing.start_on", until="filing.end_on"))
    with pytest.raises(TermUnclear):
        freeze(opened, Frozen(filing, by, FIRST, "1"), demo=True, salt=SALT)


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


def reserved(desk: Desk, state: str, version: int) -> models.Reservation:
    return models.Reservation.objects.create(
        region=LINYI, case_id=new_id(), decision_seq=9, type=HYGIENE.id, operation="change", state=state, inc=1,
        serial=FIRST.serial, version=version, reserved_at=desk.at,
    )  # fmt: skip


def test_a_version_that_was_stopped_is_never_given_again(desk: Desk, opened: Opened) -> None:
    with scope([LINYI]):
        reserved(desk, "stopped", 2)
        row = models.Reservation(region=LINYI, serial="OWN")
        assert reserving.name_version(row, HYGIENE, former(opened)).version == 3


def test_two_decisions_about_one_licence_follow_one_another(desk: Desk, opened: Opened) -> None:
    with scope([LINYI]):
        reserved(desk, "signed", 2)
        row = models.Reservation(region=LINYI, serial="OWN")
        with pytest.raises(reserving.VersionUnderWay):
            reserving.name_version(row, HYGIENE, former(opened))


def renewed(desk: Desk) -> tuple[HeldLicence, HeldLicence]:
    """A licence, and the valid version that has replaced it."""
    first, second = desk.licensed(), desk.approved()
    with scope([LINYI]):
        models.Reservation.objects.filter(case_id=second).update(follows=first.identifier)
    desk.sign()
    desk.issue(second)
    desk.settle()
    desk.give(second)
    return desk.licence(first.case_id), desk.licence(second)


def left(desk: Desk) -> list[str]:
    with scope([LINYI]):
        return [each.step for each in list_left(region=LINYI, at=desk.at + timedelta(minutes=10))]


def test_when_the_newer_version_is_revoked_the_one_before_stands_again(desk: Desk) -> None:
    first, second = renewed(desk)
    assert first.status == "05"
    desk.machine(end_with_decision, case_id=second.case_id)
    assert (desk.licence(first.case_id).status, desk.licence(second.case_id).status) == ("01", "03")
    assert "reinstate" not in left(desk)


def test_one_that_was_suspended_when_it_was_replaced_is_suspended_again(desk: Desk) -> None:
    first, second = desk.licensed(), desk.approved()
    desk.change(first, "suspend")
    with scope([LINYI]):
        models.Reservation.objects.filter(case_id=second).update(follows=first.identifier)
    desk.sign()
    desk.issue(second)
    desk.settle()
    desk.give(second)
    desk.machine(end_with_decision, case_id=second)
    assert desk.licence(first.case_id).status == "02"


def test_one_whose_days_are_over_stays_lapsed(desk: Desk) -> None:
    first, second = renewed(desk)
    with scope([LINYI]):
        models.Licence.objects.filter(identifier=first.identifier).update(valid_until=date(2026, 11, 1))
    desk.machine(end_with_decision, case_id=second.case_id)
    assert desk.licence(first.case_id).status == "05" and "reinstate" not in left(desk)


def cancelling(desk: Desk, held: HeldLicence, due_on: date | None = None) -> int:
    with scope([LINYI]):
        row = models.Reservation.objects.create(
            region=LINYI, case_id=held.case_id, decision_seq=99, type=held.type, operation="cancel", state="issued", inc=1,
            serial="CANCEL", follows=held.identifier, due_on=due_on, reserved_at=desk.at,
        )  # fmt: skip
    return row.id


def test_to_cancel_what_is_over_ends_with_its_reason_and_is_not_tried_for_ever(desk: Desk) -> None:
    first, _ = renewed(desk)
    row = cancelling(desk, first)
    assert left(desk) == ["go_on"]
    desk.machine(end_licence, reservation=row)
    with scope([LINYI]):
        (blocked,) = queries.list_under_way(region=LINYI, blocked=True)
    assert blocked.reason == "former-licence-ended" and left(desk) == []


def test_what_was_replaced_meanwhile_is_cancelled_in_its_newest_version(desk: Desk) -> None:
    first, second = renewed(desk)
    with scope([LINYI]):
        models.Licence.objects.filter(identifier=second.identifier).update(number=first.number)
    desk.machine(end_licence, reservation=cancelling(desk, first))
    assert desk.licence(second.case_id).status == "04"


def test_it_is_cancelled_from_the_day_that_was_asked_for(desk: Desk) -> None:
    held = desk.licensed()
    row = cancelling(desk, held, due_on=desk.at.date() + timedelta(days=2))
    desk.machine(end_licence, reservation=row)
    assert desk.licence(held.case_id).status == "01" and left(desk) == []
    desk.at += timedelta(days=2)
    desk.machine(end_licence, reservation=row)
    assert desk.licence(held.case_id).status == "04"


# The receipt of a filing, which has no number that applicants know


def filing(desk: Desk, situation: str, **elements: Any) -> UUID:
    """Another decision about the filing for 济阳; its case."""
    draft = desk.draft(situation=situation, elements={"existing.region": JIYANG, **elements})
    case_id = desk.submit(draft).case_id
    desk.hand_over(case_id)
    desk.settle()
    with scope([LINYI]):
        services.take_over(node=desk.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=desk.at)
    desk.do(services.accept_case, case_id)
    desk.assess(case_id)
    return case_id


def test_a_cancelled_filing_cancels_its_receipt_from_its_day(desk: Desk) -> None:
    held = desk.licensed()
    (row,) = desk.rows(filing(desk, "cancel", **{"cancel.on": "2026-11-22"}))
    assert (row.state, row.follows, row.due_on) == ("issued", held.identifier, date(2026, 11, 22))


def test_a_corrected_place_stands_on_the_next_version(desk: Desk) -> None:
    held = desk.licensed()
    words = {"correction.what": "place", "correction.text": "济阳区（已更正）"}
    case_id = filing(desk, "correct", **words)
    desk.sign()
    desk.issue(case_id)
    newer = desk.licence(case_id)
    with scope([LINYI]):
        before, after = (queries.read_held_content(one, node=desk.linyi) for one in (held, newer))
    assert (after.follows, after.version, after.number) == (held.identifier, 2, held.number)
    assert {one.id: one.value for one in after.fields} == {one.id: one.value for one in before.fields} | {
        "place": "济阳区（已更正）"
    }


def test_proof_that_came_later_takes_the_end_away(desk: Desk) -> None:
    held = desk.licensed()
    (row,) = desk.rows(filing(desk, "supply", **{"consent.residence_register": True}))
    face = read_face(bytes(row.face))
    assert (row.state, row.follows, face.until) == ("reserved", held.identifier, None)


def test_a_correction_in_words_that_are_no_date_waits_for_a_person(desk: Desk) -> None:
    desk.licensed()
    (row,) = desk.rows(filing(desk, "correct", **{"correction.what": "period", "correction.text": "到年底"}))
    assert (row.state, row.reason) == ("blocked", "correction-unclear")


def test_a_filing_that_was_made_elsewhere_has_no_receipt_to_cancel(desk: Desk) -> None:
    (row,) = desk.rows(filing(desk, "cancel", **{"cancel.on": "2026-11-22"}))
    assert (row.state, row.reason) == ("stopped", "nothing-held")
