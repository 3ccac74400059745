from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, SUN, clerk
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.people import citizens, mandate_records, models, services
from tongban.people.citizens import find_or_create_by_phone
from tongban.people.giving import Extent, Named, NothingAllowed, NotToYourself, ProofTooOld, UnknownAuthority, WrongTerm
from tongban.people.mandate_records import find_client, list_given, list_received
from tongban.people.mandate_views import Party
from tongban.people.mandates import AnotherPerson, IdentityNotGiven
from tongban.people.tests.conftest import Enrol
from tongban.people.tests.mandated import account, extent, give, offer, own

pytestmark = pytest.mark.usefixtures("scoped")


def draft(node: Node, at: datetime, *, extent: Extent, agent: Named | None = None) -> UUID:
    return services.draft_mandate(
        node=node, agent=agent or Named(SUN.name, SUN.phone), relation="child", extent=extent,
        by=own(account(node, LUO, at)), at=at,
    )  # fmt: skip


def test_given_accepted_and_in_force(node: Node, at: datetime) -> None:
    id = give(node, at, "hand_in")
    client = find_client(node=node, mandate_id=id, agent=account(node, SUN, at), at=at)
    assert client and client.name == LUO.name
    assert client.mandate.acts == ("see", "fill_in", "hand_in"), "what handing in needs is granted with it"


def test_before_it_is_signed_nobody_sees_it(node: Node, at: datetime) -> None:
    draft(node, at, extent=extent(at))
    assert list_received(node=node, person=account(node, SUN, at), at=at) == []
    assert list_given(node=node, principal=account(node, LUO, at).ref, at=at) == []


def test_before_it_is_accepted_nobody_acts_under_it(node: Node, at: datetime) -> None:
    id = offer(node, at)
    assert find_client(node=node, mandate_id=id, agent=account(node, SUN, at), at=at) is None


def test_an_offer_finds_a_person_who_signs_in_later(node: Node, at: datetime) -> None:
    id = offer(node, at)
    late = account(node, SUN, at + timedelta(days=3))
    assert [view.id for view in list_received(node=node, person=late, at=at)] == [id]


def test_signing_wants_a_fresh_proof(node: Node, at: datetime) -> None:
    id = draft(node, at, extent=extent(at))
    by = own(account(node, LUO, at))
    for proved in (at - timedelta(minutes=6), at + timedelta(minutes=1)):
        with pytest.raises(ProofTooOld):
            services.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=proved, by=by, at=at)


def test_nobody_else_signs_it(node: Node, at: datetime) -> None:
    id = draft(node, at, extent=extent(at))
    with pytest.raises(Missing):
        services.sign_mandate(
            node=node, mandate_id=id, means="sms", proved_at=at, by=own(account(node, SUN, at)), at=at
        )


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"acts": frozenset()}, NothingAllowed),
        ({"acts": frozenset({"rate"})}, UnknownAuthority),
        ({"items": frozenset()}, UnknownAuthority),
        ({"days": 367}, WrongTerm),
        ({"days": -1}, WrongTerm),
    ],
)
def test_what_makes_no_sense_is_refused(node: Node, at: datetime, wrong: dict[str, object], refusal: type) -> None:
    given = {"acts": frozenset({"see"}), "from_on": extent(at).from_on, "until_on": extent(at).until_on} | wrong
    if "days" in given:
        given["until_on"] = extent(at, days=given.pop("days")).until_on  # type: ignore[arg-type]
    with pytest.raises(refusal):
        draft(node, at, extent=Extent(**given))  # type: ignore[arg-type]


def test_not_to_yourself_and_not_without_a_name(node: Node, at: datetime) -> None:
    with pytest.raises(NotToYourself):
        draft(node, at, extent=extent(at), agent=Named(LUO.name, LUO.phone))
    nameless = find_or_create_by_phone(node=node, phone=SUN.phone, at=at)
    with pytest.raises(IdentityNotGiven):
        services.draft_mandate(
            node=node, agent=Named(LUO.name, LUO.phone), relation="friend", extent=extent(at), by=own(nameless), at=at
        )


def test_a_stranger_cannot_accept(node: Node, at: datetime) -> None:
    id = offer(node, at)
    luo = account(node, LUO, at)
    with pytest.raises(Missing):
        services.accept_mandate(node=node, mandate_id=id, person=luo, by=own(luo), at=at)


def test_another_name_behind_the_phone_cannot_accept(node: Node, at: datetime) -> None:
    """A mistyped number must not make somebody else an agent."""
    by = own(account(node, LUO, at))
    id = services.draft_mandate(
        node=node, agent=Named("周洋", SUN.phone), relation="friend", extent=extent(at), by=by, at=at
    )
    services.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=at, by=by, at=at)
    sun = account(node, SUN, at)
    with pytest.raises(AnotherPerson):
        services.accept_mandate(node=node, mandate_id=id, person=sun, by=own(sun), at=at)


def test_a_number_finds_only_a_person_whose_identity_was_vouched_for(node: Node, at: datetime) -> None:
    by = own(account(node, LUO, at))
    agent = Named(SUN.name, id_kind=SUN.id_kind, id_number=SUN.id_number)
    id = services.draft_mandate(node=node, agent=agent, relation="spouse", extent=extent(at), by=by, at=at)
    services.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=at, by=by, at=at)
    assert list_received(node=node, person=account(node, SUN, at), at=at) == []
    vouched = account(node, SUN, at, verified=True)
    assert [view.id for view in list_received(node=node, person=vouched, at=at)] == [id]


def test_at_the_counter_without_account_and_phone(node: Node, at: datetime) -> None:
    luo = Party(LUO.name, LUO.id_kind, LUO.id_number)
    given = {"principal": luo, "agent": Named(SUN.name, SUN.phone), "relation": "child", "extent": extent(at)}
    record = services.record_mandate
    id = record(node=node, **given, means="pad", evidence=b"<svg/>", by=clerk(), at=at)  # type: ignore[arg-type]
    row = models.Mandate.objects.get(id=id)
    assert row.evidence and b"svg" not in bytes(row.evidence)
    assert [entry.what for entry in mandate_records.list_history(mandate_id=id)] == ["recorded"]
    for by, evidence in ((clerk(), b""), (Actor("staff", "s-x", JIYANG, frozenset({"examiner"})), b"<svg/>")):
        with pytest.raises(Forbidden):
            record(node=node, **given, means="pad", evidence=evidence, by=by, at=at)  # type: ignore[arg-type]


def test_to_a_helper_of_the_hall(node: Node, at: datetime, enrol: Enrol) -> None:
    helper = enrol(username="helper", roles=frozenset({"helper"})).ref
    clerk_ref = enrol(username="other").ref
    by = own(account(node, LUO, at))
    given = {"node": node, "relation": "helper", "extent": extent(at), "by": by, "at": at}
    with pytest.raises(UnknownAuthority):
        services.draft_mandate(agent=Named(staff=clerk_ref), **given)  # type: ignore[arg-type]
    id = services.draft_mandate(agent=Named(staff=helper), **given)  # type: ignore[arg-type]
    assert models.Mandate.objects.get(id=id).agent == helper
    assert [staff.ref for staff in mandate_records.list_helpers(node=node, region=JIYANG)] == [helper]


def test_a_clerk_who_helps_records_no_mandate_for_themselves(node: Node, at: datetime, enrol: Enrol) -> None:
    both = frozenset({"reception", "helper"})
    own_desk = Actor("staff", enrol(username="both", roles=both).ref, JIYANG, both)
    luo = Party(LUO.name, LUO.id_kind, LUO.id_number)
    given = {"principal": luo, "agent": Named(staff=own_desk.ref), "relation": "helper", "extent": extent(at)}
    with pytest.raises(NotToYourself):
        services.record_mandate(node=node, **given, means="paper", evidence=b"scan", by=own_desk, at=at)  # type: ignore[arg-type]
    assert services.record_mandate(node=node, **given, means="paper", evidence=b"scan", by=clerk(), at=at)  # type: ignore[arg-type]


def test_who_signs_in_later_finds_what_was_given_at_the_counter(node: Node, at: datetime) -> None:
    """And can take it back."""
    luo = Party(LUO.name, LUO.id_kind, LUO.id_number)
    given = {"principal": luo, "agent": Named(SUN.name, SUN.phone), "relation": "child", "extent": extent(at)}
    id = services.record_mandate(node=node, **given, means="paper", evidence=b"scan", by=clerk(), at=at)  # type: ignore[arg-type]
    subject: dict[str, Any] = {"issuer": "https://id.example", "subject": "luo"}
    vouched = {"id_kind": LUO.id_kind, "id_number": LUO.id_number, "allow_demo": True}
    for _ in range(2):
        citizens.take_over_counter_account(node=node, **subject, **vouched)
        citizen = citizens.find_or_create_by_subject(node=node, **subject, at=at)
    assert [view.id for view in mandate_records.list_given(node=node, principal=citizen.ref, at=at)] == [id]
    services.end_mandate(mandate_id=id, reason="revoked", by=own(citizen), at=at)


def test_another_document_takes_over_nothing(node: Node, at: datetime) -> None:
    counter = citizens.find_or_create_at_counter(
        node=node, name=LUO.name, id_kind=LUO.id_kind, id_number=LUO.id_number, by=clerk(), at=at
    )
    subject: dict[str, Any] = {"issuer": "https://id.example", "subject": "sun"}
    citizens.take_over_counter_account(
        node=node, **subject, id_kind=SUN.id_kind, id_number=SUN.id_number, allow_demo=True
    )
    assert citizens.find_or_create_by_subject(node=node, **subject, at=at).ref != counter.ref


def test_nothing_of_the_people_stands_in_clear(node: Node, at: datetime) -> None:
    row = models.Mandate.objects.get(id=give(node, at))
    kept = " ".join(str(value) for value in vars(row).values()) + bytes(row.people).decode("latin-1")
    for secret in (LUO.name, LUO.id_number, SUN.phone, SUN.name, LUO.phone):
        assert secret not in kept
