"""Issuers of one decision in threads of one process, each of which does everything there is to do for its licence, again and again.

    python -m tests.faults.issuing prepare DIRECTORY      says the id of a case that was just granted, and the position of its decision
    python -m tests.faults.issuing issue DIRECTORY CASE DECISION THREADS

Over the database of DATABASE_URL. `issue` ends when the licence is on the chain, or as a killed process does where it comes to its crash point.
"""

import os
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from tests.cast import HUIMIN, JIYANG, LINYI
from tongban.kernel import crash, registries
from tongban.kernel.clock import now
from tongban.kernel.node import create_node, load_node
from tongban.kernel.refusals import Refused
from tongban.kernel.scope import scope
from tongban.kernel.signer_keys import load_signer_keys, make_signer_key
from tongban.kernel.workdays import legal_day

SECONDS = 120.0
SOON = timedelta(seconds=1)
"""So that signers race with one that is thought dead and is not."""


def prepare(directory: Path) -> None:
    nodes = [
        create_node(
            directory / region,
            id=f"{region}-1",
            alliance="demo",
            regions=(region,),
            url=f"http://{region}.localhost:1",
            demo=True,
        )
        for region in (JIYANG, LINYI, HUIMIN)
    ]
    for node in nodes:
        make_signer_key(node, "licence")
    registries.set_node(nodes[1])
    story, zone = import_module("tongban.licences.tests.desk"), import_module("tongban.cases.tests.zone")
    at = now()
    # The clerk's story happens on a fixed day; this one today.
    zone.PERMIT["filing.start_on"] = legal_day(at).isoformat()
    desk = story.Desk.of(*nodes, at)
    case_id = desk.approved()
    print(case_id, desk.rows(case_id)[0].decision_seq)


class Issuer:
    def __init__(self, directory: Path, case_id: UUID, decision: int) -> None:
        self.node, self.case_id, self.decision = load_node(directory / LINYI), case_id, decision
        self.keys = load_signer_keys(self.node.home)
        # They need tables, so they are imported only now.
        self.jobs, self.models = import_module("tongban.licences.jobs"), import_module("tongban.licences.models")
        self.reserving, self.signer = (import_module(f"tongban.licences.{name}") for name in ("reserving", "signer"))

    def run(self, start: threading.Barrier) -> None:
        deadline = time.monotonic() + SECONDS
        start.wait()
        while time.monotonic() < deadline and not all(row.state == "issued" for row in self.step()):
            time.sleep(0.02)

    def step(self) -> list[Any]:
        with scope([LINYI]):
            self.reserving.reserve_for(
                node=self.node, region=LINYI, case_id=self.case_id, decision_seq=self.decision, at=now()
            )  # fmt: skip
        self.signer.sign_next(node=self.node, keys=self.keys, at=now(), abandoned=SOON)
        with scope([LINYI]):
            ids = list(self.models.Reservation.objects.filter(case_id=self.case_id).values_list("id", flat=True))
        for id in ids:
            with suppress(Refused):
                self.jobs.issue(region=LINYI, reservation=id)
        with scope([LINYI]):
            return list(self.models.Reservation.objects.filter(case_id=self.case_id))


def issue(directory: Path, case_id: str, decision: str, threads: str) -> None:
    issuer = Issuer(directory, UUID(case_id), int(decision))
    registries.set_node(issuer.node)
    crash.arm(os.environ.get("TONGBAN_CRASH_AT", ""), home=issuer.node.home, demo=True)
    start = threading.Barrier(int(threads))
    running = [threading.Thread(target=issuer.run, args=(start,)) for _ in range(int(threads))]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


if __name__ == "__main__":
    django.setup()
    what, where, *more = sys.argv[1:]
    {"prepare": prepare, "issue": issue}[what](Path(where), *more)
