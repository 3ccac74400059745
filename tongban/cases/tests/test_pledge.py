"""告知承诺: who signed which words stands on the record; taken back or not open, it leads to the ordinary way, never to a refusal."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from tests.cast import JIYANG, LINYI, citizen, clerk, examiner
from tongban.cases import queries, services
from tongban.cases.defined import NotAsDefined
from tongban.cases.drafts import Draft, Material
from tongban.cases.models import Case
from tongban.cases.pledge_events import PledgeWithdrawn
from tongban.cases.states import NotAllowedNow
from tongban.cases.tests.test_tolerate import permit
from tongban.cases.tests.test_under_a_mandate import agent, luo
from tongban.cases.tests.zone import PERMIT, Zone
from tongban.cases.writing import Step, write
from tongban.catalogue.pledges import hash_of_words
from tongban.documents.tests.files import picture
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Forbidden, Missing
from tongban.kernel.scope import scope
from tongban.people import services as people
from tongban.people.mandates import NotInMandate, PledgeNeedsAuthority

UNSIGNED = {id: value for id, value in PERMIT.items() if id != "consent.residence_register"}
SIGNED = UNSIGNED | {"pledge.signed": True}
PASSED = {"identity": "true", "no-overdue-pledge": "true", "pledge": "true"}
BARRED = PASSED | {"no-overdue-pledge": "false"}


def pledged(zone: Zone, by: Actor | None = None) -> UUID:
    """A case that 临邑 has taken over and that rests on a pledge."""
    case_id = zone.submit(zone.draft(by, situation="long_term_pledge", elements=SIGNED), by).case_id
    zone.hand_over(case_id)
    zone.settle()
    with scope([LINYI]):
        services.take_over(node=zone.linyi, region=LINYI, case_id=case_id, by=system(LINYI), at=zone.at)
    return case_id


def event(zone: Zone, case_id: UUID, name: str) -> dict[str, Any]:
    with scope([JIYANG]):
        chain = exchange.get_chain(region=JIYANG, case_id=case_id)
    return next(one.payload.body for one in chain if one.payload.kind_name == f"cases.{name}")


def taken_back(zone: Zone) -> UUID:
    case_id = pledged(zone)
    zone.act_here(services.withdraw_pledge, case_id)
    zone.settle()
    return case_id


def supplemented(zone: Zone, case_id: UUID) -> None:
    with scope([JIYANG]):
        brought = permit(zone, case_id)
    zone.act_here(services.supplement, case_id, elements={"consent.residence_register": False}, materials=(brought,))
    zone.settle()


def test_the_record_says_who_signed_which_words(zone: Zone) -> None:
    case_id = zone.submit(zone.draft(situation="long_term_pledge", elements=SIGNED)).case_id
    body, view = event(zone, case_id, "pledged"), zone.here(case_id)
    with scope([JIYANG]):
        opened = queries.open_case_for_review(node=zone.jiyang, region=JIYANG, case_id=case_id)
    words = hash_of_words(opened.definition.situation("long_term_pledge"), suite=zone.jiyang.suite)
    assert (body["regime"], body["signer"], body["way"], body["words"]) == ("proof", "applicant", "online", words)
    assert view.pledge and view.pledge.words == words and not view.pledge.ended
    assert any("签署承诺书" in entry.sentence.zh for entry in view.timeline)


def test_a_case_without_a_pledge_says_nothing_of_one(zone: Zone) -> None:
    view = zone.there(zone.taken_over())
    assert view.pledge is None and not view.actions & {"withdraw_pledge", "offer_ordinary_way"}


def test_taken_back_it_goes_the_ordinary_way_with_one_list(zone: Zone) -> None:
    view = zone.here(taken_back(zone))
    assert (view.state, view.situation_id) == ("awaiting_correction", "long_term_permit")
    assert view.correction and view.correction.materials == ("residence-permit",)
    assert view.correction.fields == ("consent.residence_register",)
    assert "撤回了承诺" in view.whose_turn.zh and "supplement" in view.actions
    assert view.pledge and view.pledge.ended == "withdrawn" and "withdraw_pledge" not in view.actions


def test_after_that_no_machine_decides(zone: Zone) -> None:
    case_id = taken_back(zone)
    supplemented(zone, case_id)
    zone.assess(case_id)
    view = zone.there(case_id)
    assert (view.state, view.decision, view.correction) == ("received", None, None)
    zone.do(services.approve_case, case_id)
    assert zone.there(case_id).state == "decided_pending_effect"


def test_taking_it_back_uses_up_no_list_of_corrections(zone: Zone) -> None:
    case_id = taken_back(zone)
    supplemented(zone, case_id)
    zone.assess(case_id)
    assert "request_correction" in zone.there(case_id).actions


def test_an_accepted_case_is_accepted_anew(zone: Zone) -> None:
    case_id = pledged(zone)
    zone.do(services.accept_case, case_id)
    zone.settle()
    zone.act_here(services.withdraw_pledge, case_id)
    zone.settle()
    supplemented(zone, case_id)
    view = zone.there(case_id)
    assert view.state == "received" and view.due_on and view.due_on.isoformat() == "2026-11-27"


def test_it_is_not_taken_back_after_the_decision(zone: Zone) -> None:
    case_id = pledged(zone)
    zone.assess(case_id, PASSED)
    assert zone.there(case_id).state == "decided_pending_effect"
    zone.act_here(services.withdraw_pledge, case_id)
    zone.settle()
    view = zone.here(case_id)
    assert view.state == "decided_pending_effect" and view.pledge and not view.pledge.ended
    with pytest.raises(NotAllowedNow):
        zone.act_here(services.withdraw_pledge, case_id)


def test_nobody_takes_back_what_somebody_else_pledged(zone: Zone) -> None:
    case_id = pledged(zone)
    with pytest.raises(Missing):
        zone.act_here(services.withdraw_pledge, case_id, replace(citizen(), ref="c-other"))


def test_who_may_not_pledge_is_offered_the_ordinary_way_at_once(zone: Zone) -> None:
    case_id = pledged(zone)
    zone.assess(case_id, BARRED)
    zone.settle()
    view = zone.here(case_id)
    assert (view.state, view.decision, view.situation_id) == ("awaiting_correction", None, "long_term_permit")
    assert "不影响您申请" in view.whose_turn.zh
    assert view.pledge and view.pledge.ended == "not_open"
    assert view.pledge.point and view.pledge.point.zh == "没有逾期未补的承诺"


def test_then_the_ordinary_way_is_open_as_to_everybody(zone: Zone) -> None:
    case_id = pledged(zone)
    zone.assess(case_id, BARRED)
    zone.settle()
    supplemented(zone, case_id)
    zone.assess(case_id)
    assert zone.there(case_id).state == "decided_pending_effect"


def test_an_unanswered_register_bars_nobody(zone: Zone) -> None:
    case_id = pledged(zone)
    zone.assess(case_id, PASSED | {"no-overdue-pledge": "unknown"})
    view = zone.there(case_id)
    assert view.state == "received" and "offer_ordinary_way" in view.actions


def test_an_examiner_who_offers_it_says_why(zone: Zone) -> None:
    case_id = pledged(zone)
    with pytest.raises(services.NoticeMissing):
        zone.do(services.offer_ordinary_way, case_id, notice=" ")
    zone.do(services.offer_ordinary_way, case_id, notice="以前的承诺还没有补交证明。")
    zone.settle()
    view = zone.here(case_id)
    assert view.pledge and view.pledge.notice == "以前的承诺还没有补交证明。"
    with pytest.raises(services.NothingPledged):
        zone.do(services.offer_ordinary_way, case_id, examiner(), notice="再说一次")


def test_an_agent_signs_only_with_the_express_act(zone: Zone) -> None:
    without, by = agent(zone, "fill_in", "hand_in"), agent(zone, "fill_in", "hand_in", "pledge")
    draft = zone.draft(without, situation="long_term_pledge", elements=UNSIGNED)
    with pytest.raises(PledgeNeedsAuthority):
        zone.act_here(_sign, draft.case_id, without)
    zone.act_here(_sign, draft.case_id, by)
    with scope([JIYANG]):
        signed = queries.get_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=by)
    zone.submit(signed, by)
    assert event(zone, draft.case_id, "pledged")["signer"] == "agent"


def _sign(*, cmd: UUID, **whose: Any) -> None:
    services.save_draft(elements={"pledge.signed": True}, **whose)


def test_what_the_applicant_signed_an_agent_may_hand_in(zone: Zone) -> None:
    draft = zone.draft(luo(zone), situation="long_term_pledge", elements=UNSIGNED)
    zone.act_here(_sign, draft.case_id, luo(zone))
    by = agent(zone, "fill_in", "hand_in")
    with scope([JIYANG]):
        signed = queries.get_draft(node=zone.jiyang, region=JIYANG, case_id=draft.case_id, by=by)
    zone.submit(signed, by)
    assert event(zone, draft.case_id, "pledged")["signer"] == "applicant"


def test_a_mandate_that_ended_signs_no_more(zone: Zone) -> None:
    by = agent(zone, "hand_in", "pledge")
    draft = zone.draft(by, situation="long_term_pledge", elements=SIGNED)
    with scope([JIYANG]):
        assert by.behalf
        people.end_mandate(mandate_id=by.behalf.mandate, reason="revoked", by=luo(zone), at=zone.at)
    with pytest.raises(NotInMandate):
        zone.submit(draft, by)


def test_an_agent_without_the_act_takes_nothing_back(zone: Zone) -> None:
    case_id = pledged(zone, luo(zone))
    by = agent(zone, "hand_in", "withdraw")
    assert "withdraw_pledge" not in zone.here(case_id, by).actions
    with pytest.raises(NotInMandate):
        zone.act_here(services.withdraw_pledge, case_id, by)


def test_the_same_click_twice_is_one(zone: Zone) -> None:
    case_id, cmd = pledged(zone), UUID(int=7)
    for _ in range(2):
        zone.act_here(services.withdraw_pledge, case_id, cmd=cmd)
    zone.settle()
    with scope([JIYANG]):
        assert Case.objects.get(case_id=case_id).folded["pledge"]["ended"] == "withdrawn"


def drafted(zone: Zone, case_id: UUID, by: Actor) -> Draft:
    with scope([JIYANG]):
        return queries.get_draft(node=zone.jiyang, region=JIYANG, case_id=case_id, by=by)


def _saved(*, cmd: UUID, **given: Any) -> None:
    services.save_draft(**given)


def test_the_words_of_another_situation_are_signed_anew(zone: Zone) -> None:
    draft = zone.draft(luo(zone), situation="long_term_pledge", elements=SIGNED)
    zone.act_here(_saved, draft.case_id, luo(zone), situation="retired_pledge")
    assert drafted(zone, draft.case_id, luo(zone)).elements["pledge.signed"] is False


@pytest.mark.parametrize(
    "changes", [{"applicant": {"phone": "19900000009"}}, {"materials": [Material("identity", "presented")]}]
)
@pytest.mark.parametrize(("acts", "signer"), [((), None), (("pledge",), "agent")])
def test_for_what_an_agent_changes_the_applicant_did_not_sign(
    zone: Zone, changes: dict[str, Any], acts: tuple[str, ...], signer: str | None
) -> None:
    draft, by = zone.draft(luo(zone), situation="long_term_pledge", elements=UNSIGNED), agent(zone, "fill_in", *acts)
    zone.act_here(_sign, draft.case_id, luo(zone))
    zone.act_here(_saved, draft.case_id, by, **changes)
    found = drafted(zone, draft.case_id, by)
    assert (found.elements["pledge.signed"], found.signers.get("pledge.signed")) == (signer is not None, signer)


def _attach(*, cmd: UUID, **given: Any) -> None:
    services.attach_material(
        material="identity", data=picture("PNG"), filename="p.png", original_seen=False, **given
    )  # fmt: skip


def _remove(*, cmd: UUID, **given: Any) -> None:
    services.remove_material(material="identity", **given)


def test_nor_for_a_paper_that_an_agent_adds_or_takes_away(zone: Zone) -> None:
    by = agent(zone, "fill_in")
    draft = zone.draft(luo(zone), situation="long_term_pledge", elements=UNSIGNED)
    for change in (_attach, _remove):
        zone.act_here(_sign, draft.case_id, luo(zone))
        zone.act_here(change, draft.case_id, by)
        assert drafted(zone, draft.case_id, by).elements["pledge.signed"] is False


@pytest.mark.parametrize("service", [services.withdraw_pledge, services.withdraw_case])
def test_the_counter_of_the_deciding_place_takes_nothing_back(zone: Zone, service: Any) -> None:
    case_id = pledged(zone)
    with scope([LINYI]), pytest.raises(Forbidden):
        service(node=zone.linyi, region=LINYI, case_id=case_id, cmd=new_id(), by=clerk(LINYI), at=zone.at)


@pytest.mark.parametrize("instead", ["nowhere", "posted_permit"])
def test_a_peer_cannot_name_another_ordinary_way(zone: Zone, instead: str) -> None:
    case_id = pledged(zone)
    withdrawn = PledgeWithdrawn(instead=instead, fields=[], materials=[], due_on="2026-12-01")
    written = {"steps": [Step(withdrawn)], "cmd": new_id(), "by": system(LINYI), "role": "system", "at": zone.at}
    with pytest.raises(NotAsDefined), scope([LINYI]):
        write(node=zone.linyi, region=LINYI, case_id=case_id, **written)
    assert zone.there(case_id).situation_id == "long_term_pledge"


def test_who_did_not_pledge_is_sent_to_no_other_way(zone: Zone) -> None:
    case_id = zone.taken_over()
    withdrawn = PledgeWithdrawn(instead="long_term_permit", fields=[], materials=[], due_on="2026-12-01")
    written = {"steps": [Step(withdrawn)], "cmd": new_id(), "by": system(LINYI), "role": "system", "at": zone.at}
    with pytest.raises(NotAsDefined), scope([LINYI]):
        write(node=zone.linyi, region=LINYI, case_id=case_id, **written)
