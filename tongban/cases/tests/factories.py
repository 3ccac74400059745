"""Chains made without a database: real keys, real signatures, the events of one case."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from tests.cast import JIYANG, LINYI
from tongban.cases import events as kinds
from tongban.cases.writing import Step
from tongban.kernel import envelopes
from tongban.kernel.events import Baton, Clause, Payload, StoredEvent
from tongban.kernel.node import Node
from tongban.kernel.sealing import DataKey, seal_json

CASE = UUID("01934567-89ab-7def-8123-456789abcdef")
CLAUSE = Clause("demo-zone", 1, "2.1", "132036024004", "online", JIYANG, LINYI)
APPLICATION = {
    "applicant": {"name": "罗建国", "id_kind": "111", "id_number": "991424196803120011", "phone": "19900000001"},
    "elements": {"treat.region": JIYANG},
    "materials": [],
}
CALENDAR = {"region": JIYANG, "hash": "0" * 64}

SUBMITTED = kinds.CaseSubmitted(
    number="370115-20261120-000001", item="132036024004", title={"zh": "异地就医备案", "en": "Filing"}, definition="d" * 64,
    situation="long_term_permit", mode="online", channel="online", receiving=JIYANG, deciding=LINYI, receiving_office="hall",
    deciding_office="medical-insurance", files=0,
)  # fmt: skip
RECEIVED = kinds.CaseReceived(
    identity_check="sms", acceptance_due_on="2026-11-27", provisional=False, calendar=CALENDAR
)
ACCEPTED = kinds.CaseAccepted(decision_due_on="2026-11-24", provisional=False, calendar=CALENDAR)
ASSESSED = kinds.CaseAssessed(outcome="approve", points={"insured": "true"}, definition="d" * 64)
EFFECTIVE = kinds.CaseEffective(acknowledgement="YB-1", valid_from="2026-11-20")

BOTH = (JIYANG, LINYI)


def whole_case(jiyang: Node, linyi: Node, at: datetime) -> list[StoredEvent]:
    """From submission to closing, decided by rules: nine events by two places."""
    key = DataKey(CASE, "1", bytes(32))
    application = seal_json(APPLICATION, name="application", key=key, suite=jiyang.suite)
    here = [
        Step(SUBMITTED, parts=[application], baton=Baton("open"), clause=CLAUSE, audience=(JIYANG,)),
        Step(RECEIVED, audience=(JIYANG,)),
        Step(kinds.CaseOffered(LINYI, "临邑县"), baton=Baton("offer", LINYI), clause=CLAUSE, audience=BOTH),
    ]
    there = [
        Step(kinds.CaseTakenOver(), baton=Baton("accept"), audience=BOTH),
        *(Step(event, audience=BOTH) for event in (ACCEPTED, ASSESSED, kinds.CaseApproved("rules"), EFFECTIVE, kinds.CaseClosed())),
    ]  # fmt: skip
    return sign_chain([*((jiyang, step) for step in here), *((linyi, step) for step in there)], at)


def sign_chain(steps: Sequence[tuple[Node, Step]], at: datetime) -> list[StoredEvent]:
    """Signs whatever it is given: also chains that nobody may accept."""
    prev, stored = "", list[StoredEvent]()
    for number, (node, step) in enumerate(steps, start=1):
        new = step.as_new_event()
        payload = Payload(
            alliance="demo", epoch=1, list=1, case=CASE, seq=number, prev=prev, region=node.regions[0], node=node.id, inc=1,
            audience=step.audience, kind=new.kind, critical=True, cmd=uuid5(CASE, str(number)),
            actor={"kind": "system", "ref": "system", "role": "system"}, at=at + timedelta(seconds=number), body=new.body,
            sealed=new.sealed, baton=new.baton, clause=new.clause,
        )  # fmt: skip
        envelope = envelopes.sign(payload.as_json(), type=envelopes.EVENT, suite=node.suite, keys=[node.keys["event"]])
        prev = envelope.hash(node.suite)
        stored.append(StoredEvent(node.regions[0], payload, prev, envelope.raw, payload.at))
    return stored
