"""A draft goes on elsewhere (续办): from the phone to the counter or the kiosk, and back. Everything typed goes with it.

It passes once, by a code, within the node that holds it; who gave it and who took it stays in the rows of the codes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tongban.alliance import queries as alliance
from tongban.cases import models, queries
from tongban.cases.drafts import Draft
from tongban.cases.services.drafting import store_draft
from tongban.catalogue import queries as catalogue
from tongban.kernel.actors import Actor
from tongban.kernel.node import Node
from tongban.kernel.refusals import Forbidden, Refused
from tongban.kernel.text import Text
from tongban.slips import codes
from tongban.slips import services as slips
from tongban.slips.services import Carried, ResumeCodeUnusable


class NotThisPerson(Refused):
    """The draft was begun for another person than the one who is here."""

    status = 422
    text = Text("续办码对应的草稿不是这位申请人的。", "The draft behind this code belongs to another person.")
    advice = Text("请核对证件，或重新办理。", "Check the document, or begin anew.")


@dataclass(frozen=True, slots=True)
class MadeCode:
    """In groups, as it is shown once; only its keyed hash is kept."""

    code: str
    until: datetime


def make_resume_code(*, node: Node, region: str, case_id: UUID, by: Actor, at: datetime) -> MadeCode:
    """A code for one's own draft; an earlier one that was not used ends. Refuses `Missing`, and `Forbidden` for an agent: helpers hold no codes."""
    _require_no_agent(by)
    with transaction.atomic():
        queries.get_draft(node=node, region=region, case_id=case_id, by=by)
        code = slips.issue_resume_code(node=node, region=region, case_id=case_id, by=by, at=at)
    return MadeCode(codes.spaced(code, group=5), at + slips.RESUME_VALID)


def peek_draft(*, node: Node, code: str, by: Actor, at: datetime) -> Draft:
    """What a code stands for, before it is used up: the clerk has to see whose document to check. Refuses `ResumeCodeUnusable`."""
    return _carried_draft(node, slips.find_carried(node=node, code=code, at=at))


def resume_draft(
    *, node: Node, code: str, person: Mapping[str, str], mode: str, channel: str, by: Actor, at: datetime
) -> Draft:
    """The draft is `by`'s from now on, in another mode and channel. `person`: who is here, proved by document or by signing in.

    Refuses `ResumeCodeUnusable`, `NotThisPerson`, `Forbidden` for an agent, and `NotCoveredByAgreement` where the places do not work
    together in that mode.
    """
    _require_no_agent(by)
    with transaction.atomic():
        draft = _carried_draft(node, slips.use_resume_code(node=node, code=code, by=by, at=at), lock=True)
        _require_same(draft.applicant, person)
        item = catalogue.get_definition(draft.definition).item
        alliance.find_clause(item=item, mode=mode, receiving=draft.region, deciding=draft.deciding, at=at)
        passed = replace(draft, owner=by.ref, mode=mode, channel=channel, updated_at=at)
        models.Draft.objects.filter(case_id=draft.case_id, region=draft.region).update(owner=by.ref)
        return store_draft(node, passed, by=by)


def _require_no_agent(by: Actor) -> None:
    if by.behalf:
        raise Forbidden


def _carried_draft(node: Node, carried: Carried, *, lock: bool = False) -> Draft:
    """As its giver left it; a draft that has gone on since, or was handed in, is no longer the giver's to pass."""
    giver = Actor("system", carried.owner, carried.region, frozenset())
    found = queries.find_draft(node=node, region=carried.region, case_id=carried.case_id, by=giver, lock=lock)
    if found is None:
        raise ResumeCodeUnusable
    return found


def _require_same(known: Mapping[str, str], person: Mapping[str, str]) -> None:
    """Nothing to compare where the draft names nobody yet."""
    number = known.get("id_number")
    if number and (known.get("id_kind"), number) != (person.get("id_kind"), person.get("id_number")):
        raise NotThisPerson
