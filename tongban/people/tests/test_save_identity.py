from dataclasses import replace
from datetime import datetime

import pytest

from tests.cast import JIYANG, LUO, SUN, clerk
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.people import citizens, models, queries, services
from tongban.people.identity import WrongIdentityNumber

pytestmark = pytest.mark.django_db


@pytest.fixture
def luo(node: Node, at: datetime) -> queries.Citizen:
    return citizens.find_or_create_by_phone(node=node, phone=LUO.phone, at=at)


def save(node: Node, luo: queries.Citizen, at: datetime, by: Actor | None = None, **changes: object) -> queries.Citizen:
    given = {"name": LUO.name, "id_kind": LUO.id_kind, "id_number": LUO.id_number.lower(), "allow_demo": True}
    by = by or queries.actor_of(luo, region=JIYANG)
    return services.save_identity(node=node, citizen_id=luo.id, by=by, at=at, **{**given, **changes})


def test_identity_is_kept_sealed(node: Node, luo: queries.Citizen, at: datetime) -> None:
    save(node, luo, at)
    known = queries.get_citizen(node=node, id=luo.id)
    assert (known.name, known.id_kind, known.id_number, known.phone) == (LUO.name, "111", LUO.id_number, LUO.phone)
    assert known == queries.find_citizen_by_ref(node=node, ref=luo.ref)
    row = models.Citizen.objects.values().get()
    stored = b"|".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row.values())
    for clear in (LUO.name, LUO.id_number, LUO.phone):
        assert clear.encode() not in stored
        assert clear not in repr(known)


def test_only_the_citizen_writes_it(node: Node, luo: queries.Citizen, at: datetime) -> None:
    sun = citizens.find_or_create_by_phone(node=node, phone=SUN.phone, at=at)
    for by in (clerk(), queries.actor_of(sun, region=JIYANG)):
        with pytest.raises(Forbidden):
            save(node, luo, at, by=by)
        with pytest.raises(Forbidden):
            services.forget_citizen(node=node, citizen_id=luo.id, by=by, at=at)


def test_wrong_numbers_change_nothing(node: Node, luo: queries.Citizen, at: datetime) -> None:
    with pytest.raises(WrongIdentityNumber):
        save(node, luo, at, id_number=LUO.id_number[:-1])
    with pytest.raises(WrongIdentityNumber):
        save(node, luo, at, allow_demo=False)
    assert queries.get_citizen(node=node, id=luo.id) == luo


def test_what_the_provider_vouches_for_is_not_typed_over(node: Node, luo: queries.Citizen, at: datetime) -> None:
    vouched = citizens.save_verified_identity(
        node=node,
        citizen_id=luo.id,
        name=LUO.name,
        id_kind="111",
        id_number=LUO.id_number,
        phone="",
        at=at,
        allow_demo=True,
    )
    assert vouched == replace(luo, name=LUO.name, id_kind="111", id_number=LUO.id_number, verified=True)
    with pytest.raises(citizens.IdentityAlreadyVerified):
        save(node, luo, at, name=SUN.name)


def test_another_node_cannot_open_it(node: Node, linyi: Node, luo: queries.Citizen) -> None:
    with pytest.raises(ValueError, match="does not open"):
        queries.get_citizen(node=linyi, id=luo.id)


def test_who_leaves_is_forgotten(node: Node, luo: queries.Citizen, at: datetime) -> None:
    services.forget_citizen(node=node, citizen_id=luo.id, by=queries.actor_of(luo, region=JIYANG), at=at)
    with pytest.raises(Missing):
        queries.get_citizen(node=node, id=luo.id)
