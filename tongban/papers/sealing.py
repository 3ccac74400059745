"""The seal of a paper (文书盖章): the paper as it was issued is handed to the seals, comes back sealed, and is kept in the case.

What was issued stays what it was: the sealed file begins with its very bytes, whose hash is on the chain.
"""

from datetime import datetime, timedelta
from uuid import UUID

import pypdfium2
import structlog

from tongban.cases import services as cases
from tongban.cases.life_events import PaperIssued
from tongban.documents import queries as documents
from tongban.exchange import queries as exchange
from tongban.kernel.actors import Actor
from tongban.kernel.events import SealedRef
from tongban.kernel.node import Node
from tongban.kernel.workdays import legal_day
from tongban.papers import models
from tongban.papers.kinds import BY_ID
from tongban.seals import queries as seal_queries
from tongban.seals import services as seals
from tongban.seals.pdf import POINTS_PER_MM, Spot
from tongban.seals.subjects import NotAsFixed, Sealable

SUBJECT = "paper"
LOOK_BACK = timedelta(days=30)
MARK = "（盖章处）"
"""Printed where the seal of the agency goes."""

log = structlog.get_logger()


def ask_for_seals(*, node: Node, region: str, case_id: UUID, at: datetime) -> list[str]:
    """For every paper that this region issued in the case and that an agency signs; their numbers. An office without a seal has none put on.

    May be called again. Refuses `StamperSilent`.
    """
    rows = models.IssuedPaper.objects.filter(region=region, place=region, case_id=case_id)
    asked = seal_queries.list_asked(region=region, subject=SUBJECT, refs=[row.digest for row in rows])
    return [row.number for row in rows if row.digest not in asked and _ask(row, at=at)]


def _ask(row: models.IssuedPaper, *, at: datetime) -> bool:
    kind = BY_ID.get(row.kind)
    if kind is None or kind.signs == "applicant":
        return False
    if not seal_queries.has_seal(region=row.region, office=row.office, use=SUBJECT, on=legal_day(at)):
        log.info("no seal", region=row.region, kind=SUBJECT)
        return False
    seals.request_seal(region=row.region, office=row.office, use=SUBJECT, subject=SUBJECT, ref=row.digest, at=at)
    return True


def keep_sealed(*, node: Node, region: str, ref: str, suite: str, by: Actor, at: datetime) -> bool:
    row = models.IssuedPaper.objects.filter(region=region, place=region, digest=ref).first()
    return row is not None and cases.keep_sealed(
        node=node, region=region, case_id=row.case_id, subject=SUBJECT, ref=ref, suite=suite, by=by, at=at
    )


def read_unsealed(node: Node, region: str, ref: str, national: bool) -> Sealable | None:
    """For the signer: exactly the paper that this region's own event names by its hash. Raises `NotAsFixed`; refuses what reading a file refuses."""
    row = models.IssuedPaper.objects.filter(region=region, place=region, digest=ref).first()
    said = _issued(row) if row else None
    if row is None or said is None or national:
        return None
    pdf = documents.read_file(node=node, region=region, case_id=row.case_id, ref=SealedRef(**row.part))
    if node.suite.hash(pdf) != ref:
        raise NotAsFixed
    spot = find_spot(pdf)
    return Sealable(said.office, pdf, spot) if spot else None


def _issued(row: models.IssuedPaper) -> PaperIssued | None:
    """What the chain of its case says of it."""
    events = exchange.list_events(row.region, row.case_id)
    own = (event.payload for event in events if event.own and event.payload.kind_name == "cases.paper_issued")
    return next((said for payload in own if (said := PaperIssued.read(payload.body)).digest == row.digest), None)


def list_unsealed(*, region: str, at: datetime) -> list[UUID]:
    """Cases whose papers were never handed to the seals, or whose seal could not be put on then."""
    signed = [kind.id for kind in BY_ID.values() if kind.signs != "applicant"]
    recent = models.IssuedPaper.objects.filter(
        region=region, place=region, made_at__gte=at - LOOK_BACK, kind__in=signed
    )
    known = dict(recent.values_list("digest", "case_id"))
    asked = seal_queries.list_asked(region=region, subject=SUBJECT, refs=list(known))
    return list(dict.fromkeys(case_id for digest, case_id in known.items() if digest not in asked))


def find_spot(pdf: bytes) -> Spot | None:
    """The last place that is marked for the seal; its middle."""
    with pypdfium2.PdfDocument(pdf) as document:
        for number in reversed(range(len(document))):
            page = document[number]
            found = page.get_textpage().search(MARK).get_next()
            if found:
                text = page.get_textpage()
                left, low, right, high = _around([text.get_charbox(found[0] + i) for i in range(found[1])])
                middle = (page.get_height() - (low + high) / 2) / POINTS_PER_MM
                return Spot(number, (left + right) / 2 / POINTS_PER_MM, middle)
    return None


def _around(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, lows, rights, highs = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(highs)
