"""Background steps of supervision: each calls one service. Arguments are ids only; the systems outside come from the settings."""

from typing import Any
from uuid import UUID

from django.conf import settings
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.review import supervision
from tongban.review.adapters.base import Endpoint
from tongban.review.adapters.revocations import HttpRevocationSystem


@app.task(name="review.push_to_supervision", retry=ForEver())
def push_to_supervision(*, region: str, case_id: str) -> None:
    supervision.push_to_supervision(case_id=UUID(case_id), **_common(region))


@app.task(name="review.tell_revocation", retry=ForEver())
def tell_revocation(*, region: str, case_id: str) -> None:
    supervision.tell_revocation(case_id=UUID(case_id), systems=_systems(), **_common(region))


def watch_inspections() -> None:
    """Every region of this node: what is late, and which revocations somebody outside does not know of yet."""
    systems = frozenset(settings.BUSINESS_SYSTEMS)
    for region in registries.current_node().regions:
        for case_id in supervision.watch_inspections(systems=systems, **_common(region)):
            if supervision.may_be_told(node=registries.current_node(), region=region, case_id=case_id, at=now()):
                _tell_revocation_once(region, str(case_id))


def _tell_revocation_once(region: str, case_id: str) -> None:
    """Not while a job of the case tries already, or waits to try again: it does so for as long as it takes."""
    jobs = ProcrastinateJob.objects.filter(task_name=tell_revocation.name, status__in=("todo", "doing"))
    if not jobs.filter(args__case_id=case_id, args__region=region).exists():
        tell_revocation.defer(region=region, case_id=case_id)


def _common(region: str) -> dict[str, Any]:
    return {"node": registries.current_node(), "region": region, "by": system(region), "at": now()}


def _systems() -> dict[str, HttpRevocationSystem]:
    given = settings.REGISTER_SECRET, settings.REGISTER_TIMEOUT_SECONDS
    return {name: HttpRevocationSystem(Endpoint(url, *given)) for name, url in settings.BUSINESS_SYSTEMS.items()}
