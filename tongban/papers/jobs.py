"""Background steps of `papers`. Arguments are ids only."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.papers import queries, services

COPIED_WITHIN = timedelta(days=14)
"""How long after it was issued a copy of a paper is tried."""
CASES_A_NIGHT = 10_000

log = structlog.get_logger()


def issue_due(*, region: str, case_id: str) -> None:
    with scope([region]):
        services.issue_due(
            node=registries.current_node(), region=region, case_id=UUID(case_id), by=system(region), at=now()
        )


def keep_copies(*, at: datetime) -> None:
    """At night, every region of this node: papers of other places that are not held yet, and next night what was left."""
    node = registries.current_node()
    for region in node.regions:
        with scope([region]):
            lacking = queries.list_lacking(region=region, since=at - COPIED_WITHIN)
        # In no order: those that cannot be printed here keep no others waiting night after night.
        for case_id in random.sample(lacking, min(len(lacking), CASES_A_NIGHT)):
            _keep_copies(region, case_id, at=at)


def _keep_copies(region: str, case_id: UUID, *, at: datetime) -> None:
    try:
        with scope([region]):
            services.keep_copies(
                node=registries.current_node(), region=region, case_id=case_id, by=system(region), at=at
            )
    except Refused as refused:
        log.warning("no copies of papers", case=str(case_id), region=region, code=refused.code)
