"""Short forms: what a place issues, lists, reads and serves."""

from typing import Any
from uuid import UUID

from tests.cast import JIYANG, LINYI, citizen, examiner
from tongban.cases import services as cases
from tongban.cases.tests.zone import Zone
from tongban.kernel.actors import Actor, system
from tongban.kernel.ids import new_id
from tongban.kernel.scope import scope
from tongban.papers import queries, services
from tongban.papers.queries import PaperFile, PaperView

NODES = {JIYANG: "jiyang", LINYI: "linyi"}


def node_of(zone: Zone, region: str) -> Any:
    return getattr(zone, NODES[region])


def issue(zone: Zone, case_id: UUID, region: str = JIYANG) -> list[str]:
    with scope([region]):
        return services.issue_due(
            node=node_of(zone, region), region=region, case_id=case_id, by=system(region), at=zone.at
        )


def papers(zone: Zone, case_id: UUID, region: str = JIYANG) -> dict[str, PaperView]:
    by = citizen() if region == JIYANG else examiner()
    with scope([region]):
        found = queries.list_papers(node=node_of(zone, region), region=region, case_id=case_id, by=by, at=zone.at)
    return {paper.kind: paper for paper in found}


def read(zone: Zone, case_id: UUID, paper: PaperView, region: str = JIYANG) -> PaperFile:
    by = citizen() if region == JIYANG else examiner()
    with scope([region]):
        return queries.read_paper(node=node_of(zone, region), region=region, case_id=case_id, key=paper.key, by=by)


def serve(zone: Zone, case_id: UUID, paper: PaperView, by: Actor, way: str, **proof: str) -> None:
    with scope([by.region]):
        services.serve_paper(
            node=node_of(zone, by.region), region=by.region, case_id=case_id, number=paper.number, place=paper.place, way=way,
            cmd=new_id(), by=by, at=zone.at, **proof,
        )  # fmt: skip


def refused(zone: Zone) -> UUID:
    """A case that 临邑 has refused, with the notice of it on both copies."""
    case_id = zone.taken_over()
    zone.assess(case_id, {"insured": "unknown"}, approve=False)
    zone.do(cases.refuse_case, case_id, reason="参保状态异常", article="社会保险经办条例第二十三条")
    issue(zone, case_id, LINYI)
    zone.network.settle(zone.at)
    return case_id
