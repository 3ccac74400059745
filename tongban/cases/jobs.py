"""Background steps of `cases`: each calls one service. Arguments are ids only."""

from collections.abc import Callable, Iterable
from uuid import UUID

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from tongban.cases import due, services
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.people import queries as people

log = structlog.get_logger()


@app.task(name="cases.take_over", retry=ForEver())
def take_over(*, region: str, case_id: str) -> None:
    with scope([region]):
        services.take_over(
            node=registries.current_node(), region=region, case_id=UUID(case_id), by=system(region), at=now()
        )


@app.task(name="cases.draw_officer", retry=ForEver())
def draw_officer(*, region: str, case_id: str) -> None:
    """Draw an examiner of the region by lot (随机分派), unless one is named already or nobody is left."""
    node, id = registries.current_node(), UUID(case_id)
    with scope([region]):
        officers = [staff.ref for staff in people.list_staff(node=node, region=region) if "examiner" in staff.roles]
        try:
            services.draw_officer(
                node=node, region=region, case_id=id, officers=officers, by=system(region), at=now()
            )  # fmt: skip
        except services.NobodyLeft:
            log.warning("nobody to assign", case=case_id, region=region)


def keep_time() -> None:
    """Every region of this node: what counts as accepted by now, and what a supervisor is to be told."""
    for region in registries.current_node().regions:
        with scope([region]):
            silent = due.list_to_deem_accepted(region=region, at=now())
        _each(region, silent, services.deem_accepted)
        with scope([region]):
            late = due.list_to_escalate(region=region, at=now())
        _each(region, late, services.escalate)


def archive_due() -> None:
    """Every region of this node: what has ended so long ago that nothing more is expected."""
    for region in registries.current_node().regions:
        with scope([region]):
            ended = due.list_to_archive(region=region, at=now(), days=settings.ARCHIVE_DAYS)
        _each(region, ended, services.archive_case)


def _each(region: str, cases: Iterable[UUID], act: Callable[..., object]) -> None:
    """Each in a transaction of its own: one that cannot be written now keeps no other waiting, and comes again."""
    node = registries.current_node()
    for case_id in cases:
        try:
            with scope([region]):
                act(node=node, region=region, case_id=case_id, by=system(region), at=now())
        except Refused as refused:
            log.info("not now", case=str(case_id), region=region, code=refused.code)
