from datetime import datetime
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, SUN, clerk
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.people import services
from tongban.people.adapters.business_registers import DEMO_USCC, DemoRegister, NoRegister, get_business_register
from tongban.people.giving import Named
from tongban.people.identity import WrongCreditCode
from tongban.people.mandate_records import agent_actor, find_client, list_clients
from tongban.people.organisations import (
    NotTheRepresentative,
    OrganisationNameMissing,
    OrganisationView,
    list_claims,
    list_organisations,
)
from tongban.people.tests.mandated import account, extent, own

pytestmark = pytest.mark.usefixtures("scoped")


def claim(node: Node, at: datetime, *, verified: bool = True, uscc: str = DEMO_USCC) -> OrganisationView:
    by = own(account(node, SUN, at, verified=verified))
    return services.claim_organisation(node=node, uscc=uscc, name="", register=DemoRegister(), by=by, at=at)


def test_the_representative_whom_the_register_names_is_proved(node: Node, at: datetime) -> None:
    company = claim(node, at)
    sun = account(node, SUN, at, verified=True)
    assert company.proved and company.name.startswith("示范农产品")
    assert [view.principal.name for view in list_clients(node=node, person=sun, at=at)] == [company.name]


def test_a_typed_number_proves_nothing(node: Node, at: datetime) -> None:
    company = claim(node, at, verified=False)
    assert not company.proved
    assert list_clients(node=node, person=account(node, SUN, at), at=at) == []


def test_somebody_else_is_refused(node: Node, at: datetime) -> None:
    by = own(account(node, LUO, at, verified=True))
    with pytest.raises(NotTheRepresentative):
        services.claim_organisation(node=node, uscc=DEMO_USCC, name="", register=DemoRegister(), by=by, at=at)


def test_a_clerk_confirms_what_the_register_does_not_know(node: Node, at: datetime) -> None:
    by = own(account(node, LUO, at))
    given = {"node": node, "uscc": DEMO_USCC, "register": NoRegister(), "by": by, "at": at}
    with pytest.raises(OrganisationNameMissing):
        services.claim_organisation(name=" ", **given)  # type: ignore[arg-type]
    waiting = services.claim_organisation(name="某某商店", **given)  # type: ignore[arg-type]
    assert [view.id for view, _ in list_claims(node=node, uscc=DEMO_USCC)] == [waiting.id]
    with pytest.raises(Forbidden):
        services.confirm_organisation(node=node, organisation_id=waiting.id, evidence=b"", by=clerk(), at=at)
    assert services.confirm_organisation(
        node=node, organisation_id=waiting.id, evidence=b"scan", by=clerk(), at=at
    ).proved
    assert list_claims(node=node, uscc=DEMO_USCC) == []


def test_claiming_twice_is_one_claim(node: Node, at: datetime) -> None:
    assert claim(node, at).id == claim(node, at).id
    assert len(list_organisations(node=node, legal=account(node, SUN, at, verified=True).ref)) == 1


def test_a_wrong_code_is_said_so(node: Node, at: datetime) -> None:
    with pytest.raises(WrongCreditCode):
        claim(node, at, uscc=DEMO_USCC[:-1] + "K")


def appoint(node: Node, company: OrganisationView, at: datetime) -> UUID:
    by = own(account(node, SUN, at, verified=True))
    id = services.draft_mandate(
        node=node, agent=Named(LUO.name, LUO.phone), relation="employee", extent=extent(at, "hand_in"),
        principal=company.ref, by=by, at=at,
    )  # fmt: skip
    services.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=at, by=by, at=at)
    luo = account(node, LUO, at)
    services.accept_mandate(node=node, mandate_id=id, person=luo, by=own(luo), at=at)
    return id


def test_a_handling_person_acts_for_the_company(node: Node, at: datetime) -> None:
    company = claim(node, at)
    id = appoint(node, company, at)
    luo = account(node, LUO, at)
    client = find_client(node=node, mandate_id=id, agent=luo, at=at)
    assert client and client.citizen is None and client.name == company.name
    assert agent_actor(luo, client, region=JIYANG).owner == company.ref


def test_only_the_representative_appoints(node: Node, at: datetime) -> None:
    company = claim(node, at)
    with pytest.raises(Missing):
        services.draft_mandate(
            node=node, agent=Named(SUN.name, SUN.phone), relation="employee", extent=extent(at), principal=company.ref,
            by=own(account(node, LUO, at)), at=at,
        )  # fmt: skip


def test_another_representative_ends_what_the_former_gave(node: Node, at: datetime) -> None:
    id = appoint(node, claim(node, at), at)
    luo = account(node, LUO, at)
    waiting = services.claim_organisation(
        node=node, uscc=DEMO_USCC, name="示范", register=NoRegister(), by=own(luo), at=at
    )
    services.confirm_organisation(node=node, organisation_id=waiting.id, evidence=b"scan", by=clerk(), at=at)
    assert find_client(node=node, mandate_id=id, agent=luo, at=at) is None
    assert len(list_clients(node=node, person=luo, at=at)) == 1


def test_production_has_no_invented_companies() -> None:
    assert get_business_register("production").find(DEMO_USCC) is None
