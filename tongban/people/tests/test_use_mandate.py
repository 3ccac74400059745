from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.cast import JIYANG, LUO, SUN, clerk
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Missing
from tongban.people import models, queries, services
from tongban.people.acts import ACTS
from tongban.people.giving import Named
from tongban.people.mandate_records import (
    agent_actor,
    find_client,
    list_busy_helpers,
    list_clients,
    list_done_for,
    list_history,
)
from tongban.people.mandates import NotInMandate
from tongban.people.tests.conftest import Enrol
from tongban.people.tests.mandated import account, extent, give, offer, own

pytestmark = pytest.mark.usefixtures("scoped")
ITEM, CASE = "370115001", UUID(int=7)
SUPERVISOR = Actor("staff", "s-super", JIYANG, frozenset({"supervisor"}))


def agent(node: Node, id: UUID, at: datetime) -> Actor:
    sun = account(node, SUN, at)
    client = find_client(node=node, mandate_id=id, agent=sun, at=at)
    assert client
    return agent_actor(sun, client, region=JIYANG)


def may_act(node: Node, id: UUID, at: datetime) -> bool:
    return find_client(node=node, mandate_id=id, agent=account(node, SUN, at), at=at) is not None


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_allowed_only_where_it_is_listed(node: Node, at: datetime, act: str) -> None:
    by = agent(node, give(node, at, act), at)
    services.require_act(by, act, item=ITEM, case_id=CASE)
    others = set(ACTS) - set(by.behalf.acts)  # type: ignore[union-attr]
    for other in others:
        with pytest.raises(NotInMandate):
            services.require_act(by, other, item=ITEM, case_id=CASE)


def test_who_acts_for_themselves_needs_none(node: Node, at: datetime) -> None:
    services.require_act(own(account(node, LUO, at)), "hand_in", item=ITEM, case_id=CASE)


def test_an_agent_has_no_role_of_their_own(node: Node, at: datetime) -> None:
    by = agent(node, give(node, at), at)
    assert by.roles == {"agent"} and by.owner == account(node, LUO, at).ref
    assert by.as_json("agent") == {"kind": "agent", "ref": account(node, SUN, at).ref, "role": "agent"}


@pytest.mark.parametrize(
    ("limit", "item", "case_id"),
    [
        ({"items": frozenset({"other"})}, ITEM, CASE),
        ({"case_id": UUID(int=8)}, ITEM, CASE),
        ({"case_id": CASE}, ITEM, None),
    ],
)
def test_another_item_or_case_is_not_covered(
    node: Node, at: datetime, limit: dict[str, object], item: str, case_id: UUID | None
) -> None:
    by = agent(node, give(node, at, **limit), at)
    with pytest.raises(NotInMandate):
        services.require_act(by, "see", item=item, case_id=case_id)


def test_before_and_after_its_days_it_opens_nothing(node: Node, at: datetime) -> None:
    later = give(node, at, from_on=extent(at, days=2).until_on)
    assert not may_act(node, later, at) and may_act(node, later, at + timedelta(days=2))
    short = give(node, at, days=1)
    assert may_act(node, short, at + timedelta(days=1)) and not may_act(node, short, at + timedelta(days=2))


def test_revoked_it_ends_at_once_even_for_who_is_acting(node: Node, at: datetime) -> None:
    id = give(node, at)
    by = agent(node, id, at)
    services.end_mandate(mandate_id=id, reason="revoked", by=own(account(node, LUO, at)), at=at)
    assert not may_act(node, id, at)
    with pytest.raises(NotInMandate):
        services.use_act(by=by, act="hand_in", item=ITEM, case_id=CASE, at=at)


def test_who_may_end_it_and_why(node: Node, at: datetime) -> None:
    id = give(node, at)
    luo, sun = own(account(node, LUO, at)), own(account(node, SUN, at))
    wrong = [
        (sun, "revoked"),
        (luo, "laid_down"),
        (luo, "death"),
        (clerk(), "ban"),
        (SUPERVISOR, "revoked"),
        (clerk(), "revoked"),
        (SUPERVISOR, "revoked_at_counter"),
        (luo, "revoked_at_counter"),
        (sun, "ban"),
    ]
    for by, reason in wrong:
        with pytest.raises(Missing):
            services.end_mandate(mandate_id=id, reason=reason, by=by, at=at)
    services.end_mandate(mandate_id=id, reason="laid_down", by=sun, at=at)
    assert [entry.what for entry in list_history(mandate_id=id)] == ["given", "accepted", "ended"]


def test_an_agent_neither_revokes_nor_delegates_further(node: Node, at: datetime) -> None:
    id = give(node, at)
    by = agent(node, id, at)
    with pytest.raises(Missing):
        services.end_mandate(mandate_id=id, reason="revoked", by=by, at=at)


def test_a_death_ends_what_was_given_and_what_was_held(node: Node, at: datetime) -> None:
    given, held = give(node, at), give(node, at, giver=SUN, to=LUO)
    ended = services.end_mandates_of(ref=account(node, LUO, at).ref, reason="death", by=clerk(), at=at)
    assert ended == 2
    assert set(models.Mandate.objects.filter(id__in=(given, held)).values_list("ended_why", flat=True)) == {"death"}


def test_a_ban_ends_only_what_the_helper_does_for_others(node: Node, at: datetime) -> None:
    held, given = give(node, at), give(node, at, giver=SUN, to=LUO)
    sun = account(node, SUN, at).ref
    with pytest.raises(Forbidden):
        services.end_mandates_of(ref=sun, reason="ban", by=clerk(), at=at)
    assert services.end_mandates_of(ref=sun, reason="ban", by=SUPERVISOR, at=at) == 1
    assert not may_act(node, held, at)
    assert models.Mandate.objects.get(id=given).ended_at is None


def test_a_closed_account_ends_them(node: Node, at: datetime) -> None:
    id = give(node, at)
    luo = account(node, LUO, at)
    services.forget_citizen(node=node, citizen_id=luo.id, by=own(luo), at=at)
    assert not may_act(node, id, at)


def test_a_helper_who_left_helps_no_more(node: Node, at: datetime, enrol: Enrol) -> None:
    ref = enrol(username="helper", roles=frozenset({"helper"})).ref
    by = own(account(node, LUO, at))
    id = services.draft_mandate(node=node, agent=Named(staff=ref), relation="helper", extent=extent(at), by=by, at=at)
    services.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=at, by=by, at=at)
    helper = queries.get_staff(node=node, ref=ref)
    services.accept_mandate(node=node, mandate_id=id, person=helper, by=queries.actor_of(helper), at=at)
    assert len(list_clients(node=node, person=helper, at=at)) == 1
    services.end_account(ref=ref, by=system(JIYANG), at=at)
    assert list_clients(node=node, person=helper, at=at) == []


def test_a_declined_offer_is_over(node: Node, at: datetime) -> None:
    id = offer(node, at)
    sun = account(node, SUN, at)
    services.decline_mandate(node=node, mandate_id=id, person=sun, by=own(sun), at=at)
    with pytest.raises(Missing):
        services.accept_mandate(node=node, mandate_id=id, person=sun, by=own(sun), at=at)


def test_the_principal_reads_what_was_done(node: Node, at: datetime) -> None:
    by = agent(node, give(node, at), at)
    services.use_act(by=by, act="withdraw", item=ITEM, case_id=CASE, at=at)
    done = list_done_for(node=node, principal=account(node, LUO, at).ref, case_id=CASE)
    assert [(one.agent_name, one.act.zh) for one in done] == [(SUN.name, "撤回申请")]
    assert list_done_for(node=node, principal=account(node, SUN, at).ref) == []


def test_one_helper_with_suspiciously_many_cases(node: Node, at: datetime) -> None:
    by = agent(node, give(node, at), at)
    for _ in range(3):
        services.use_act(by=by, act="hand_in", item=ITEM, case_id=new_id(), at=at)
    since = at - timedelta(days=30)
    assert [
        (busy.name, busy.cases, busy.clients) for busy in list_busy_helpers(node=node, since=since, at_least=3)
    ] == [("孙*", 3, 1)]
    assert list_busy_helpers(node=node, since=since, at_least=4) == []
    assert list_busy_helpers(node=node, since=at + timedelta(days=1), at_least=1) == []
