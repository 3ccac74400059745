"""auto_decision_p95_ms: from handing in at 济阳 until the applicant's own page there says that the rules of 临邑 have decided."""

import time

from django.conf import settings

from tongban.kernel.refusals import Refused
from tongban.kernel.text import Text
from tongban.project.bench.ground import JIYANG, Ground, median_ms, p95_ms
from tongban.project.bench.running import Sizes
from tongban.project.bench.whole_cases import Prepared, prepare
from tongban.project.walk import Visitor

WARM_UP = 3
LOOK_SECONDS = 0.02
"""Seldom enough that looking, which takes its share of the machine, is not what is measured."""
PATIENCE_SECONDS = 60.0
DECIDED = "按公开规则自动决定"


class NotDecided(Refused):
    status = 503
    text = Text("办件未在 {seconds:.0f} 秒内自动决定。", "The case was not decided by rules within {seconds:.0f} s.")
    advice = Text("请查看两个节点的日志。", "Look into the logs of both nodes.")


def measure(ground: Ground, sizes: Sizes) -> dict[str, float]:
    with Visitor(ground.url(JIYANG), timeout=120) as visitor:
        for _ in range(WARM_UP):
            decide(visitor, prepare(ground))
        seconds = [decide(visitor, prepare(ground)) for _ in range(sizes.decisions)]
    return {"auto_decision_p95_ms": p95_ms(seconds), "auto_decision_p50_ms": median_ms(seconds)}


def decide(visitor: Visitor, case: Prepared) -> float:
    """Seconds from before the submission is sent until the page with the decision has come. Refuses `NotDecided`."""
    begun = time.monotonic()
    case.hand_in(visitor)
    while not _shows_decision(visitor, case):
        if time.monotonic() - begun > PATIENCE_SECONDS:
            raise NotDecided(seconds=PATIENCE_SECONDS)
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - begun


def _shows_decision(visitor: Visitor, case: Prepared) -> bool:
    headers = {"cookie": f"{settings.SESSION_COOKIE_NAME}={case.session}"}
    return DECIDED in visitor.client.get(f"/cases/{case.draft.case_id}", headers=headers).text
