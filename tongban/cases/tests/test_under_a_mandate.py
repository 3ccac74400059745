"""What an agent (代理人) may do with drafts and cases: what the mandate lists, for its items, while it stands, and nothing else."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, LUO, SUN
from tongban.cases import queries, services, worklists
from tongban.cases.fold import fold_events
from tongban.cases.models import Case
from tongban.cases.services.helping import HelperNotRecognised
from tongban.cases.tests.zone import Zone
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor, system
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.people import services as people
from tongban.people.giving import Named
from tongban.people.mandate_records import agent_actor, find_client
from tongban.people.mandates import NotInMandate
from tongban.people.queries import actor_of, get_staff
from tongban.people.tests.mandated import account, extent, give, own

EVERYTHING = ("see", "fill_in", "hand_in", "correct", "withdraw", "collect", "pledge")


def agent(zone: Zone, *acts: str, **limits: Any) -> Actor:
    """孙丽 for Mr Luo."""
    with scope([JIYANG]):
        mandate = give(zone.jiyang, zone.at, *acts, **limits)
        sun = account(zone.jiyang, SUN, zone.at)
        client = find_client(node=zone.jiyang, mandate_id=mandate, agent=sun, at=zone.at)
    assert client
    return agent_actor(sun, client, region=JIYANG)


def luo(zone: Zone) -> Actor:
    with scope([JIYANG]):
        return own(account(zone.jiyang, LUO, zone.at))


def test_the_case_belongs_to_the_principal_also_when_the_chain_is_read_again(zone: Zone) -> None:
    by = agent(zone, "hand_in")
    case_id = zone.submit(zone.draft(by), by).case_id
    with scope([JIYANG]):
        assert Case.objects.get().owner == by.owner == luo(zone).ref
        chain = exchange.get_chain(region=JIYANG, case_id=case_id)
        Case.objects.all().delete()
        fold_events(zone.jiyang, chain)
        assert Case.objects.get().owner == by.owner
    assert zone.here(case_id, luo(zone)).agent["name"] == SUN.name


def test_the_applicants_identity_was_not_checked_by_the_agents_sign_in(zone: Zone) -> None:
    by = agent(zone, "hand_in")
    case_id = zone.submit(zone.draft(by), by, identity_check="oidc").case_id
    with scope([JIYANG]):
        assert Case.objects.get(case_id=case_id).folded["identity_check"] == "mandate"


@pytest.mark.parametrize(
    ("acts", "refused"),
    [(("see",), ("start", "save", "submit")), (("fill_in",), ("submit",)), (("withdraw",), ("start", "save"))],
)
def test_an_act_that_is_not_listed_is_refused(zone: Zone, acts: tuple[str, ...], refused: tuple[str, ...]) -> None:
    draft, by = zone.draft(luo(zone)), agent(zone, *acts)
    attempts: dict[str, Any] = {
        "start": lambda: zone.draft(by),
        "save": lambda: zone.act_here(_save, draft.case_id, by),
        "submit": lambda: zone.submit(draft, by),
    }
    for name in refused:
        with pytest.raises(NotInMandate):
            attempts[name]()


def _save(*, cmd: UUID, **whose: Any) -> None:
    services.save_draft(elements={"filing.address": "别处"}, **whose)


def test_another_item_is_as_if_it_were_not_there(zone: Zone) -> None:
    case_id, draft = zone.submit(zone.draft(luo(zone)), luo(zone)).case_id, zone.draft(luo(zone))
    by = agent(zone, *EVERYTHING, items=frozenset({"another"}))
    with pytest.raises(Missing):
        zone.here(case_id, by)
    with scope([JIYANG]):
        assert queries.find_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=by) is None
        assert queries.list_drafts(node=zone.jiyang, region=JIYANG, by=by) == []
        assert worklists.list_my_cases(node=zone.jiyang, by=by, at=zone.at) == []
    with pytest.raises(Missing):
        zone.act_here(services.withdraw_case, case_id, by)


def test_withdrawing_needs_its_act(zone: Zone) -> None:
    case_id = zone.submit(zone.draft(luo(zone)), luo(zone)).case_id
    seeing, withdrawing = agent(zone, "see"), agent(zone, "withdraw")
    assert "withdraw" not in zone.here(case_id, seeing).actions
    with pytest.raises(NotInMandate):
        zone.act_here(services.withdraw_case, case_id, seeing)
    assert "withdraw" in zone.here(case_id, withdrawing).actions
    zone.act_here(services.withdraw_case, case_id, withdrawing)
    assert zone.here(case_id, luo(zone)).state == "withdrawn"


def test_revoked_while_acting(zone: Zone) -> None:
    by = agent(zone, "hand_in")
    draft = zone.draft(by)
    with scope([JIYANG]):
        assert by.behalf
        people.end_mandate(mandate_id=by.behalf.mandate, reason="revoked", by=luo(zone), at=zone.at)
    with pytest.raises(NotInMandate):
        zone.submit(draft, by)


def test_whatever_asks_for_no_mandate_refuses_an_agent(zone: Zone) -> None:
    """With every act there is, an agent neither urges, nor deletes, nor rates."""
    case_id, draft = zone.submit(zone.draft(luo(zone)), luo(zone)).case_id, zone.draft(luo(zone))
    by = agent(zone, *EVERYTHING)
    assert not zone.here(case_id, by).actions & {"rate", "urge", "urge_case", "rate_case"}
    with pytest.raises(Forbidden):
        zone.act_here(services.urge_case, case_id, by)
    with scope([JIYANG]), pytest.raises(Forbidden):
        services.discard_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=by, at=zone.at)


def test_an_agent_sees_what_the_applicant_sees_and_no_more(zone: Zone) -> None:
    case_id = zone.taken_over(luo(zone))
    mine, theirs = zone.here(case_id, luo(zone)), zone.here(case_id, agent(zone, *EVERYTHING))
    assert (theirs.messages, theirs.hitches, theirs.returned) == (mine.messages, mine.hitches, mine.returned)
    assert [entry.seq for entry in theirs.timeline] == [entry.seq for entry in mine.timeline]


# Helpers of the hall


def helper(zone: Zone) -> Actor:
    """Of the hall at 济阳, for Mr Luo."""
    node, at, by = zone.jiyang, zone.at, luo(zone)
    with scope([JIYANG]):
        ref = people.register_staff(
            node=node, region=JIYANG, office="hall", username="helper", password="a long enough password 8",
            roles=frozenset({"helper"}), display_name="赵静", by=system(JIYANG), at=at,
        ).ref  # fmt: skip
        staff = get_staff(node=node, ref=ref)
        given = extent(at, *EVERYTHING)
        id = people.draft_mandate(node=node, agent=Named(staff=ref), relation="helper", extent=given, by=by, at=at)
        people.sign_mandate(node=node, mandate_id=id, means="sms", proved_at=at, by=by, at=at)
        people.accept_mandate(node=node, mandate_id=id, person=staff, by=actor_of(staff), at=at)
        client = find_client(node=node, mandate_id=id, agent=staff, at=at)
    assert client
    return agent_actor(staff, client, region=JIYANG)


def test_a_helper_acts_where_the_agreement_recognises_helpers_of_this_place(zone: Zone) -> None:
    by = helper(zone)
    draft = zone.draft(by)
    zone.end_agreement(helpers=(LINYI,))
    for attempt in (lambda: zone.submit(draft, by), lambda: zone.draft(by)):
        with pytest.raises(HelperNotRecognised):
            attempt()
    zone.end_agreement(helpers=(JIYANG,))
    assert zone.here(zone.submit(draft, by).case_id, luo(zone)).state == "received"
