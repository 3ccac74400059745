"""Background steps of `review`: each calls one service. Arguments are ids only; adapters come from the settings."""

from typing import Any
from uuid import UUID

from django.conf import settings
from procrastinate import JobContext, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.jobs import Job

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.review import guard, rehearsal, services
from tongban.review.adapters.base import Endpoint, HttpRegister
from tongban.review.adapters.business_system import BusinessSystem, HttpBusinessSystem
from tongban.review.asking import Registers


class AskAgain(ForEver):
    """A silent register is asked again soon, a few times; the job says when it is the last."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, services.RegisterSilent):
            return RetryDecision(retry_in={"seconds": settings.REGISTER_RETRY_SECONDS})
        return super().get_retry_decision(exception=exception, job=job)


@app.task(name="review.collect_evidence", retry=AskAgain(), pass_context=True)
def collect_evidence(context: JobContext, *, region: str, case_id: str) -> None:
    services.collect_evidence(registers=registers(), last_try=_last_try(context), **_common(region, case_id))


@app.task(name="review.consider", retry=AskAgain(), pass_context=True)
def consider(context: JobContext, *, region: str, case_id: str) -> None:
    limits = guard.Limits(one_in=settings.AUTOMATIC_SAMPLE_ONE_IN)
    services.consider(registers=registers(), last_try=_last_try(context), limits=limits, **_common(region, case_id))


@app.task(name="review.push_effect", retry=ForEver())
def push_effect(*, region: str, case_id: str) -> None:
    services.push_effect(systems=business_systems(), **_common(region, case_id))


@app.task(name="review.run_rehearsal", retry=ForEver())
def run_rehearsal(*, region: str, rehearsal_id: str) -> None:
    node = registries.current_node()
    rehearsal.run_rehearsal(node=node, region=region, rehearsal_id=UUID(rehearsal_id), at=now())


def run_rehearsal_soon(*, region: str, rehearsal_id: UUID) -> None:
    """After the transaction in which it was started."""
    run_rehearsal.defer(region=region, rehearsal_id=str(rehearsal_id))


def registers() -> Registers:
    """Those that this node has an address of, by the name that definitions use."""
    return {name: HttpRegister(_endpoint(url)) for name, url in settings.REGISTERS.items()}


def business_systems() -> dict[str, BusinessSystem]:
    """The same for what puts decisions into effect."""
    return {name: HttpBusinessSystem(_endpoint(url)) for name, url in settings.BUSINESS_SYSTEMS.items()}


def _common(region: str, case_id: str) -> dict[str, Any]:
    node = registries.current_node()
    return {"node": node, "region": region, "case_id": UUID(case_id), "by": system(region), "at": now()}


def _last_try(context: JobContext) -> bool:
    return context.job.attempts + 1 >= settings.REGISTER_TRIES


def _endpoint(url: str) -> Endpoint:
    return Endpoint(url, settings.REGISTER_SECRET, settings.REGISTER_TIMEOUT_SECONDS)
