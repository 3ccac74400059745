"""Notice and pledge (告知承诺): signed with the submission, taken back before the decision, or not open to this applicant.

Two regimes (证明事项, 涉企经营许可), both chosen by the applicant; the definition says where. Leaving this way leads to the ordinary one and is
never a refusal.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tongban.cases import events, queries
from tongban.cases import pledge_events as pledging
from tongban.cases.drafts import Draft
from tongban.cases.projection import Case
from tongban.cases.services.deciding import require_deciding
from tongban.cases.services.ordinary_way import EXAMINER, not_open_step, withdrawn_step
from tongban.cases.states import PLEDGE_WITHDRAWABLE, NotAllowedNow
from tongban.cases.writing import Step, act_as, command_of, current, once, require_counter, require_role, write
from tongban.catalogue import queries as catalogue
from tongban.catalogue.definition import Definition
from tongban.catalogue.pledges import hash_of_words
from tongban.exchange import services as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text
from tongban.people.mandates import use_act

APPLICANT, AGENT = "applicant", "agent"
PLEDGE_WITHDRAWAL = "cases.withdraw_pledge;v=1"


class NothingPledged(Refused):
    """The case does not rest on a pledge, or not any more."""

    text = Text("这个办件没有采用告知承诺。", "This case does not rest on a pledge.")
    advice = Text("请刷新页面，查看办件的最新状态。", "Reload the page to see where the case stands.")


class PledgeOnItsWay(Refused):
    """Between receipt and hand-over nobody can say yet what the ordinary way needs."""

    text = Text("申请正在转往决定地，暂时不能撤回承诺。", "The application is on its way to the place that decides.")
    advice = Text(
        "请过几分钟再试；也可以撤回申请。", "Try again in a few minutes; you may also withdraw the application."
    )


class NoticeMissing(Refused):
    """To be kept from a way that is open to others has its reason told."""

    status = 422
    text = Text("没有写明为什么不能采用告知承诺。", "It does not say why the pledge is not open to the applicant.")
    advice = Text("请写明原因，申请人可见。", "Write the reason; the applicant sees it.")


def pledged_step(*, node: Node, draft: Draft, definition: Definition, way: str, by: Actor, at: datetime) -> Step | None:
    """Who signed which words, for the submission; None where the situation is not the way of notice and pledge.

    An agent who signed needs the act at this moment too. Refuses `NotInMandate`.
    """
    situation = definition.situation(draft.situation)
    if situation.pledge is None or draft.elements.get(situation.pledge.field) is not True:
        return None
    signer = _signer(draft, situation.pledge.field, by)
    if signer == AGENT:
        use_act(by=by, act="pledge", item=definition.item, case_id=draft.case_id, at=at)
    words = hash_of_words(situation, suite=node.suite)
    return Step(
        pledging.CasePledged(situation.pledge.regime, situation.id, words, signer, way), audience=(draft.region,)
    )


def _signer(draft: Draft, field: str, by: Actor) -> str:
    """Whoever hands in themselves what an agent signed for them makes it their own."""
    return APPLICANT if not by.behalf or draft.signers.get(field) == APPLICANT else AGENT


@once(pledging.PledgeWithdrawn, asked=b"withdraw_pledge")
def withdraw_pledge(*, node: Node, region: str, case_id: UUID, cmd: UUID, by: Actor, at: datetime) -> None:
    """Take the pledge back (撤回承诺) before the decision; the ordinary way follows. By the applicant, an agent who may pledge, or at a counter.

    On the chain at once where this place decides; otherwise a proposal to it. Refuses `Missing` for somebody else's case, `NothingPledged`,
    `PledgeOnItsWay`, `NotAllowedNow`, `Forbidden` for a counter of another place.
    """
    role = require_role(by, "citizen", "agent", "reception", region=region)
    queries.require_sight(node=node, region=region, case_id=case_id, by=by)
    case = current(region=region, case_id=case_id)
    require_counter(case, role, region=region)
    _require_pledged(case)
    if case.state not in PLEDGE_WITHDRAWABLE:
        raise NotAllowedNow(case.state)
    use_act(by=by, act="pledge", item=case.item, case_id=case_id, at=at)
    common: dict[str, Any] = {
        "node": node,
        "region": region,
        "case_id": case_id,
        "cmd": cmd,
        "by": by,
        "role": role,
        "at": at,
    }
    here = case.writer == region and not case.offered_to
    if here and region != case.deciding:
        raise PledgeOnItsWay
    if here:
        write(steps=[withdrawn_step(node=node, region=region, case_id=case_id, case=case, at=at)], **common)
    else:
        exchange.propose(kind=PLEDGE_WITHDRAWAL, body={}, request=b"withdraw_pledge", **common)


def take_up_pledge_withdrawal(
    *, node: Node, region: str, case_id: UUID, author: str, proposal: str, by: Actor, at: datetime
) -> None:
    """The deciding place puts it on the chain with what the ordinary way needs, or says on the chain that it came too late."""
    case = current(region=region, case_id=case_id)
    if author != case.receiving:
        raise Forbidden
    common: dict[str, Any] = {"node": node, "region": region, "case_id": case_id, "by": by, "role": "system", "at": at}
    cmd = command_of(case_id, f"proposal {proposal}", 0)
    try:
        _require_pledged(case)
        step = withdrawn_step(node=node, region=region, case_id=case_id, case=case, at=at, proposal=proposal)
        with transaction.atomic():
            write(steps=[step], cmd=cmd, **common)
    except (NotAllowedNow, NothingPledged):
        write(steps=[Step(events.ProposalDeclined(proposal=proposal, reason=case.state))], cmd=cmd, **common)


@once(pledging.PledgeNotOpen)
def offer_ordinary_way(
    *, node: Node, region: str, case_id: UUID, notice: str, expected_seq: int, cmd: UUID, by: Actor, at: datetime
) -> None:
    """An examiner finds that the applicant may not pledge (不适用告知承诺) and offers the ordinary way. `notice`: why, told to the applicant.

    Refuses `NothingPledged`, `NoticeMissing`, `NotTheDecidingPlace`.
    """
    case = require_deciding(region, case_id)
    role = act_as(case, by, "acceptance", "examiner", "chief", region=region)
    _require_pledged(case)
    if not notice.strip():
        raise NoticeMissing
    step = not_open_step(
        node=node, region=region, case_id=case_id, case=case, at=at, decided_by=EXAMINER, notice=notice.strip()
    )
    write(
        node=node, region=region, case_id=case_id, steps=[step], cmd=cmd, expected_seq=expected_seq, by=by, role=role, at=at
    )  # fmt: skip


def _require_pledged(case: Case) -> None:
    way = catalogue.get_definition(case.definition).situation(case.situation).pledge
    if way is None or not case.pledge:
        raise NothingPledged
