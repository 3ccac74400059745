"""Background steps of `guidance`."""

from procrastinate.contrib.django import app

from tongban.guidance import services
from tongban.kernel import registries
from tongban.kernel.clock import now
from tongban.kernel.scope import scope


@app.task(name="guidance.forget_old", queueing_lock="guidance.forget_old")
def forget_old() -> None:
    """At night: conversations that are a month old."""
    for region in registries.current_node().regions:
        with scope([region]):
            services.forget_old(region=region, at=now())
