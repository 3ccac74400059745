"""What keeps a licence from being issued never undoes its decision: it is noted, mended and tried again."""

from datetime import timedelta

import pytest

from tests.cast import LINYI, clerk, examiner
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden
from tongban.kernel.scope import scope
from tongban.licences import looking, models, queries
from tongban.licences.reserving import retry_blocked, stop_blocked
from tongban.licences.signer import ABANDONED, sign_next
from tongban.licences.tests.desk import Desk, chief


@pytest.fixture
def keyless(desk: Desk) -> Desk:
    """A home of before: its node holds no key for licences that the list names."""
    node = desk.linyi
    desk.linyi = Node(
        **{name: getattr(node, name) for name in node.__dataclass_fields__}
        | {"publics": {}, "home": node.home / "none"}
    )
    return desk


def test_without_a_key_the_decision_stands_and_the_licence_waits(keyless: Desk) -> None:
    case_id = keyless.approved()
    (row,) = keyless.rows(case_id)
    assert (row.state, row.reason) == ("blocked", "no-licence-key")
    assert keyless.there(case_id).state == "decided_pending_effect"
    with scope([LINYI]):
        (waiting,) = queries.list_under_way(region=LINYI, blocked=True)
    assert "密钥" in waiting.reason_text.zh


def test_once_the_key_is_there_it_goes_on_by_itself(keyless: Desk, linyi: Node) -> None:
    case_id = keyless.approved()
    keyless.linyi = linyi
    with scope([LINYI]):
        (left,) = looking.list_left(region=LINYI, at=keyless.at)
    keyless.machine(lambda **common: looking.take(left, **common))
    (row,) = keyless.rows(case_id)
    assert (row.state, row.reason) == ("reserved", "")


def test_only_whoever_decides_tries_again_or_gives_up(keyless: Desk) -> None:
    (row,) = keyless.rows(keyless.approved())
    common = {"node": keyless.linyi, "region": LINYI, "reservation": row.id, "at": keyless.at}
    with scope([LINYI]):
        for service, by in ((retry_blocked, clerk(LINYI)), (stop_blocked, examiner())):
            with pytest.raises(Forbidden):
                service(**common, by=by)
        stop_blocked(**common, by=chief())
    assert keyless.rows(row.case_id)[0].state == "stopped"


def test_a_signer_without_the_key_signs_nothing(desk: Desk) -> None:
    case_id = desk.approved()
    assert sign_next(node=desk.linyi, keys={}, at=desk.at)
    (row,) = desk.rows(case_id)
    assert (row.state, row.reason, bytes(row.signature)) == ("blocked", "not-signed", b"")


def test_what_a_dead_signer_took_up_is_taken_up_again(desk: Desk) -> None:
    case_id = desk.approved()
    with scope([LINYI]):
        models.Reservation.objects.filter(case_id=case_id).update(state="signing", claim=1, claimed_at=desk.at)
    assert not desk.sign()
    desk.at += ABANDONED + timedelta(seconds=1)
    assert desk.sign()
    assert (desk.rows(case_id)[0].state, desk.rows(case_id)[0].claim) == ("signed", 2)


def test_changed_bytes_are_not_signed(desk: Desk) -> None:
    case_id = desk.approved()
    with scope([LINYI]):
        models.Reservation.objects.filter(case_id=case_id).update(face=b'{"v":1}')
    desk.sign()
    assert desk.rows(case_id)[0].state == "blocked"
