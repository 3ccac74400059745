"""The checker finds whatever does not add up, and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI
from tongban.kernel.scope import scope
from tongban.licences import models, queries
from tongban.licences.checker import EXAMPLES, SOON, Checked, check_region
from tongban.licences.queries import HeldLicence
from tongban.licences.tests.desk import Desk
from tongban.licences.tests.held import hold

Harm = Callable[[models.Licence], dict[str, Any]]


def check(desk: Desk, *, after: timedelta = timedelta(0), contents: bool = True) -> Checked:
    with scope([LINYI]):
        return check_region(node=desk.linyi, region=LINYI, at=desk.at + after, contents=contents)


def check_copies(desk: Desk) -> Checked:
    """What 济阳 holds of others."""
    with scope([JIYANG]):
        return check_region(node=desk.jiyang, region=JIYANG, at=desk.at)


def harm_row(held: HeldLicence, region: str = LINYI, **harm: Any) -> None:
    with scope([region]):
        models.Licence.objects.filter(region=region, identifier=held.identifier).update(**harm)


def hold_some(desk: Desk, *numbers: str) -> list[str]:
    """Rows of 临邑, a number each; their identifiers. No chain knows them."""
    with scope([LINYI]):
        rows = [hold(desk.linyi, desk.at, index=index, number=number) for index, number in enumerate(numbers)]
    return [row.face.identifier for row in rows]


def copy_again(held: HeldLicence, **changes: Any) -> None:
    """济阳 holds another one like it, of another case, as if 临邑 had issued it in a life that it forgot."""
    with scope([JIYANG]):
        row = models.Licence.objects.get(region=JIYANG, identifier=held.identifier)
        row.pk = None
        for name, value in ({"case_id": UUID(int=7)} | changes).items():
            setattr(row, name, value)
        row.save()


def test_what_was_issued_adds_up(desk: Desk) -> None:
    desk.licensed()
    found = check(desk)
    assert (found.checked, found.findings) == (1, {})
    with scope([LINYI]):
        last = queries.find_last_check(region=LINYI)
    assert last is not None and (last.checked, last.findings) == (1, ())


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda row: {"number": "另一编号"}, "bytes"),
        (lambda row: {"signature": bytes(64)}, "signature"),
        (lambda row: {"seq": row.seq + 1}, "no-event"),
        (lambda row: {"identifier": row.identifier[:-1] + ("0" if row.identifier[-1] != "0" else "1")}, "identifier"),
        (lambda row: {"face": bytes(row.face).replace(b"2026", b"2025")}, "other-event"),
    ],
)
def test_what_was_changed_is_found(desk: Desk, harm: Harm, code: str) -> None:
    held = desk.licensed()
    with scope([LINYI]):
        row = models.Licence.objects.get(region=LINYI, identifier=held.identifier)
        models.Licence.objects.filter(id=row.id).update(**harm(row))
    found = check(desk)
    assert found.findings[code] == 1


def test_a_signature_that_nobody_reserved_is_found(desk: Desk) -> None:
    held = desk.licensed()
    with scope([LINYI]):
        models.SignerEntry.objects.create(
            region=LINYI, reservation=10**6, step="signed", key=held.face.key, digest="0" * 64, at=desk.at
        )  # fmt: skip
    assert check(desk).findings == {"signed-unreserved": 1}


def test_a_licence_without_a_reservation_is_found(desk: Desk) -> None:
    held = desk.licensed()
    with scope([LINYI]):
        models.Reservation.objects.filter(identifier=held.identifier).delete()
    assert set(check(desk).findings) == {"unreserved", "signed-unreserved"}


def test_a_status_that_its_chain_does_not_say_is_found(desk: Desk) -> None:
    held = desk.licensed()
    desk.change(held, "suspend")
    assert check(desk).findings == {}
    harm_row(held, status="01")
    assert check(desk).findings == {"status": 1}


def test_a_status_that_no_event_brought_is_found(desk: Desk) -> None:
    held = desk.licensed()
    harm_row(held, status="02")
    assert check(desk).findings == {"status": 1}


def test_a_change_that_the_row_never_took_is_found_after_an_hour(desk: Desk) -> None:
    """Within the hour the change may be younger than the row that was read."""
    held = desk.licensed()
    desk.change(held, "suspend")
    harm_row(held, status="01", changed_seq=0)
    assert check(desk).findings == {}
    assert check(desk, after=SOON * 2).findings == {"status": 1}


def test_the_last_change_counts(desk: Desk) -> None:
    held = desk.licensed()
    desk.change(held, "suspend")
    desk.change(held, "release", reason_code="put_right", article="")
    assert check(desk, after=SOON * 2).findings == {}


def test_what_the_chain_issued_and_nothing_holds_is_found(desk: Desk) -> None:
    held = desk.licensed()
    with scope([LINYI]):
        models.Licence.objects.filter(region=LINYI).delete()
    found = check(desk, after=SOON * 2)
    assert found.findings == {"not-kept": 1}
    assert found.examples == {"not-kept": [f"{held.case_id} {held.seq}"]}


def test_all_are_counted_and_a_few_are_named(desk: Desk) -> None:
    hold_some(desk, *["同一编号"] * 7)
    found = check(desk, contents=False)
    assert found.findings["number-twice"] == 7
    assert len(found.examples["number-twice"]) == EXAMPLES


def test_two_valid_licences_of_one_decision_are_found(desk: Desk) -> None:
    hold_some(desk, "一号", "二号")
    assert "two-for-one" not in check(desk, contents=False).findings
    with scope([LINYI]):
        models.Licence.objects.filter(region=LINYI).update(case_id=UUID(int=7))
    assert check(desk, contents=False).findings["two-for-one"] == 1


def test_a_version_and_the_one_it_follows_have_one_number(desk: Desk) -> None:
    first, second = hold_some(desk, "同一编号", "同一编号")
    with scope([LINYI]):
        models.Licence.objects.filter(region=LINYI, identifier=second).update(follows=first)
    assert "number-twice" not in check(desk, contents=False).findings


# Over the alliance: what others issued, as this node holds it


def test_copies_of_what_others_issued_add_up(desk: Desk) -> None:
    desk.licensed()
    assert check_copies(desk).findings == {}


def test_a_number_that_another_place_gave_twice_is_found(desk: Desk) -> None:
    held = desk.licensed()
    copy_again(held, identifier=held.identifier.replace(f".{LINYI}01", f".{LINYI}01AA"))
    assert check_copies(desk).findings == {"number-twice": 2}


def test_a_serial_that_two_licences_have_is_found(desk: Desk) -> None:
    held = desk.licensed()
    copy_again(held, identifier=f"{held.identifier[:-1]}?", number="另一编号")
    assert check_copies(desk).findings == {"serial-twice": 2}


def test_two_places_of_one_node_hold_the_same_bytes(desk: Desk) -> None:
    held = desk.licensed()
    harm_row(held, JIYANG, face=b"{}")
    assert check(desk).findings == {}
    both = replace(desk.linyi, regions=(LINYI, JIYANG))
    with scope([LINYI]):
        assert check_region(node=both, region=LINYI, at=desk.at).findings == {"serial-twice": 1}
