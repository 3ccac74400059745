"""The checker finds whatever does not add up, and nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cast import LINYI
from tongban.kernel.scope import scope
from tongban.licences import models, queries
from tongban.licences.checker import Checked, check_region
from tongban.licences.tests.desk import Desk

Harm = Callable[[models.Licence], dict[str, Any]]


def check(desk: Desk) -> Checked:
    with scope([LINYI]):
        return check_region(node=desk.linyi, region=LINYI, at=desk.at)


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
