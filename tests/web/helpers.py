"""孙丽 looks after her father's matters, and those of a neighbour: mandates given and accepted through the pages."""

import re
from typing import Any
from uuid import UUID

from tests.cast import LUO, SUN, Person, invented
from tests.web.citizens import Phone, text
from tongban.kernel.clock import now
from tongban.kernel.scope import scope
from tongban.people import queries as people
from tongban.people.mandate_records import list_given

ZHOU = invented("周洋", "99142419790830006", "19900000006")
"""A neighbour of hers."""


def signed_in(phone: Phone, person: Person) -> Phone:
    """A browser of this person's own."""
    own = Phone(phone.node)
    own.sign_in(person)
    own.say_who(person)
    return own


def give(giver: Phone, to: Person, *acts: str, **more: Any) -> UUID:
    """Through the form and the confirmation; the mandate's id."""
    typed = {
        "relation": "child",
        "name": to.name,
        "phone": to.phone,
        "act": acts or ("hand_in",),
        "days": "90",
        "item": "*",
    }
    page = giver.post("/mandates/new", **{**typed, **more})
    found = re.search(r"/mandates/([0-9a-f-]{36})/sign", text(page))
    assert found, text(page)
    giver.post(f"/mandates/{found[1]}/sign")
    return UUID(found[1])


def mandated(
    phone: Phone, giver: Person = LUO, agent: Person = SUN, *acts: str, **more: Any
) -> tuple[Phone, Phone, UUID]:
    """Who gave it, who accepted it (not acting yet), and the mandate."""
    principal, helper = signed_in(phone, giver), signed_in(phone, agent)
    mandate = give(principal, agent, *acts, **more)
    helper.post(f"/helping/{mandate}/accept")
    return principal, helper, mandate


def agent_of(phone: Phone, agent: Person = SUN) -> Phone:
    """Somebody who acts for the person signed in at `phone`."""
    helper = signed_in(phone, agent)
    mandate = give(phone, agent)
    helper.post(f"/helping/{mandate}/accept")
    act_for(helper, mandate)
    return helper


def act_for(helper: Phone, mandate: UUID) -> Any:
    return helper.post(f"/helping/{mandate}/switch")


def given_by(phone: Phone, person: Phone) -> list[Any]:
    with scope(phone.node.regions):
        citizen = people.find_citizen(node=phone.node, citizen_id=person.client.session["citizen"])
        assert citizen
        return list_given(node=phone.node, principal=citizen.ref, at=now())
