"""Background steps of `licences`. Arguments are ids only."""

from collections.abc import Callable
from contextlib import closing
from typing import Any
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from tongban.exchange.adapters.http import PeerClient
from tongban.kernel import crash, registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.licences import checker, looking, publishing
from tongban.licences.services import end_with_decision, go_on, hand_over
from tongban.licences.signer import ISSUE

log = structlog.get_logger()


@app.task(name=ISSUE, retry=ForEver())
def issue(*, region: str, reservation: int) -> None:
    with scope(registries.current_node().regions):
        go_on(reservation=reservation, **_common(region))
    crash.point("licence.issued")


@app.task(name="licences.hand_over", retry=ForEver())
def hand_over_witnessed(*, region: str, case_id: str) -> None:
    with scope(registries.current_node().regions):
        hand_over(case_id=UUID(case_id), **_common(region))


@app.task(name="licences.end_with_decision", retry=ForEver())
def end_revoked(*, region: str, case_id: str) -> None:
    with scope(registries.current_node().regions):
        end_with_decision(case_id=UUID(case_id), **_common(region))


def look_after() -> None:
    """Every region of this node: what was left undone by a crash, a missing key or a missing font is tried again."""
    _look(looking.list_left)


def _look(find: Callable[..., list[looking.Left]]) -> None:
    """Each step in a transaction of its own: one that cannot be taken now keeps no other waiting."""
    node = registries.current_node()
    for region in node.regions:
        with scope(node.regions):
            left = find(region=region, at=now())
        for step in left:
            try:
                with scope(node.regions):
                    looking.take(step, **_common(region))
            except Refused as refused:
                log.info("not now", region=region, code=refused.code)


def check() -> None:
    """Every region of this node, as `tongban licence check` does (对账); before, what a restore has forgotten is reserved again."""
    _look(looking.list_undecided)
    node = registries.current_node()
    for region in node.regions:
        with scope([region]):
            found = checker.check_region(node=node, region=region, at=now())
        if found.findings:
            log.error("licences do not add up", region=region, code=" ".join(sorted(found.findings)))


def exchange_status_lists() -> None:
    """What this node's licences count for, signed anew; and what the other nodes say of theirs."""
    node, at = registries.current_node(), now()
    with scope(node.regions):
        publishing.publish_lists(node=node, at=at)
    try:
        with closing(PeerClient(node)) as client:
            publishing.fetch_lists(node=node, at=at, client=client)
    except Refused as refused:
        log.warning("status lists not fetched", reason=refused.code)


def _common(region: str) -> dict[str, Any]:
    return {"node": registries.current_node(), "region": region, "by": system(region), "at": now()}
