"""What a peer says of a licence is kept only if it proves itself."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI
from tongban.exchange import queries as exchange
from tongban.kernel.events import StoredEvent
from tongban.kernel.scope import scope
from tongban.licences import models
from tongban.licences.copies import keep_again, keep_change, keep_licence
from tongban.licences.queries import HeldLicence
from tongban.licences.tests.desk import Desk


def events(desk: Desk, kind: str) -> list[StoredEvent]:
    case_id = desk.licensed().case_id
    with scope([JIYANG]):
        models.Licence.objects.filter(region=JIYANG, case_id=case_id).delete()
        return [one for one in exchange.list_events(JIYANG, case_id) if one.payload.kind_name == kind]


def kept(desk: Desk, event: StoredEvent, **body: Any) -> bool:
    said = replace(event, payload=replace(event.payload, body=event.payload.body | body))
    with scope([JIYANG]):
        keep_licence(desk.jiyang, said)
        return models.Licence.objects.filter(region=JIYANG, case_id=event.case).exists()


def test_what_was_signed_is_kept(desk: Desk) -> None:
    (event,) = events(desk, "cases.licence_issued")
    assert kept(desk, event)


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "AA=="},
        {"signature": "?"},
        {"number": "另一编号"},
        {"face": {"v": 1}},
        {"follows": "x" * 200},
        {"operation": "\x00"},
    ],
)
def test_what_does_not_prove_itself_is_not(desk: Desk, change: dict[str, Any]) -> None:
    (event,) = events(desk, "cases.licence_issued")
    assert not kept(desk, event, **change)


def test_another_place_than_the_deciding_one_issues_nothing(desk: Desk) -> None:
    (event,) = events(desk, "cases.licence_issued")
    assert not kept(desk, replace(event, payload=replace(event.payload, region=JIYANG)))


def test_rows_that_are_lost_are_made_again_from_the_chain(desk: Desk) -> None:
    held = desk.licensed()
    desk.change(held, "suspend")
    with scope([LINYI]):
        models.Licence.objects.filter(region=LINYI).delete()
        assert keep_again(desk.linyi, region=LINYI, case_id=held.case_id) == 2
    assert desk.licence(held.case_id).status == "02"


def test_an_older_change_that_comes_again_changes_nothing(desk: Desk) -> None:
    held = desk.licensed()
    desk.change(held, "suspend")
    desk.change(held, "release", reason_code="put_right", article="")
    with scope([LINYI]):
        chain = exchange.list_events(LINYI, held.case_id)
        first = next(one for one in chain if one.payload.kind_name == "cases.licence_changed")
        keep_change(desk.linyi, first)
    assert desk.licence(held.case_id).status == "01"


def changed(desk: Desk, held: HeldLicence, **other: Any) -> None:
    """A change as the chain of 临邑 brings it, from another place or another case."""
    desk.change(held, "suspend")
    desk.change(held, "release", reason_code="put_right", article="")
    with scope([LINYI]):
        last = exchange.list_events(LINYI, held.case_id)[-1]
        body = last.payload.body | {"status": "03"}
        payload = replace(last.payload, **({"body": body, "seq": last.seq + 1} | other))
        keep_change(desk.linyi, replace(last, payload=payload))


@pytest.mark.parametrize("other", [{"region": JIYANG}, {"case": UUID(int=7)}], ids=["place", "case"])
def test_another_place_or_case_changes_no_licence(desk: Desk, other: dict[str, Any]) -> None:
    held = desk.licensed()
    changed(desk, held, **other)
    assert desk.licence(held.case_id).status == "01"


def test_the_face_of_another_place_is_not_kept_as_ones_own(desk: Desk) -> None:
    (event,) = events(desk, "cases.licence_issued")
    face = event.payload.body["face"]
    assert not kept(desk, event, face=face | {"status": {"list": f"{JIYANG}-1-0", "index": 1}})
