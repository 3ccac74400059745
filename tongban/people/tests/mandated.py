"""罗建国 and 孙丽 with accounts, and the mandate that he gives her."""

from datetime import datetime, timedelta
from uuid import UUID

from tests.cast import JIYANG, LUO, SUN, Person
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day
from tongban.people import queries, services
from tongban.people.citizens import find_or_create_by_phone, save_verified_identity
from tongban.people.giving import Extent, Named
from tongban.people.queries import Citizen

ALL = frozenset({"see", "fill_in", "hand_in", "correct", "withdraw"})


def account(node: Node, person: Person, at: datetime, *, verified: bool = False) -> Citizen:
    new = find_or_create_by_phone(node=node, phone=person.phone, at=at)
    known = {"name": person.name, "id_kind": person.id_kind, "id_number": person.id_number}
    if verified:
        return save_verified_identity(node=node, citizen_id=new.id, phone="", at=at, allow_demo=True, **known)
    return services.save_identity(node=node, citizen_id=new.id, by=own(new), at=at, allow_demo=True, **known)


def own(citizen: Citizen) -> Actor:
    return queries.actor_of(citizen, region=JIYANG)


def extent(at: datetime, *acts: str, days: int = 30, **changes: object) -> Extent:
    given: dict[str, object] = {"from_on": legal_day(at), "until_on": legal_day(at) + timedelta(days=days)}
    return Extent(acts=frozenset(acts) or ALL, **{**given, **changes})  # type: ignore[arg-type]


def offer(node: Node, at: datetime, *acts: str, giver: Person = LUO, to: Person = SUN, **changes: object) -> UUID:
    """Signed, and not accepted yet."""
    by = own(account(node, giver, at))
    id = services.draft_mandate(
        node=node, agent=Named(to.name, to.phone), relation="child", extent=extent(at, *acts, **changes), by=by, at=at
    )
    services.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=at, by=by, at=at)
    return id


def give(node: Node, at: datetime, *acts: str, giver: Person = LUO, to: Person = SUN, **changes: object) -> UUID:
    """Signed and accepted."""
    id = offer(node, at, *acts, giver=giver, to=to, **changes)
    agent = account(node, to, at)
    services.accept_mandate(node=node, mandate_id=id, person=agent, by=own(agent), at=at)
    return id
