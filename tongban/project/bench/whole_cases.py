"""whole_cases_per_s: drafts handed in through the public door until both places hold the closed chain of every one."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore

from tongban.cases import services as cases
from tongban.cases.drafts import Draft
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people.citizens import find_or_create_by_phone, save_identity
from tongban.people.queries import Citizen, actor_of
from tongban.project.bench.ground import JIYANG, LINYI, Ground, p95_ms
from tongban.project.bench.running import Sizes
from tongban.project.bench.visiting import count_statements
from tongban.project.registers.people import DemoPerson
from tongban.project.walk import Visitor
from tongban.web.citizen.identity import applicant

CLIENTS = 4
WARM_UP = 2
"""Cases of each connection before the clock starts: templates, definitions and conditions are read once per process."""
PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.1
"""Seldom: what looks takes its share of the machine."""
CLOSED = "state = 'closed'"
PAPERED = "jsonb_array_length(folded -> 'papers') = 2"
"""The receipt and the notice of the result."""
ASSESSED = "(state = 'closed' OR folded->>'assessed_at' <> '')"
TOKEN = "benchbenchbenchbenchbenchbench01"  # noqa: S105  both halves of the CSRF check come from the browser


class NotClosed(Refused):
    status = 503
    text = Text("{left} 件办件未在 {seconds} 秒内办结。", "{left} cases were not closed within {seconds} s.")
    advice = Text("请查看两个节点的日志。", "Look into the logs of both nodes.")


@dataclass(frozen=True)
class Prepared:
    """A draft to which nothing is left but to hand it in, and the session of whose it is."""

    draft: Draft
    session: str

    def hand_in(self, visitor: Visitor) -> float:
        """Seconds that the answer took. Raises `PageDiffers`."""
        form = {"csrfmiddlewaretoken": TOKEN, "version": self.draft.version, "cmd": str(new_id())}
        headers = {"cookie": f"{settings.SESSION_COOKIE_NAME}={self.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}"}
        address = f"/drafts/{self.draft.case_id}/check"
        begun = time.monotonic()
        answer = visitor.client.post(address, data=form, headers=headers, follow_redirects=False)
        if answer.status_code != 302:
            raise visitor.open(address).differs(f"not handed in, {answer.status_code}")
        return time.monotonic() - begun


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    with ExitStack() as stack:
        lines = [stack.enter_context(Visitor(ground.url(JIYANG), timeout=120)) for _ in range(CLIENTS)]
        _hand_in(ground, lines, [prepare(ground) for _ in range(WARM_UP * CLIENTS)])
        statements = [_count(ground, lines[0]) for _ in range(2)][-1]
        cases = [prepare(ground) for _ in range(sizes.cases)]
        begun = time.monotonic()
        answers = _hand_in(ground, lines, cases)
        ended = time.monotonic()
        wait_until(ground, PAPERED, [case.draft.case_id for case in cases])
        followed = time.monotonic() - settings.FOLLOW_SECONDS
    return {
        "whole_cases_per_s": round(len(cases) / (ended - begun), 2),
        "papered_cases_per_s": round(len(cases) / (followed - begun), 2),
        "submit_p95_ms": p95_ms(answers),
        "submit_statements": statements,
    }


def prepare(ground: Ground, person: DemoPerson | None = None) -> Prepared:
    """Of `person`, or of somebody who has filed nothing before: signed in, name and number known."""
    node, at, person = ground.node, now(), person or ground.fresh_resident()
    with scope([JIYANG.region]):
        citizen = find_or_create_by_phone(node=node, phone=person.phone, at=at)
        known = {"name": person.name, "id_kind": person.id_kind, "id_number": person.id_number}
        by = actor_of(citizen, region=JIYANG.region)
        citizen = save_identity(node=node, citizen_id=citizen.id, **known, by=by, at=at, allow_demo=True)
        return Prepared(_draft(ground, citizen), _session(citizen))


def _session(citizen: Citizen) -> str:
    since = now().isoformat()
    session = SessionStore()
    session.update({"citizen": str(citizen.id), "means": "sms", "citizen_since": since, "citizen_seen": since})
    session.create()
    return str(session.session_key)


def _draft(ground: Ground, citizen: Citizen) -> Draft:
    region, at = JIYANG.region, now()
    elements = {
        "treat.region": region,
        "filing.start_on": legal_day(at).isoformat(),
        "filing.address": "济北街道泰兴东街 12 号",
        "consent.residence_register": True,
    }
    return cases.start_draft(
        node=ground.node, region=region, definition=ground.definition, deciding=LINYI.region,
        situation="long_term_permit", mode="online", channel="online", applicant=applicant(citizen), elements=elements,
        by=actor_of(citizen, region=region), at=at,
    )  # fmt: skip


def _hand_in(ground: Ground, lines: Sequence[Visitor], cases: Sequence[Prepared]) -> list[float]:
    """Seconds of each answer, once the last case is closed in both places."""
    mine = [cases[number :: len(lines)] for number in range(len(lines))]
    with ThreadPoolExecutor(len(lines)) as threads:
        answers = list(threads.map(_hand_in_all, lines, mine))
    wait_until(ground, CLOSED, [case.draft.case_id for case in cases])
    return [seconds for of_line in answers for seconds in of_line]


def _hand_in_all(visitor: Visitor, cases: Sequence[Prepared]) -> list[float]:
    return [case.hand_in(visitor) for case in cases]


def file_cases(ground: Ground, person: DemoPerson, count: int) -> list[UUID]:
    """Cases of one person, until the rules have closed them or, from the second on, left them to an examiner."""
    cases = [prepare(ground, person) for _ in range(count)]
    with Visitor(ground.url(JIYANG), timeout=120) as visitor:
        _hand_in_all(visitor, cases)
    case_ids = [case.draft.case_id for case in cases]
    wait_until(ground, ASSESSED, case_ids)
    return case_ids


def wait_until(ground: Ground, condition: str, case_ids: list[UUID]) -> None:
    """In both places, for every case. Refuses `NotClosed`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := max(len(case_ids) - _count_of(looking, condition, case_ids) for looking in ground.look.values()):
        if time.monotonic() > deadline:
            raise NotClosed(left=left, seconds=PATIENCE_SECONDS)
        time.sleep(LOOK_SECONDS)


def _count_of(looking: Any, condition: str, case_ids: list[UUID]) -> int:
    question = f"SELECT count(*) FROM cases_case WHERE case_id = ANY(%s) AND {condition}"  # noqa: S608  two constants
    (count,) = looking.execute(question, [case_ids]).fetchone()
    return int(count)


def _count(ground: Ground, visitor: Visitor) -> int:
    case = prepare(ground)
    form = {"version": case.draft.version, "cmd": str(new_id())}
    return count_statements(visitor, f"/drafts/{case.draft.case_id}/check", form, session=case.session).count
