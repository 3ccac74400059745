"""Background steps of `audit`, called by the schedule."""

from datetime import timedelta

import structlog
from django.conf import settings

from tongban.audit import seals
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.scope import scope

DAYS_OF_A_MONTH = 31

log = structlog.get_logger()


def seal_readings() -> None:
    node = registries.current_node()
    for region in node.regions:
        with scope([region]):
            seals.seal_readings(node=node, region=region, at=now())


def check_and_forget() -> None:
    """Each night: whether the seals still fit, and what has been kept long enough goes."""
    node, at = registries.current_node(), now()
    for region in node.regions:
        with scope([region]):
            broken = seals.find_broken_seal(node=node, region=region, at=at)
            if broken is not None:
                log.error("audit.seal_broken", region=region, seq=broken)
                continue
            seals.forget_readings(
                region=region, older_than=at - timedelta(days=DAYS_OF_A_MONTH * settings.AUDIT_MONTHS)
            )
