"""N1: a process dies at every named point while cases flow. All points in one storm, then everything is settled and counted once.

Every process is armed with the points it comes by; it dies at each of them once and is started again, as an operator would.
"""

import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

import httpx
import pytest

from tests.faults.checkers import Verdict
from tests.faults.conftest import Ground
from tests.faults.evidence import HAND_IN
from tests.faults.flow import Flow
from tests.faults.siege import JIYANG, LINYI, REGIONS, Siege, look
from tongban.kernel.crash import POINTS
from tongban.kernel.refusals import Refused
from tongban.project import walk_case
from tongban.project.walk import Visitor

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("faults"), pytest.mark.timeout(840)]

ARMED = {
    (JIYANG, "serve"): (
        "submit.written", "append.signed", "append.committed", "propose.stored", "propose.committed", "receive.verified",
        "receipt.signed", "receive.receipted",
    ),
    (JIYANG, "worker"): ("append.stored", "evidence.asked", "send.claimed", "send.answered"),
    (LINYI, "serve"): (
        "receive.stored", "receive.settled", "receive.committed", "receipt.stored", "proposal.taken", "proposal.handled",
    ),
    (LINYI, "worker"): (
        "append.begun", "reaction.deferred", "send.packed", "send.settled", "effect.begun", "effect.recorded", "blob.stored",
        "licence.reserved", "licence.kept", "licence.issued",
    ),
    (LINYI, "worker-2"): (
        "append.settled", "assess.asked", "send.receipts-kept", "effect.called", "blob.fetched",
        "licence.begun", "licence.appended", "licence.handed-over",
    ),
    (LINYI, "signer"): ("licence.taken-up", "licence.signed", "licence.put-down"),
}  # fmt: skip
KINDS = "SELECT kind FROM exchange_event WHERE case_id = %s ORDER BY seq"
STORM_SECONDS = 420
"""Patience on a slow machine; the storm ends with the last death."""
CASES = 300
PER_SECOND = 1.5
LETTERS_AT_ONCE = 3


def test_every_point_is_armed_somewhere() -> None:
    assert sorted(point for points in ARMED.values() for point in points) == sorted(POINTS)


@pytest.fixture(scope="module")
def storm(ground: Ground) -> Iterator[tuple[set[str], Verdict]]:
    """The points at which a process died, and what is left after it all."""
    siege = ground.siege
    for (place, process), points in ARMED.items():
        siege.environments[place, process] = {"TONGBAN_CRASH_AT": ",".join(points)}
        if process in siege.sites[place].running:
            siege.restart(place, process)
        else:
            siege.add(place, process)
    for place in (JIYANG, LINYI):
        siege.wait_until_ready(place)
    with ground.flow(CASES, per_second=PER_SECOND) as flow, siege.visitor(JIYANG) as visitor:
        walk_case.sign_in(visitor, siege.newcomer())
        letters = Letters(ground, flow, visitor)
        deadline = time.monotonic() + STORM_SECONDS
        while len(died(siege)) < len(POINTS) and time.monotonic() < deadline:
            flow.tick()
            try:
                letters.step()
            except (httpx.HTTPError, Refused) as error:
                ground.history("walker", "unknown", "walk", "", str(error)[:200])
            time.sleep(0.5)
        siege.environments.clear()
        found = died(siege)
        letters.withdraw_all()
        flow.settle()
        yield found, flow.judge()


def died(siege: Siege) -> set[str]:
    return {mark.name for place in (JIYANG, LINYI) for mark in (siege.sites[place].home / "crashed").glob("*")}


@dataclass
class Letters:
    """Cases with a file, which lie on a desk at the other place until they are withdrawn by a proposal."""

    ground: Ground
    flow: Flow
    visitor: Visitor
    begun: dict[str, None] = field(default_factory=dict)
    """In this order, each once: a hand-in that broke off goes on with its draft."""

    def hand_in(self) -> str:
        """As people do, page by page. Raises where a page does not come."""
        siege, visitor = self.ground.siege, self.visitor
        story = walk_case.referral_story(siege.today)
        page = visitor.open(f"/apply/{walk_case.ITEM}/places").require()
        page = visitor.send(page.form(field="insured"), {"insured": REGIONS[LINYI], "here": REGIONS[JIYANG]}).require()
        # What was answered before a page failed to come is remembered.
        for answer in story.answers if any("answer" in form.fields for form in page.forms) else ():
            page = visitor.send(page.form(field="answer"), {"answer": answer}).require()
        page = visitor.open(page.link("开始填写")).require()
        case: str = re.findall(r"[0-9a-f-]{36}", page.url)[0]
        self.begun[case] = None
        self.ground.history("walker", "invoke", HAND_IN, case)
        walk_case.hand_in(visitor, page, story)
        self.ground.history("walker", "ok", HAND_IN, case)
        return case

    def step(self) -> None:
        """A few at a time; each is withdrawn once it lies on the desk there, so that only the other place can put that on the chain."""
        waiting = [case for case in self.begun if (kinds := self.kinds(JIYANG, case)) and "withdrawn" not in kinds]
        if len(waiting) < LETTERS_AT_ONCE:
            self.hand_in()
        for case in waiting:
            if "assessed" in self.kinds(LINYI, case):
                self.withdraw(case)

    def withdraw(self, case: str) -> None:
        page = self.visitor.open(f"/cases/{case}/withdraw").require()
        if page.url.endswith("/withdraw"):
            self.visitor.send(page.form(field="cmd")).require()

    def withdraw_all(self) -> None:
        """Those that were handed in, whether or not their confirmation came."""
        for case in [case for case in self.begun if self.kinds(JIYANG, case)]:
            self.flow.until(partial(self._is_withdrawn, case), seconds=150, what="a withdrawal")

    def _is_withdrawn(self, case: str) -> bool:
        if "withdrawn" in self.kinds(JIYANG, case):
            return True
        if "assessed" in self.kinds(LINYI, case):
            with suppress(httpx.HTTPError, Refused):
                self.withdraw(case)
        return False

    def kinds(self, place: str, case: str) -> list[str]:
        rows = look(self.ground.siege.sites[place], KINDS, case)
        return [row[0].partition(".")[2].partition(";")[0] for row in rows]


@pytest.mark.parametrize("point", POINTS)
def test_n1_a_process_died_here(storm: tuple[set[str], Verdict], point: str) -> None:
    assert point in storm[0]


def test_n1_nothing_is_lost_forked_or_done_twice(storm: tuple[set[str], Verdict]) -> None:
    assert {name: found[:5] for name, found in storm[1].faults.items() if found} == {}
