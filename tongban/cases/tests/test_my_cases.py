"""Which cases are mine: those I handed in, and those of the person the identity provider says I am. A typed number opens nothing."""

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, clerk
from tongban.cases import queries, services, worklists
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import Actor
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Missing
from tongban.kernel.scope import scope
from tongban.people import citizens
from tongban.people.queries import Citizen, actor_of


def typed(zone: Zone) -> Citizen:
    """Somebody who signed in by SMS and typed Mr Luo's name and number."""
    citizen = citizens.find_or_create_by_phone(node=zone.jiyang, phone="19900000009", at=zone.at)
    return citizens.save_identity(
        node=zone.jiyang, citizen_id=citizen.id, name=LUO.name, id_kind=LUO.id_kind, id_number=LUO.id_number,
        by=actor_of(citizen, region=JIYANG), at=zone.at, allow_demo=True,
    )  # fmt: skip


def vouched_for(zone: Zone) -> Citizen:
    citizen = citizens.find_or_create_by_subject(node=zone.jiyang, issuer="https://id.example", subject="1", at=zone.at)
    return citizens.save_verified_identity(
        node=zone.jiyang, citizen_id=citizen.id, name=LUO.name, id_kind=LUO.id_kind, id_number=LUO.id_number, phone="",
        at=zone.at, allow_demo=True,
    )  # fmt: skip


@pytest.fixture
def at_the_counter(zone: Zone) -> UUID:
    """A case of Mr Luo that a clerk received."""
    return zone.submit(zone.draft(clerk()), clerk()).case_id


def found_by(zone: Zone, person: Callable[[Zone], Citizen]) -> tuple[Actor, list[UUID]]:
    by = actor_of(person(zone), region=JIYANG)
    with scope([JIYANG]):
        return by, [case.case_id for case in worklists.list_my_cases(node=zone.jiyang, by=by, at=zone.at)]


def test_a_typed_number_opens_nothing(zone: Zone, at_the_counter: UUID) -> None:
    by, found = found_by(zone, typed)
    assert found == []
    with pytest.raises(Missing):
        zone.here(at_the_counter, by)
    with scope([JIYANG]), pytest.raises(Missing):
        queries.export_record(node=zone.jiyang, region=JIYANG, case_id=at_the_counter, by=by, at=zone.at)


def test_a_proved_identity_finds_what_was_received_at_the_counter(zone: Zone, at_the_counter: UUID) -> None:
    by, found = found_by(zone, vouched_for)
    assert found == [at_the_counter]
    assert "withdraw" in zone.here(at_the_counter, by).actions


@pytest.mark.parametrize(("person", "refused"), [(typed, True), (vouched_for, False)])
def test_only_a_proved_applicant_withdraws_it(
    zone: Zone, at_the_counter: UUID, person: Callable[[Zone], Citizen], refused: bool
) -> None:
    by, _ = found_by(zone, person)
    command = {
        "node": zone.jiyang,
        "region": JIYANG,
        "case_id": at_the_counter,
        "cmd": new_id(),
        "by": by,
        "at": zone.at,
    }
    with scope([JIYANG]):
        if refused:
            with pytest.raises(Missing):
                services.withdraw_case(**command)
        else:
            services.withdraw_case(**command)
    assert (zone.here(at_the_counter, clerk()).state == "withdrawn") is not refused
