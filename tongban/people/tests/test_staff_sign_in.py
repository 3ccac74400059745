from collections.abc import Callable
from datetime import datetime, timedelta

import pyotp
import pytest

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.kernel.actors import system
from tongban.kernel.node import Node
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.people import models, queries, services
from tongban.people.limits import TooManyAttempts
from tongban.people.staff import WrongPassword, WrongSecondFactor
from tongban.people.tests.conftest import PASSWORD

Enrol = Callable[..., services.StaffEnrolment]
App = Callable[[services.StaffEnrolment], pyotp.TOTP]


def password(node: Node, text: str, at: datetime, username: str = "zhaomin") -> services.StaffRef:
    """As a request does it: a scope of its own, which a refusal leaves."""
    with scope([JIYANG, LINYI, HUIMIN]):
        return services.verify_password(node=node, username=username, password=text, at=at)


def second(node: Node, ref: str, code: str, at: datetime) -> queries.Staff:
    with scope([JIYANG, LINYI, HUIMIN]):
        return services.verify_second_factor(node=node, ref=ref, code=code, at=at)


def fail(node: Node, times: int, at: datetime, username: str = "zhaomin") -> None:
    for _ in range(times):
        with pytest.raises(WrongPassword):
            password(node, "wrong", at, username)


def test_two_factors_open_the_door(node: Node, enrol: Enrol, app_of: App, at: datetime) -> None:
    app = app_of(enrol())
    ref = password(node, PASSWORD, at, username=" ZhaoMin")
    assert second(node, ref, app.at(at), at).display_name == "赵敏"


def test_a_code_works_once_and_older_ones_never_again(node: Node, enrol: Enrol, app_of: App, at: datetime) -> None:
    enrolment = enrol()
    app = app_of(enrolment)
    second(node, enrolment.ref, app.at(at), at)
    for code in (app.at(at), app.at(at - timedelta(seconds=30))):
        with pytest.raises(WrongSecondFactor):
            second(node, enrolment.ref, code, at)
    later = at + timedelta(seconds=30)
    second(node, enrolment.ref, app.at(later), later)


def test_clocks_may_differ_by_one_step(node: Node, enrol: Enrol, app_of: App, at: datetime) -> None:
    enrolment = enrol()
    app = app_of(enrolment)
    for seconds in (-90, 90):
        with pytest.raises(WrongSecondFactor):
            second(node, enrolment.ref, app.at(at + timedelta(seconds=seconds)), at)
    second(node, enrolment.ref, app.at(at - timedelta(seconds=30)), at)


@pytest.mark.parametrize("code", ["", "12345", "１２３４５６", "abcdef", "\x00" * 6])
def test_odd_codes_are_only_wrong(node: Node, enrol: Enrol, at: datetime, code: str) -> None:
    with pytest.raises(WrongSecondFactor):
        second(node, enrol().ref, code, at)


def test_five_failures_lock_for_a_quarter_of_an_hour(node: Node, enrol: Enrol, at: datetime) -> None:
    enrol()
    fail(node, 5, at)
    with pytest.raises(TooManyAttempts) as refused:
        password(node, PASSWORD, at + timedelta(minutes=14))
    assert refused.value.details["minutes"] == 1
    assert password(node, PASSWORD, at + timedelta(minutes=15))


def test_an_unknown_name_is_answered_alike(node: Node, enrol: Enrol, at: datetime) -> None:
    enrol()
    fail(node, 5, at, username="nobody")
    with pytest.raises(TooManyAttempts):
        password(node, "wrong", at, username="nobody")
    assert password(node, PASSWORD, at)


def test_a_known_password_buys_no_more_guesses_at_the_code(node: Node, enrol: Enrol, at: datetime) -> None:
    ref = enrol().ref
    for _ in range(5):
        password(node, PASSWORD, at)
        with pytest.raises(WrongSecondFactor):
            second(node, ref, "000000", at + timedelta(days=900))
    with pytest.raises(TooManyAttempts):
        second(node, ref, "000000", at + timedelta(days=900))


def test_signing_in_forgets_the_failures(node: Node, enrol: Enrol, app_of: App, at: datetime) -> None:
    enrolment = enrol()
    fail(node, 4, at)
    second(node, enrolment.ref, app_of(enrolment).at(at), at)
    assert not models.FailedSignIn.objects.exists()


def test_who_has_left_is_a_stranger(node: Node, enrol: Enrol, app_of: App, at: datetime) -> None:
    enrolment = enrol()
    services.end_account(ref=enrolment.ref, by=system(JIYANG), at=at)
    fail(node, 1, at)
    with pytest.raises(WrongPassword):
        password(node, PASSWORD, at)
    with pytest.raises(WrongSecondFactor):
        second(node, enrolment.ref, app_of(enrolment).at(at), at)


def test_staff_of_another_region_are_out_of_sight(node: Node, enrol: Enrol) -> None:
    ref = enrol().ref
    with scope([LINYI]), pytest.raises(Missing):
        queries.get_staff(node=node, ref=ref)
