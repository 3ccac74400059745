"""Several at once: fifty who decide, an offer against a withdrawal, a double click, a commit that comes late (C)."""

import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.processes import Alliance, environment, wait_until
from tongban.project import walk_case
from tongban.project.walk import Form, LocalNames, Visitor

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(300)]

APPROVERS = 50
WINDOWS = 8
HEAD = re.compile(r'name="head" value="(\d+)"')
DECISIONS = {"approved", "refused"}
RACES = (
    ("offer", "offer", "withdraw", "withdraw", "say", "say"),
    ("offer", "withdraw", "offer", "say"),
    ("withdraw", "offer", "say", "say", "say", "offer"),
)  # fmt: skip


def test_c1_fifty_decide_at_once_and_one_decision_stands(alliance: Alliance) -> None:
    """C1, I3: each has the page open; half of them grant, half refuse. All but one are told where the case is now."""
    case_id = at_the_desk(alliance)
    examiner = alliance.desk("linyi", "examiner")
    page = examiner.open(f"/staff/cases/{case_id}").require()
    grounds = {"reason": "材料不符", "article": "第三条"}
    forms = {"/approve": page.form(action="/approve").data({}), "/refuse": page.form(action="/refuse").data(grounds)}
    seen = int(str(forms["/approve"]["head"]))
    acts = [("/approve", "/refuse")[number % 2] for number in range(APPROVERS)]

    def press(number: int, window: httpx.Client) -> httpx.Response:
        act = acts[number]
        return window.post(f"/staff/cases/{case_id}{act}", data={**forms[act], "cmd": str(uuid4())})

    answers = at_once(APPROVERS, examiner, press)
    assert Counter(answer.status_code for answer in answers) == {302: 1, 409: APPROVERS - 1}
    heads = [int(head) for answer in answers if answer.status_code == 409 for head in HEAD.findall(answer.text)]
    assert heads and min(heads) > seen
    (decided,) = [kind for kind in alliance.sites["linyi"].kinds(case_id) if kind in DECISIONS]
    (winner,) = [acts[number] for number, answer in enumerate(answers) if answer.status_code == 302]
    assert decided == {"/approve": "approved", "/refuse": "refused"}[winner]
    wait_until(lambda: is_over(alliance, case_id), what="the end at both places")


@pytest.mark.long
@pytest.mark.parametrize("acts", RACES, ids=["-".join(race) for race in RACES])
def test_c3_an_offer_races_with_a_withdrawal_and_words(alliance: Alliance, acts: Sequence[str]) -> None:
    """C3, I2: whatever came first stands on the chain; what came too late is refused or became a request to the holder."""
    with worker_away(alliance, "jiyang"):
        visitor, case_id = alliance.hand_in(alliance.newcomer())
        visitor.client.close()
        said = race(alliance, "jiyang", case_id, acts)
    assert set(said) <= {"done", "not-the-writer", "stale-head", "missing", "not-allowed-now", "not-found"}, said
    if ("withdraw", "done") not in zip(acts, said, strict=True):
        # The offer came without an answer of the register, so it is a person who decides.
        walk_case.approve(alliance.desk("linyi", "examiner"), case_id, seconds=90)
    wait_until(lambda: is_over(alliance, case_id), seconds=90, what="the end at both places")
    kinds = Counter(alliance.sites["jiyang"].kinds(case_id))
    assert kinds["offered"] <= 1 and kinds["withdrawn"] <= 1
    assert kinds["withdrawn"] + kinds["closed"] == 1
    if kinds["offered"]:
        alliance.wait_for_equal_copies(case_id)
    for place in ("jiyang", "linyi"):
        assert alliance.sites[place].ask("SELECT 1 FROM exchange_forkevidence WHERE case_id = %s", case_id) == []


def test_c4_a_double_click_hands_in_once(alliance: Alliance) -> None:
    """C4, I8: the same form eight times at the same moment: one case, and everybody is led to its confirmation."""
    with alliance.visitor("jiyang") as visitor:
        form = last_page(alliance, visitor)
        answers = at_once(WINDOWS, visitor, lambda _, window: window.post(form.action, data=form.data({})))
        assert {(answer.status_code, where(answer)) for answer in answers} == {(302, "submitted")}
        require_one_case(alliance, case_of(form))


def test_c4_two_windows_hand_in_the_same_draft_once(alliance: Alliance) -> None:
    """C4: each window has a command of its own. Whoever is second is led to the confirmation, or told that it is done."""
    with alliance.visitor("jiyang") as visitor:
        form = last_page(alliance, visitor)
        answers = at_once(
            WINDOWS, visitor, lambda _, window: window.post(form.action, data=form.data({"cmd": str(uuid4())}))
        )
        assert {answer.status_code for answer in answers} <= {302, 404, 409}
        assert any((answer.status_code, where(answer)) == (302, "submitted") for answer in answers)
        require_one_case(alliance, case_of(form))


def test_c4_one_command_serves_for_one_act(alliance: Alliance) -> None:
    """C4, I8: sent again it changes nothing, with another body it is refused."""
    case_id = at_the_desk(alliance)
    examiner = alliance.desk("linyi", "examiner")
    form = examiner.open(f"/staff/cases/{case_id}").require().form(action="/message")
    with window_of(examiner) as window:
        said = [window.post(form.action, data=form.data({"text": text})).status_code for text in ("甲", "甲", "乙")]
    assert said == [302, 302, 409]
    assert alliance.sites["linyi"].kinds(case_id).count("message") == 1


def test_c5_a_commit_that_comes_late_is_not_skipped(alliance: Alliance) -> None:
    """C5: a transaction holds the lower outbox numbers while later ones commit and are delivered."""
    with worker_away(alliance, "jiyang"):
        visitor, late = alliance.hand_in(alliance.newcomer())
        visitor.client.close()
        racer = held(alliance, late)
        assert racer.stdout and racer.stdout.readline().strip() == b"held"
    try:
        visitor, early = alliance.hand_in(alliance.newcomer())
        visitor.client.close()
        wait_until(lambda: is_over(alliance, early), what="the later one's end")
        assert alliance.sites["linyi"].kinds(late) == []
    finally:
        said = racer.communicate(b"\n", timeout=60)
    assert (racer.returncode, said[0]) == (0, b'["done"]\n'), said[1].decode()
    alliance.wait_for_kind("jiyang", late, "assessed")
    alliance.wait_for_equal_copies(late)


# Helpers


def at_once(count: int, visitor: Visitor, act: Callable[[int, httpx.Client], httpx.Response]) -> list[httpx.Response]:
    """Windows of one browser that wait for each other and then act."""
    start = threading.Barrier(count)

    def run(number: int) -> httpx.Response:
        with window_of(visitor) as window:
            start.wait()
            return act(number, window)

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def window_of(visitor: Visitor) -> httpx.Client:
    """A connection of its own, signed in like its visitor; stays where it is sent to."""
    known = visitor.client
    return httpx.Client(
        base_url=known.base_url, cookies=known.cookies, transport=LocalNames(), timeout=60, trust_env=False
    )


def at_the_desk(alliance: Alliance) -> str:
    """A case that an examiner of 临邑 has to look at."""
    visitor, case_id = alliance.hand_in(alliance.newcomer(), walk_case.referral_story(alliance.today))
    visitor.client.close()
    alliance.wait_for_kind("linyi", case_id, "assessed")
    return case_id


@contextmanager
def worker_away(alliance: Alliance, place: str) -> Iterator[None]:
    alliance.stop(place, "worker")
    try:
        yield
    finally:
        alliance.start(place, "worker")


def race(alliance: Alliance, place: str, case_id: str, acts: Sequence[str]) -> list[str]:
    racer = racing(alliance, place, case_id, *acts)
    out, err = racer.communicate(timeout=60)
    assert racer.returncode == 0, err.decode()
    said: list[str] = json.loads(out)
    return said


def held(alliance: Alliance, case_id: str) -> "subprocess.Popen[bytes]":
    return racing(alliance, "jiyang", case_id, "offer", options=["--hold"])


def racing(
    alliance: Alliance, place: str, case_id: str, *acts: str, options: Sequence[str] = ()
) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.faults.racing", *options, str(alliance.sites[place].home), case_id, *acts]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(TONGBAN_MODE="demo"),
    )


def is_over(alliance: Alliance, case_id: str) -> bool:
    """Closed, refused or withdrawn, at every place that has it."""
    states = [
        site.ask("SELECT state FROM cases_case WHERE case_id = %s", case_id)
        for site in (alliance.sites["jiyang"], alliance.sites["linyi"])
    ]
    return all(not found or found[0][0] in {"closed", "refused", "withdrawn"} for found in states) and bool(states[0])


class _AtTheEnd(Exception):
    def __init__(self, form: Form) -> None:
        self.form = form
        super().__init__(form.action)


class _Careful(Visitor):
    """Does everything but the last click."""

    def send(self, form: Form, *args: Any, **named: Any) -> Any:
        if form.action.endswith("/check"):
            raise _AtTheEnd(form)
        return super().send(form, *args, **named)


def last_page(alliance: Alliance, visitor: Visitor) -> Form:
    """The form with which a complete draft is handed in."""
    walk_case.sign_in(visitor, alliance.newcomer())
    careful = _Careful(alliance.sites["jiyang"].url)
    careful.client = visitor.client
    try:
        alliance.apply(careful)
    except _AtTheEnd as end:
        return end.form
    raise AssertionError("no last page")


def case_of(form: Form) -> str:
    return form.action.split("/")[-2]


def where(answer: httpx.Response) -> str:
    return answer.headers.get("Location", "").rpartition("/")[2]


def require_one_case(alliance: Alliance, case_id: str) -> None:
    alliance.wait_for_kind("jiyang", case_id, "closed")
    kinds = Counter(alliance.sites["jiyang"].kinds(case_id))
    assert (kinds["submitted"], kinds["offered"], kinds["approved"]) == (1, 1, 1)
    assert alliance.sites["jiyang"].ask("SELECT count(*) FROM cases_case WHERE case_id = %s", case_id) == [(1,)]
