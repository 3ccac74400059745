"""whole_cases_per_s: drafts handed in through the public door until both places hold the closed chain of every one."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tongban.cases import services as cases
from tongban.cases.drafts import Draft
from tongban.kernel.clock import now
from tongban.kernel.ids import new_id
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.text import Text
from tongban.kernel.workdays import legal_day
from tongban.people.citizens import find_or_create_by_phone
from tongban.people.queries import Citizen, actor_of
from tongban.project import walk_case
from tongban.project.bench.ground import JIYANG, LINYI, Ground, p95_ms
from tongban.project.bench.running import Sizes
from tongban.project.bench.visiting import count_statements
from tongban.project.registers.people import DemoPerson
from tongban.project.walk import Visitor
from tongban.web.citizen.identity import applicant

CLIENTS = 4
WARM_UP = 2
"""Cases of each client before the clock starts: templates, definitions and conditions are read once per process."""
PATIENCE_SECONDS = 180.0
LOOK_SECONDS = 0.02
_CLOSED = "SELECT count(*) FROM cases_case WHERE state = 'closed' AND case_id = ANY(%s)"


class NotClosed(Refused):
    status = 503
    text = Text("{left} 件办件未在 {seconds} 秒内办结。", "{left} cases were not closed within {seconds} s.")
    advice = Text("请查看两个节点的日志。", "Look into the logs of both nodes.")


@dataclass(frozen=True)
class Client:
    """A made-up person, signed in, with the hidden token of their check page."""

    visitor: Visitor
    citizen: Citizen
    token: str

    def hand_in(self, draft: Draft) -> float:
        """Seconds that the answer took. Raises `PageDiffers`."""
        form = {"csrfmiddlewaretoken": self.token, "version": draft.version, "cmd": str(new_id())}
        begun = time.monotonic()
        answer = self.visitor.client.post(f"/drafts/{draft.case_id}/check", data=form, follow_redirects=False)
        if answer.status_code != 302:
            raise self.visitor.open(f"/drafts/{draft.case_id}/check").differs("not handed in")
        return time.monotonic() - begun


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    with ExitStack() as stack:
        clients = [_sign_in(ground, stack, person) for person in ground.residents()[:CLIENTS]]
        _run(ground, clients, _prepare(ground, clients, WARM_UP * len(clients)))
        statements = [_count(ground, clients[0]) for _ in range(2)][-1]
        drafts = _prepare(ground, clients, sizes.cases)
        seconds, answers = _run(ground, clients, drafts)
    return {
        "whole_cases_per_s": round(len(drafts) / seconds, 2),
        "submit_p95_ms": p95_ms(answers),
        "submit_statements": statements,
    }


def _sign_in(ground: Ground, stack: ExitStack, person: DemoPerson) -> Client:
    visitor = stack.enter_context(Visitor(ground.url(JIYANG), timeout=120))
    walk_case.sign_in(visitor, person)
    with scope([JIYANG.region]):
        citizen = find_or_create_by_phone(node=ground.node, phone=person.phone, at=now())
    draft = _draft(ground, citizen)
    token = visitor.open(f"/drafts/{draft.case_id}/check").form(field="version").fields["csrfmiddlewaretoken"].value
    return Client(visitor, citizen, token or "")


def _draft(ground: Ground, citizen: Citizen) -> Draft:
    """Complete: nothing is left but to hand it in."""
    region, at = JIYANG.region, now()
    elements = {
        "treat.region": region,
        "filing.start_on": legal_day(at).isoformat(),
        "filing.address": "济北街道泰兴东街 12 号",
        "consent.residence_register": True,
    }
    with scope([region]):
        return cases.start_draft(
            node=ground.node, region=region, definition=ground.definition, deciding=LINYI.region,
            situation="long_term_permit", mode="online", channel="online", applicant=applicant(citizen), elements=elements,
            by=actor_of(citizen, region=region), at=at,
        )  # fmt: skip


def _prepare(ground: Ground, clients: Sequence[Client], count: int) -> list[tuple[Client, Draft]]:
    turns = [clients[number % len(clients)] for number in range(count)]
    return [(client, _draft(ground, client.citizen)) for client in turns]


def _run(
    ground: Ground, clients: Sequence[Client], drafts: Sequence[tuple[Client, Draft]]
) -> tuple[float, list[float]]:
    """Seconds for all of them, and those of each answer to a submission."""
    mine = [[draft for client, draft in drafts if client is one] for one in clients]
    begun = time.monotonic()
    with ThreadPoolExecutor(len(clients)) as threads:
        answers = list(threads.map(_hand_in_all, clients, mine))
    ended = _wait_until_closed(ground, [draft.case_id for _, draft in drafts])
    return ended - begun, [seconds for of_client in answers for seconds in of_client]


def _hand_in_all(client: Client, drafts: Sequence[Draft]) -> list[float]:
    return [client.hand_in(draft) for draft in drafts]


def _wait_until_closed(ground: Ground, case_ids: list[UUID]) -> float:
    """Refuses `NotClosed`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left := max(len(case_ids) - _closed(looking, case_ids) for looking in ground.look.values()):
        if time.monotonic() > deadline:
            raise NotClosed(left=left, seconds=PATIENCE_SECONDS)
        time.sleep(LOOK_SECONDS)
    return time.monotonic()


def _closed(looking: Any, case_ids: list[UUID]) -> int:
    (count,) = looking.execute(_CLOSED, [case_ids]).fetchone()
    return int(count)


def _count(ground: Ground, client: Client) -> int:
    draft = _draft(ground, client.citizen)
    form = {"version": draft.version, "cmd": str(new_id())}
    return count_statements(client.visitor, f"/drafts/{draft.case_id}/check", form).count
