"""临邑 still runs the previous release while 济阳 and 惠民 run this one; then it is upgraded with cases on their way (X1)."""

import base64
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from tests.faults.releases import JIYANG, ROOT, Mixed
from tests.listening import read_messages
from tests.processes import running, wait_until
from tongban.exchange.adapters.http import PeerClient
from tongban.kernel.clock import now
from tongban.kernel.node import load_node
from tongban.project import walk_case
from tongban.project.registers.people import LINYI
from tongban.project.walk import Visitor

pytestmark = [pytest.mark.long, pytest.mark.processes, pytest.mark.xdist_group("alliance"), pytest.mark.timeout(540)]

NEW_DOORS = {b"GET /txp/1/buckets", b"POST /txp/1/checkpoints"}
PATIENCE = 90.0
DEFINITIONS = "SELECT key, region, version FROM catalogue_publisheddefinition WHERE region <> %s ORDER BY 1, 2, 3"
COPY = "SELECT parked, folded = seq FROM exchange_casehead WHERE case_id = %s"
PEER = "SELECT failures, open_until, last_error FROM exchange_peer WHERE node = %s"
STILL = "SELECT count(*) FROM exchange_outbox WHERE delivered_at IS NULL"
HARM = """
    SELECT 'parked ' || parked FROM exchange_casehead WHERE parked <> ''
    UNION ALL SELECT 'fork' FROM exchange_forkevidence UNION ALL SELECT 'log ' || kind FROM exchange_logevidence
    UNION ALL SELECT 'overdue ' || rung FROM exchange_overdue WHERE cleared_at IS NULL
    UNION ALL SELECT 'job ' || task_name FROM procrastinate_jobs WHERE status = 'failed'
    UNION ALL SELECT 'rejected ' || last_error FROM exchange_outbox WHERE rejected_at IS NOT NULL
    UNION ALL SELECT 'life ' || reason FROM exchange_incarnation WHERE recovering_since IS NOT NULL OR inc <> 1
"""


@pytest.fixture
def mixed() -> Iterator[Mixed]:
    with running(Mixed) as mixed:
        yield mixed


def test_x1_a_node_one_release_behind_takes_part_and_is_upgraded_in_place(mixed: Mixed) -> None:
    """X1: both directions; kinds that it does not know; doors that it does not have; then the upgrade with all of that on its way."""
    assert (mixed.program_of("linyi"), mixed.program_of("jiyang")) == (mixed.tree, ROOT)
    require_both_directions(mixed)
    require_unknown_word_to_be_kept_and_passed_on(mixed)
    waiting = begin_what_waits(mixed)
    require_new_doors_to_be_missed_without_harm(mixed)
    mixed.stop("linyi", "worker")
    visitor, on_its_way = mixed.hand_in(mixed.newcomer())
    mixed.upgrade("linyi")
    mixed.wait_until_ready("linyi")
    assert mixed.program_of("linyi") == ROOT
    with visitor:
        walk_case.wait_until_effective(visitor, on_its_way, seconds=PATIENCE)
    require_equal_and_closed(mixed, on_its_way)
    require_to_go_on(mixed, waiting)
    require_newer_items_to_be_known(mixed)
    require_well(mixed)


def require_both_directions(mixed: Mixed) -> None:
    visitor, forth = mixed.hand_in(mixed.newcomer())
    with visitor:
        walk_case.wait_until_effective(visitor, forth, seconds=PATIENCE)
    back = hand_in_at_linyi(mixed)
    walk_case.approve(mixed.desk("jiyang", "examiner"), back, seconds=PATIENCE)
    for case_id in (forth, back):
        require_equal_and_closed(mixed, case_id)


def hand_in_at_linyi(mixed: Mixed) -> str:
    """For 济阳, where an examiner has to look at it."""
    with mixed.visitor("linyi") as visitor:
        walk_case.sign_in(visitor, mixed.insured_in_jiyang())
        return walk_case.apply(visitor, walk_case.referral_story(mixed.today), insured=JIYANG, here=LINYI)


def require_unknown_word_to_be_kept_and_passed_on(mixed: Mixed) -> None:
    """`message` is new and not critical: stored byte for byte, shown to whoever may ask, and in nobody's way."""
    case_id = hand_in_at_linyi(mixed)
    press(mixed.desk("jiyang", "examiner"), case_id, "/message", text="请留意来信日期")
    mixed.wait_for_kind("linyi", case_id, "message")
    linyi = mixed.sites["linyi"]
    assert linyi.ask(COPY, case_id) == [("", True)]
    assert read_as_peer(mixed, case_id) == linyi.chain(case_id) == mixed.sites["jiyang"].chain(case_id)
    walk_case.approve(mixed.desk("jiyang", "examiner"), case_id, seconds=PATIENCE)
    require_equal_and_closed(mixed, case_id)


def read_as_peer(mixed: Mixed, case_id: str) -> list[bytes]:
    """What 临邑 answers 济阳."""
    path = f"/txp/1/cases/{case_id}/events?region={LINYI}&from=1"
    with closing(PeerClient(load_node(mixed.sites["jiyang"].home))) as client:
        answer = json.loads(client.get(mixed.sites["linyi"].url, path, max_bytes=10_000_000, at=now()))
    return [base64.b64decode(event) for event in answer["events"]]


@dataclass(frozen=True)
class Waiting:
    """`parked`: an event of a kind that 临邑 must understand and does not. `rejected`: one that its rules do not allow yet.
    `asked`: at 临邑's desk, with a request of an unknown kind."""

    parked: str
    rejected: str
    asked: str


def begin_what_waits(mixed: Mixed) -> Waiting:
    return Waiting(park(mixed), have_rejected(mixed), ask(mixed))


def park(mixed: Mixed) -> str:
    linyi, jiyang = mixed.sites["linyi"], mixed.sites["jiyang"]
    mixed.stop("jiyang", "worker")
    visitor, case_id = mixed.hand_in(mixed.newcomer())
    visitor.client.close()
    mixed.write_completed("jiyang", case_id)
    mixed.start("jiyang", "worker")
    wait_until(lambda: linyi.ask(COPY, case_id) == [("unknown-kind", False)], what="a case parked at 临邑")
    wait_until(lambda: linyi.chain(case_id) == jiyang.chain(case_id), what="the whole chain at 临邑")
    told = "SELECT count(*) > 0 FROM exchange_receipt WHERE case_id = %s AND issuer = %s AND stage = 'PARKED'"
    wait_until(lambda: jiyang.ask(told, case_id, LINYI) == [(True,)], what="a receipt that says so")
    return case_id


def have_rejected(mixed: Mixed) -> str:
    """`sent_back` goes against the direction of its clause, which the previous release never allows."""
    case_id = hand_in_at_linyi(mixed)
    press(mixed.desk("jiyang", "examiner"), case_id, "/send-back", reason="other", note="请补全转诊信息")
    row = "SELECT last_error FROM exchange_outbox WHERE case_id = %s AND rejected_at IS NOT NULL"
    wait_until(lambda: mixed.sites["jiyang"].ask(row, case_id), what="a rejected event")
    assert mixed.sites["jiyang"].ask(row, case_id) == [("rejected: clause-missing",)]
    return case_id


def ask(mixed: Mixed) -> str:
    case_id = hand_in_at_jiyang(mixed)
    press(mixed.desk("jiyang", "reception"), case_id, "/message", text="申请人明日来电")
    request = "SELECT state FROM exchange_proposal WHERE case_id = %s AND kind LIKE 'cases.message;%%'"
    wait_until(lambda: mixed.sites["linyi"].ask(request, case_id) == [("parked",)], what="a request parked at 临邑")
    return case_id


def hand_in_at_jiyang(mixed: Mixed) -> str:
    """At the examiner's desk of 临邑 when this returns."""
    visitor, case_id = mixed.hand_in(mixed.newcomer(), walk_case.referral_story(mixed.today))
    visitor.client.close()
    mixed.wait_for_kind("jiyang", case_id, "assessed", seconds=PATIENCE)
    return case_id


def require_new_doors_to_be_missed_without_harm(mixed: Mixed) -> None:
    """What 临邑 does not have it answers with 404; nobody takes it for a silent node."""
    wait_until(lambda: missed(mixed) >= NEW_DOORS, seconds=PATIENCE, what="questions that 临邑 does not know")
    for place in ("jiyang", "huimin"):
        assert all(row == (0, None, "") for row in mixed.sites[place].ask(PEER, f"{LINYI}-1"))
        assert {row[0] for row in mixed.sites[place].ask(HARM)} <= {"rejected rejected: clause-missing"}


def missed(mixed: Mixed) -> set[bytes]:
    """Doors of 临邑 at which a peer got 404."""
    return {
        request.split(b"?")[0].split(b" HTTP")[0]
        for asked, answered in mixed.sites["linyi"].listener.conversations
        for (request, _), (answer, _) in zip(read_messages(asked), read_messages(answered), strict=False)
        if answer.startswith(b"HTTP/1.1 404")
    }


def require_to_go_on(mixed: Mixed, waiting: Waiting) -> None:
    """The upgraded node folds what it had kept and fetches what it had rejected, without anybody's help."""
    linyi = mixed.sites["linyi"]
    require_equal_and_closed(mixed, waiting.parked)
    mixed.wait_for_kind("linyi", waiting.rejected, "sent_back", seconds=PATIENCE)
    wait_until(lambda: linyi.ask(COPY, waiting.rejected) == [("", True)], seconds=PATIENCE, what="the case sent back")
    press(mixed.desk("linyi", "reception"), waiting.rejected, "/hand-over")
    walk_case.approve(mixed.desk("jiyang", "examiner"), waiting.rejected, seconds=PATIENCE)
    mixed.wait_for_kind("jiyang", waiting.asked, "message", seconds=PATIENCE)
    walk_case.approve(mixed.desk("linyi", "examiner"), waiting.asked, seconds=PATIENCE)
    for case_id in (waiting.rejected, waiting.asked):
        require_equal_and_closed(mixed, case_id)


def require_newer_items_to_be_known(mixed: Mixed) -> None:
    """What 临邑 could not read before the upgrade it fetches after it."""
    published = mixed.sites["jiyang"].ask(DEFINITIONS, LINYI)
    wait_until(
        lambda: mixed.sites["linyi"].ask(DEFINITIONS, LINYI) == published,
        seconds=PATIENCE,
        what="all definitions at 临邑",
    )


def require_equal_and_closed(mixed: Mixed, case_id: str) -> None:
    for place in ("jiyang", "linyi"):
        mixed.wait_for_kind(place, case_id, "closed", seconds=PATIENCE)
    mixed.wait_for_equal_copies(case_id)


def require_well(mixed: Mixed) -> None:
    for site in mixed.sites.values():
        wait_until(lambda site=site: site.ask(STILL) == [(0,)], what=f"an empty outbox of {site.name}")  # type: ignore[misc]
        assert site.ask(HARM) == []


def press(visitor: Visitor, case_id: str, action: str, **typed: str) -> None:
    """As soon as the case's page offers it."""

    def offered() -> bool:
        page = visitor.open(f"/staff/cases/{case_id}")
        return any(form.action.endswith(action) for form in page.forms)

    wait_until(offered, seconds=PATIENCE, what=f"{action} on the case's page")
    walk_case.act(visitor, f"/staff/cases/{case_id}", action=action, values=typed)
