"""What others may ask: the case behind a printed code, and how a draft passed from hand to hand."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tongban.kernel.node import Node
from tongban.slips import codes, models
from tongban.slips.printed import QUERY_LENGTH, factor_hash, query_hash


@dataclass(frozen=True, slots=True)
class Asked:
    region: str
    case_id: UUID


@dataclass(frozen=True, slots=True)
class Passage:
    """Who gave a draft on, who went on with it, and when."""

    given_by: str
    taken_by: str
    at: datetime


def find_asked(*, node: Node, code: str, factor: str, at: datetime) -> Asked | None:
    """The case behind a printed code for somebody who also knows the second factor.

    An unknown code costs the same work as a known one with a wrong factor, and the answer is the same.
    """
    read = codes.read(code, length=QUERY_LENGTH)
    rows = models.QueryCode.objects.filter(code=query_hash(node, read), region__in=node.regions, expires_at__gt=at)
    row = rows.first()
    wanted = factor_hash(node, read, factor)
    factors = row.factors if row else [query_hash(node, wanted), query_hash(node, read)]
    known = [hmac.compare_digest(wanted, each) for each in factors]
    return Asked(row.region, row.case_id) if row and any(known) else None


def find_printed(*, node: Node, region: str, code: str) -> UUID | None:
    """For officers, who have signed in: the case behind the code on a receipt alone."""
    read = codes.read(code, length=QUERY_LENGTH)
    rows = models.QueryCode.objects.filter(code=query_hash(node, read), region=region) if read else ()
    return next((row.case_id for row in rows), None)


def has_query_code(*, region: str, case_id: UUID) -> bool:
    return models.QueryCode.objects.filter(region=region, case_id=case_id).exists()


def list_passages(*, region: str, case_id: UUID) -> list[Passage]:
    rows = models.ResumeCode.objects.filter(region=region, case_id=case_id, used_at__isnull=False).order_by("used_at")
    return [Passage(row.issued_by, row.used_by, row.used_at) for row in rows if row.used_at]
