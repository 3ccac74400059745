"""What is sealed, and when: once a licence or a paper is on the chain its seal is asked for; once the signer has answered, the file is kept.

All of it follows behind the case: nobody's decision and nobody's licence waits for a seal.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from procrastinate.contrib.django import app

from tongban.kernel import registries
from tongban.kernel.actors import system
from tongban.kernel.behind import QUEUE
from tongban.kernel.clock import now
from tongban.kernel.node import Node
from tongban.kernel.patience import ForEver
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.licences.forms import sealing as licences
from tongban.papers import sealing as papers
from tongban.seals import queries as seals
from tongban.seals.subjects import Subject, register_subject

KINDS: dict[str, Any] = {licences.SUBJECT: licences, papers.SUBJECT: papers}

log = structlog.get_logger()


@app.task(name="project.ask_for_seals", queue=QUEUE, retry=ForEver())
def ask_for_seals(*, region: str, case_id: str) -> None:
    with scope([region]):
        for kind in KINDS.values():
            kind.ask_for_seals(node=registries.current_node(), region=region, case_id=UUID(case_id), at=now())


@app.task(name="project.keep_sealed", queue=QUEUE, retry=ForEver())
def keep_sealed(*, region: str, subject: str, ref: str) -> None:
    with scope([region]):
        for suite in seals.list_answered(region=region, subject=subject, ref=ref):
            KINDS[subject].keep_sealed(
                node=registries.current_node(), region=region, ref=ref, suite=suite, by=system(region), at=now()
            )


def look_after(*, at: datetime) -> None:
    """Every region of this node: what waits since its office had no seal or its seal failed, and what was answered and never fetched."""
    for region in registries.current_node().regions:
        with scope([region]):
            for kind in KINDS.values():
                for case_id in kind.list_unsealed(region=region, at=at):
                    _try(kind, region, case_id, at=at)
            for subject, ref in seals.list_unfetched(region=region, at=at):
                keep_sealed.defer(region=region, subject=subject, ref=ref)


def _try(kind: Any, region: str, case_id: UUID, *, at: datetime) -> None:
    """One that cannot be asked for keeps no other waiting."""
    try:
        with scope([region]):
            kind.ask_for_seals(node=registries.current_node(), region=region, case_id=case_id, at=at)
    except Refused as refused:
        log.info("not now", region=region, code=refused.code)


def register() -> None:
    for name, kind in KINDS.items():
        register_subject(Subject(name, kind.read_unsealed, _tell(name)))


def _tell(subject: str) -> Callable[[Node, str, str], None]:
    def tell(node: Node, region: str, ref: str) -> None:
        keep_sealed.defer(region=region, subject=subject, ref=ref)

    return tell
