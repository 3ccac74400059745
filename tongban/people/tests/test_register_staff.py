from collections.abc import Callable

import pytest

from tests.cast import LUO, clerk
from tongban.kernel.actors import Actor, system
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.people import models, queries, services
from tongban.people.staff import AccountExists, UnknownRole, WeakPassword, WrongUsername

Enrol = Callable[..., services.StaffEnrolment]


def test_a_clerk_gets_an_account(node: Node, enrol: Enrol) -> None:
    enrolment = enrol()
    staff = queries.get_staff(node=node, ref=enrolment.ref)
    assert (staff.display_name, staff.office, staff.roles) == ("赵敏", "hall", {"reception"})
    assert queries.list_staff(node=node, region="370115") == [staff]
    assert queries.actor_of(staff) == Actor("staff", staff.ref, "370115", frozenset({"reception"}), "hall")


def test_nothing_personal_stands_in_clear(enrol: Enrol) -> None:
    enrolment = enrol(id_number=LUO.id_number)
    row = models.Staff.objects.values().get()
    stored = b"|".join(value if isinstance(value, bytes) else str(value).encode() for value in row.values())
    for clear in ("赵敏", "zhaomin", LUO.id_number, "correct horse", enrolment.totp_uri.split("secret=")[1][:32]):
        assert clear.encode() not in stored
    assert row["password"].startswith("argon2$argon2id$")
    assert "secret" not in repr(enrolment)


@pytest.mark.parametrize(
    "password",
    [
        "short horse",
        "aaaaaaaaaaaaaaaa",
        "x" * 60 + "abcdefg" * 10,
        "Zhaomin is my name",
        "qwertyqwerty",
        "1234567890123",
    ],
)
def test_weak_passwords_are_refused(enrol: Enrol, password: str) -> None:
    with pytest.raises(WeakPassword):
        enrol(password=password)


def test_a_name_or_a_person_has_one_account(enrol: Enrol) -> None:
    enrol(id_number=LUO.id_number)
    with pytest.raises(AccountExists):
        enrol(username="ＺhaoMin ")
    with pytest.raises(AccountExists):
        enrol(username="zhaomin2", id_number=LUO.id_number)
    enrol(username="chengang", region="371424", by=system("371424"))


def test_only_operators_of_the_region_register(enrol: Enrol) -> None:
    for by in (clerk(), system("371424"), Actor("staff", "s-x", "371424", frozenset({"operator"}))):
        with pytest.raises(Forbidden):
            enrol(by=by)
    enrol(by=Actor("staff", "s-x", "370115", frozenset({"operator"})))


def test_unknown_roles_and_odd_names_are_refused(enrol: Enrol) -> None:
    with pytest.raises(UnknownRole):
        enrol(roles=frozenset({"king"}))
    for username in ("", "ab", "x" * 61):
        with pytest.raises(WrongUsername):
            enrol(username=username)


def test_roles_are_changed_by_somebody_else(node: Node, enrol: Enrol, at) -> None:
    ref = enrol(roles=frozenset({"operator"})).ref
    own = Actor("staff", ref, "370115", frozenset({"operator"}))
    with pytest.raises(Forbidden):
        services.change_roles(node=node, ref=ref, roles=frozenset({"chief"}), by=own, at=at)
    changed = services.change_roles(node=node, ref=ref, roles=frozenset({"exit"}), by=system("370115"), at=at)
    assert changed.roles == {"exit"} == queries.get_staff(node=node, ref=ref).roles


def test_who_has_left_keeps_the_name_in_the_records(node: Node, enrol: Enrol, at) -> None:
    ref = enrol().ref
    services.end_account(ref=ref, by=system("370115"), at=at)
    assert queries.find_staff_name(node=node, ref=ref) == "赵敏"
    with pytest.raises(Missing):
        queries.get_staff(node=node, ref=ref)
