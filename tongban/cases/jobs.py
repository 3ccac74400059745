"""Background steps of `cases`: each calls one service. Arguments are ids only."""

from uuid import UUID

from procrastinate.contrib.django import app

from tongban.cases import services
from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.clock import now
from tongban.kernel.patience import ForEver
from tongban.kernel.scope import scope


@app.task(name="cases.take_over", retry=ForEver())
def take_over(*, region: str, case_id: str) -> None:
    with scope([region]):
        services.take_over(
            node=registries.current_node(), region=region, case_id=UUID(case_id), by=system(region), at=now()
        )
